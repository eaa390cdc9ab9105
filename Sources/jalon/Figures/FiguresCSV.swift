import ActionPlans
import JalonServer

extension Figures {
    /// The totals, the rates, then one row for each member of each breakdown. Each row bears the year, the two
    /// dates, the perimeter and whether ministries are missing, so that none of them can be quoted without.
    var csv: CSVTable {
        var table = CSVTable(
            columns: ["year", "as_of", "known_at", "perimeter", "provisional", "dimension", "code", "label", "actions"]
                + ActionStatus.codes + ["realisees_identifiees", "numerator", "denominator", "value", "codes", "split"])
        let common: [TableValue] = [
            .number(scope.year), .text(scope.asOf), .text(scope.knownAt), .text(scope.perimeter), .flag(coverage.provisional),
        ]
        let blanks = ActionStatus.codes.map { _ in TableValue.none }
        for (code, label, count) in totalRows {
            table.rows.append(
                common + [.text("total"), .text(code), .text(label.shown), .number(count)] + blanks
                    + Array(repeating: .none, count: 6))
        }
        for rate in rates {
            table.rows.append(
                common + [.text("rate"), .text(rate.code), .text(rate.label), .none] + blanks
                    + [.none, .number(rate.numerator), .number(rate.denominator), Self.percent(rate.value), .none, .none])
        }
        let breakdowns = [
            ("status", byStatus), ("theme", byTheme), ("target_level", byTargetLevel),
            ("reached_level", byReachedLevel), ("ministry", byMinistry), ("key_action", byKeyAction),
        ]
        for (dimension, groups) in breakdowns {
            for group in groups {
                let body: [TableValue] = [group.codes.map { .list($0) } ?? .none, group.split.map { .flag($0) } ?? .none]
                table.rows.append(
                    common + [.text(dimension)] + Self.cells(of: group) + Array(repeating: .none, count: 3) + body)
            }
        }
        return table
    }

    private static func percent(_ value: Double?) -> TableValue {
        TableValue(value.map { Percent(tenths: Int((10 * $0).rounded())) })
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
    private static func cells(of group: Group) -> [TableValue] {
        let names: [TableValue] = [.text(group.code), .text(group.label)]
        guard !group.isMissing else { return names + Array(repeating: .none, count: ActionStatus.codes.count + 2) }
        let counts = ActionStatus.codes.map { status in
            // A status counts itself and no other.
            group.byStatus.map { $0[status] ?? 0 } ?? (status == group.code ? group.actions : 0)
        }
        return names + [.number(group.actions)] + counts.map { .number($0) } + [percent(group.rate)]
    }
}
