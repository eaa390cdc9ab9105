import Documents

/// Writes JSON in the one way of RFC 8785, so that its bytes have one hash: members sorted by the UTF-16 code units of
/// their names, numbers as ECMAScript writes a double, no white space, and only the escapes that must be.
package enum CanonicalJSON {
    /// A number that no double stands for.
    package struct UnrepresentableNumber: Error {
        package let literal: String
    }

    package static func text(of node: DocumentNode) throws(UnrepresentableNumber) -> String {
        var text = ""
        try write(node, to: &text)
        return text
    }

    private static func write(_ node: DocumentNode, to text: inout String) throws(UnrepresentableNumber) {
        switch node.content {
        case .null: text += "null"
        case .flag(let flag): text += flag ? "true" : "false"
        case .number(let literal): text += try number(literal)
        case .text(let value): quote(value, to: &text)
        case .list(let items):
            text += "["
            for (index, item) in items.enumerated() {
                if index > 0 { text += "," }
                try write(item, to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            let sorted = members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { text += "," }
                quote(member.name, to: &text)
                text += ":"
                try write(member.node, to: &text)
            }
            text += "}"
        }
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{8}": text += "\\b"
            case "\t": text += "\\t"
            case "\n": text += "\\n"
            case "\u{C}": text += "\\f"
            case "\r": text += "\\r"
            case "\0"..."\u{1F}": text += "\\u00" + Hexadecimal.text(of: [UInt8(scalar.value)])
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    /// ECMAScript's `Number::toString`, from the shortest digits that read back as the same double.
    private static func number(_ literal: String) throws(UnrepresentableNumber) -> String {
        guard let value = Double(literal), value.isFinite else { throw UnrepresentableNumber(literal: literal) }
        if value == 0 { return "0" }
        let parts = value.magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        let all = mantissa[0] + fraction
        let leading = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leading))
        while digits.hasSuffix("0") { digits.removeLast() }
        // The value is 0.DIGITS times ten to this power.
        let point = mantissa[0].count + exponent - leading
        return (value < 0 ? "-" : "") + laidOut(digits, point)
    }

    private static func laidOut(_ digits: String, _ point: Int) -> String {
        let count = digits.count
        switch point {
        case count...21 where count <= 21: return digits + String(repeating: "0", count: point - count)
        case 1...21: return "\(digits.prefix(point)).\(digits.dropFirst(point))"
        case -5...0: return "0." + String(repeating: "0", count: -point) + digits
        default:
            let exponent = point - 1
            let mantissa = count == 1 ? digits : "\(digits.prefix(1)).\(digits.dropFirst())"
            return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(exponent.magnitude)"
        }
    }
}
