import ActionPlans
import Documents

/// How a table of measures is laid out: what messages about it need to name a cell as its author sees it.
struct MeasureTableLayout: Sendable {
    /// The title of each column as it is written, by the member that it holds.
    let titles: [String: String]
    /// The row of each measure, numbered as spreadsheets do: the first line is row 1.
    let rows: [Int]

    /// The same faults, each with its place in words.
    func naming(_ faults: [Fault], in root: DocumentNode) -> [Fault] {
        faults.map { fault in
            let steps = fault.member.split(separator: "/", maxSplits: 2)
            guard steps.count >= 2, steps[0] == "measures", let line = Int(steps[1]), rows.indices.contains(line) else {
                return fault
            }
            let column = steps.count > 2 ? String(steps[2]) : nil
            let measure = Self.name(of: root.nearest(to: "measures/\(line)"))
            let place = MeasureTablePlace(row: rows[line], measure: measure, title: column.flatMap { titles[$0] })
            return Fault(fault.member, fault.code, Self.message(of: fault, in: column).told(of: place.name))
        }
    }

    /// In a table an empty cell is what a member is that is not there.
    private static func message(of fault: Fault, in column: String?) -> Message {
        guard let column, fault.code == .required, fault.message == .required(column) else { return fault.message }
        return Message("Cette cellule ne peut pas être vide.", "This cell cannot be empty.")
    }

    private static func name(of line: DocumentNode) -> String {
        [MeasureColumn.indicator, .ministry, .period].compactMap { column in
            if case .text(let text)? = line[column.name]?.content { text } else { nil }
        }.joined(separator: "/")
    }
}

/// A cell or a line of a table of measures, as a message names it.
struct MeasureTablePlace: Sendable {
    let row: Int
    /// As it is written.
    var measure: String?
    var title: String?

    var name: Message {
        let measure = self.measure.flatMap { $0.isEmpty ? nil : $0.clipped }
        let french = ["Ligne \(row)", measure, title.map { "colonne « \($0.clipped) »" }]
        let english = ["Row \(row)", measure, title.map { "column “\($0.clipped)”" }]
        return Message(french.compactMap { $0 }.joined(separator: ", "), english.compactMap { $0 }.joined(separator: ", "))
    }
}
