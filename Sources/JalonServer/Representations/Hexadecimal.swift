import Cryptography

/// Bytes as text, two digits each.
package enum Hexadecimal {
    private static let small = StaticString("0123456789abcdef")
    private static let capital = StaticString("0123456789ABCDEF")

    static func text(of bytes: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes { append(byte, to: &digits) }
        return String(decoding: digits, as: UTF8.self)
    }

    static func append(_ byte: UInt8, to digits: inout [UInt8], capitals: Bool = false) {
        let all = (capitals ? capital : small).utf8Start
        digits.append(all[Int(byte >> 4)])
        digits.append(all[Int(byte & 15)])
    }

    /// What a digit stands for, small or capital; nil for what is no digit.
    static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    package static func sha256(of bytes: [UInt8]) -> String { text(of: SHA256.hash(bytes)) }
}
