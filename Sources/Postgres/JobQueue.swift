/// One closure to run on a worker. Exactly one of `perform` and `refuse` is called, once: whoever takes the job out
/// of the queue calls it.
struct Job: Sendable {
    let id: UInt64
    let queuedAt: Moment
    let perform: @Sendable (Worker) -> Void
    let refuse: @Sendable (any Error) -> Void
}

/// The jobs that wait for a worker, and what is known of the workers.
///
/// `@unchecked`: every `var` is read and written with `lock` held. It is a class with plain properties, rather than
/// a state inside a `Mutex`, because waiting on a condition lets other threads change the state half-way.
final class JobQueue: @unchecked Sendable {
    private let lock = Lock()
    /// The end has come, for workers that pause between two attempts to connect.
    private let end: Condition
    /// The first job after none, for the ticker.
    private let tick: Condition
    /// The last worker has left.
    private let exit: Condition

    private let capacity: Int
    private let patience: Duration
    private let counters: Counters

    private var waiting = JobList()
    /// The workers without a job, the last one to finish at the end: it gets the next job, as its connection and the
    /// server's process behind it are the ones that the processors' caches still know.
    private var idle: [JobSeat] = []
    private var workers = 0
    private var open = 0
    private var busy = 0
    private var isStopping = false
    private var isAbandoned = false
    private var isTickerAsleep = false
    /// The last attempt to connect failed and none has succeeded since.
    private var isServerAway = false
    /// When the first attempt to connect ended. Until then nothing that waits is late: the attempt has a limit of its own, and
    /// its end says why there is no connection.
    private var firstAttemptEnd: Moment?
    private var lastFailure: (kind: DatabaseError.Kind, sqlState: String?, at: Moment)?

    init(capacity: Int, patience: Duration, counters: Counters) {
        end = Condition(lock)
        tick = Condition(lock)
        exit = Condition(lock)
        self.capacity = capacity
        self.patience = patience
        self.counters = counters
    }

    // MARK: - For callers

    /// Queues the job, or refuses it at once.
    func add(_ job: Job) {
        let (seat, refusal): (JobSeat?, DatabaseError?) = lock.withLock {
            if isStopping { return (nil, DatabaseError(.shuttingDown, "the database is shutting down")) }
            if isServerAway, open == 0 { return (nil, unavailable()) }
            if let seat = idle.popLast() {
                seat.job = job
                return (seat, nil)
            }
            if waiting.count >= capacity { return (nil, DatabaseError(.queueFull, "\(capacity) jobs are waiting")) }
            waiting.append(job)
            if isTickerAsleep { tick.signal() }
            return (nil, nil)
        }
        // Outside the lock, which the woken worker wants at once.
        seat?.wake.signal()
        if let refusal { job.refuse(refusal) }
    }

    /// A place for one worker to wait in.
    func makeSeat() -> JobSeat { JobSeat(wake: Condition(lock)) }

    /// Takes the job out if it is still waiting.
    func cancel(_ id: UInt64) {
        let job = lock.withLock { waiting.remove(id) }
        job?.refuse(CancellationError())
    }

    func health(metrics: DatabaseMetrics) -> DatabaseHealth {
        lock.withLock {
            DatabaseHealth(
                openConnections: open,
                busyConnections: busy,
                queuedJobs: waiting.count,
                lastFailure: lastFailure.map {
                    let age = Moment.now.nanoseconds(since: $0.at)
                    return .init(kind: $0.kind, sqlState: $0.sqlState, age: .nanoseconds(Int64(clamping: age)))
                },
                available: open > 0 && !isStopping,
                metrics: metrics
            )
        }
    }

    // MARK: - For workers

    enum Order {
        case run(Job)
        /// Nothing came for a while: time to look after the connection.
        case idle
        case leave
    }

    func workerEntered() {
        lock.withLock { workers += 1 }
    }

    /// The next job, waiting for one until `deadline`. Jobs left at the end are still run.
    func next(in seat: JobSeat, until deadline: Moment) -> Order {
        lock.lock()
        defer { lock.unlock() }
        if let job = waiting.popFirst() { return run(job) }
        if isStopping { return .leave }
        idle.insert(seat, at: seat.isCold ? 0 : idle.count)
        while true {
            let isInTime = seat.wake.wait(until: deadline)
            if let job = seat.job {
                seat.job = nil
                seat.isCold = false
                return run(job)
            }
            guard isStopping || !isInTime else { continue }
            idle.removeAll { $0 === seat }
            seat.isCold = true
            return isStopping ? .leave : .idle
        }
    }

    /// With `lock` held.
    private func run(_ job: Job) -> Order {
        busy += 1
        counters.queueWaitNanoseconds.add(Moment.now.nanoseconds(since: job.queuedAt))
        return .run(job)
    }

    func jobEnded() {
        counters.jobs.add(1)
        lock.withLock { busy -= 1 }
    }

    func connectionOpened() {
        lock.withLock {
            open += 1
            isServerAway = false
            noteAttemptEnd()
        }
    }

    func connectionClosed(_ failure: DatabaseError?) {
        lock.withLock {
            open -= 1
            if let failure { lastFailure = (failure.kind, failure.sqlState, .now) }
        }
    }

    /// Returns true if the server was not known to be away. Without any connection left, waiting would be in vain:
    /// all that wait are refused.
    func connectionFailed(_ failure: DatabaseError) -> Bool {
        let (isNews, refused, refusal) = lock.withLock {
            let isNews = !isServerAway
            isServerAway = true
            noteAttemptEnd()
            lastFailure = (failure.kind, failure.sqlState, .now)
            return (isNews, open == 0 ? waiting.removeAll() : [], unavailable())
        }
        for job in refused { job.refuse(refusal) }
        return isNews
    }

    /// With `lock` held.
    private func noteAttemptEnd() {
        guard firstAttemptEnd == nil else { return }
        firstAttemptEnd = .now
        tick.signal()
    }

    /// Waits for `duration` without taking jobs. Returns false at the end.
    func pause(for duration: Duration) -> Bool {
        let deadline = Moment.now + duration
        return lock.withLock {
            while !isStopping, end.wait(until: deadline) {}
            return !isStopping
        }
    }

    func workerLeft() {
        let refused = lock.withLock {
            workers -= 1
            guard workers == 0 else { return [Job]() }
            exit.broadcast()
            tick.signal()
            return waiting.removeAll()
        }
        for job in refused { job.refuse(DatabaseError(.shuttingDown, "the database has shut down")) }
    }

    // MARK: - For the ticker

    /// Refuses the jobs that have waited too long, even when every worker is stuck. Returns at the end.
    func tickUntilEnd() {
        while true {
            let (late, isOver) = lock.withLock { waitForLateJobs() }
            for job in late { job.refuse(DatabaseError(.queueTimeout, "no worker was free in time")) }
            if isOver { return }
        }
    }

    private func waitForLateJobs() -> (late: [Job], isOver: Bool) {
        var late: [Job] = []
        let limit = Moment.now
        while let due = firstDeadline, due <= limit, let job = waiting.popFirst() { late.append(job) }
        if isAbandoned || isStopping && workers == 0 { return (late, true) }
        guard late.isEmpty else { return (late, false) }
        isTickerAsleep = waiting.isEmpty
        tick.wait(until: firstDeadline)
        isTickerAsleep = false
        return ([], false)
    }

    /// When the first of the jobs that wait is late. With `lock` held.
    private var firstDeadline: Moment? {
        guard let first = waiting.first, let firstAttemptEnd else { return nil }
        return max(first.queuedAt, firstAttemptEnd) + patience
    }

    // MARK: - The end

    /// No more jobs are taken; those already waiting are run.
    func stop() {
        lock.withLock {
            isStopping = true
            for seat in idle { seat.wake.signal() }
            end.broadcast()
            tick.signal()
        }
    }

    /// Waits until all workers have left; false when some have not at `deadline`, and what waits is then refused.
    func waitForWorkers(until deadline: Moment) -> Bool {
        let (isDone, refused) = lock.withLock {
            while workers > 0, exit.wait(until: deadline) {}
            isAbandoned = true
            tick.signal()
            return (workers == 0, waiting.removeAll())
        }
        for job in refused { job.refuse(DatabaseError(.shuttingDown, "the database has shut down")) }
        return isDone
    }

    /// With `lock` held.
    private func unavailable() -> DatabaseError {
        DatabaseError(.unavailable, "no connection to the server is open", sqlState: lastFailure?.sqlState)
    }
}

/// Where one idle worker waits, and where its next job is put. Touched with the queue's lock held.
final class JobSeat: @unchecked Sendable {
    fileprivate let wake: Condition
    fileprivate var job: Job?
    /// Its worker has last waited in vain.
    fileprivate var isCold = false

    fileprivate init(wake: Condition) {
        self.wake = wake
    }
}
