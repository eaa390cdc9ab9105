import ActionPlans
import Foundation

/// The French labels and the variants seen in the sources, by what they read like: imports accept them beside the codes.
package struct VocabularyLabels: Sendable {
    private let codes: [String: String]

    package init(_ labels: [(label: String, code: String)]) {
        codes = Dictionary(labels.map { (Self.folded($0.label), $0.code) }, uniquingKeysWith: { first, _ in first })
    }

    package func code<Code: Vocabulary>(of text: String) -> Code? {
        codes[Self.folded(text)].flatMap(Code.init(rawValue:))
    }

    /// Without case, accents, kind of apostrophe nor runs of space.
    static func folded(_ text: String) -> String {
        text.replacingOccurrences(of: "’", with: "'")
            .folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
