/// What a text of a plan may hold. Lengths count Unicode scalars, as PostgreSQL's `char_length` does.
package struct TextRule: Sendable {
    package let longest: Int
    /// Whether line breaks and tabs belong in the text.
    package let multiline: Bool

    package init(longest: Int, multiline: Bool = false) {
        self.longest = longest
        self.multiline = multiline
    }

    /// - Returns: the text without surrounding white space, or nil with the fault noted in `faults`.
    package func checked(_ text: String, member: String, faults: inout [Fault]) -> String? {
        let trimmed = Self.trimmed(text)
        if let scalar = trimmed.unicodeScalars.first(where: { !allows($0) }) {
            let name = "U+" + Self.hexadecimal(scalar.value)
            faults.append(
                Fault(
                    member, .forbiddenCharacter,
                    Message("Le caractère \(name) n’est pas admis ici.", "The character \(name) is not allowed here.")))
            return nil
        }
        if trimmed.unicodeScalars.allSatisfy(\.properties.isDefaultIgnorableCodePoint) {
            faults.append(
                Fault(member, .tooShort, Message("Le texte ne doit pas être vide.", "The text must not be empty.")))
            return nil
        }
        let length = trimmed.unicodeScalars.count
        if length > longest {
            faults.append(
                Fault(
                    member, .tooLong,
                    Message(
                        "Le texte compte \(length) caractères ; \(longest) au plus.",
                        "The text has \(length) characters; \(longest) at most.")))
            return nil
        }
        return trimmed
    }

    private func allows(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: multiline
        case _ where scalar.isDeceptive: false
        // What no reader can see makes two texts that look alike differ.
        case 0x200B, 0x2060, 0xFEFF, 0xE0000...0xE007F: false
        // Line and paragraph separators; what never is a character.
        case 0x2028, 0x2029: multiline
        case 0xFDD0...0xFDEF: false
        default: scalar.value & 0xFFFE != 0xFFFE
        }
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        if start == scalars.startIndex, scalars.index(after: end) == scalars.endIndex { return text }
        return String(scalars[start...end])
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension String {
    /// What a message quotes of a value: enough to recognise it, never all of a long one.
    package var clipped: String {
        let most = 60
        let shown = String(String.UnicodeScalarView(unicodeScalars.prefix(most))).printable
        return unicodeScalars.count > most ? shown + "…" : shown
    }

    /// The same, where each character that would act on the screen instead of standing on it shows as U+FFFD.
    package var printable: String { printable { _ in false } }

    /// - Parameter isLayout: those that are the text's own layout, and stay.
    package func printable(but isLayout: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: { $0.isDeceptive && !isLayout($0) }) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isDeceptive && !isLayout($0) ? "\u{FFFD}" : $0 }))
    }
}

extension StringProtocol {
    /// Without the blanks at both ends.
    /// - Parameter lines: whether ends of lines are blank too.
    package func trimmed(ofLines lines: Bool = false) -> String {
        trimmed { $0.isBlank || lines && $0.isEndOfLine }
    }

    /// Without what is to go at both ends.
    package func trimmed(of goes: (Unicode.Scalar) -> Bool) -> String {
        let start = unicodeScalars.drop(while: goes).startIndex
        let end = unicodeScalars[start...].reversed().drop(while: goes).startIndex.base
        return String(self[start..<end])
    }
}

extension Unicode.Scalar {
    /// A space or a tab; the space of no width too, which comes from pages that were copied.
    fileprivate var isBlank: Bool { value == 0x09 || value == 0x200B || properties.generalCategory == .spaceSeparator }

    fileprivate var isEndOfLine: Bool {
        switch value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Whether it makes a text read otherwise than it is stored: controls, of which terminals take some as commands, and what
    /// changes the direction of writing.
    package var isDeceptive: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C: true
        default: false
        }
    }
}
