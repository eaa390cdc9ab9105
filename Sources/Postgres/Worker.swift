import Logging

/// A thread's work: keep one connection open and run jobs on it. Used on its own thread only.
final class Worker {
    private let configuration: DatabaseConfiguration
    private let queue: JobQueue
    private let seat: JobSeat
    private let counters: Counters
    private let logger: Logger
    private var connection: Connection?
    private var lifetime: Duration = .zero
    private var pause: Duration
    private var hasConnected = false

    /// How often an idle connection is looked at: a server that has left is noticed without a job to pay for it.
    private static let idleCheck: Duration = .seconds(1)
    private static let mostConflicts = 3

    init(configuration: DatabaseConfiguration, queue: JobQueue, counters: Counters, logger: Logger) {
        self.configuration = configuration
        self.queue = queue
        seat = queue.makeSeat()
        self.counters = counters
        self.logger = logger
        pause = configuration.reconnectPause
    }

    func work() {
        defer {
            close(nil)
            queue.workerLeft()
        }
        while true {
            guard connection != nil || (try? connect()) != nil else {
                guard pauseBeforeConnecting() else { return }
                continue
            }
            switch queue.next(in: seat, until: Moment.now + Self.idleCheck) {
            case .run(let job):
                job.perform(self)
                queue.jobEnded()
                renewIfOld()
            case .idle:
                dropIfDead()
                renewIfOld()
            case .leave:
                return
            }
        }
    }

    // MARK: - Jobs

    /// Runs a job to its end, again after a conflict or a lost connection where nothing can have been written.
    func run<Value>(
        _ transaction: Transaction, _ body: (borrowing Session) throws -> Value
    ) -> Result<Value, any Error> {
        var conflicts = 0
        var hasLostConnection = false
        var hasRun = false
        while true {
            do {
                let connection = try connection ?? connect()
                defer { dropUnlessClean() }
                let value = try transaction.run(on: connection, limits: configuration) { session in
                    hasRun = true
                    return try body(session)
                }
                return .success(value)
            } catch let error as DatabaseError where transaction.mayRunAgain || !hasRun {
                if error.kind == .connectionLost, error.mayRetryLostConnection, !hasLostConnection {
                    hasLostConnection = true
                } else if SQLState.isConflict(error.sqlState) || error.isStalePlan, conflicts < Self.mostConflicts {
                    conflicts += 1
                    // At the end the pause is cut short and the job is still tried again.
                    _ = queue.pause(for: .milliseconds(Int.random(in: 1...(10 << conflicts))))
                } else {
                    return .failure(error)
                }
                counters.retries.add(1)
            } catch {
                return .failure(error)
            }
        }
    }

    // MARK: - The connection

    private func connect() throws -> Connection {
        let fresh: Connection
        do {
            fresh = try Connection.open(configuration, counters: counters, logger: logger)
        } catch let error as DatabaseError {
            if queue.connectionFailed(error) {
                logger.error("No connection to PostgreSQL", metadata: ["error": .string(error.logDescription)])
            }
            throw error
        }
        if hasConnected { counters.reconnects.add(1) }
        hasConnected = true
        pause = configuration.reconnectPause
        lifetime = configuration.connectionLifetime * Double.random(in: 0.9...1.1)
        connection = fresh
        queue.connectionOpened()
        return fresh
    }

    /// Returns false at the end.
    private func pauseBeforeConnecting() -> Bool {
        defer { pause = min(pause * 2, configuration.longestReconnectPause) }
        return queue.pause(for: pause * Double.random(in: 0.5...1))
    }

    /// A connection is used again only when it is known to be in no transaction.
    private func dropUnlessClean() {
        guard let connection, !connection.isIdle else { return }
        if connection.isBroken {
            drop("a connection to PostgreSQL was lost")
        } else {
            drop("a job left its connection in a transaction")
        }
    }

    private func dropIfDead() {
        connection?.readUnasked()
        if connection?.isBroken == true { drop("an idle connection to PostgreSQL was lost") }
    }

    private func drop(_ reason: String) {
        logger.warning("\(reason)")
        close(DatabaseError(.connectionLost, reason))
    }

    private func close(_ failure: DatabaseError?) {
        guard connection != nil else { return }
        connection = nil
        queue.connectionClosed(failure)
    }

    private func renewIfOld() {
        guard let connection, connection.openedAt + lifetime < .now else { return }
        close(nil)
    }
}
