import Foundation

/// The texts of the contract, which are marked as CommonMark is, as HTML: paragraphs, lists, tables, names and strong words.
/// What else CommonMark knows, the contract does not use.
enum MarkedText {
    /// - Parameter title: of the tables in the text.
    static func html(_ text: String, title: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let blocks = lines.split { $0.allSatisfy(\.isWhitespace) }
        return blocks.map { block(Array($0), title) }.joined(separator: "\n")
    }

    /// A text of one line.
    static func inline(_ text: some StringProtocol) -> String {
        marked(HTML.escaped(String(text)), between: "`", as: "code") { marked($0, between: "**", as: "strong") { $0 } }
    }

    private static func block(_ lines: [Substring], _ title: String) -> String {
        if lines.allSatisfy({ $0.hasPrefix("|") }) { return table(lines, title) }
        let words = lines.prefix { !$0.hasPrefix("- ") }
        let paragraph = words.isEmpty ? "" : "<p>\(inline(words.joined(separator: " ")))</p>"
        var items: [String] = []
        for line in lines.dropFirst(words.count) {
            if line.hasPrefix("- ") {
                items.append(String(line.dropFirst(2)))
            } else if let last = items.popLast() {
                items.append("\(last) \(line.drop(while: \.isWhitespace))")
            }
        }
        let list = items.isEmpty ? "" : "<ul>\(items.map { "<li>\(inline($0))</li>" }.joined())</ul>"
        return paragraph + list
    }

    /// The line after the titles only draws a rule.
    private static func table(_ lines: [Substring], _ title: String) -> String {
        let rows = lines.map { line in
            line.split(separator: "|").map { inline($0.trimmingCharacters(in: .whitespaces)) }
        }
        let head = (rows.first ?? []).map { "<th scope=\"col\">\($0)</th>" }.joined()
        let body = rows.dropFirst(2).map { "<tr>\($0.map { "<td>\($0)</td>" }.joined())</tr>" }
        return """
            <table><caption>\(title)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>\(body.joined(separator: "\n"))</tbody></table>
            """
    }

    /// What stands between two marks is put in an element; a mark without another is itself.
    private static func marked(
        _ text: String, between mark: String, as element: String, elsewhere: (String) -> String
    ) -> String {
        let pieces = text.components(separatedBy: mark)
        guard pieces.count > 2 else { return elsewhere(text) }
        return pieces.enumerated().map { place, piece in
            if place.isMultiple(of: 2) { return elsewhere(piece) }
            return place == pieces.count - 1 ? mark + elsewhere(piece) : "<\(element)>\(piece)</\(element)>"
        }.joined()
    }
}
