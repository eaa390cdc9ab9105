import ActionPlans

/// A page or a part of one, in one language: how its texts, numbers and tables are written.
protocol HTMLPart {
    var language: Language { get }
}

extension HTMLPart {
    /// - Parameters:
    ///   - titles: of the columns; like the rows, already HTML.
    ///   - wordColumns: how many columns after the first hold words; the rest are numbers.
    func table(_ caption: String, _ titles: [String], _ rows: [String], wordColumns: Int = 0) -> String {
        let head = titles.enumerated().map { place, title in
            "<th scope=\"col\"\(place <= wordColumns ? "" : " class=\"number\"")>\(title)</th>"
        }.joined()
        return """
            <table><caption>\(caption)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table>
            """
    }

    func row(_ title: String, _ cells: [String], wordColumns: Int = 0) -> String {
        let cells = cells.enumerated().map { place, cell in
            "<td\(place < wordColumns ? "" : " class=\"number\"")>\(cell)</td>"
        }
        return "<tr><th scope=\"row\">\(title)</th>\(cells.joined())</tr>"
    }

    func say(_ french: String, _ english: String) -> String { HTML.escaped(Message(french, english)[language]) }

    /// Sentences with names of the interface between backquotes.
    func prose(_ french: String, _ english: String) -> String {
        say(french, english).split(separator: "`", omittingEmptySubsequences: false).enumerated().map { place, piece in
            place.isMultiple(of: 2) ? String(piece) : "<code>\(piece)</code>"
        }.joined()
    }

    /// - Parameter items: already HTML.
    func bullets(_ items: [String]) -> String {
        "<ul>\n" + items.map { "<li>\($0)</li>" }.joined(separator: "\n") + "\n</ul>"
    }

    func shown(_ day: CivilDate) -> String { HTML.escaped(day.inWords[language]) }

    func shown(_ number: Int) -> String { Headline.grouped(number, separator: language == .french ? "\u{202F}" : ",") }

    func shown(_ percent: Percent?) -> String {
        guard let percent else { return say("sans objet", "not applicable") }
        let (whole, tenth) = (percent.tenths / 10, percent.tenths % 10)
        return Message("\(whole),\(tenth)\u{A0}%", "\(whole).\(tenth)%")[language]
    }
}
