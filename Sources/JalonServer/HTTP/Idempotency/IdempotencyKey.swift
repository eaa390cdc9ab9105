import ActionPlans
import Documents
import HTTPTypes

/// The name a client gives to one POST, so that it can send it again without doing it twice
/// (draft-ietf-httpapi-idempotency-key-header).
package struct IdempotencyKey: Sendable, Hashable {
    package let text: String

    static let lengths = 1...255

    /// - Returns: nil without the field.
    /// - Throws: ``ProblemKind/malformedRequest`` naming the field when it is repeated or is no key.
    init?(_ fields: HTTPFields) throws {
        let values = fields[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        guard values.count == 1 else {
            throw Self.malformed(
                .duplicate, Message("Idempotency-Key est donné plusieurs fois.", "Idempotency-Key is given several times."))
        }
        guard let text = Self.unquoted(value) else {
            throw Self.malformed(
                .invalidValue,
                Message(
                    "Idempotency-Key : de 1 à 255 caractères ASCII visibles, entre guillemets ou non.",
                    "Idempotency-Key: 1 to 255 visible ASCII characters, quoted or not."))
        }
        self.text = text
    }

    /// A key may be written as it is, or as the string of a structured field (RFC 9651): both name the same request.
    private static func unquoted(_ value: String) -> String? {
        var bytes = Array(value.utf8)
        if bytes.first == UInt8(ascii: "\"") {
            guard bytes.count >= 2, bytes.last == UInt8(ascii: "\"") else { return nil }
            var inner: [UInt8] = []
            var rest = bytes[1..<(bytes.count - 1)]
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\"") { return nil }
                guard byte == UInt8(ascii: "\\") else {
                    inner.append(byte)
                    continue
                }
                guard let escaped = rest.popFirst(), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
                    return nil
                }
                inner.append(escaped)
            }
            bytes = inner
        }
        guard lengths.contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func malformed(_ code: Fault.Code, _ message: Message) -> Problem {
        var problem = Problem(.malformedRequest, message)
        problem.faults = [Problem.Located(place: .parameter("Idempotency-Key"), code: code, message: message)]
        return problem
    }
}
