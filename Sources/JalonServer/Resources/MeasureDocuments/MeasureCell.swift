import ActionPlans
import Documents
import FoundationEssentials

/// What a cell of a table says of a measure. What is too long to be right is left as it is, for the rules of the member to refuse.
enum MeasureCell {
    /// In bytes. A code, a number, a date or a word is shorter.
    private static let longestWord = 1_000

    private static let states: [String: MeasureState] = Dictionary(
        MeasureState.allCases.flatMap { state in
            [state.code, state.label.french, state.label.english].compactMap { PlainWords.of($0) }.map { ($0, state) }
        }, uniquingKeysWith: { first, _ in first })

    /// - Parameter text: the cell as it is in the file.
    /// - Returns: nil for a formula.
    static func read(_ text: String, in column: MeasureColumn) -> CellReading? {
        if SpreadsheetError.isWhole(text.utf8) { return .fault(.invalidValue, .notComputed(text)) }
        // A number below zero begins as a formula does.
        if column.isNumber, let number = CSVCell.number(text) { return .content(.text(number)) }
        guard let text = CSVCell.plain(text) else { return nil }
        let word = text.utf8.count > longestWord ? text : text.trimmed(ofLines: true)
        guard !word.isEmpty else { return column.isClearedWhenEmpty ? .content(.null) : .nothing }
        switch column {
        case .indicator, .ministry, .period: return .content(.text(word))
        case .day: return .content(.text(CSVCell.date(word)))
        case .kind: return kind(word)
        case .value:
            if let flag = CSVCell.flag(word) { return .content(.flag(flag)) }
            return .fault(.invalidValue, .notANumber(word))
        case .numerator, .denominator: return .fault(.invalidValue, .notANumber(word))
        case .answer: return CSVCell.flag(word).map { .content(.flag($0)) } ?? .fault(.wrongType, .yesOrNo(word))
        case .state: return .content(.text(PlainWords.of(word).flatMap { states[$0] }?.code ?? word))
        case .estimated: return CSVCell.flag(word).map { .content(.flag($0)) } ?? .fault(.wrongType, .yesOrNo(word))
        case .version: return .content(.number(word))
        case .notApplicable, .unavailable, .stateReason, .source, .method, .comment: return .content(.text(text))
        }
    }

    /// What the State's tools call the initial value, the current one and the one to reach.
    private static func kind(_ word: String) -> CellReading {
        switch word.lowercased() {
        case "va", "vi": .content(.text(word))
        case "vc":
            .fault(
                .inconsistent,
                Message(
                    """
                    « vc » est une valeur cible, et non une mesure : les cibles se fixent par PUT /v1/indicators/{code}/targets. \
                    Supprimez cette ligne.
                    """,
                    """
                    “vc” is a value to reach, not a measure: targets are set by PUT /v1/indicators/{code}/targets. Delete this line.
                    """))
        default: .fault(.invalidValue, .notOneOf(word, ["va", "vi"]))
        }
    }
}

extension MeasureColumn {
    fileprivate var isNumber: Bool { [.value, .numerator, .denominator].contains(self) }

    /// A column that is there says all of these; the others say nothing by an empty cell.
    fileprivate var isClearedWhenEmpty: Bool { [.stateReason, .estimated, .source, .method, .comment].contains(self) }
}
