import ActionPlans
import Documents
import JalonServer

/// A revision as a person reads it.
struct RevisionPage {
    private let revision: DocumentNode?
    private let tag: String?

    init(_ revision: DocumentNode?, tag: String?) {
        self.revision = revision
        self.tag = tag
    }

    var lines: [String] {
        let reason = revision["state_reason"].text.map { [Message("Motif : \($0)", "Reason: \($0)").shown] } ?? []
        let rows = revision["actions"].items.flatMap { Self.rows($0) }
        return [heading] + reason + (rows.isEmpty ? [] : [""] + Self.table(rows).lines()) + next
            + (tag.map { ["", "ETag : \($0)"] } ?? [])
    }

    private var heading: String {
        let (roadmap, number) = (revision["roadmap"].text ?? "", revision["number"].integer.map { String($0) } ?? "")
        let code = revision["state"].text ?? ""
        // Of a newer server.
        let state = RevisionState(rawValue: code)?.label ?? Message(code, code)
        return Message(
            "Révision \(number) de \(roadmap) : « \(state.french) »", "Revision \(number) of \(roadmap): “\(state.english)”"
        ).shown
    }

    private static func table(_ rows: [[String]]) -> TextTable {
        var table = TextTable(columns: [
            .init(title: "action", alignment: .left),
            .init(title: Message("engagement", "commitment").shown, alignment: .left),
            .init(title: Message("avant", "before").shown, alignment: .left, isElastic: true),
            .init(title: Message("après", "after").shown, alignment: .left, isElastic: true),
            .init(title: Message("corrigé depuis", "corrected since").shown, alignment: .left),
        ])
        table.rows = rows
        return table
    }

    /// One for each member that changes; of what comes or goes, its title.
    private static func rows(_ node: DocumentNode) -> [[String]] {
        let action = DocumentNode?.some(node)
        let code = action["code"].text ?? ""
        let conflicts = action["conflicts"].items.map { DocumentNode?.some($0) }
        func corrected(_ member: String?) -> String {
            conflicts.first { $0["member"].text == member || $0["member"].text == nil }.map { shown($0["now"]) } ?? ""
        }
        switch action["change"].text {
        case "added": return [[code, Message("ajout", "added").shown, "", shown(action["after"]["title"]), corrected("")]]
        case "removed":
            let moved = conflicts.map { "\($0["member"].text ?? "") = \(shown($0["now"]))" }.joined(separator: ", ")
            return [[code, Message("retrait", "removed").shown, shown(action["before"]["title"]), "", moved]]
        default:
            return ActionMember.committed.map(\.rawValue).compactMap { member in
                guard let after = action["after"][member] else { return nil }
                return [code, member, shown(action["before"][member]), shown(after), corrected(member)]
            }
        }
    }

    private static func shown(_ value: DocumentNode?) -> String {
        if let text = value.text { return text }
        if case .flag(let flag)? = value?.content { return flag ? "true" : "false" }
        return "–"
    }

    /// What may follow, and what stands in the way of the rest.
    private var next: [String] {
        let transitions = revision["transitions"].items.map { DocumentNode?.some($0) }
        guard !transitions.isEmpty else { return [] }
        return [""]
            + transitions.map { transition in
                let to = transition["to"].text ?? ""
                return transition["blocked_by"].text.map { "→ \(to) : \($0)" } ?? "→ \(to)"
            }
    }
}
