/// A table for people: columns as wide as their longest cell, counted in characters as they are seen.
struct TextTable {
    enum Alignment {
        case left, right
    }

    struct Column {
        let title: String
        var alignment = Alignment.right
        /// The column that gives way when the table is wider than the page.
        var isElastic = false
    }

    let columns: [Column]
    var rows: [[String]] = []

    private static let gap = "  "
    private static let narrowest = 24

    func lines(indent: Int = 0, within page: Int = Terminal.columns) -> [String] {
        let widths = self.widths(within: page - indent)
        let margin = String(repeating: " ", count: indent)
        let hasTitles = columns.contains { !$0.title.isEmpty }
        let head = hasTitles ? [Terminal.bold(margin + line(columns.map(\.title), widths))] : []
        return head + rows.map { margin + line($0, widths) }
    }

    private func widths(within page: Int) -> [Int] {
        var widths = columns.indices.map { index in
            rows.map { $0[index].count }.max().map { max($0, columns[index].title.count) } ?? columns[index].title.count
        }
        let excess = widths.reduce(0, +) + Self.gap.count * (columns.count - 1) - page
        if excess > 0, let elastic = columns.firstIndex(where: \.isElastic) {
            widths[elastic] = max(min(Self.narrowest, widths[elastic]), widths[elastic] - excess)
        }
        return widths
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = zip(cells.indices, cells).map { index, cell in
            let shown = cell.count > widths[index] ? cell.prefix(widths[index] - 1) + "…" : cell
            let padding = String(repeating: " ", count: widths[index] - shown.count)
            return columns[index].alignment == .left ? shown + padding : padding + shown
        }.joined(separator: Self.gap)
        while line.last == " " { line.removeLast() }
        return line
    }
}
