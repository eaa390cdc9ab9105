import ActionPlans
import Hummingbird
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// The whole server: database, listener and HTTP, started and stopped together.
package struct JalonService: Service {
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameter onListening: told the port once requests are taken.
    package init(
        configuration: ServerConfiguration, logger: Logger, onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
    }

    /// Runs until the service group shuts down.
    /// - Throws: ``Migration/Refusal`` when the database is not the one this build needs, ``DatabaseError`` when it cannot
    ///   be reached at the start.
    package func run() async throws {
        let database = Database(configuration: configuration.database, logger: logger)
        let reference: ReferenceData
        do {
            try await Migration.check(database)
            reference = try await database.read { session in try ReferenceData.load(session) }
        } catch {
            await database.shutdown()
            throw error
        }
        let accepting = Accepting()
        let tokens = TokenDirectory(database: database, configuration: configuration.database, logger: logger)
        let state = ServerState(
            database: database, tokens: tokens, reference: reference, contract: try Contract(),
            configuration: configuration, logger: logger, isAccepting: { accepting.isTrue })
        let application = Application(
            responder: HummingbirdFront(Dispatcher(operations: Operations.all, server: state)),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil),
            onServerRunning: { [onListening] channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger)
        // Stopped in the reverse order: HTTP drains first, the database last.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [database, tokens, application], logger: logger))
        try await withGracefulShutdownHandler {
            try await group.run()
        } onGracefulShutdown: {
            accepting.stop()
        }
    }
}

/// Whether new work is taken; false from the moment the process is asked to stop.
private final class Accepting: Sendable {
    private let flag = Atomic(true)

    var isTrue: Bool { flag.load(ordering: .relaxed) }
    func stop() { flag.store(false, ordering: .relaxed) }
}
