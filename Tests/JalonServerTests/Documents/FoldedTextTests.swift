import ActionPlans
import Documents
import Foundation
import Testing

/// Foundation says what a text is without its marks, its case and its second spelling; the service says it without Foundation.
@Suite("A text normalised, folded and trimmed")
struct FoldedTextTests {
    /// Each scalar that was assigned long ago, alone, after a letter, and after a letter with a mark.
    private static func texts(in scalars: ClosedRange<UInt32>) -> [String] {
        scalars.compactMap { Unicode.Scalar($0) }.filter {
            guard let age = $0.properties.age else { return false }
            return age.major < 13
        }.flatMap { ["\(Character($0))", "E\(Character($0))Z", "a\u{323}\(Character($0))"] }
    }

    private static func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    /// Latin, Greek, Cyrillic and Hebrew, signs, Japanese syllables, Korean, and forms that stand for others. Elsewhere Foundation's tables are
    /// older than those of the standard library.
    private static let scripts: [ClosedRange<UInt32>] = [
        0...0x6FF, 0x1E00...0x1FFF, 0x2000...0x2E7F, 0x3000...0x30FF, 0xAC00...0xD7A3, 0xF900...0xFB4F, 0xFF00...0xFFEF,
        0x1_D400...0x1_D7FF,
    ]

    @Test("is normalised as Foundation does", arguments: scripts)
    func composed(scalars: ClosedRange<UInt32>) {
        let wrong = Self.texts(in: scalars).filter {
            Self.scalars($0.composed) != Self.scalars($0.precomposedStringWithCanonicalMapping)
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map(Self.scalars))")
    }

    @Test("is folded as Foundation does", arguments: scripts)
    func folded(scalars: ClosedRange<UInt32>) {
        let texts = Self.texts(in: scalars)
        let wrong = texts.filter {
            Self.scalars($0.folded(ignoringCase: true))
                != Self.scalars($0.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil))
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20).map(Self.scalars))")
        let wrongCase = texts.filter {
            Self.scalars($0.folded(ignoringCase: false)) != Self.scalars($0.folding(options: .diacriticInsensitive, locale: nil))
        }
        #expect(wrongCase.isEmpty, "\(wrongCase.prefix(20).map(Self.scalars))")
    }

    @Test("is trimmed as Foundation does")
    func trimmed() {
        let texts = Self.texts(in: 0...0xFFFF) + ["", " ", " \n ", "\t a \u{A0}b\u{200B} ", "\r\n", " \u{301}x "]
        #expect(texts.filter { $0.trimmed() != $0.trimmingCharacters(in: .whitespaces) }.isEmpty)
        #expect(texts.filter { $0.trimmed(ofLines: true) != $0.trimmingCharacters(in: .whitespacesAndNewlines) }.isEmpty)
    }
}
