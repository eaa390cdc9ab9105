import CLibpq
import Glibc

/// One connection on which many small readings are under way at once: each is sent without waiting for the answers of those before it
/// (libpq's pipeline mode), from the thread that asks, and one thread receives the answers of all.
///
/// It only tells what succeeds. Whatever fails here, a statement or the connection, is handed back, and its caller asks again in the
/// ordinary way, which knows what to do with failures. So nothing here may write.
///
/// `@unchecked`: every `var` is read and written with `lock` held.
final class SharedConnection: @unchecked Sendable {
    /// Called once: with the result, which is cleared afterwards, or with nil where the ordinary way is to be taken.
    typealias Completion = @Sendable (OpaquePointer?) -> Void

    struct Answer {
        let completion: Completion
        let result: OpaquePointer?
    }

    /// A statement under way, or its preparation, which has no completion.
    private struct Statement {
        let completion: Completion?
        var result: OpaquePointer?
    }

    private enum State {
        case closed(until: Moment)
        case opening
        case open(Connection)
    }

    private let lock = Lock()
    private let counters: Counters
    private var state = State.closed(until: Moment(nanoseconds: 0))
    private var isStopping = false
    /// In the order in which they were sent, which is that of the answers.
    private var statements: [Statement] = []
    /// Since when the server has been at the first of them.
    private var headSince = Moment(nanoseconds: 0)
    /// By text, with its final NUL.
    private var names: [[UInt8]: String] = [:]
    private var buffer = StatementBuffer()
    private var hasUnsent = false
    private var leavesAt = Moment(nanoseconds: 0)

    /// More of them would wait longer than for a worker.
    private static let mostUnderWay = 48
    /// A statement that takes longer makes those behind it wait: the next ones take the ordinary way.
    private static let slow: Duration = .milliseconds(5)
    /// The server ends a statement before that.
    private static let silence: Duration = .seconds(2)
    /// There are few statements that read by a key.
    private static let mostNames = 64

    init(counters: Counters) {
        self.counters = counters
        statements.reserveCapacity(2 * Self.mostUnderWay)
    }

    // MARK: - For whoever asks

    enum Sending {
        case sent
        /// Sent, and the thread that receives must look again at what it waits for.
        case sentInPart
        /// Not sent: the ordinary way is to be taken.
        case refused
        /// As `refused`, and the connection is to be given up.
        case broken
    }

    func send(_ sql: SQL, _ completion: @escaping Completion) -> Sending {
        lock.withLock {
            guard case .open(let connection) = state, isReady, (try? buffer.fill(with: sql)) != nil else { return .refused }
            guard let name = name(on: connection) else { return connection.isBroken ? .broken : .refused }
            let count = Int32(buffer.bindCount)
            let isSent = buffer.withBinds { PQsendQueryPrepared(connection.handle, name, count, $0, nil, nil, 0) }
            guard isSent == 1, PQpipelineSync(connection.handle) == 1 else {
                connection.condemn()
                return .broken
            }
            add(Statement(completion: completion))
            hasUnsent = PQflush(connection.handle) != 0
            return hasUnsent ? .sentInPart : .sent
        }
    }

    // With `lock` held, as all that is private.

    private var isReady: Bool {
        guard !isStopping, statements.count < Self.mostUnderWay else { return false }
        return statements.isEmpty ? leavesAt > .now : headSince + Self.slow > .now
    }

    private func add(_ statement: Statement) {
        if statements.isEmpty { headSince = .now }
        statements.append(statement)
        counters.statements.add(1)
    }

    /// The name of the statement in `buffer`, prepared first if it is new; nil where it cannot be.
    private func name(on connection: Connection) -> String? {
        let text = buffer.text
        if let name = names[text] { return name }
        guard names.count < Self.mostNames, memchr(text, 0, text.count - 1) == nil else { return nil }
        let name = PreparedStatements.newName(for: text)
        let isSent = text.withUnsafeBytes {
            PQsendPrepare(connection.handle, name, $0.baseAddress?.assumingMemoryBound(to: CChar.self), 0, nil)
        }
        guard isSent == 1, PQpipelineSync(connection.handle) == 1 else {
            connection.condemn()
            return nil
        }
        names[text] = name
        add(Statement(completion: nil))
        return name
    }

    // MARK: - For the thread that receives

    /// What it is to do.
    enum Need {
        case nothing(until: Moment)
        case opening
        case events(of: Int32, Int32, until: Moment)
    }

    /// A connection on which something went wrong, that is silent, or old, is given up here.
    func look() -> (need: Need, answers: [Answer]) {
        lock.withLock {
            switch state {
            case .closed(let until) where isStopping || until > .now: return (.nothing(until: until), [])
            case .closed:
                state = .opening
                return (.opening, [])
            case .opening: return (.nothing(until: .now + Self.silence), [])
            case .open(let connection):
                let limit = statements.isEmpty ? leavesAt : headSince + Self.silence
                guard !connection.isBroken, limit > .now, !(isStopping && statements.isEmpty) else {
                    return (.nothing(until: .now), giveUp())
                }
                return (.events(of: connection.socket, hasUnsent ? POLLIN | POLLOUT : POLLIN, until: limit), [])
            }
        }
    }

    /// Takes what has come.
    func receive() -> [Answer] {
        lock.withLock {
            guard case .open(let connection) = state else { return [] }
            if hasUnsent { hasUnsent = PQflush(connection.handle) != 0 }
            var answers: [Answer] = []
            var under = Int.max
            // What TLS holds already is not seen by `poll`: it is asked for as long as it tells something.
            while !connection.isBroken, statements.count < under, under == Int.max || PQsslInUse(connection.handle) == 1 {
                under = statements.count
                guard PQconsumeInput(connection.handle) == 1 else {
                    connection.condemn()
                    break
                }
                take(from: connection, &answers)
            }
            return connection.isBroken ? answers + giveUp() : answers
        }
    }

    /// Each statement is answered by its result, then by nothing, then by the end of what was sent with it.
    private func take(from connection: Connection, _ answers: inout [Answer]) {
        var nothings = 0
        while !statements.isEmpty, !connection.isBroken, PQisBusy(connection.handle) == 0 {
            guard let result = PQgetResult(connection.handle) else {
                nothings += 1
                // It knows of no more statements than it has answered.
                if nothings > 2 { connection.condemn() }
                continue
            }
            nothings = 0
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                PQclear(result)
                let done = statements.removeFirst()
                if let completion = done.completion {
                    answers.append(Answer(completion: completion, result: done.result))
                    counters.smallReadings.add(1)
                    counters.sqlNanoseconds.add(Moment.now.nanoseconds(since: headSince))
                }
                headSince = .now
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                PQclear(statements[0].result)
                statements[0].result = result
            default:
                // What else is prepared here may fail for the same reason, a table that has changed for instance.
                PQclear(result)
                connection.condemn()
            }
        }
    }

    /// Closes the connection and hands back what it had still to answer.
    private func giveUp() -> [Answer] {
        let unanswered = statements.compactMap { statement in
            PQclear(statement.result)
            return statement.completion.map { Answer(completion: $0, result: nil) }
        }
        statements.removeAll(keepingCapacity: true)
        names.removeAll()
        hasUnsent = false
        state = .closed(until: .now)
        return unanswered
    }

    // MARK: - For the thread that opens

    func opened(_ connection: Connection, lifetime: Duration) {
        lock.withLock {
            guard !isStopping, PQenterPipelineMode(connection.handle) == 1 else { return state = .closed(until: .now) }
            leavesAt = .now + lifetime
            state = .open(connection)
        }
    }

    func stayClosed(for pause: Duration) {
        lock.withLock { state = .closed(until: .now + pause) }
    }

    // MARK: - The end

    /// Takes nothing more.
    func stop() {
        lock.withLock { isStopping = true }
    }

    var isClosed: Bool {
        lock.withLock { if case .open = state { false } else { true } }
    }
}
