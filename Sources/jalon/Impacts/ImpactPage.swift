import ActionPlans
import Documents

/// What the actions avoid in a year, as a page to read. Families of methods stand apart: they are never summed.
struct ImpactPage {
    private let figures: DocumentNode?
    private let year: Int

    init(_ figures: DocumentNode?, year: Int) {
        self.figures = figures
        self.year = year
    }

    var lines: [String] {
        let title = Terminal.bold(Message("Impacts évités en \(year)", "Impacts avoided in \(year)").shown)
        let families = figures["families"].items
        guard !families.isEmpty else {
            return [title, Message("Aucun impact n’est donné pour \(year).", "No impact is given for \(year).").shown]
                + keyActions
        }
        return [title] + families.flatMap(family) + keyActions + groups
    }

    private func family(_ family: DocumentNode) -> [String] {
        var table = TextTable(columns: [
            .init(
                title: Message("méthode \(family["method_family"].text ?? "")", "method \(family["method_family"].text ?? "")")
                    .shown, alignment: .left, isElastic: true),
            .init(title: Message("impacts", "impacts").shown),
            .init(title: Message("kg éq. CO2", "kg CO2 eq").shown),
            .init(title: Message("Européens par an", "Europeans a year").shown),
            .init(title: Message("kg éq. Sb", "kg Sb eq").shown),
            .init(title: Message("Européens par an", "Europeans a year").shown),
        ])
        let names = [("estimated", Message("estimés", "estimated")), ("measured", Message("mesurés", "measured"))]
        for (basis, name) in names where family[basis]["impacts"].integer != 0 {
            table.rows.append(row(name.shown, family[basis]))
            table.rows += family["by_factor"].items.filter { $0[basis]["impacts"].integer != 0 }
                .map { row("  " + ($0["title"].text ?? ""), $0[basis]) }
        }
        return table.lines(indent: 2)
    }

    private func row(_ title: String, _ sum: DocumentNode?) -> [String] {
        [
            title, sum["impacts"].decimal.shown, shown(sum["kg_co2_eq"]), shown(sum["europeans"]["kg_co2_eq"]),
            shown(sum["kg_sb_eq"]), shown(sum["europeans"]["kg_sb_eq"]),
        ]
    }

    /// The central value, with its interval where there is one.
    private func shown(_ bounds: DocumentNode?) -> String {
        let central = bounds["central"].decimal.shown
        guard bounds["low"].decimal != nil, bounds["high"].decimal != nil else { return central }
        let (low, high) = (bounds["low"].decimal.shown, bounds["high"].decimal.shown)
        return Message("\(central) (\(low) à \(high))", "\(central) (\(low) to \(high))").shown
    }

    private var keyActions: [String] {
        let with = figures["key_actions"]["with_estimate"].integer ?? 0
        let without = figures["key_actions"]["without_estimate"].integer ?? 0
        return [
            Message(
                "Actions-clés : \(with) avec un impact donné, \(without) sans.",
                "Key actions: \(with) with an impact, \(without) without."
            ).shown
        ]
    }

    /// What was left out of groups that overlap, and what counts in its place.
    private var groups: [String] {
        figures["overlap_groups"].items.map { group in
            let name = group["overlap_group"].text ?? ""
            let counted = place(group["counted"])
            let left = group["left_out"].items.map(place).joined(separator: ", ")
            return Message(
                "Groupe \(name) : \(counted) compte ; laissé de côté : \(left).",
                "Group \(name): \(counted) counts; left out: \(left)."
            ).shown
        }
    }

    private func place(_ impact: DocumentNode?) -> String {
        "\(impact["action"].text ?? "–")/\(impact["number"].integer.map(String.init) ?? "")"
    }
}
