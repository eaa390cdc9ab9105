import Glibc
import Logging
import ServiceLifecycle
import Synchronization

/// Listens to PostgreSQL's notifications on one connection of its own, on its own thread, and comes back by itself
/// when that connection is lost.
///
/// What is notified while it is away is gone: `onGap` is called after each connection, the first included, once the
/// channels are listened to, so that whoever caches reads again what may have changed.
package final class NotificationListener: Service, Sendable {
    package typealias Handler = @Sendable (_ channel: String, _ payload: String) -> Void

    private enum Phase {
        case waiting
        case running(WorkerThread)
        case stopping([CheckedContinuation<Void, Never>])
        case stopped
    }

    private let configuration: DatabaseConfiguration
    private let channels: [String]
    private let logger: Logger
    private let onGap: @Sendable () -> Void
    private let onNotification: Handler
    private let phase = Mutex(Phase.waiting)
    private let hearing = Atomic<Bool>(false)
    private let bell = Bell()

    /// Opens nothing. The closures are called on the listener's thread, one at a time, and must return soon.
    package init(
        configuration: DatabaseConfiguration, channels: [String], logger: Logger,
        onGap: @escaping @Sendable () -> Void = {}, onNotification: @escaping Handler
    ) {
        self.configuration = configuration
        self.channels = channels
        self.logger = logger
        self.onGap = onGap
        self.onNotification = onNotification
    }

    /// False while notifications may be missed.
    package var isListening: Bool { hearing.load(ordering: .acquiring) }

    /// Starts the thread, which connects in the background. Does nothing the second time.
    package func start() {
        phase.withLock { phase in
            guard case .waiting = phase else { return }
            phase = .running(WorkerThread("pg-listener") { [self] in listenUntilEnd() })
        }
    }

    /// Runs until the service group shuts down.
    package func run() async throws {
        start()
        try? await gracefulShutdown()
        await shutdown()
    }

    /// Closes the connection and joins the thread: at once, or after the attempt to connect that is under way.
    /// May be called again.
    package func shutdown() async {
        await withCheckedContinuation { continuation in
            let thread: WorkerThread? = phase.withLock { phase in
                switch phase {
                case .waiting, .stopped:
                    phase = .stopped
                    continuation.resume()
                    return nil
                case .running(let thread):
                    phase = .stopping([continuation])
                    return thread
                case .stopping(let others):
                    phase = .stopping(others + [continuation])
                    return nil
                }
            }
            if let thread { stop(thread) }
        }
    }

    private func stop(_ thread: WorkerThread) {
        bell.ring()
        let joiner = WorkerThread("pg-stop") { [self] in
            thread.join()
            let waiting = phase.withLock { phase in
                defer { phase = .stopped }
                if case .stopping(let waiting) = phase { return waiting } else { return [] }
            }
            for continuation in waiting { continuation.resume() }
        }
        joiner.detach()
    }

    // MARK: - On the thread

    private func listenUntilEnd() {
        var pause = configuration.reconnectPause
        var isSilent = false
        while true {
            do {
                let connection = try open()
                pause = configuration.reconnectPause
                isSilent = false
                hear(connection)
                hearing.store(false, ordering: .releasing)
                if !bell.wait(until: .now) { logger.warning("the connection that listens to PostgreSQL was lost") }
            } catch {
                let failure = error as? DatabaseError
                if !isSilent { note(failure?.logDescription ?? "\(error)") }
                isSilent = true
                // A standby and a pooler are there and let nobody listen: they are asked again without hurry.
                if failure?.kind == .server { pause = max(pause, Self.heartbeat) }
            }
            if bell.wait(until: Moment.now + pause * Double.random(in: 0.5...1)) { return }
            pause = min(pause * 2, configuration.longestReconnectPause)
        }
    }

    private func note(_ failure: String) {
        logger.error("Cannot listen to PostgreSQL", metadata: ["error": .string(failure)])
    }

    private func open() throws -> Connection {
        let connection = try Connection.open(configuration, counters: Counters(), logger: logger)
        guard !connection.isPooled else {
            throw DatabaseError(.server, "a pooler stands before the server: notifications would not arrive")
        }
        for channel in channels {
            try connection.command("listen \(DatabaseConfiguration.quoted(channel))")
        }
        return connection
    }

    /// How often the server is asked whether it is still there: a machine that has vanished sends nothing, and
    /// silence is also what a channel without news sounds like.
    private static let heartbeat: Duration = .seconds(5)

    /// Returns when the connection is lost or at the end.
    private func hear(_ connection: Connection) {
        connection.answerLimit = Self.heartbeat
        hearing.store(true, ordering: .releasing)
        onGap()
        while true {
            while let (channel, payload) = connection.nextNotification() { onNotification(channel, payload) }
            if connection.isBroken { return }
            var entries = [bell.reading, connection.socket].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            if !Poll.wait(&entries, until: Moment.now + Self.heartbeat) {
                if (try? connection.command("select 1")) == nil { return }
            } else if entries[0].revents != 0 {
                return
            } else {
                connection.readUnasked()
            }
        }
    }
}
