import NIOCore
import NIOHTTP1

/// The channel of each client: HTTP/1.1 read by NIO's decoder, requests answered one after the other by the dispatcher,
/// every wait bounded.
struct FrontChannel: Sendable {
    private let dispatcher: Dispatcher
    private let limits: FrontLimits

    init(_ dispatcher: Dispatcher, limits: FrontLimits) {
        self.dispatcher = dispatcher
        self.limits = limits
    }

    /// Makes ready what was accepted, on its event loop.
    func setUp(_ channel: any Channel) throws {
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldCount = limits.fields
        decoding.maxHeaderFieldSize = limits.headSize
        decoding.maxHeaderListSize = limits.headSize
        let connection = Connection(dispatcher, limits: limits, channel: channel)
        try channel.pipeline.syncOperations.addHandlers([
            ByteWatch(connection),
            ByteToMessageHandler(
                HTTPRequestDecoder(
                    leftOverBytesStrategy: .dropBytes, informationalResponseStrategy: .drop, limitConfiguration: decoding)),
            connection,
        ])
        // Answers leave as soon as they are written: they are whole.
        try channel.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
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
