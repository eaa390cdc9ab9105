import CLibpq
import Glibc
import Logging
import Synchronization

/// A few sharedConnections, the thread that receives what they answer, and those that open them.
final class SharedConnections: Sendable {
    private let configuration: DatabaseConfiguration
    private let counters: Counters
    private let logger: Logger
    private let sharedConnections: [SharedConnection]
    private let bell = Bell()
    private let isStopping = Atomic<Bool>(false)
    private let turn = Atomic<UInt>(0)

    /// A reading that takes longer is no small one: asked again in the ordinary way, it has the time of any statement.
    private static let statementTimeout: Duration = .seconds(1)
    /// A pooler lets nothing be prepared. It may be gone one day.
    private static let pauseBehindPooler: Duration = .seconds(60)

    init(_ configuration: DatabaseConfiguration, counters: Counters, logger: Logger) {
        var configuration = configuration
        configuration.statementTimeout = min(configuration.statementTimeout, Self.statementTimeout)
        self.configuration = configuration
        self.counters = counters
        self.logger = logger
        sharedConnections = (0..<max(0, configuration.sharedConnections)).map { _ in SharedConnection(counters: counters) }
    }

    /// - Returns: false where it was not sent, and `completion` is not called.
    func send(_ sql: SQL, _ completion: @escaping SharedConnection.Completion) -> Bool {
        let count = UInt(sharedConnections.count)
        guard count > 0 else { return false }
        let first = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        for offset in 0..<count {
            switch sharedConnections[Int((first &+ offset) % count)].send(sql, completion) {
            case .sent: return true
            case .sentInPart:
                bell.ring()
                return true
            case .refused: continue
            case .broken: bell.ring()
            }
        }
        return false
    }

    // MARK: - The thread that receives

    /// Returns at the end, once all is answered.
    func receiveUntilEnd() {
        while true {
            var entries = [pollfd(fd: bell.reading, events: Int16(POLLIN), revents: 0)]
            var waited: [SharedConnection] = []
            var deadline: Moment?
            for shared in sharedConnections {
                let (need, answers) = shared.look()
                Self.hand(answers)
                switch need {
                case .opening: open(shared)
                case .nothing(let until): deadline = min(deadline ?? until, until)
                case .events(let socket, let events, let until):
                    entries.append(pollfd(fd: socket, events: Int16(events), revents: 0))
                    waited.append(shared)
                    deadline = min(deadline ?? until, until)
                }
            }
            if isStopping.load(ordering: .acquiring), sharedConnections.allSatisfy(\.isClosed) { return }
            guard Poll.wait(&entries, until: deadline) else { continue }
            if entries[0].revents != 0 { bell.silence() }
            for (shared, entry) in zip(waited, entries.dropFirst()) where entry.revents != 0 {
                Self.hand(shared.receive())
            }
        }
    }

    private static func hand(_ answers: [SharedConnection.Answer]) {
        for answer in answers {
            answer.completion(answer.result)
            PQclear(answer.result)
        }
    }

    /// Connecting blocks, so it has a thread of its own.
    private func open(_ shared: SharedConnection) {
        let thread = WorkerThread("pg-open") { [self] in
            defer { bell.ring() }
            // Why it cannot be opened is told by the workers, which open theirs.
            guard let connection = try? Connection.open(configuration, counters: counters, logger: logger) else {
                return shared.stayClosed(for: configuration.longestReconnectPause * Double.random(in: 0.5...1))
            }
            guard !connection.isPooled else { return shared.stayClosed(for: Self.pauseBehindPooler) }
            shared.opened(connection, lifetime: configuration.connectionLifetime * Double.random(in: 0.9...1.1))
        }
        thread.detach()
    }

    func stop() {
        for shared in sharedConnections { shared.stop() }
        isStopping.store(true, ordering: .releasing)
        bell.ring()
    }
}
