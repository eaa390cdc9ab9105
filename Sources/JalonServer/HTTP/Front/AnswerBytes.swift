import HTTPTypes
import NIOCore

/// An answer as it goes over the wire (RFC 9112).
struct AnswerBytes {
    /// A body up to this size is written with its head, in one piece.
    private static let joined = 32 << 10

    var head: ByteBuffer
    /// What is left to write after the head.
    var rest: ByteBuffer?

    /// - Parameters:
    ///   - request: of HEAD the length is told and the body left out; nil for one that was not understood.
    ///   - connection: the value of `Connection`, where it must be told.
    init(_ answer: Answer, to request: RequestHead?, connection: StaticString?, allocator: ByteBufferAllocator) {
        let length = answer.body.readableBytes
        let isJoined = length <= Self.joined
        head = allocator.buffer(capacity: 640 + (isJoined ? length : 0))
        head.writeStaticString("HTTP/1.1 ")
        head.writeString(String(answer.status.code))
        head.writeStaticString(" ")
        head.writeString(answer.status.reasonPhrase)
        head.writeStaticString("\r\n")
        for field in answer.fields {
            head.writeString(field.name.rawName)
            head.writeStaticString(": ")
            head.writeString(field.value)
            head.writeStaticString("\r\n")
        }
        head.writeStaticString("Date: ")
        head.writeBytes(HTTPDate.now())
        head.writeStaticString("\r\n")
        if let connection {
            head.writeStaticString("Connection: ")
            head.writeStaticString(connection)
            head.writeStaticString("\r\n")
        }
        let hasBody = answer.status != .notModified && answer.status != .noContent
        if answer.stream != nil {
            if request?.isHTTP10 == false { head.writeStaticString("Transfer-Encoding: chunked\r\n") }
        } else if hasBody {
            head.writeStaticString("Content-Length: ")
            head.writeString(String(length))
            head.writeStaticString("\r\n")
        }
        head.writeStaticString("\r\n")
        guard hasBody, request?.method != .head, length > 0 else { return }
        if isJoined {
            head.writeImmutableBuffer(answer.body)
        } else {
            rest = answer.body
        }
    }

    static let `continue` = ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")
}
