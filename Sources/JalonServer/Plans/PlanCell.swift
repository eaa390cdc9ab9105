import ActionPlans
import Foundation

/// What a cell of a table says of a member. A cell may be as large as the whole request: nothing here costs more than reading
/// it once, and what is too long to be right is left as it is, for the rules of the member to refuse.
enum PlanCell {
    /// In bytes. A code, a label, a date or a word is shorter.
    private static let longestWord = 1_000
    /// More items than any list may have; the rest of a longer one is not told apart.
    private static let mostItems = 1_000

    /// - Returns: nil where an empty cell says nothing.
    static func content(of text: String, in name: String, at place: DocumentPosition) -> DocumentNode.Content? {
        let word = text.utf8.count > longestWord ? text : text.trimmingCharacters(in: .whitespacesAndNewlines)
        switch ActionMember(rawValue: name) {
        case .description, .statusReason, .lead: return word.isEmpty ? .null : .text(text)
        case .title: return word.isEmpty ? nil : .text(text)
        case .reachedLevel: return word.isEmpty ? .null : .text(word)
        case .identifiedOn, .dueOn: return word.isEmpty ? .null : .text(date(word))
        // An action has this date exactly when it is done, which its status says.
        case .completedOn: return word.isEmpty ? nil : .text(date(word))
        case .keyAction, .confidential: return word.isEmpty ? nil : flag(word)
        case .contributors: return list(text, at: place) { $0 == UInt8(ascii: "\n") }
        case .practices: return list(text, at: place) { " \t\n,;".utf8.contains($0) }
        case .theme, .targetLevel, .status, nil: return word.isEmpty ? nil : .text(word)
        }
    }

    private static func list(
        _ text: String, at place: DocumentPosition, separatedBy isSeparator: (UInt8) -> Bool
    ) -> DocumentNode.Content {
        var items: [DocumentNode] = []
        let bytes = text.utf8
        var start = bytes.startIndex
        while start < bytes.endIndex, items.count < mostItems {
            let end = bytes[start...].firstIndex(where: isSeparator) ?? bytes.endIndex
            if bytes[start..<end].contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) {
                items.append(DocumentNode(.text(String(text[start..<end])), at: place))
            }
            start = end < bytes.endIndex ? bytes.index(after: end) : end
        }
        return items.isEmpty ? .null : .list(items)
    }

    private static func flag(_ word: String) -> DocumentNode.Content {
        switch word.utf8.count > 5 ? word : word.lowercased() {
        case "true", "vrai", "oui": .flag(true)
        case "false", "faux", "non": .flag(false)
        default: .text(word)
        }
    }

    /// Spreadsheets in French show, and write back, `2022-12-31` as `31/12/2022`.
    private static func date(_ word: String) -> String {
        guard word.utf8.count == 10 else { return word }
        let parts = word.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 2, 4] else { return word }
        let date = "\(parts[2])-\(parts[1])-\(parts[0])"
        return CivilDate(date) == nil ? word : date
    }
}
