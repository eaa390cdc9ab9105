import CZlib
import NIOCore
import Synchronization

/// A gzip stream (RFC 1952) in the making.
final class GzipStream: Sendable {
    /// On lists of actions level 3 makes a seventh of the bytes; level 6 takes four times as long for a tenth less.
    private static let level: Int32 = 3
    private static let gzipFormat: Int32 = 15 + 16
    private static let memory: Int32 = 8

    /// zlib keeps the address of its state, so it must not move.
    private let state: Mutex<UnsafeMutablePointer<z_stream>>

    /// - Returns: nil if zlib has no memory.
    init?() {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard
            deflateInit2_(
                stream, Self.level, Z_DEFLATED, Self.gzipFormat, Self.memory, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            stream.deallocate()
            return nil
        }
        state = Mutex(stream)
    }

    deinit {
        state.withLock { stream in
            deflateEnd(stream)
            stream.deallocate()
        }
    }

    /// - Parameter isLast: ends the stream; otherwise what was given so far can be read by the client.
    func compress(_ bytes: ByteBuffer, isLast: Bool) -> ByteBuffer {
        state.withLock { stream in
            // A flush adds a few bytes that the bound does not count.
            let bound = Int(deflateBound(stream, UInt(bytes.readableBytes))) + 16
            var output = ByteBufferAllocator().buffer(capacity: bound)
            bytes.withUnsafeReadableBytes { input in
                // zlib does not write to its input, though its type says so.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                var isFull = true
                while isFull {
                    isFull =
                        output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
                            stream.pointee.next_out = space.bindMemory(to: UInt8.self).baseAddress
                            stream.pointee.avail_out = UInt32(space.count)
                            deflate(stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
                            return space.count - Int(stream.pointee.avail_out)
                        } >= bound && stream.pointee.avail_out == 0
                }
            }
            return output
        }
    }
}
