import CZlib
import HTTPTypes
import NIOCore

/// Compression of answers (RFC 9110, 8.4). A compressed answer is another representation of the same state: its strong
/// validator is that of the plain one with a suffix, which conditions understand.
enum ContentCoding {
    static let suffix = "-gzip"
    /// Shorter answers fit in one packet anyway.
    private static let shortest = 1_024
    /// On lists of actions level 3 makes a seventh of the bytes; level 6 takes four times as long for a tenth less.
    private static let level: Int32 = 3

    /// The answer as the client prefers to receive it.
    static func apply(to answer: inout Answer, _ fields: HTTPFields) {
        guard accepts(fields) else { return }
        if answer.status == .notModified {
            keepTag(of: &answer, fields)
        } else if answer.body.readableBytes >= shortest, let body = answer.compressed ?? compressed(answer.body) {
            answer.body = body
            answer.fields[.contentEncoding] = "gzip"
            if let tag = answer.fields[.eTag] { answer.fields[.eTag] = suffixed(tag) }
        }
    }

    private static func accepts(_ fields: HTTPFields) -> Bool {
        guard let header = fields[.acceptEncoding] else { return false }
        var gzip: Int?
        var any: Int?
        for (coding, quality) in Negotiation.ranges(header) {
            switch coding.lowercased() {
            case "gzip", "x-gzip": gzip = quality
            case "*": any = quality
            default: break
            }
        }
        return (gzip ?? any ?? 0) > 0
    }

    /// A 304 bears the validator that the client named.
    private static func keepTag(of answer: inout Answer, _ fields: HTTPFields) {
        guard let tag = answer.fields[.eTag], let named = fields[.ifNoneMatch] else { return }
        if named.contains(suffixed(tag)) { answer.fields[.eTag] = suffixed(tag) }
    }

    /// - Parameter tag: a quoted validator.
    private static func suffixed(_ tag: String) -> String { tag.dropLast() + suffix + "\"" }

    /// - Returns: nil if zlib has no memory: the plain bytes will do.
    static func compressed(_ bytes: ByteBuffer) -> ByteBuffer? {
        var stream = z_stream()
        let gzipFormat: Int32 = 15 + 16
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, gzipFormat, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.readableBytes)))
        var output = ByteBufferAllocator().buffer(capacity: bound)
        let isDone = bytes.withUnsafeReadableBytes { input in
            output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
                // zlib does not write to its input, though its type says so.
                stream.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = space.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(space.count)
                return deflate(&stream, Z_FINISH) == Z_STREAM_END ? Int(stream.total_out) : 0
            }
        }
        return isDone > 0 ? output : nil
    }
}
