import CLibpq
import Glibc
import Logging
import Synchronization

/// A few pipelines, the thread that receives what they answer, and those that open their connections.
final class Pipelines: Sendable {
    private let configuration: DatabaseConfiguration
    private let counters: Counters
    private let logger: Logger
    private let pipelines: [Pipeline]
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
        pipelines = (0..<max(0, configuration.pipelines)).map { _ in Pipeline(counters: counters) }
    }

    /// - Returns: false where it was not sent, and `completion` is not called.
    func send(_ sql: SQL, _ completion: @escaping Pipeline.Completion) -> Bool {
        let count = UInt(pipelines.count)
        guard count > 0 else { return false }
        let first = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        for offset in 0..<count {
            switch pipelines[Int((first &+ offset) % count)].send(sql, completion) {
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
            var waited: [Pipeline] = []
            var deadline: Moment?
            for pipeline in pipelines {
                let (need, answers) = pipeline.look()
                Self.hand(answers)
                switch need {
                case .opening: open(pipeline)
                case .nothing(let until): deadline = min(deadline ?? until, until)
                case .events(let socket, let events, let until):
                    entries.append(pollfd(fd: socket, events: Int16(events), revents: 0))
                    waited.append(pipeline)
                    deadline = min(deadline ?? until, until)
                }
            }
            if isStopping.load(ordering: .acquiring), pipelines.allSatisfy(\.isClosed) { return }
            guard Poll.wait(&entries, until: deadline) else { continue }
            if entries[0].revents != 0 { bell.silence() }
            for (pipeline, entry) in zip(waited, entries.dropFirst()) where entry.revents != 0 {
                Self.hand(pipeline.receive())
            }
        }
    }

    private static func hand(_ answers: [Pipeline.Answer]) {
        for answer in answers {
            answer.completion(answer.result)
            PQclear(answer.result)
        }
    }

    /// Connecting blocks, so it has a thread of its own.
    private func open(_ pipeline: Pipeline) {
        let thread = WorkerThread("pg-open") { [self] in
            defer { bell.ring() }
            // Why it cannot be opened is told by the workers, which open theirs.
            guard let connection = try? Connection.open(configuration, counters: counters, logger: logger) else {
                return pipeline.stayClosed(for: configuration.longestReconnectPause * Double.random(in: 0.5...1))
            }
            guard !connection.isPooled else { return pipeline.stayClosed(for: Self.pauseBehindPooler) }
            pipeline.opened(connection, lifetime: configuration.connectionLifetime * Double.random(in: 0.9...1.1))
        }
        thread.detach()
    }

    func stop() {
        for pipeline in pipelines { pipeline.stop() }
        isStopping.store(true, ordering: .releasing)
        bell.ring()
    }
}
