import HTTPTypes
import NIOCore

/// Compression of answers (RFC 9110, 8.4). A compressed answer is another representation of the same state: its strong
/// validator is that of the plain one with a suffix, which conditions understand.
enum ContentCoding {
    static let suffix = "-gzip"
    /// Shorter answers fit in one packet anyway.
    private static let shortest = 1_024

    /// Whether it is worth compressing.
    static func isLong(_ answer: Answer) -> Bool {
        answer.stream != nil || answer.body.readableBytes >= shortest
    }

    /// The answer as the client prefers to receive it.
    static func apply(to answer: inout Answer, _ fields: HTTPFields) {
        guard accepts(fields) else { return }
        if answer.status == .notModified {
            nameForm(in: &answer, fields)
        } else if let producer = answer.stream {
            guard let gzip = GzipStream() else { return }
            answer.stream = { stream in
                try await producer(AnswerStream { try await stream.write(gzip.compress($0, isLast: false)) })
                try await stream.write(gzip.compress(ByteBuffer(), isLast: true))
            }
            mark(&answer)
        } else if isLong(answer), let body = answer.compressed ?? compressed(answer.body) {
            answer.body = body
            mark(&answer)
        }
    }

    /// The validator of a refusal is not that of its own body, but of the resource as it is.
    private static func mark(_ answer: inout Answer) {
        answer.fields[.contentEncoding] = "gzip"
        if answer.status.kind == .successful, let tag = answer.fields[.eTag] { answer.fields[.eTag] = suffixed(tag) }
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

    /// A 304 bears the validator of the form that would be sent, which is the compressed one, unless the client tells that
    /// it has the plain one alone: a cache finds by it what it has kept.
    private static func nameForm(in answer: inout Answer, _ fields: HTTPFields) {
        guard answer.standsForLongAnswer, let tag = answer.fields[.eTag] else { return }
        let named = fields[.ifNoneMatch] ?? ""
        if !named.contains(tag) || named.contains(suffixed(tag)) { answer.fields[.eTag] = suffixed(tag) }
    }

    /// - Parameter tag: a quoted validator.
    private static func suffixed(_ tag: String) -> String { tag.dropLast() + suffix + "\"" }

    /// - Returns: nil if zlib has no memory: the plain bytes will do.
    static func compressed(_ bytes: ByteBuffer) -> ByteBuffer? {
        GzipStream()?.compress(bytes, isLast: true)
    }
}
