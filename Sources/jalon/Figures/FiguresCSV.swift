import ActionPlans

extension Figures {
    /// One row for each member of each breakdown.
    var csv: CSVTable {
        let breakdowns = [
            ("status", byStatus), ("theme", byTheme), ("target_level", byTargetLevel),
            ("reached_level", byReachedLevel), ("ministry", byMinistry), ("key_action", byKeyAction),
        ]
        var table = CSVTable(
            columns: ["dimension", "code", "label", "actions"] + ActionStatus.codes + ["realisees_identifiees"])
        for (dimension, groups) in breakdowns {
            for group in groups {
                let counts = ActionStatus.codes.map { status in
                    // A status counts itself and no other.
                    group.byStatus.map { $0[status] ?? 0 } ?? (status == group.code ? group.actions : 0)
                }
                table.rows.append(
                    [dimension, group.code, group.label, String(group.actions)] + counts.map(String.init)
                        + [group.rate.map { String($0) } ?? ""])
            }
        }
        return table
    }
}
