import ActionPlans

/// The outcome as a person reads it.
extension PlanOutcome {
    /// One line for the plan, and each difference when they are wanted.
    /// - Parameter isRehearsal: then all that was understood of each action is shown.
    func lines(isRehearsal: Bool) -> [String] {
        let counts = Message(
            "actions : créées \(summary.created), modifiées \(summary.updated), inchangées \(summary.unchanged), absentes \(summary.absent)",
            "actions: created \(summary.created), updated \(summary.updated), unchanged \(summary.unchanged), absent \(summary.absent)"
        )
        var lines = ["\(Terminal.bold(roadmap.id))  \(change.shown) — \(counts.shown)"]
        if isRehearsal || created { lines.append("  " + Terminal.faint(head)) }
        // Whoever updates a plan is shown what it changes; whoever creates one knows what is in the file.
        if isRehearsal || !created { lines += differences(isRehearsal: isRehearsal) }
        let absent = actions.filter { $0.change == "absent" }.map(\.code)
        if !absent.isEmpty {
            let list = absent.joined(separator: ", ")
            lines.append(
                "  " + Message("absentes du fichier, gardées : \(list)", "not in the file, kept: \(list)").shown)
        }
        return lines
    }

    /// What there is to know of the roadmap itself.
    private var head: String {
        let state = MemberLabel.value(roadmap.state, of: "state")?.shown ?? roadmap.state
        let years =
            roadmap.firstYear == roadmap.lastYear
            ? "\(roadmap.firstYear)"
            : Message("de \(roadmap.firstYear) à \(roadmap.lastYear)", "\(roadmap.firstYear) to \(roadmap.lastYear)").shown
        return "\(state), \(years), \(PlanValue.text(roadmap.title).shown(as: "title"))"
    }

    private var change: Message {
        if created { return Message("créée", "created") }
        return changesNothing ? Message("inchangée", "unchanged") : Message("modifiée", "updated")
    }

    private static let roadmapMembers = ["last_year", "title", "state", "due_on", "submitted_on", "validated_on"]
    private static let actionMembers = ActionMember.allCases.map(\.rawValue)

    private func differences(isRehearsal: Bool) -> [String] {
        var lines = created ? [] : Self.table(fields, [:], Self.roadmapMembers, indent: 2)
        for action in actions {
            switch action.change {
            case "created":
                lines.append(
                    Terminal.green("  + \(action.code)") + (isRehearsal ? "" : "  \(action.fields["title"]?.to.plain ?? "")"))
                if isRehearsal { lines += Self.table([:], action.values ?? [:], Self.actionMembers, indent: 6) }
            case "updated":
                lines.append("  ~ \(action.code)")
                lines += Self.table(action.fields, isRehearsal ? action.values ?? [:] : [:], Self.actionMembers, indent: 6)
            default: break
            }
        }
        return lines
    }

    /// The members in their order: from what to what where they change, what they are where all is shown.
    private static func table(
        _ changes: [String: Change], _ values: [String: PlanValue], _ order: [String], indent: Int
    ) -> [String] {
        var table = TextTable(columns: [
            .init(title: "", alignment: .left), .init(title: "", alignment: .left),
        ])
        table.rows = order.compactMap { member in
            let label = MemberLabel.of(member).shown
            if let change = changes[member] {
                let end = change.until.map { Message(", avant le \($0)", ", before \($0)").shown } ?? ""
                return [label, "\(change.from.shown(as: member)) → \(change.to.shown(as: member))\(end)"]
            }
            return values[member].map { [label, $0.shown(as: member)] }
        }
        return table.lines(indent: indent)
    }
}
