import HTTPTypes
import NIOCore

/// What a handler answers: a status, its fields and a body that is already bytes.
package struct Answer: Sendable {
    package var status: HTTPResponse.Status
    package var fields: HTTPFields
    package var body: ByteBuffer
    /// The body in gzip, where it has been made once for all.
    package var compressed: ByteBuffer?
    /// Makes a body too long to be held whole; `body` is then empty.
    package var stream: AnswerStream.Producer?
    /// Of a 304: whether the answer it stands for would be compressed for who accepts it.
    var standsForLongAnswer = false

    package init(_ status: HTTPResponse.Status, _ body: ByteBuffer = ByteBuffer(), type: MediaType? = nil) {
        self.status = status
        self.body = body
        fields = HTTPFields()
        if let type { fields[.contentType] = type.field }
    }

    /// 200 with a JSON body.
    package static func json(
        _ status: HTTPResponse.Status = .ok, capacity: Int = 1_024, _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        var writer = JSONWriter(capacity: capacity)
        try write(&writer)
        return Answer(status, writer.buffer, type: .json)
    }

    /// 200 with a body made piece by piece.
    package static func stream(_ type: MediaType, _ producer: @escaping AnswerStream.Producer) -> Answer {
        var answer = Answer(.ok, type: type)
        answer.stream = producer
        return answer
    }

    /// The same answer under a strong validator.
    package func tagged(_ tag: EntityTag) -> Answer {
        var answer = self
        answer.fields[.eTag] = tag.field
        return answer
    }

    /// 304 in place of this answer, for a caller who has it already.
    func unmodified() -> Answer {
        .unmodified(tag: fields[.eTag], isLong: ContentCoding.isLong(self))
    }

    /// - Parameter isLong: whether the answer it stands for would be compressed for who accepts it.
    static func unmodified(tag: String?, isLong: Bool) -> Answer {
        var answer = Answer(.notModified)
        answer.fields[.eTag] = tag
        answer.standsForLongAnswer = isLong
        return answer
    }

    /// How much of the body goes out: HEAD has the fields of GET alone.
    func sentBytes(to method: HTTPRequest.Method) -> Int {
        method == .head || status == .notModified ? 0 : body.readableBytes
    }

    package func created(at location: String) -> Answer {
        var answer = self
        answer.status = .created
        answer.fields[.location] = location
        return answer
    }
}

extension HTTPResponse.Status {
    /// For the log and the counts of a request whose client has hung up; it is never sent.
    static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
}

/// Where a long answer goes, piece by piece.
package struct AnswerStream: Sendable {
    package typealias Producer = @Sendable (AnswerStream) async throws -> Void

    /// Returns when the client has taken in the piece; throws when it has gone.
    package let write: @Sendable (ByteBuffer) async throws -> Void

    package init(write: @escaping @Sendable (ByteBuffer) async throws -> Void) {
        self.write = write
    }
}

/// The media types the service reads or writes.
package enum MediaType: String, Sendable, CaseIterable {
    case json = "application/json"
    case mergePatch = "application/merge-patch+json"
    case yaml = "application/yaml"
    /// One JSON document a line.
    case lines = "application/x-ndjson"
    case csv = "text/csv"
    case problem = "application/problem+json"
    case html = "text/html"
    case svg = "image/svg+xml"
    case text = "text/plain"

    /// Other names that clients give the same type.
    static let synonyms: [String: MediaType] = ["application/x-yaml": .yaml, "text/yaml": .yaml, "text/x-yaml": .yaml]

    package var field: String {
        switch self {
        case .html, .text, .csv: rawValue + "; charset=utf-8"
        case .json, .mergePatch, .yaml, .lines, .problem, .svg: rawValue
        }
    }

    package init?(name: some StringProtocol) {
        let name = name.lowercased()
        guard let type = MediaType(rawValue: name) ?? Self.synonyms[name] else { return nil }
        self = type
    }
}
