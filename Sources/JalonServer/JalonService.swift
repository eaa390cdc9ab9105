import ActionPlans
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// The whole server: database, listener and HTTP, started and stopped together.
package struct JalonService: Service {
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void
    private let onAdminListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - onListening: told the port once requests are taken.
    ///   - onAdminListening: the same of the port for health and metrics, where there is one.
    package init(
        configuration: ServerConfiguration, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in },
        onAdminListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        self.onAdminListening = onAdminListening
    }

    /// Runs until the service group shuts down.
    /// - Throws: ``Migration/Refusal`` when the database is not the one this build needs, ``DatabaseError`` when it cannot
    ///   be reached at the start.
    package func run() async throws {
        let database = Database(configuration: configuration.database, logger: logger)
        let reference: ReferenceData
        do {
            let role = try await Migration.check(database)
            let isPooled: Bool
            (reference, isPooled) = try await database.read { session in (try ReferenceData.load(session), session.isPooled) }
            if role == .standby { logger.notice("the database is a standby: this server reads it and takes no writes") }
            if isPooled { logger.notice("a connection pooler stands before the database: jalon doctor says what that changes") }
        } catch {
            await database.shutdown()
            throw error
        }
        let accepting = Accepting()
        let tokens = TokenDirectory(database: database, configuration: configuration.database, logger: logger)
        let state = ServerState(
            database: database, tokens: tokens, reference: reference, contract: try Contract(),
            configuration: configuration, logger: logger, isAccepting: { accepting.isTrue })
        func door(
            _ door: Operation.Door, _ host: String, _ port: Int, _ onListening: @escaping @Sendable (Int) async -> Void
        ) -> any Service {
            let operations = Operations.served(on: door, hasAdminPort: configuration.adminPort != nil)
            let dispatcher = Dispatcher(operations: operations, server: state)
            return FrontListener(
                dispatcher, host: host, port: port, limits: configuration.front, logger: logger, onListening: onListening)
        }
        // Stopped in the reverse order: HTTP drains first, told so by the admin port until it is done, the database last.
        var services: [any Service] = [database, tokens, state.schema]
        if let adminPort = configuration.adminPort {
            services.append(door(.admin, configuration.adminHost ?? configuration.host, adminPort, onAdminListening))
        }
        services.append(door(.api, configuration.host, configuration.port, onListening))
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        try await withGracefulShutdownHandler {
            try await group.run()
        } onGracefulShutdown: {
            accepting.stop()
            state.feed.stop()
        }
    }
}

/// Whether new work is taken; false from the moment the process is asked to stop.
private final class Accepting: Sendable {
    private let flag = Atomic(true)

    var isTrue: Bool { flag.load(ordering: .relaxed) }
    func stop() { flag.store(false, ordering: .relaxed) }
}
