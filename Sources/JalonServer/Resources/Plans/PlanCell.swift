import ActionPlans
import Documents

/// What a cell of a table says of a member. A cell may be as large as the whole request: nothing here costs more than reading
/// it once or twice, and what is too long to be right is left as it is, for the rules of the member to refuse.
enum PlanCell {
    typealias Reading = CellReading

    /// In bytes. A code, a label, a date or a word is shorter.
    private static let longestWord = 1_000
    /// More items than any list may have; the rest of a longer one is not told apart.
    private static let mostItems = 1_000

    /// - Parameter text: the cell as it is in the file.
    /// - Returns: nil for a formula.
    static func read(_ text: String, in column: PlanColumn, at place: DocumentPosition) -> Reading? {
        if SpreadsheetError.isWhole(text.utf8) { return .fault(.invalidValue, .notComputed(text)) }
        guard let text = CSVCell.plain(text) else { return nil }
        let word = text.utf8.count > longestWord ? text : text.trimmed(ofLines: true)
        switch column {
        case .code, .member(.theme), .member(.targetLevel), .member(.status):
            return word.isEmpty ? .nothing : .content(.text(word))
        case .member(.title): return word.isEmpty ? .nothing : .content(.text(text))
        case .member(.description), .member(.statusReason), .member(.lead):
            return .content(word.isEmpty ? .null : .text(text))
        case .member(.reachedLevel): return .content(word.isEmpty ? .null : .text(word))
        case .member(.identifiedOn), .member(.dueOn), .implementation:
            return .content(word.isEmpty ? .null : .text(CSVCell.date(word)))
        // An action has this date exactly when it is done, which its status says.
        case .member(.completedOn): return word.isEmpty ? .nothing : .content(.text(CSVCell.date(word)))
        case .member(.keyAction), .member(.confidential): return word.isEmpty ? .nothing : flag(word)
        case .member(.contributors): return list(CSVList.items(of: text, most: mostItems), at: place)
        case .member(.practices): return list(practices(in: text), at: place)
        }
    }

    private static func list(_ items: [String], at place: DocumentPosition) -> Reading {
        .content(items.isEmpty ? .null : .list(items.map { DocumentNode(.text($0), at: place) }))
    }

    /// The ids, which have neither blanks nor separators in them.
    private static func practices(in text: String) -> [String] {
        var items: [String] = []
        let bytes = text.utf8
        var start = bytes.startIndex
        while start < bytes.endIndex, items.count < mostItems {
            let end = bytes[start...].firstIndex { " \t\n,;".utf8.contains($0) } ?? bytes.endIndex
            if start < end { items.append(String(text[start..<end])) }
            start = end < bytes.endIndex ? bytes.index(after: end) : end
        }
        return items
    }

    private static func flag(_ word: String) -> Reading {
        CSVCell.flag(word).map { .content(.flag($0)) } ?? .fault(.wrongType, .yesOrNo(word))
    }
}
