import CLibpq
import Glibc
import Logging

/// One libpq connection. It belongs to the thread that opened it and is used by no other.
final class Connection {
    let openedAt = Moment.now
    let handle: OpaquePointer
    let counters: Counters
    private let logger: Logger
    var buffer = StatementBuffer()
    var statements: PreparedStatements
    private var isStreaming = false
    /// Set when the server has ended the session or stopped answering, which libpq may not know yet.
    private var isCondemned = false
    /// Warnings received from the server since the connection was opened.
    private(set) var warnings = 0
    /// Whether a pooler stands before the server, which may give us another of its sessions at each transaction: what is
    /// set or prepared in a session then lasts no longer than a transaction.
    private(set) var isPooled = false
    /// Sets, for one transaction, what `Connection.open` sets for the session.
    var settingsOfTransaction = ""
    /// How long the server may stay silent after a statement was sent; nil is no limit.
    var answerLimit: Duration?
    /// How many statements the job may still send; the commands of the transaction itself do not count.
    var statementsLeft = Int.max
    private var savepoints = 0
    /// What is sent with the next statement whose result is wanted.
    var waiting: [Waiting] = []
    /// Whether the session plans statements once for all values; nil where that is not known.
    var plansOnce: Bool? = false
    /// Why the transaction of the job could not be opened.
    var openingFailure: DatabaseError?

    /// Takes over an open libpq connection.
    init(handle: OpaquePointer, preparedStatements: Int, counters: Counters, logger: Logger) {
        self.handle = handle
        self.counters = counters
        self.logger = logger
        statements = PreparedStatements(capacity: preparedStatements)
        PQsetnonblocking(handle, 1)
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().note(result)
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }

    deinit {
        PQfinish(handle)
    }

    var isBroken: Bool { isCondemned || PQstatus(handle) != CONNECTION_OK }
    var isIdle: Bool { !isBroken && PQtransactionStatus(handle) == PQTRANS_IDLE }
    var isInTransaction: Bool { !isBroken && PQtransactionStatus(handle) == PQTRANS_INTRANS }
    var socket: Int32 { PQsocket(handle) }

    // MARK: - Statements

    /// Runs one prepared statement. The caller clears the result.
    func perform(_ sql: SQL) throws -> OpaquePointer {
        try begin(sql)
        waitForPlanning(of: sql)
        if !waiting.isEmpty, let result = try performWaiting(and: sql) { return result }
        do {
            return try performOnce(sql)
        } catch let error as DatabaseError where error.isStalePlan && isIdle {
            counters.retries.add(1)
            return try performOnce(sql)
        }
    }

    func performOnce(_ sql: SQL) throws -> OpaquePointer {
        let start = Moment.now
        defer { counters.noteStatement(since: start) }
        let name = try sendPrepared(sql)
        return try lastResult(of: sql, preparedAs: name)
    }

    /// Runs one statement and gives its rows one by one as they arrive; memory does not grow with their number.
    /// When `body` throws, the rest is read and dropped for a short while, then the connection is given up.
    func stream(_ sql: SQL, _ body: (inout Row) throws -> Void) throws {
        try begin(sql)
        waitForPlanning(of: sql)
        try sendWaiting()
        let start = Moment.now
        defer { counters.noteStatement(since: start) }
        let name = try sendPrepared(sql)
        PQsetSingleRowMode(handle)
        isStreaming = true
        defer { isStreaming = false }
        while let result = try nextResult() {
            defer { PQclear(result) }
            do {
                guard PQresultStatus(result) == PGRES_SINGLE_TUPLE else {
                    try check(result, statement: sql, preparedAs: name)
                    continue
                }
                var row = Row(result: result, index: 0)
                try body(&row)
            } catch {
                discardResults()
                throw error
            }
        }
    }

    /// Runs trusted text with the simple protocol, which takes several statements and no binds.
    /// Returns the command tag of each (`COMMIT`, `ROLLBACK`, `INSERT 0 1`).
    @discardableResult
    func command(_ text: String) throws -> [String] {
        try checkMaySend(nil)
        guard !text.utf8.contains(0) else { throw DatabaseError(.invalidText, "the text holds a NUL character") }
        let start = Moment.now
        defer { counters.noteStatement(since: start) }
        guard PQsendQuery(handle, text) == 1 else { throw sendFailure() }
        var tags: [String] = []
        var failure: DatabaseError?
        while !isCondemned, let result = try nextResult() {
            defer { PQclear(result) }
            do {
                try check(result, statement: nil, preparedAs: nil)
            } catch let error as DatabaseError {
                failure = failure ?? error
            }
            tags.append(PQcmdStatus(result).map { String(cString: $0) } ?? "")
        }
        if let failure { throw failure }
        return tags
    }

    /// A name for a savepoint, unique on this connection.
    func newSavepoint() -> String {
        savepoints += 1
        return "savepoint_\(savepoints)"
    }

    // MARK: - Sending

    /// Counts one more statement of the job.
    func begin(_ sql: SQL?) throws {
        guard statementsLeft > 0 else {
            throw DatabaseError(.misuse, "a fetch is one statement; use read for several", statement: sql?.text)
        }
        statementsLeft -= 1
        try checkMaySend(sql)
        if let openingFailure { throw openingFailure }
    }

    private func checkMaySend(_ sql: SQL?) throws {
        guard !isStreaming else {
            throw DatabaseError(.misuse, "a statement was sent while another streams its rows", statement: sql?.text)
        }
        guard !isCondemned else {
            var error = DatabaseError(.connectionLost, "the connection was given up before", statement: sql?.text)
            error.mayRetryLostConnection = false
            throw error
        }
    }

    /// Sends `sql`, prepared first if it is new here. Returns the statement's name if it was not new.
    func sendPrepared(_ sql: SQL) throws -> String? {
        try buffer.fill(with: sql)
        if isPooled {
            try sendUnnamed()
            return nil
        }
        let known = statements.name(for: buffer.text)
        let name = try known ?? prepare(sql)
        let count = Int32(buffer.bindCount)
        let isSent = buffer.withBinds { PQsendQueryPrepared(handle, name, count, $0, nil, nil, 0) }
        guard isSent == 1 else { throw sendFailure() }
        return known
    }

    /// Sends the statement without a name, planned anew: behind a pooler no name is sure to last to the next statement.
    private func sendUnnamed() throws {
        let text = try checkedText()
        let count = Int32(buffer.bindCount)
        let isSent = buffer.withBinds { binds in
            text.withUnsafeBytes {
                PQsendQueryParams(handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), count, nil, binds, nil, nil, 0)
            }
        }
        guard isSent == 1 else { throw sendFailure() }
    }

    private func checkedText() throws -> [UInt8] {
        let text = buffer.text
        guard memchr(text, 0, text.count - 1) == nil else {
            throw DatabaseError(.misuse, "the statement's text holds a NUL character")
        }
        return text
    }

    private func prepare(_ sql: SQL) throws -> String {
        let text = try checkedText()
        if let victim = statements.victim(for: text) {
            try command("deallocate \(victim)")
            statements.remove(victim)
        }
        let name = PreparedStatements.newName(for: text)
        if statements.wasLeftBehind(name) { try command("deallocate \(name)") }
        let isSent = text.withUnsafeBytes {
            PQsendPrepare(handle, name, $0.baseAddress?.assumingMemoryBound(to: CChar.self), 0, nil)
        }
        guard isSent == 1 else { throw sendFailure() }
        PQclear(try lastResult(of: sql, preparedAs: nil))
        counters.roundTrips.add(1)
        statements.add(name, for: text)
        return name
    }

    // MARK: - Receiving

    /// Reads to the end of the statement and returns its last result. Throws its first error, if any.
    private func lastResult(of sql: SQL, preparedAs name: String?) throws -> OpaquePointer {
        var last: OpaquePointer?
        do {
            while let result = try nextResult() {
                // What a server says before it goes is followed by libpq's word that it is gone.
                if let said = last, PQresultStatus(said) == PGRES_FATAL_ERROR {
                    PQclear(result)
                    continue
                }
                PQclear(last)
                last = result
                try rejectCopy(result, statement: sql)
            }
            guard let last else { throw DatabaseError(.misuse, "the statement gave no result", statement: sql.text) }
            try check(last, statement: sql, preparedAs: name)
            return last
        } catch {
            PQclear(last)
            throw error
        }
    }

    // MARK: - Failures

    /// The connection is not to be used again: its state is not known.
    func condemn() {
        isCondemned = true
    }

    /// What is set and prepared here may not last: from now on each transaction brings all that it needs.
    func noteItIsPooled() {
        guard !isPooled else { return }
        isPooled = true
        logger.debug("a pooler stands before PostgreSQL: statements are sent without a name")
    }

    func sendFailure() -> DatabaseError {
        let message = String(cString: PQerrorMessage(handle))
        return DatabaseError(isBroken ? .connectionLost : .misuse, message)
    }

    func rejectCopy(_ result: OpaquePointer, statement: SQL?) throws {
        switch PQresultStatus(result) {
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            condemn()
            throw DatabaseError(.misuse, "COPY is not supported", statement: statement?.text)
        default: break
        }
    }

    func check(_ result: OpaquePointer, statement: SQL?, preparedAs name: String?) throws {
        try rejectCopy(result, statement: statement)
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY: return
        default: break
        }
        var error = DatabaseError(result: result, isConnectionBroken: isBroken)
        error.statement = statement?.text
        if error.kind == .connectionLost || SQLState.endsLongTransaction(error.sqlState) { condemn() }
        if error.showsSharedConnection {
            error.isStalePlan = true
            noteItIsPooled()
        } else if let name, error.showsStalePlan(result) {
            error.isStalePlan = true
            forget(name)
        }
        throw error
    }

    /// Drops a statement that can no longer run. In a failed transaction it cannot be deallocated: it is when its name is
    /// used next.
    private func forget(_ name: String) {
        if !isIdle || (try? command("deallocate \(name)")) == nil {
            statements.leaveBehind(name)
        } else {
            statements.remove(name)
        }
    }

    private func note(_ result: OpaquePointer) {
        let severity = ErrorField.severity.text(of: result) ?? ""
        if severity == "WARNING" { warnings += 1 }
        logger.debug(
            "PostgreSQL notice",
            metadata: [
                "severity": .string(severity),
                "sqlstate": .string(ErrorField.sqlState.text(of: result) ?? ""),
                "message": .string(ErrorField.message.text(of: result) ?? ""),
            ])
    }
}
