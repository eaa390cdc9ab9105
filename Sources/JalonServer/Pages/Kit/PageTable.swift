/// A table with its caption. On a narrow screen each of its rows becomes a few lines, on which each value bears the title of
/// its column; roles then keep for assistive technology the table that the eye no longer sees.
struct PageTable {
    let caption: Markup
    let titles: [String]
    let rows: [TableRow]
    /// How many columns after the first hold words; the rest are numbers.
    let wordColumns: Int

    var markup: Markup {
        let head = titles.enumerated().map { place, title -> Markup in
            "<th scope=\"col\" role=\"columnheader\"\(mark(place - 1))>\(title)</th>"
        }
        return """
            <table role="table"><caption>\(caption)</caption>
            <thead role="rowgroup"><tr role="row">\(head)</tr></thead>
            <tbody role="rowgroup">
            \(rows.map(line).joined(by: "\n"))
            </tbody></table>
            """
    }

    private func line(_ row: TableRow) -> Markup {
        let cells = zip(titles.dropFirst(), row.cells).enumerated().map { place, cell -> Markup in
            "<td role=\"cell\" data-title=\"\(cell.0)\"\(mark(place))>\(cell.1)</td>"
        }
        return "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">\(row.title)</th>\(cells)</tr>"
    }

    private func mark(_ place: Int) -> Markup { place < wordColumns ? "" : " class=\"number\"" }
}

/// What a row of a table is about, and its values.
struct TableRow {
    let title: Markup
    let cells: [Markup]
}
