import CLibpq
import Logging
import ServiceLifecycle
import Synchronization

/// PostgreSQL through a fixed number of worker threads, each with one connection, that take jobs from one bounded
/// queue.
///
/// A job is a synchronous closure: nothing can suspend inside a transaction, and the `Session` it receives cannot
/// leave it. The closure may run more than once, so it must have no effect but on the database.
///
/// A task cancelled while its job waits gets `CancellationError`; a job that runs is never interrupted. Jobs that
/// find no worker throw `DatabaseError` of kind `.queueFull`, `.queueTimeout`, `.unavailable` or `.shuttingDown`.
package final class Database: Service, Sendable {
    private enum Phase {
        case waiting
        case running([WorkerThread])
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    private let configuration: DatabaseConfiguration
    private let logger: Logger
    private let counters = Counters()
    private let queue: JobQueue
    private let sharedConnections: SharedConnections
    private let phase = Mutex(Phase.waiting)
    private let jobs = Atomic<UInt64>(0)

    /// Opens nothing: the threads start with `start()`, `run()` or the first job.
    package init(configuration: DatabaseConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        queue = JobQueue(
            capacity: configuration.queueCapacity, patience: configuration.queueWait, counters: counters
        )
        sharedConnections = SharedConnections(configuration, counters: counters, logger: logger)
    }

    deinit {
        let threads = phase.withLock { phase in
            if case .running(let threads) = phase { threads } else { [WorkerThread]() }
        }
        queue.stop()
        sharedConnections.stop()
        for thread in threads { thread.detach() }
    }

    // MARK: - Life

    /// Starts the threads, which connect in the background. Does nothing the second time.
    package func start() {
        phase.withLock { phase in
            guard case .waiting = phase else { return }
            phase = .running(startThreads())
        }
    }

    /// Runs until the service group shuts down, then as `shutdown()`.
    package func run() async throws {
        start()
        try? await gracefulShutdown()
        await shutdown()
    }

    /// Refuses new jobs, runs those already taken until `deadline` from now, closes the connections and joins the
    /// threads. A thread still stuck at the deadline is left behind, with a line in the log. May be called again, and
    /// at once by several tasks: all return when it is done.
    package func shutdown(deadline: Duration = .seconds(10)) async {
        await withCheckedContinuation { continuation in
            let threads: [WorkerThread]? = phase.withLock { phase in
                switch phase {
                case .waiting:
                    phase = .stopping([continuation])
                    return []
                case .running(let threads):
                    phase = .stopping([continuation])
                    return threads
                case .stopping(let others):
                    phase = .stopping(others + [continuation])
                    return nil
                case .stopped:
                    continuation.resume()
                    return nil
                }
            }
            if let threads { stop(threads, until: Moment.now + deadline) }
        }
    }

    private func startThreads() -> [WorkerThread] {
        var threads: [WorkerThread] = []
        for index in 0..<max(1, configuration.connections) {
            queue.workerEntered()
            threads.append(
                WorkerThread("pg-\(index)") { [configuration, queue, counters, logger] in
                    Worker(configuration: configuration, queue: queue, counters: counters, logger: logger).work()
                }
            )
        }
        threads.append(WorkerThread("pg-ticker") { [queue] in queue.tickUntilEnd() })
        threads.append(WorkerThread("pg-receiver") { [sharedConnections] in sharedConnections.receiveUntilEnd() })
        return threads
    }

    /// On a thread of its own, as joining blocks.
    private func stop(_ threads: [WorkerThread], until deadline: Moment) {
        queue.stop()
        sharedConnections.stop()
        let thread = WorkerThread("pg-stop") { [self] in
            let isDone = queue.waitForWorkers(until: deadline)
            if !isDone { logger.error("Database jobs still run after the shutdown deadline; their threads are left") }
            for thread in threads { isDone ? thread.join() : thread.detach() }
            let waiting = phase.withLock { phase in
                defer { phase = .stopped }
                if case .stopping(let waiting) = phase { return waiting } else { return [] }
            }
            for continuation in waiting { continuation.resume() }
        }
        thread.detach()
    }

    package var health: DatabaseHealth {
        queue.health(metrics: counters.metrics)
    }

    // MARK: - Jobs

    /// One statement on its own, read only: one round trip. A second statement is `DatabaseError(.misuse)`, unless `statements`
    /// allows it: each of several has a snapshot of its own. Run again once if its connection turns out dead.
    package func fetch<Value: Sendable>(
        statements: Int = 1, _ body: @Sendable @escaping (borrowing Session) throws -> Value
    ) async throws -> Value {
        try await submit(.fetch(statements: statements), body)
    }

    /// One statement that finds one row by its key, or none: read only, and so quick that it may share a connection with others
    /// that are under way. What it finds slow, or what fails there, is asked again as by ``fetch(_:)``.
    package func first<Value: Sendable>(
        _ sql: SQL, _ row: @Sendable @escaping (inout Row) throws -> Value
    ) async throws -> Value? {
        try Task.checkCancellation()
        start()
        let answer: SmallAnswer<Value> = await withUnsafeContinuation { continuation in
            let isSent = sharedConnections.send(sql) { result in continuation.resume(returning: SmallAnswer(result, row)) }
            if !isSent { continuation.resume(returning: .none) }
        }
        switch answer {
        case .row(let value): return value
        case .none: return try await fetch { session in try session.first(sql, row) }
        }
    }

    /// Several statements that see one snapshot, read only (repeatable read). Run again once if its connection turns
    /// out dead.
    ///
    /// For an export, `timeout` replaces the limit on each statement (zero is no limit), and `mayRunAgain: false` is for
    /// a closure that has already sent rows out.
    package func read<Value: Sendable>(
        timeout: Duration? = nil, mayRunAgain: Bool = true,
        _ body: @Sendable @escaping (borrowing Session) throws -> Value
    ) async throws -> Value {
        try await submit(.read(statementTimeout: timeout, mayRunAgain: mayRunAgain), body)
    }

    /// A transaction (read committed), committed when `body` returns and rolled back when it throws.
    ///
    /// Run again after a serialization failure or a deadlock, up to three times, and once if its connection is lost
    /// before the commit is sent. Lost while the commit is under way, it throws `DatabaseError(.commitUnknown)`.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @Sendable @escaping (borrowing Session) throws -> Value
    ) async throws -> Value {
        try await submit(.write(statementTimeout: nil), body)
    }

    /// As `write`, with `timeout` for the limit on each statement (zero is no limit): imports and migrations.
    /// The limit on waiting for a lock stays; `set local lock_timeout` changes it.
    @discardableResult
    package func maintain<Value: Sendable>(
        timeout: Duration, _ body: @Sendable @escaping (borrowing Session) throws -> Value
    ) async throws -> Value {
        try await submit(.write(statementTimeout: timeout), body)
    }

    private func submit<Value: Sendable>(
        _ transaction: Transaction, _ body: @Sendable @escaping (borrowing Session) throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        start()
        let id = jobs.wrappingAdd(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            // Not a checked one, which costs an allocation: a job calls exactly one of its closures, once.
            try await withUnsafeThrowingContinuation { continuation in
                let job = Job(
                    id: id,
                    queuedAt: .now,
                    perform: { worker in continuation.resume(with: worker.run(transaction, body)) },
                    refuse: { error in continuation.resume(throwing: error) }
                )
                queue.add(job)
                // Cancelled just before it was queued, the job was not there for the handler to find.
                if Task.isCancelled { queue.cancel(id) }
            }
        } onCancel: {
            queue.cancel(id)
        }
    }
}

/// What a shared connection tells of a statement that finds one row at most.
private enum SmallAnswer<Value: Sendable>: Sendable {
    case row(Value?)
    /// Nothing: it is to be asked in the ordinary way, which tells what is wrong.
    case none

    init(_ result: OpaquePointer?, _ read: (inout Row) throws -> Value) {
        self = .none
        guard let result else { return }
        switch PQntuples(result) {
        case 0: self = .row(nil)
        case 1:
            var row = Row(result: result, index: 0)
            if let value = try? read(&row) { self = .row(value) }
        default: return
        }
    }
}
