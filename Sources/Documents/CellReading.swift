import ActionPlans
import FoundationEssentials

/// What a cell of a table says of a member.
package enum CellReading {
    /// An empty cell, where that says nothing.
    case nothing
    case content(DocumentNode.Content)
    case fault(Fault.Code, Message)
}

/// How people and spreadsheets write the values that a cell holds, whatever the table is about.
extension CSVCell {
    private static let yes: Set<String> = ["true", "vrai", "oui", "yes", "o", "y", "x", "1", "✓", "✔", "☑", "☒"]
    private static let no: Set<String> = ["false", "faux", "non", "no", "n", "0", "☐"]

    /// - Parameter word: without blanks around it.
    /// - Returns: nil for what is neither yes nor no.
    package static func flag(_ word: String) -> Bool? {
        let plain = word.utf8.count > 5 ? word : word.lowercased()
        if yes.contains(plain) { return true }
        return no.contains(plain) ? false : nil
    }

    /// Spreadsheets in French show, and write back, `2022-12-31` as `31/12/2022`; what may be another day is left as it is,
    /// for the rule of dates to tell.
    package static func date(_ word: String) -> String {
        guard case .day(let day)? = WrittenDate(word) else { return word }
        return day.description
    }

    /// In bytes. No number that is kept is longer.
    private static let longestNumber = 80
    /// Between thousands: as it is typed, and the no-break and thin ones that spreadsheets and word processors put.
    private static let spaces: Set<Unicode.Scalar> = [" ", "\u{A0}", "\u{202F}", "\u{2009}"]

    /// A number as JSON has it, of one that is written as in French or in English: `5700.25` for « 5 700,25 ». A comma and a point
    /// are the same mark, and spaces part thousands alone: elsewhere they may part two numbers.
    /// - Returns: nil for what is no such number.
    package static func number(_ text: String) -> String? {
        guard text.utf8.count <= longestNumber else { return nil }
        let word = text.trimmed(ofLines: true).unicodeScalars
        let isNegative = word.first == "-" || word.first == "\u{2212}"
        let parts = word.dropFirst(isNegative ? 1 : 0).split(omittingEmptySubsequences: false) { $0 == "," || $0 == "." }
        guard (1...2).contains(parts.count), let whole = thousands(parts[0]) else { return nil }
        let sign = isNegative ? "-" : ""
        guard parts.count == 2 else { return sign + whole }
        guard !parts[1].isEmpty, parts[1].allSatisfy(isDigit) else { return nil }
        return sign + whole + "." + String(String.UnicodeScalarView(parts[1]))
    }

    private static func thousands(_ text: Substring.UnicodeScalarView) -> String? {
        let groups = text.split(omittingEmptySubsequences: false, whereSeparator: spaces.contains)
        guard let first = groups.first, !first.isEmpty, groups.allSatisfy({ $0.allSatisfy(isDigit) }) else { return nil }
        guard groups.count == 1 || first.count <= 3, groups.dropFirst().allSatisfy({ $0.count == 3 }) else { return nil }
        return groups.map { String(String.UnicodeScalarView($0)) }.joined()
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

extension Message {
    package static func yesOrNo(_ word: String) -> Message {
        Message("« \(word.clipped) » : mettez oui ou non.", "“\(word.clipped)”: put yes or no (oui or non).")
    }

    package static func notANumber(_ text: String) -> Message {
        Message(
            "« \(text.clipped) » : mettez un nombre seul, sans unité, comme 5,7 ou 5 700.",
            "“\(text.clipped)”: put a number alone, without unit, such as 5.7 or 5 700.")
    }
}
