import ActionPlans

/// The French labels and the variants seen in the sources, by what they read like: imports accept them beside the codes.
package struct VocabularyLabels: Sendable {
    private let codes: [String: String]
    private let labels: [String: String]

    /// - Parameter labels: for each code, first the label that messages show.
    package init(_ labels: [(label: String, code: String)]) {
        let folded = labels.compactMap { label, code in PlainWords.of(label).map { ($0, code) } }
        codes = Dictionary(folded, uniquingKeysWith: { first, _ in first })
        self.labels = Dictionary(
            labels.filter { $0.label != $0.code }.map { ($0.code, $0.label) }, uniquingKeysWith: { first, _ in first })
    }

    package func code<Code: Vocabulary>(of text: String) -> Code? {
        PlainWords.of(text).flatMap { codes[$0] }.flatMap(Code.init(rawValue:))
    }

    func label(of code: String) -> String? { labels[code] }

    /// Everything that is accepted, as it reads.
    var writings: [(writing: String, code: String)] { codes.map { (writing: $0.key, code: $0.value) } }
}
