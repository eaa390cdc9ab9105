import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One request and its answer over a connection of their own, through a proxy if there is one.
struct HTTPExchange: Sendable {
    struct Request: Sendable {
        let method: HTTPMethod
        /// With its query, percent-encoded.
        let path: String
        let headers: HTTPHeaders
        let body: [UInt8]
    }

    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: ByteBuffer
    }

    enum Fault: Error {
        /// The deadline passed before the answer was whole.
        case late
        case tooLarge
        /// The connection ended before the answer began.
        case cut
        /// It ended between the head of the answer and its end.
        case cutMidway
        /// The proxy did not open a way to the server.
        case noTunnel(status: Int)
    }

    /// No answer came, and the request had left: it may have been carried out.
    struct Lost: Error {
        let cause: any Error
    }

    let target: HTTPTarget
    let proxy: Proxy?
    /// For the whole of it.
    let patience: TimeAmount
    /// In bytes of the body.
    let largestAnswer: Int

    private static let connectTimeout = TimeAmount.seconds(5)
    /// In bytes. What a proxy says when it refuses is not read further.
    private static let largestRefusal = 1 << 16

    /// - Parameter security: for an address in `https`, which certificates are trusted.
    func answer(to request: Request, security: NIOSSLContext?) async throws -> Answer {
        let channel = try await connect()
        // The deadline is one for all that follows.
        let deadline = channel.eventLoop.scheduleTask(in: patience) { channel.pipeline.fireErrorCaught(Fault.late) }
        defer {
            deadline.cancel()
            channel.close(promise: nil)
        }
        if proxy != nil, target.isSecure { try await openTunnel(on: channel) }
        let host = target.isNumeric ? nil : target.host
        let answer = channel.eventLoop.makePromise(of: Answer.self)
        let limit = largestAnswer
        try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            if let security {
                try pipeline.addHandler(NIOSSLClientHandler(context: security, serverHostname: host))
            }
            try pipeline.addHTTPClientHandlers()
            try pipeline.addHandler(AnswerCollector(answer, limit: limit))
        }.get()
        write(request, to: channel)
        do {
            return try await answer.futureResult.get()
        } catch  where Self.isBeforeSending(error) {
            throw error
        } catch {
            throw Lost(cause: error)
        }
    }

    /// What is written waits until the way is encrypted.
    private static func isBeforeSending(_ error: any Error) -> Bool {
        if case .handshakeFailed? = error as? NIOSSLError { return true }
        return error is NIOSSLExtraError
    }

    /// The certificates that the server shows, none of them judged.
    func certificates(security: NIOSSLContext) async throws -> [NIOSSLCertificate] {
        let channel = try await connect()
        let deadline = channel.eventLoop.scheduleTask(in: Self.connectTimeout) { channel.pipeline.fireErrorCaught(Fault.late) }
        defer {
            deadline.cancel()
            channel.close(promise: nil)
        }
        if proxy != nil { try await openTunnel(on: channel) }
        let host = target.isNumeric ? nil : target.host
        let chain = channel.eventLoop.makePromise(of: [NIOSSLCertificate].self)
        let end = channel.eventLoop.makePromise(of: Answer.self)
        end.futureResult.whenFailure { chain.fail($0) }
        try await channel.eventLoop.submit {
            let handler = try NIOSSLClientHandler(context: security, serverHostname: host) {
                (certificates: [NIOSSLCertificate], verdict: EventLoopPromise<NIOSSLVerificationResult>) in
                chain.succeed(certificates)
                verdict.succeed(.failed)
            }
            try channel.pipeline.syncOperations.addHandler(handler)
            try channel.pipeline.syncOperations.addHandler(AnswerCollector(end, limit: 0))
        }.get()
        return try await chain.futureResult.get()
    }

    private func connect() async throws -> any Channel {
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connectTimeout(Self.connectTimeout)
        return try await bootstrap.connect(host: proxy?.host ?? target.host, port: proxy?.port ?? target.port).get()
    }

    private static let tunnelHandlers = ["tunnel", "tunnel decoder", "tunnel encoder"]

    private func openTunnel(on channel: any Channel) async throws {
        let answer = channel.eventLoop.makePromise(of: Answer.self)
        try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTPRequestEncoder(), name: Self.tunnelHandlers[2])
            try pipeline.addHandler(
                ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)), name: Self.tunnelHandlers[1])
            try pipeline.addHandler(AnswerCollector(answer, limit: Self.largestRefusal), name: Self.tunnelHandlers[0])
        }.get()
        var headers: HTTPHeaders = ["Host": target.hostAndPort]
        if let authorization = proxy?.authorization { headers.add(name: "Proxy-Authorization", value: authorization) }
        let head = HTTPRequestHead(version: .http1_1, method: .CONNECT, uri: target.hostAndPort, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        let status = try await answer.futureResult.get().status
        guard (200..<300).contains(status) else { throw Fault.noTunnel(status: status) }
        for name in Self.tunnelHandlers { try await channel.pipeline.removeHandler(name: name).get() }
    }

    private func write(_ request: Request, to channel: any Channel) {
        var headers = request.headers
        headers.replaceOrAdd(name: "Host", value: target.authority)
        headers.replaceOrAdd(name: "Connection", value: "close")
        if !request.body.isEmpty || [.PUT, .POST, .PATCH].contains(request.method) {
            headers.replaceOrAdd(name: "Content-Length", value: String(request.body.count))
        }
        var uri = request.path
        if let proxy, !target.isSecure {
            // What is not encrypted goes through a proxy as RFC 9112, 3.2.2 has it.
            uri = "http://\(target.authority)\(request.path)"
            if let authorization = proxy.authorization { headers.add(name: "Proxy-Authorization", value: authorization) }
        }
        let head = HTTPRequestHead(version: .http1_1, method: request.method, uri: uri, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !request.body.isEmpty {
            let body = channel.allocator.buffer(bytes: request.body)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }
}

/// Gathers the answer of a channel, and tells what ended it before.
private final class AnswerCollector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart

    private var promise: EventLoopPromise<HTTPExchange.Answer>?
    private var answer: HTTPExchange.Answer?
    private let limit: Int

    init(_ promise: EventLoopPromise<HTTPExchange.Answer>, limit: Int) {
        self.promise = promise
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer = .init(
                status: Int(head.status.code), headers: head.headers, body: context.channel.allocator.buffer(capacity: 0))
        case .body(var part):
            guard let count = answer?.body.readableBytes, count + part.readableBytes <= limit else {
                fail(HTTPExchange.Fault.tooLarge, context)
                return
            }
            answer?.body.writeBuffer(&part)
        case .end:
            guard let answer, let promise else { return }
            self.promise = nil
            promise.succeed(answer)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(HTTPExchange.Fault.cut, context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        promise?.fail(HTTPExchange.Fault.cut)
        promise = nil
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        promise?.fail(Self.isCut(error) ? answer == nil ? HTTPExchange.Fault.cut : .cutMidway : error)
        promise = nil
        context.close(promise: nil)
    }

    /// Each layer has its own word for it.
    private static func isCut(_ error: any Error) -> Bool {
        switch error {
        case HTTPExchange.Fault.cut, HTTPParserError.invalidEOFState, NIOSSLError.uncleanShutdown: true
        case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        default: false
        }
    }
}
