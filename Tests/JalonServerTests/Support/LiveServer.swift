import AsyncHTTPClient
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
        configuration.port = 0
        configuration.front = front
        configuration.database = database
        let (ports, found) = AsyncStream<Int>.makeStream()
        let service = JalonService(
            configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onListening: { port in found.yield(port) })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await group.run()
                found.finish()
            }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next(), "the server did not start")
            do {
                try await body("http://127.0.0.1:\(port)")
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
