import NIOCore

/// Writes an answer slice by slice, so that a slow client is seen at each of them.
final class AnswerWriting {
    enum Progress {
        case more, done, failed
    }

    private var bytes: AnswerBytes
    private let keepsAlive: Bool
    private var isStopped = false

    init(_ bytes: AnswerBytes, keepsAlive: Bool) {
        self.bytes = bytes
        self.keepsAlive = keepsAlive
    }

    /// The connection is gone.
    func stop() { isStopped = true }

    func start(_ context: ChannelHandlerContext, sliceSize: Int, _ report: @escaping (Progress) -> Void) {
        write(bytes.head, context, sliceSize, report)
    }

    private func write(
        _ slice: ByteBuffer, _ context: ChannelHandlerContext, _ sliceSize: Int, _ report: @escaping (Progress) -> Void
    ) {
        let written = context.writeAndFlush(NIOAny(slice))
        let next = nextSlice(sliceSize)
        written.assumeIsolated().whenComplete { [self] result in
            guard !isStopped else { return }
            switch (result, next) {
            case (.failure, _): report(.failed)
            case (.success, nil): report(.done)
            case (.success, let next?):
                report(.more)
                write(next, context, sliceSize, report)
            }
        }
    }

    private func nextSlice(_ size: Int) -> ByteBuffer? {
        guard var rest = bytes.rest, rest.readableBytes > 0 else { return nil }
        let slice = rest.readSlice(length: min(size, rest.readableBytes))
        bytes.rest = rest
        return slice
    }
}
