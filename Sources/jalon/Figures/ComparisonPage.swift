import ActionPlans

/// A comparison as a page to read: both sides, then each cause with what it does to the numbers, then where.
struct ComparisonPage {
    private let comparison: Comparison

    init(_ comparison: Comparison) {
        self.comparison = comparison
    }

    var lines: [String] {
        let sections = [
            sides, causes, groups(Message("Par ministère", "By ministry"), comparison.byMinistry, showsCodes: true),
            groups(Message("Par thématique", "By theme"), comparison.byTheme),
        ]
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    private static let statuses = ActionStatus.allCases

    private static func title(_ status: ActionStatus) -> String {
        switch status {
        case .aFaire: Message("à faire", "to do").shown
        case .enCours: Message("en cours", "under way").shown
        case .realisee: Message("réalisées", "done").shown
        case .abandonnee: Message("abandonnées", "abandoned").shown
        }
    }

    private static func columns(_ first: Message, _ numbers: [Message]) -> [TextTable.Column] {
        [.init(title: first.shown, alignment: .left, isElastic: true)] + numbers.map { .init(title: $0.shown) }
            + statuses.map { .init(title: title($0)) }
    }

    private var sides: [String] {
        let (from, to) = (comparison.from, comparison.to)
        let scope = [comparison.scope.ministries, comparison.scope.themes].compactMap { $0?.joined(separator: ", ") }
        let isOneDay = from.asOf == to.asOf && from.year == to.year
        let subject =
            isOneDay
            ? Message(
                "Écart entre ce que l’on savait du \(to.asOf) (\(to.year)) à deux instants",
                "Difference between what was known of \(to.asOf) (\(to.year)) at two instants")
            : Message("Écart entre deux dates", "Difference between two dates")
        let heading = ([subject.shown] + scope).joined(separator: " · ")
        var columns = Self.columns(Message("", ""), [Message("actions", "actions")])
        columns.append(.init(title: Message("taux de réalisation", "rate done").shown))
        var table = TextTable(columns: columns)
        for side in [from, to] {
            let name = Message("\(side.year), au \(side.asOf)", "\(side.year), as of \(side.asOf)").shown
            var row = [isOneDay ? side.knownAt : name, Number.shown(side.actions)]
            for status in Self.statuses { row.append(Number.shown(side.byStatus[status.code] ?? 0)) }
            row.append(Number.shown(percent: side.rate.value))
            table.rows.append(row)
        }
        let change = comparison.change
        var last = [Message("écart", "difference").shown, Self.signed(change.actions)]
        last += Self.signed(change.byStatus)
        last.append(Number.shown(pointsFrom: from.rate.value, to: to.rate.value))
        table.rows.append(last)
        return [Terminal.bold(heading)] + table.lines(indent: 2)
    }

    private var causes: [String] {
        var table = TextTable(
            columns: Self.columns(
                Message("cause", "cause"), [Message("actions concernées", "actions concerned"), Message("actions", "actions")]))
        table.rows = comparison.moves.filter { $0.count > 0 }.map { move in
            let effect = Self.signed(move.effect.byStatus)
            return [move.label, Number.shown(move.count), Self.signed(move.effect.actions)] + effect
        }
        guard !table.rows.isEmpty else {
            return [Message("Aucune action d’un côté ni de l’autre.", "No action on either side.").shown]
        }
        return [Terminal.bold(Message("Ce qui l’explique", "What explains it").shown)] + table.lines(indent: 2)
    }

    /// Those where something differs.
    private func groups(_ name: Message, _ groups: [Comparison.Group], showsCodes: Bool = false) -> [String] {
        let moved = groups.filter { $0.from.actions != $0.to.actions || $0.from.byStatus != $0.to.byStatus }
        guard !moved.isEmpty else { return [] }
        var table = TextTable(columns: Self.columns(Message("", ""), [Message("actions", "actions")]))
        table.rows = moved.map { group in
            let change = group.to.byStatus.merging(group.from.byStatus.mapValues { -$0 }, uniquingKeysWith: +)
            let label = showsCodes ? "\(group.code)  \(group.label)" : group.label
            return [label, Self.signed(group.to.actions - group.from.actions)] + Self.signed(change)
        }
        return [Terminal.bold(name.shown)] + table.lines(indent: 2)
    }

    private static func signed(_ counts: [String: Int]) -> [String] { statuses.map { signed(counts[$0.code] ?? 0) } }

    /// With a true minus sign; nothing is a point, so that what moved is seen.
    private static func signed(_ number: Int) -> String {
        number == 0 ? "·" : number > 0 ? "+\(Number.shown(number))" : "−\(Number.shown(-number))"
    }
}
