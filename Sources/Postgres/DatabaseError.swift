/// What went wrong between the service and PostgreSQL.
///
/// `description` says only the kind and the SQLSTATE, so that it may go anywhere. `message`, `detail` and `hint` may
/// quote stored values: they are for the log alone, through `logDescription`.
package struct DatabaseError: Error, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// The server refused the statement; `sqlState` says why.
        case server
        /// The connection broke before a commit was sent: nothing was written.
        case connectionLost
        /// No connection can be opened.
        case unavailable
        /// The server is a standby, which takes no writes: nothing was written.
        case standby
        /// The queue is full.
        case queueFull
        /// The job waited too long for a worker.
        case queueTimeout
        /// The database is shutting down and takes no more jobs.
        case shuttingDown
        /// The connection broke while the commit was under way: it may or may not have been made.
        case commitUnknown
        /// A column does not hold what the program expects.
        case decoding
        /// More or fewer rows than the program expects.
        case unexpectedRowCount
        /// A text holds a NUL character, which PostgreSQL cannot store.
        case invalidText
        /// A mistake in the program that calls this module.
        case misuse
    }

    package let kind: Kind
    /// The five characters of the SQLSTATE, where the server gave one.
    package var sqlState: String?
    package var constraint: String?
    package var schema: String?
    package var table: String?
    package var column: String?
    /// For the log only.
    package var message: String
    /// For the log only; often holds values ("Key (id)=(…) already exists").
    package var detail: String?
    package var hint: String?
    /// The statement with its binds as `$1`, without values.
    package var statement: String?

    /// False when waiting again would be as long, as after a server that stopped answering.
    var mayRetryLostConnection = true
    /// The statement as it was prepared can no longer run, or has gone: sent again, it runs.
    var isStalePlan = false
    /// It kept a transaction from being opened.
    var isOfOpening = false

    package init(
        _ kind: Kind, _ message: String, sqlState: String? = nil, column: String? = nil, statement: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
        self.column = column
        self.statement = statement
    }

    /// What a statement waited for was held by somebody else for as long as `lock_timeout` allows.
    package var isLockTimeout: Bool { sqlState == SQLState.lockNotAvailable }

    package var description: String {
        sqlState.map { "database: \(kind.rawValue), SQLSTATE \($0)" } ?? "database: \(kind.rawValue)"
    }

    /// Everything known but whole rows, on one line, for the log.
    package var logDescription: String {
        var text = "\(description): \(message)"
        let parts = [
            ("detail", SQLState.tellsWholeRow(sqlState) ? nil : detail), ("hint", hint), ("constraint", constraint),
            ("table", table), ("column", column),
            ("statement", statement),
        ]
        for case (let name, let value?) in parts { text += "; \(name): \(value)" }
        return String(text.map { $0.isNewline ? " " : $0 })
    }
}

/// The SQLSTATEs that decide what this module does.
enum SQLState {
    static let serializationFailure = "40001"
    static let deadlockDetected = "40P01"
    static let lockNotAvailable = "55P03"
    static let featureNotSupported = "0A000"
    static let unknownPreparedStatement = "26000"
    static let duplicatePreparedStatement = "42P05"
    static let readOnlyTransaction = "25006"
    static let idleInTransactionTimeout = "25P03"
    static let transactionTimeout = "25P04"

    /// The session is over in the middle of a transaction that lasted too long: doing it again would last as long.
    static func endsLongTransaction(_ state: String?) -> Bool {
        state == idleInTransactionTimeout || state == transactionTimeout
    }

    /// Two transactions were in each other's way; run again, each may pass.
    static func isConflict(_ state: String?) -> Bool {
        state == serializationFailure || state == deadlockDetected
    }

    /// A null or a check that is broken comes with all that was to be stored.
    static func tellsWholeRow(_ state: String?) -> Bool {
        state == "23502" || state == "23514"
    }

    /// The session is over: connection exceptions, the server shutting down, crashing or starting, and a session that was
    /// idle for longer than the server allows.
    static func endsSession(_ state: String) -> Bool {
        state.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05"].contains(state)
    }
}
