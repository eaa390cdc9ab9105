import ActionPlans

extension Figures {
    /// The totals, the rates, then one row for each member of each breakdown. Each row bears the year, the two
    /// dates, the perimeter and whether ministries are missing, so that none of them can be quoted without.
    var csv: CSVTable {
        var table = CSVTable(
            columns: ["year", "as_of", "known_at", "perimeter", "provisional", "dimension", "code", "label", "actions"]
                + ActionStatus.codes + ["realisees_identifiees", "numerator", "denominator", "value", "codes", "split"])
        let common = [String(scope.year), scope.asOf, scope.knownAt, scope.perimeter, String(coverage.provisional)]
        let blanks = ActionStatus.codes.map { _ in "" }
        for (code, label, count) in totalRows {
            table.rows.append(common + ["total", code, label.shown, String(count)] + blanks + ["", "", "", "", "", ""])
        }
        for rate in rates {
            table.rows.append(
                common + ["rate", rate.code, rate.label, ""] + blanks
                    + ["", String(rate.numerator), String(rate.denominator), rate.value.map { String($0) } ?? "", "", ""])
        }
        let breakdowns = [
            ("status", byStatus), ("theme", byTheme), ("target_level", byTargetLevel),
            ("reached_level", byReachedLevel), ("ministry", byMinistry), ("key_action", byKeyAction),
        ]
        for (dimension, groups) in breakdowns {
            for group in groups {
                let body = [group.codes?.joined(separator: " ") ?? "", group.split.map { String($0) } ?? ""]
                table.rows.append(common + [dimension] + Self.cells(of: group) + ["", "", ""] + body)
            }
        }
        return table
    }

    private var totalRows: [(code: String, label: Message, count: Int)] {
        [
            ("roadmaps", Message("Feuilles de route", "Roadmaps"), totals.roadmaps),
            ("actions", Message("Actions identifiées", "Identified actions"), totals.actions),
            ("realisees", Message("Actions réalisées", "Actions done"), totals.realisees),
            ("abandonnees", Message("Actions abandonnées", "Abandoned actions"), totals.abandonnees),
            ("key_actions", Message("Actions-clés", "Key actions"), totals.keyActions),
            ("late", Message("Actions en retard", "Late actions"), totals.late),
            ("confidential", Message("Actions confidentielles", "Confidential actions"), totals.confidential),
            ("expected", Message("Ministères attendus", "Expected ministries"), coverage.expected),
            ("received", Message("Plans reçus", "Plans received"), coverage.received),
        ]
    }

    /// Without numbers for what is missing, which is not zero.
    private static func cells(of group: Group) -> [String] {
        guard !group.isMissing else {
            return [group.code, group.label] + Array(repeating: "", count: ActionStatus.codes.count + 2)
        }
        let counts = ActionStatus.codes.map { status in
            // A status counts itself and no other.
            group.byStatus.map { $0[status] ?? 0 } ?? (status == group.code ? group.actions : 0)
        }
        return [group.code, group.label, String(group.actions)] + counts.map(String.init)
            + [group.rate.map { String($0) } ?? ""]
    }
}
