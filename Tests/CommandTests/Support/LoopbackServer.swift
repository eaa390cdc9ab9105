import NIOCore
import NIOPosix
import Synchronization

/// A server on a port of its own that looks at how each connection begins, then answers it or hands it on: what stands
/// between a user and Jalon.
final class LoopbackServer: Sendable {
    enum Decision: Sendable {
        /// These bytes, then the end.
        case answer(String)
        /// Everything goes to this port and back. The client is told `first`, the port is sent `head` and what follows.
        case handOn(port: Int, first: String = "", head: String = "")
    }

    let port: Int
    private let begun = Mutex<[String]>([])

    /// How each connection began: its first line and its fields.
    var heads: [String] { begun.withLock(\.self) }

    /// - Parameters:
    ///   - security: speaks TLS with this certificate.
    ///   - decide: told the first line and the fields of a request.
    static func with(
        security: TLSServer.Identity? = nil, decide: @escaping @Sendable (String) -> Decision,
        _ body: (LoopbackServer) async throws -> Void
    ) async throws {
        let begun = AsyncHeads()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Beginning(begun, decide))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let plain = channel.localAddress?.port ?? 0
        func run(_ port: Int) async throws {
            let server = LoopbackServer(port: port)
            begun.server.withLock { $0 = server }
            try await body(server)
        }
        let result: Result<Void, any Error>
        do {
            if let security { try await TLSServer.with(security, before: plain, run) } else { try await run(plain) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await channel.close().get()
        try result.get()
    }

    /// Hands everything on, as a proxy that ends TLS does.
    static func with(security: TLSServer.Identity, before port: Int, _ body: (LoopbackServer) async throws -> Void) async throws {
        try await with(security: security, decide: { .handOn(port: port, head: $0) }, body)
    }

    private init(port: Int) {
        self.port = port
    }

    fileprivate func note(_ head: String) { begun.withLock { $0.append(head) } }
}

private final class AsyncHeads: Sendable {
    let server = Mutex<LoopbackServer?>(nil)

    func note(_ head: String) { server.withLock(\.self)?.note(head) }
}

/// Gathers what a connection begins with, and does as was decided.
private final class Beginning: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let heads: AsyncHeads
    private let decide: @Sendable (String) -> LoopbackServer.Decision
    private var text = ""
    private var waiting: [ByteBuffer] = []
    private var other: (any Channel)?
    private var isDecided = false

    init(_ heads: AsyncHeads, _ decide: @escaping @Sendable (String) -> LoopbackServer.Decision) {
        self.heads = heads
        self.decide = decide
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard !isDecided else {
            if let other { other.writeAndFlush(buffer, promise: nil) } else { waiting.append(buffer) }
            return
        }
        text += String(buffer: buffer)
        // A greeting of TLS has no such end.
        guard let end = text.firstRange(of: "\r\n\r\n") ?? text.utf8.firstIndex(of: 0x16).map({ $0..<$0 }) else { return }
        isDecided = true
        let head = String(text[..<end.upperBound])
        heads.note(head)
        let rest = String(text[end.upperBound...])
        switch decide(head) {
        case .answer(let answer):
            let channel = context.channel
            channel.writeAndFlush(ByteBuffer(string: answer)).whenComplete { _ in channel.close(promise: nil) }
        case .handOn(let port, let first, let head): handOn(to: port, first, ByteBuffer(string: head + rest), context)
        }
    }

    private func handOn(to port: Int, _ first: String, _ start: ByteBuffer, _ context: ChannelHandlerContext) {
        let client = context.channel
        let own = NIOLoopBound(self, eventLoop: context.eventLoop)
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Return(client)) }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenComplete { result in
                guard case .success(let channel) = result else { return client.close(promise: nil) }
                let handler = own.value
                handler.other = channel
                if !first.isEmpty { client.writeAndFlush(ByteBuffer(string: first), promise: nil) }
                for buffer in [start] + handler.waiting { channel.writeAndFlush(buffer, promise: nil) }
                handler.waiting = []
            }
    }

    func channelInactive(context: ChannelHandlerContext) { other?.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// What comes back goes to the client.
private final class Return: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: any Channel

    init(_ client: any Channel) {
        self.client = client
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { client.close(promise: nil) }
}
