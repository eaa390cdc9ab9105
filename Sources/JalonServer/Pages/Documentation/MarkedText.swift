import ActionPlans

/// The texts of the contract, which are marked as CommonMark is, as HTML: paragraphs, lists, tables, names and strong words.
/// What else CommonMark knows, the contract does not use.
enum MarkedText {
    /// - Parameter title: of the tables in the text.
    static func html(_ text: String, title: String) -> Markup {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let blocks = lines.split { $0.allSatisfy(\.isWhitespace) }
        return blocks.map { block(Array($0), title) }.joined(by: "\n")
    }

    /// A text of one line.
    static func inline(_ text: some StringProtocol) -> Markup {
        marked(String(text), between: "`", { "<code>\($0)</code>" }, elsewhere: strong)
    }

    private static func strong(_ text: String) -> Markup {
        marked(text, between: "**", { "<strong>\($0)</strong>" }, elsewhere: { "\($0)" })
    }

    private static func block(_ lines: [Substring], _ title: String) -> Markup {
        if lines.allSatisfy({ $0.hasPrefix("|") }) { return table(lines, title) }
        let words = lines.prefix { !$0.hasPrefix("- ") }
        let paragraph: Markup = words.isEmpty ? "" : "<p>\(inline(words.joined(separator: " ")))</p>"
        var items: [String] = []
        for line in lines.dropFirst(words.count) {
            if line.hasPrefix("- ") {
                items.append(String(line.dropFirst(2)))
            } else if let last = items.popLast() {
                items.append("\(last) \(line.drop(while: \.isWhitespace))")
            }
        }
        return items.isEmpty ? paragraph : "\(paragraph)<ul>\(items.map { "<li>\(inline($0))</li>" })</ul>"
    }

    /// The line after the titles only draws a rule.
    private static func table(_ lines: [Substring], _ title: String) -> Markup {
        let rows = lines.map { line in line.split(separator: "|").map { $0.trimmed() } }
        let titles = rows.first ?? []
        let table = PageTable(
            caption: "\(title)", titles: titles,
            rows: rows.dropFirst(2).map { row in
                TableRow(title: inline(row.first ?? ""), cells: row.dropFirst().map { inline($0) })
            }, wordColumns: titles.count)
        return table.markup
    }

    /// What stands between two marks is put in an element; a mark without another is itself.
    private static func marked(
        _ text: String, between mark: String, _ element: (String) -> Markup, elsewhere: (String) -> Markup
    ) -> Markup {
        let pieces = text.split(separator: mark, omittingEmptySubsequences: false).map(String.init)
        guard pieces.count > 2 else { return elsewhere(text) }
        let parts = pieces.enumerated().map { place, piece -> Markup in
            if place.isMultiple(of: 2) { return elsewhere(piece) }
            return place == pieces.count - 1 ? "\(mark)\(elsewhere(piece))" : element(piece)
        }
        return "\(parts)"
    }
}
