import ActionPlans
import Foundation
import HTTPTypes
import Hummingbird
import JalonServer
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import UnixSignals

/// The same service behind Hummingbird's own HTTP/1 channel, or behind ours with `--ours`, for `scripts/bench` to compare.
@main
enum DefaultChannel {
    /// Writes its address to standard output; the port is any free one.
    /// - Throws: what keeps the service from starting.
    static func main() async throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.rateLimit = 0
        configuration.anonymousRateLimit = 0
        configuration.database.connectionString = ProcessInfo.processInfo.environment["DATABASE_URL"] ?? ""
        let logger = Logger(label: "default-channel") { _ in SwiftLogNoOpLogHandler() }
        let service = JalonService(
            configuration: configuration, logger: logger,
            listener: CommandLine.arguments.contains("--ours") ? FrontChannel.listener : listener
        ) { port in
            FileHandle.standardOutput.write(Data("http://127.0.0.1:\(port)\n".utf8))
        }
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [service], gracefulShutdownSignals: [.sigterm], logger: logger)
        ).run()
    }

    private static let listener: JalonService.Listener = { dispatcher, host, port, _, logger, onListening in
        Application(
            responder: DefaultResponder(dispatcher),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) }, logger: logger)
    }
}

/// What Hummingbird makes for each request; nothing of it is needed beyond the request itself.
struct DefaultContext: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
}

struct DefaultResponder: HTTPResponder {
    private let dispatcher: Dispatcher

    init(_ dispatcher: Dispatcher) {
        self.dispatcher = dispatcher
    }

    func respond(to request: Request, context: DefaultContext) async throws -> Response {
        let answer = await dispatcher.answer(
            IncomingRequest(
                method: request.method, target: request.head.path ?? "/", fields: request.headers,
                body: { limit in Array(buffer: try await request.body.collect(upTo: limit)) }))
        return Response(status: answer.status, headers: answer.fields, body: ResponseBody(byteBuffer: answer.body))
    }
}
