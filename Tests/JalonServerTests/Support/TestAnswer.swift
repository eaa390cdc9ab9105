import Foundation
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import JalonServer

/// An answer as a client reads it: the JSON is parsed by Foundation, not by our own code.
struct TestAnswer: Sendable {
    let status: Int
    let fields: HTTPFields
    let text: String

    init(_ answer: Answer) {
        status = answer.status.code
        fields = answer.fields
        text = String(buffer: answer.body)
    }

    /// The one answer on a connection; nil when what came is not one.
    init?(_ reply: RawClient.Reply) {
        guard let end = reply.text.range(of: "\r\n\r\n"), let status = reply.statuses.first, reply.statuses.count == 1 else {
            return nil
        }
        self.status = status
        var fields = HTTPFields()
        for line in reply.text[..<end.lowerBound].components(separatedBy: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else { return nil }
            fields.append(HTTPField(name: name, value: parts[1].trimmingCharacters(in: .whitespaces)))
        }
        self.fields = fields
        text = String(reply.text[end.upperBound...])
    }

    /// With all the pieces of an answer that is sent in pieces.
    static func whole(_ answer: Answer) async -> TestAnswer {
        guard let producer = answer.stream else { return TestAnswer(answer) }
        let collected = Mutex(ByteBuffer())
        do {
            try await producer(AnswerStream { piece in collected.withLock { _ = $0.writeImmutableBuffer(piece) } })
        } catch {
            Issue.record("the stream broke off: \(error)")
        }
        var answer = answer
        answer.body = collected.withLock { $0 }
        return TestAnswer(answer)
    }

    var tag: String { fields[.eTag] ?? "" }

    func json() throws -> JSONValue {
        try JSONValue(JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed))
    }

    /// The codes of a problem's faults, with their places: `required /title`.
    func faults() throws -> [String] {
        try json()["errors"].items.map { fault in
            let place = fault["pointer"].text ?? fault["parameter"].text ?? ""
            return "\(fault["code"].text ?? "") \(place)".trimmingCharacters(in: .whitespaces)
        }
    }
}

/// JSON to look into: what is not there is null.
struct JSONValue: CustomStringConvertible, @unchecked Sendable {
    // Foundation's parsed JSON is immutable.
    private let value: Any

    init(_ value: Any) { self.value = value }

    subscript(_ name: String) -> JSONValue { JSONValue((value as? [String: Any])?[name] ?? NSNull()) }
    subscript(_ index: Int) -> JSONValue { items.indices.contains(index) ? items[index] : JSONValue(NSNull()) }

    var items: [JSONValue] { (value as? [Any] ?? []).map(JSONValue.init) }
    var members: [String: JSONValue] { (value as? [String: Any] ?? [:]).mapValues(JSONValue.init) }
    var text: String? { value as? String }
    var number: Int? { isFlag ? nil : (value as? NSNumber)?.intValue }
    var decimal: Double? { isFlag ? nil : (value as? NSNumber)?.doubleValue }
    var flag: Bool? { isFlag ? (value as? NSNumber)?.boolValue : nil }
    var isNull: Bool { value is NSNull }
    var description: String { "\(value)" }

    /// The same text for the same value.
    var canonical: String {
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "?"
    }

    private var isFlag: Bool {
        guard let number = value as? NSNumber else { return false }
        return String(cString: number.objCType) == "c"
    }
}
