import ActionPlans
import Documents

/// How a table is laid out: what messages about it need to name a cell as its author sees it.
struct TableLayout: Sendable {
    /// The title of each column as it is written, by the member that it holds.
    let titles: [String: String]
    /// The row of each action, numbered as spreadsheets do: the first line is row 1.
    let rows: [Int]
}

/// A cell or a line of a table, as a message names it.
struct TablePlace: Sendable, Hashable {
    let row: Int
    var code: String?
    var title: String?
    /// The title of the column that would hold what is missing.
    var absentTitle: String?

    var name: Message {
        let french = [
            "Ligne \(row)", code.map { "action \($0.clipped)" }, title.map { "colonne « \($0.clipped) »" },
            absentTitle.map { "colonne « \($0) » absente" },
        ]
        let english = [
            "Row \(row)", code.map { "action \($0.clipped)" }, title.map { "column “\($0.clipped)”" },
            absentTitle.map { "no column “\($0)”" },
        ]
        return Message(french.compactMap { $0 }.joined(separator: ", "), english.compactMap { $0 }.joined(separator: ", "))
    }
}

extension TableLayout {
    /// The same faults, each with its place in words. The columns that new actions need are missing once, not once a line.
    func naming(_ faults: [Fault], in root: DocumentNode) -> [Fault] {
        let missing = faults.filter(isMissingColumn)
        var isTold = false
        return faults.compactMap { fault in
            guard let line = Self.line(of: fault.member), rows.indices.contains(line) else { return fault }
            let action = root.nearest(to: "actions/\(line)")
            if isMissingColumn(fault) {
                defer { isTold = true }
                return isTold
                    ? nil : Fault(fault.member, fault.code, Self.missingColumns(missing, toCreate: Self.code(of: action)))
            }
            let column = Self.column(of: fault.member)
            let code = column == "code" ? nil : Self.code(of: action)
            let title = column.flatMap { titles[$0] }
            var place = TablePlace(row: rows[line], code: code, title: title)
            if title == nil, fault.code == .required {
                place.absentTitle = PlanColumn.members.first { $0.name == column }?.frenchTitle
            }
            return Fault(fault.member, fault.code, Self.message(of: fault, in: column).told(of: place.name))
        }
    }

    /// - Parameters:
    ///   - faults: one for each column and each line that needs it.
    ///   - code: that of the first of these lines.
    private static func missingColumns(_ faults: [Fault], toCreate code: String?) -> Message {
        let names = Set(faults.compactMap { column(of: $0.member) })
        let columns = PlanColumn.members.filter { names.contains($0.name) }
        let others = Set(faults.compactMap { line(of: $0.member) }).count - 1
        let action =
            code.map { Message("l’action \($0.clipped)", "the action \($0.clipped)") } ?? Message("une action", "an action")
        let rest =
            switch others {
            case 0: Message("", "")
            case 1: Message(" et une autre", " and another")
            default: Message(" et \(others) autres", " and \(others) others")
            }
        return Message(
            "Pour créer \(action.french)\(rest.french), il manque " + (columns.count == 1 ? "la colonne " : "les colonnes ")
                + columns.map { "« \($0.frenchTitle) »" }.joined(separator: ", ") + ".",
            "To create \(action.english)\(rest.english), the table lacks " + (columns.count == 1 ? "the column " : "the columns ")
                + columns.map { "“\($0.name)”" }.joined(separator: ", ") + ".")
    }

    /// In a table an empty cell is what a member is that is not there.
    private static func message(of fault: Fault, in column: String?) -> Message {
        guard let column, fault.code == .required, fault.message == .required(column) else { return fault.message }
        return column == "code"
            ? Message("Il faut un code dans cette cellule.", "This cell needs a code.")
            : Message(
                "Cette cellule ne peut pas être vide : l’action est nouvelle.", "This cell cannot be empty: the action is new.")
    }

    private func isMissingColumn(_ fault: Fault) -> Bool {
        guard fault.code == .required, let column = Self.column(of: fault.member) else { return false }
        return titles[column] == nil && fault.message == .required(column)
    }

    /// The action that a path such as `actions/3/status` leads to.
    private static func line(of path: String) -> Int? {
        let steps = path.split(separator: "/", maxSplits: 2)
        return steps.count >= 2 && steps[0] == "actions" ? Int(steps[1]) : nil
    }

    private static func column(of path: String) -> String? {
        let steps = path.split(separator: "/", maxSplits: 3)
        return steps.count >= 3 && steps[0] == "actions" ? String(steps[2]) : nil
    }

    /// The code of an action as it is written.
    static func code(of action: DocumentNode) -> String? {
        guard case .object(let members) = action.content,
            case .text(let code)? = members.first(where: { $0.name == "code" })?.node.content
        else { return nil }
        return code
    }
}
