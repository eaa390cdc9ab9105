import Foundation
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import Testing

@testable import JalonServer

/// The whole server on a port of its own, as `jalon serve` runs it.
enum LiveServer {
    /// - Parameters:
    ///   - front: how long clients may make it wait, and how much they may send.
    ///   - body: told the address.
    static func with(
        _ database: DatabaseConfiguration, front: FrontLimits = FrontLimits(),
        _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.front = front
        configuration.database = database
        configuration.rateLimit = 0
        configuration.anonymousRateLimit = 0
        try await with(configuration) { address, _ in try await body(address) }
    }

    /// - Parameter body: told the address, and that of the admin port if the configuration has one.
    static func with(
        _ configuration: ServerConfiguration, _ body: @escaping @Sendable (_ api: String, _ admin: String) async throws -> Void
    ) async throws {
        var configuration = configuration
        configuration.port = 0
        let hasAdminPort = configuration.adminPort != nil
        let (ports, found) = AsyncStream<Int>.makeStream()
        let (adminPorts, foundAdmin) = AsyncStream<Int>.makeStream()
        let service = JalonService(
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onListening: { port in found.yield(port) }, onAdminListening: { port in foundAdmin.yield(port) })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await group.run()
                found.finish()
                foundAdmin.finish()
            }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next(), "the server did not start")
            var adminIterator = adminPorts.makeAsyncIterator()
            let adminPort = hasAdminPort ? try #require(await adminIterator.next(), "the admin port did not open") : 0
            do {
                try await body("http://127.0.0.1:\(port)", "http://127.0.0.1:\(adminPort)")
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
