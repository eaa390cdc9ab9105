import ActionPlans

/// The French labels and the variants seen in the sources, by what they read like: imports accept them beside the codes.
package struct VocabularyLabels: Sendable {
    private let codes: [String: String]

    package init(_ labels: [(label: String, code: String)]) {
        let folded = labels.compactMap { label, code in PlainWords.of(label).map { ($0, code) } }
        codes = Dictionary(folded, uniquingKeysWith: { first, _ in first })
    }

    package func code<Code: Vocabulary>(of text: String) -> Code? {
        PlainWords.of(text).flatMap { codes[$0] }.flatMap(Code.init(rawValue:))
    }
}
