import Cryptography
import HTTPTypes
import NIOCore

/// Seals the answers that are kept, so that only who holds the token they were given to can have them again: the key is
/// made of the token's secret, which the database does not hold.
struct AnswerSeal: Sendable {
    private let key: SealKey

    /// What a sealed answer begins with inside; another layout would be another number.
    private static let layout: UInt8 = 1

    /// A kept answer that cannot be read: the database was changed by other hands, or by another version.
    struct Broken: Error {}

    init(token: TokenSecret, key: IdempotencyKey) {
        self.key = SealKey(
            derivedFrom: Array(token.text.utf8), salt: Array(key.text.utf8), purpose: "jalon idempotency answer")
    }

    /// - Parameter request: sealed with it, so that an answer cannot be put beside another request.
    func close(_ answer: Answer, of request: [UInt8]) throws -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeInteger(Self.layout)
        buffer.writeInteger(UInt16(clamping: answer.status.code))
        buffer.writeInteger(UInt16(clamping: answer.fields.count))
        for field in answer.fields {
            for text in [field.name.rawName, field.value] {
                buffer.writeInteger(UInt32(clamping: text.utf8.count))
                buffer.writeString(text)
            }
        }
        buffer.writeImmutableBuffer(answer.body)
        return try key.seal(Array(buffer: buffer), with: request)
    }

    func open(_ sealed: [UInt8], of request: [UInt8]) throws -> Answer {
        var buffer = ByteBuffer(bytes: try key.open(sealed, with: request))
        guard buffer.readInteger(as: UInt8.self) == Self.layout, let status = buffer.readInteger(as: UInt16.self),
            let count = buffer.readInteger(as: UInt16.self)
        else { throw Broken() }
        var answer = Answer(.init(integerLiteral: Int(status)))
        for _ in 0..<count {
            guard let name = Self.text(&buffer).flatMap({ HTTPField.Name($0) }), let value = Self.text(&buffer) else {
                throw Broken()
            }
            answer.fields.append(HTTPField(name: name, value: value))
        }
        answer.body = buffer
        return answer
    }

    private static func text(_ buffer: inout ByteBuffer) -> String? {
        buffer.readInteger(as: UInt32.self).flatMap { buffer.readString(length: Int($0)) }
    }
}
