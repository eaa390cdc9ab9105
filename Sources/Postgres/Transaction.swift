/// How one job runs on a connection.
enum Transaction: Sendable {
    /// One statement on its own.
    case fetch
    /// One snapshot, read only. Nil leaves the session's statement timeout.
    case read(statementTimeout: Duration?, mayRunAgain: Bool)
    /// Nil leaves the session's statement timeout.
    case write(statementTimeout: Duration?)

    /// Runs `body` once, between the commands that open and close the transaction.
    func run<Value>(
        on connection: Connection, limits: DatabaseConfiguration, _ body: (borrowing Session) throws -> Value
    ) throws -> Value {
        let session = Session(connection)
        connection.answerLimit = limits.answerLimit(statementTimeout: statementTimeout ?? limits.statementTimeout)
        if case .fetch = self { connection.statementsLeft = 1 } else { connection.statementsLeft = .max }
        guard let opening = opening(on: connection) else { return try body(session) }
        do {
            try connection.command(opening)
        } catch let error as DatabaseError {
            throw asOfStandby(error, refusedBy: SQLState.featureNotSupported)
        }
        let value: Value
        do {
            value = try body(session)
        } catch {
            rollBack(connection)
            guard let error = error as? DatabaseError else { throw error }
            throw asOfStandby(error, refusedBy: SQLState.readOnlyTransaction)
        }
        try close(connection)
        return value
    }

    /// Whether `body` may be run a second time where nothing can have been written.
    var mayRunAgain: Bool {
        if case .read(_, let mayRunAgain) = self { mayRunAgain } else { true }
    }

    private var statementTimeout: Duration? {
        switch self {
        case .fetch: nil
        case .read(let statementTimeout, _), .write(let statementTimeout): statementTimeout
        }
    }

    /// One round trip, the settings included.
    private func opening(on connection: Connection) -> String? {
        var text: String
        switch self {
        case .fetch:
            guard connection.isPooled else { return nil }
            text = "begin isolation level read committed read only"
        case .read: text = "begin isolation level repeatable read read only"
        case .write: text = "begin isolation level read committed read write"
        }
        if connection.isPooled { text += "; \(connection.settingsOfTransaction)" }
        if let statementTimeout { text += "; set local statement_timeout = \(statementTimeout.wholeMilliseconds)" }
        return text
    }

    /// A standby refuses to begin a transaction that may write (0A000), and what writes within one (25006). It is asked each
    /// time rather than once: the first write after its promotion passes.
    private func asOfStandby(_ error: DatabaseError, refusedBy state: String) -> DatabaseError {
        guard case .write = self, error.kind == .server, error.sqlState == state else { return error }
        return DatabaseError(.standby, error.message, sqlState: error.sqlState, statement: error.statement)
    }

    private func rollBack(_ connection: Connection) {
        guard !connection.isBroken, !connection.isIdle else { return }
        if (try? connection.command("rollback")) == nil { connection.condemn() }
    }

    private func close(_ connection: Connection) throws {
        switch self {
        case .fetch, .read: try connection.command("commit")
        case .write: try commit(connection)
        }
    }

    private func commit(_ connection: Connection) throws {
        guard !connection.isBroken else {
            throw DatabaseError(.connectionLost, "the connection was lost and the closure went on")
        }
        guard connection.isInTransaction else {
            rollBack(connection)
            throw DatabaseError(.misuse, "the closure swallowed an error that had ended its transaction")
        }
        let warnings = connection.warnings
        do {
            try connection.command("commit")
        } catch let error as DatabaseError where error.kind == .connectionLost {
            throw unknown(error.message, error.sqlState)
        }
        // The server warns when it stops waiting for a synchronous standby: written here, perhaps nowhere else.
        guard connection.warnings == warnings else { throw unknown("the server warned during the commit", nil) }
    }

    private func unknown(_ message: String, _ sqlState: String?) -> DatabaseError {
        DatabaseError(.commitUnknown, message, sqlState: sqlState)
    }
}
