import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Listens at an address, and gives each connection that it accepts to ``FrontChannel``.
package struct FrontListener: Service {
    /// Connections that the kernel may accept ahead of us.
    private static let backlog: Int32 = 1_024

    private let channel: FrontChannel
    private let host: String
    private let port: Int
    private let limit: Int
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - onListening: told the port once connections are accepted.
    package init(
        _ dispatcher: Dispatcher, host: String, port: Int, limits: FrontLimits, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) {
        channel = FrontChannel(dispatcher, limits: limits)
        self.host = host
        self.port = port
        limit = limits.connections
        self.logger = logger
        self.onListening = onListening
    }

    /// Accepts until the service is asked to stop, then waits until each connection has been answered what it had asked. When it
    /// is cancelled, it cuts those that are left.
    /// - Throws: `IOError` or `SocketAddressError` when nobody can listen there.
    package func run() async throws {
        let connections = OpenConnections()
        let listening = try await listen(connections)
        listening.closeFuture.whenComplete { _ in connections.listeningHasEnded() }
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await onListening(listening.localAddress?.port ?? 0)
                await connections.end()
            } onGracefulShutdown: {
                connections.drain()
                listening.close(promise: nil)
            }
        } onCancel: {
            listening.close(promise: nil)
            connections.cut()
        }
    }

    private func listen(_ connections: OpenConnections) async throws -> any Channel {
        let (channel, limit, logger) = (channel, limit, logger)
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // One at a time, so that the limit is not passed by those that the kernel had ready.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { listening in
                listening.eventLoop.makeCompletedFuture {
                    try listening.pipeline.syncOperations.addHandlers([
                        AcceptLimit(limit, connections, logger), AcceptBackoffHandler(),
                    ])
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { client in
                client.eventLoop.makeCompletedFuture {
                    try channel.setUp(client)
                    connections.add(client)
                }
            }
            .bind(host: host, port: port).get()
    }
}

/// Stops accepting at the limit of connections, and goes on below it. The system holds the next ones back meanwhile.
private final class AcceptLimit: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    private let limit: Int
    private let connections: OpenConnections
    private let logger: Logger
    private var count = 0
    private var isReadWanted = false
    private var isFailing = false

    init(_ limit: Int, _ connections: OpenConnections, _ logger: Logger) {
        self.limit = limit
        self.connections = connections
        self.logger = logger
    }

    func read(context: ChannelHandlerContext) {
        if count < limit { context.read() } else { isReadWanted = true }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let client = unwrapInboundIn(data)
        isFailing = false
        count += 1
        connections.accepted()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        client.closeFuture.hop(to: context.eventLoop).whenComplete { [connections] _ in
            bound.value.handler.closed(bound.value.context)
            connections.remove(client)
        }
        context.fireChannelRead(data)
    }

    private func closed(_ context: ChannelHandlerContext) {
        count -= 1
        guard isReadWanted, count < limit, context.channel.isActive else { return }
        isReadWanted = false
        context.read()
    }

    /// Such as too many open files. ``AcceptBackoffHandler`` tries again in a second; the log tells it once, until it is over.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError, !isFailing {
            isFailing = true
            logger.error("connections cannot be accepted for now", metadata: ["reason": .string(String(describing: error))])
        }
        context.fireErrorCaught(error)
    }
}
