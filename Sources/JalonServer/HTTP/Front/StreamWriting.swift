import NIOCore

/// Writes an answer whose length is not known, in chunks (RFC 9112, 7.1), or to the end of the connection for HTTP/1.0.
final class StreamWriting {
    let keepsAlive: Bool
    private let isChunked: Bool

    init(isChunked: Bool, keepsAlive: Bool) {
        self.isChunked = isChunked
        self.keepsAlive = keepsAlive
    }

    /// - Parameter report: called when the client has taken in the piece, or has gone.
    func write(_ piece: ByteBuffer, _ context: ChannelHandlerContext, _ report: @escaping (Result<Void, any Error>) -> Void) {
        // A chunk of nothing would be the end.
        guard piece.readableBytes > 0 else { return report(.success(())) }
        if isChunked {
            var head = context.channel.allocator.buffer(capacity: 12)
            head.writeString(String(piece.readableBytes, radix: 16))
            head.writeStaticString("\r\n")
            context.write(NIOAny(head), promise: nil)
        }
        context.write(NIOAny(piece), promise: nil)
        let end = ByteBuffer(staticString: isChunked ? "\r\n" : "")
        context.writeAndFlush(NIOAny(end)).assumeIsolated().whenComplete(report)
    }

    func end(_ context: ChannelHandlerContext) {
        if isChunked { context.writeAndFlush(NIOAny(ByteBuffer(staticString: "0\r\n\r\n")), promise: nil) }
    }
}

/// The pieces of an answer, on the event loop of its connection.
extension Connection {
    func send(piece: ByteBuffer, for exchange: Exchange, _ continuation: CheckedContinuation<Void, any Error>) {
        guard let context, let streaming, self.exchange === exchange else {
            return continuation.resume(throwing: ChannelError.ioOnClosedChannel)
        }
        wait = Wait(.reader, until: .now() + limits.slice)
        streaming.write(piece, context) { [self] result in
            // What takes its time until the next piece is ours.
            wait = Wait(.answer, until: .distantFuture)
            continuation.resume(with: result)
        }
    }

    func endStream(of exchange: Exchange) {
        guard let context, let streaming, self.exchange === exchange else { return }
        streaming.end(context)
        self.streaming = nil
        written(keepsAlive: streaming.keepsAlive)
    }

    func breakStream(of exchange: Exchange) {
        if self.exchange === exchange { context?.close(promise: nil) }
    }
}
