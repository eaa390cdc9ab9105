/// A piece of HTML or SVG. It is written as a literal of the program (`StaticString`), and what is put into a literal is escaped:
/// no text that is known at run time can become markup, as no value can become SQL. Both are written so that they are well-formed
/// XML.
struct Markup: Sendable, ExpressibleByStringInterpolation {
    typealias StringLiteralType = StaticString

    let text: String

    init(stringLiteral text: StaticString) { self.text = text.description }

    init(stringInterpolation interpolation: StringInterpolation) { text = interpolation.text }

    private init(written text: String) { self.text = text }

    struct StringInterpolation: StringInterpolationProtocol {
        typealias StringLiteralType = StaticString

        fileprivate(set) var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

        mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

        /// A text, escaped for an element and for an attribute between quotation marks.
        mutating func appendInterpolation(_ words: some StringProtocol) { text += Markup.escaped(words) }

        mutating func appendInterpolation(_ number: Int) { text += String(number) }

        /// A coordinate, to the tenth.
        mutating func appendInterpolation(_ coordinate: Double) {
            let tenths = Int((coordinate * 10).rounded())
            if tenths < 0 { text += "-" }
            text += String(abs(tenths) / 10)
            if !tenths.isMultiple(of: 10) { text += "." + String(abs(tenths) % 10) }
        }

        mutating func appendInterpolation(_ markup: Markup) { text += markup.text }

        /// One after the other.
        mutating func appendInterpolation(_ pieces: [Markup]) {
            for piece in pieces { text += piece.text }
        }
    }

    static func + (left: Markup, right: Markup) -> Markup { Markup(written: left.text + right.text) }

    /// Escapes what has a meaning in markup, and replaces what XML cannot hold.
    private static func escaped(_ words: some StringProtocol) -> String {
        var escaped = ""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\u{9}", "\u{A}", "\u{D}": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension DefaultStringInterpolation {
    @available(*, unavailable, message: "Markup goes into markup; where a literal is taken for a text, say that it is Markup.")
    mutating func appendInterpolation(_ markup: Markup) {}
}

extension [Markup] {
    func joined(by separator: Markup) -> Markup {
        var (whole, isFirst): (Markup, Bool) = ("", true)
        for piece in self {
            whole = isFirst ? piece : whole + separator + piece
            isFirst = false
        }
        return whole
    }
}
