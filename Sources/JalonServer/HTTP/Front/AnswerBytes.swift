import HTTPTypes
import NIOCore
import NIOHTTP1

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
        var bytes: [UInt8] = []
        bytes.reserveCapacity(640 + (isJoined ? length : 0))
        bytes.append("HTTP/1.1 ")
        bytes.append(contentsOf: String(answer.status.code).utf8)
        bytes.append(" ")
        bytes.append(contentsOf: Self.reason(of: answer.status).utf8)
        bytes.append("\r\n")
        for field in answer.fields {
            bytes.append(contentsOf: field.name.rawName.utf8)
            bytes.append(": ")
            bytes.append(contentsOf: field.value.utf8)
            bytes.append("\r\n")
        }
        bytes.append("Date: ")
        bytes.append(contentsOf: HTTPDate.now())
        bytes.append("\r\n")
        if let connection {
            bytes.append("Connection: ")
            bytes.append(connection)
            bytes.append("\r\n")
        }
        let hasBody = answer.status != .notModified && answer.status != .noContent
        if answer.stream != nil {
            if request?.isHTTP10 == false { bytes.append("Transfer-Encoding: chunked\r\n") }
        } else if hasBody {
            bytes.append("Content-Length: ")
            bytes.append(contentsOf: String(length).utf8)
            bytes.append("\r\n")
        }
        bytes.append("\r\n")
        if hasBody, request?.method != .head, length > 0 {
            if isJoined {
                answer.body.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
            } else {
                rest = answer.body
            }
        }
        head = allocator.buffer(bytes: bytes)
    }

    /// An answer that was kept has its status as a number, without a phrase; so has whoever makes a status of one.
    private static func reason(of status: HTTPResponse.Status) -> String {
        status.reasonPhrase.isEmpty ? HTTPResponseStatus(statusCode: status.code).reasonPhrase : status.reasonPhrase
    }

    static let `continue` = ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
