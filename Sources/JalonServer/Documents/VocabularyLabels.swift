import ActionPlans
import Foundation

/// The French labels and the variants seen in the sources, by what they read like: imports accept them beside the codes.
package struct VocabularyLabels: Sendable {
    private let codes: [String: String]

    package init(_ labels: [(label: String, code: String)]) {
        let folded = labels.compactMap { label, code in Self.folded(label).map { ($0, code) } }
        codes = Dictionary(folded, uniquingKeysWith: { first, _ in first })
    }

    package func code<Code: Vocabulary>(of text: String) -> Code? {
        Self.folded(text).flatMap { codes[$0] }.flatMap(Code.init(rawValue:))
    }

    /// In bytes. No label is nearly as long, and folding costs far more than reading.
    private static let longest = 256

    /// Without case, accents, kind of apostrophe nor runs of space.
    /// - Returns: nil for what is longer than any label.
    static func folded(_ text: String) -> String? {
        guard text.utf8.count <= longest else { return nil }
        return text.replacingOccurrences(of: "’", with: "'")
            .folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
