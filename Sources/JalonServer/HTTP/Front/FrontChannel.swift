import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The channel of each client: HTTP/1.1 read by NIO's decoder, requests answered one after the other by the dispatcher,
/// every wait bounded. Plugged into Hummingbird's server, which accepts and drains the connections.
package struct FrontChannel: ServerChildChannel {
    package struct Value: ServerChildChannelValue {
        package let channel: any Channel
    }

    private let dispatcher: Dispatcher
    private let limits: FrontLimits

    package init(_ dispatcher: Dispatcher, limits: FrontLimits = FrontLimits()) {
        self.dispatcher = dispatcher
        self.limits = limits
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            var decoding = NIOHTTPDecoderLimitConfiguration()
            decoding.maxHeaderFieldCount = limits.fields
            decoding.maxHeaderFieldSize = limits.headSize
            decoding.maxHeaderListSize = limits.headSize
            let connection = Connection(dispatcher, limits: limits, channel: channel)
            try channel.pipeline.syncOperations.addHandlers([
                ByteWatch(connection),
                ByteToMessageHandler(
                    HTTPRequestDecoder(
                        leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop,
                        limitConfiguration: decoding)),
                connection,
            ])
            // Answers leave as soon as they are written: they are whole.
            try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
            return Value(channel: channel)
        }
    }

    /// Waits for the end of the connection, and cuts it when the server gives up waiting.
    package func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}

extension FrontChannel {
    /// Connections that the kernel may accept ahead of us.
    private static let backlog = 1_024

    /// The server that listens for the service.
    package static let listener: JalonService.Listener = { dispatcher, host, port, limits, logger, onListening in
        Server(
            childChannelSetup: FrontChannel(dispatcher, limits: limits),
            configuration: HummingbirdCore.ServerConfiguration(
                address: .hostname(host, port: port), backlog: backlog,
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    }
}

/// Tells the connection that bytes have come, before they make a request.
private final class ByteWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.bytesHaveCome(unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
    }
}
