/// How one job runs on a connection.
enum Transaction: Sendable {
    /// One statement on its own, or several of which each has its own snapshot.
    case fetch(statements: Int)
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
        if case .fetch(let statements) = self {
            connection.statementsLeft = statements
        } else {
            connection.statementsLeft = .max
        }
        connection.openingFailure = nil
        guard try open(connection) else { return try body(session) }
        let value: Value
        do {
            value = try body(session)
            try connection.sendWaiting(evenAlone: false)
        } catch {
            rollBack(connection)
            guard let error = error as? DatabaseError else { throw error }
            throw asOfStandby(error, refusedBy: error.isOfOpening ? SQLState.featureNotSupported : SQLState.readOnlyTransaction)
        }
        // Nothing was asked: there is nothing to close.
        guard connection.waiting.isEmpty else {
            connection.dropWaiting()
            return value
        }
        do {
            try close(connection)
        } catch {
            connection.plansOnce = nil
            throw error
        }
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

    private var begin: StaticString {
        switch self {
        case .fetch: "begin isolation level read committed read only"
        case .read: "begin isolation level repeatable read read only"
        case .write: "begin isolation level read committed read write"
        }
    }

    /// Opens the transaction with its first statement. Where the body may not run twice, or a pooler stands between, it is opened first.
    /// - Returns: false where a statement alone is its own transaction.
    private func open(_ connection: Connection) throws -> Bool {
        if case .fetch = self, !connection.isPooled { return false }
        if mayRunAgain, !connection.isPooled {
            connection.waiting = [.opening(begin)]
            if let statementTimeout { connection.waiting.append(.limit(milliseconds: Int(statementTimeout.wholeMilliseconds))) }
            return true
        }
        var text = begin.description
        if connection.isPooled { text += "; \(connection.settingsOfTransaction)" }
        if let statementTimeout { text += "; set local statement_timeout = \(statementTimeout.wholeMilliseconds)" }
        do {
            try connection.command(text)
        } catch let error as DatabaseError {
            throw asOfStandby(error, refusedBy: SQLState.featureNotSupported)
        }
        return true
    }

    /// A standby refuses to begin a transaction that may write (0A000), and what writes within one (25006). It is asked each
    /// time rather than once: the first write after its promotion passes.
    private func asOfStandby(_ error: DatabaseError, refusedBy state: String) -> DatabaseError {
        guard case .write = self, error.kind == .server, error.sqlState == state else { return error }
        return DatabaseError(.standby, error.message, sqlState: error.sqlState, statement: error.statement)
    }

    private func rollBack(_ connection: Connection) {
        connection.dropWaiting()
        connection.plansOnce = nil
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
