import ActionPlans

/// The figures as a page to read.
struct FiguresPage {
    private let figures: Figures

    init(_ figures: Figures) {
        self.figures = figures
    }

    var lines: [String] {
        let sections = [
            heading, totals, rates,
            breakdown(Message("Par thématique", "By theme"), figures.byTheme),
            breakdown(Message("Par niveau cible", "By target level"), figures.byTargetLevel),
            breakdown(Message("Par niveau atteint", "By reached level"), figures.byReachedLevel),
            breakdown(Message("Par ministère", "By ministry"), figures.byMinistry, showsCodes: true),
            coverage,
        ]
        return Array(sections.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    private var heading: [String] {
        let scope = figures.scope
        var parts = [Message("Année \(scope.year)", "Year \(scope.year)").shown]
        if let ministries = scope.ministries { parts.append(ministries.joined(separator: ", ")) }
        if let themes = scope.themes { parts.append(themes.joined(separator: ", ")) }
        parts.append(Message("au \(scope.asOf)", "as of \(scope.asOf)").shown)
        parts.append(Message("tel que connu le \(scope.knownAt)", "as known at \(scope.knownAt)").shown)
        if isOfToday { parts.append(Message("PÉRIMÈTRE D’AUJOURD’HUI", "TODAY’S PERIMETER").shown) }
        if figures.coverage.source == "roadmaps" { parts.append(Message("SANS RECENSEMENT", "NO CENSUS").shown) }
        if figures.coverage.provisional { parts.append(Message("PROVISOIRE", "PROVISIONAL").shown) }
        return [Terminal.bold(figures.headline.text), parts.joined(separator: " · ")]
    }

    private var totals: [String] {
        let totals = figures.totals
        var table = TextTable(columns: [.init(title: "", alignment: .left), .init(title: "")])
        table.rows = [
            (Message("Feuilles de route", "Roadmaps"), totals.roadmaps),
            (Message("Actions identifiées", "Actions identified"), totals.actions),
            (Message("  réalisées", "  done"), totals.realisees),
            (Message("  abandonnées", "  abandoned"), totals.abandonnees),
            (Message("  en retard", "  late"), totals.late),
            (Message("  actions-clés", "  key actions"), totals.keyActions),
            (Message("  confidentielles", "  confidential"), totals.confidential),
        ].map { [$0.shown, Number.shown($1)] }
        return [title(Message("Totaux", "Totals"))] + table.lines(indent: 2)
    }

    private var rates: [String] {
        var table = TextTable(columns: [
            .init(title: "", alignment: .left, isElastic: true),
            .init(title: Message("taux", "rate").shown),
            .init(title: Message("actions", "actions").shown),
            .init(title: Message("médiane des ministères", "median of ministries").shown),
        ])
        table.rows = figures.rates.map { rate in
            [
                rate.label, Number.shown(percent: rate.value),
                "\(Number.shown(rate.numerator)) / \(Number.shown(rate.denominator))", Number.shown(percent: rate.median),
            ]
        }
        let lines = table.lines(indent: 2)
        let rules = figures.rates.map { Terminal.faint("      \($0.rule)") }
        return [title(Message("Taux", "Rates"))] + lines.prefix(1) + zip(lines.dropFirst(), rules).flatMap { [$0, $1] }
    }

    private func breakdown(_ name: Message, _ groups: [Figures.Group], showsCodes: Bool = false) -> [String] {
        guard !groups.isEmpty else { return [] }
        var columns = [TextTable.Column(title: "", alignment: .left, isElastic: true)]
        if showsCodes { columns.insert(.init(title: "", alignment: .left), at: 0) }
        columns.append(.init(title: Message("actions", "actions").shown))
        columns += figures.byStatus.map { .init(title: $0.label.lowercased()) }
        columns.append(.init(title: Message("taux", "rate").shown))
        var table = TextTable(columns: columns)
        table.rows = groups.map { group in
            (showsCodes ? [codes(of: group)] : []) + [group.label] + numbers(of: group)
        }
        let legend = Message("  \(Self.missing) : aucun plan reçu", "  \(Self.missing): no plan received").shown
        return [title(name)] + table.lines(indent: 2) + (groups.contains(where: \.isMissing) ? [Terminal.faint(legend)] : [])
    }

    /// In place of each number of a ministry that sent nothing: it is missing, not zero.
    private static let missing = "—"

    private func numbers(of group: Figures.Group) -> [String] {
        guard !group.isMissing else { return Array(repeating: Self.missing, count: figures.byStatus.count + 2) }
        return [Number.shown(group.actions)] + figures.byStatus.map { Number.shown(group.byStatus?[$0.code] ?? 0) }
            + [Number.shown(percent: group.rate)]
    }

    private var isOfToday: Bool { figures.scope.perimeter == "today" }

    /// A body with the ministries counted under it, where they are not itself alone.
    private func codes(of group: Figures.Group) -> String {
        guard isOfToday else { return group.code }
        let codes = group.codes ?? [group.code]
        let gathered = codes == [group.code] ? "" : " (\(codes.joined(separator: ", ")))"
        return group.code + gathered + (group.split == true ? " " + Message("[divisé]", "[split]").shown : "")
    }

    private var coverage: [String] {
        let coverage = figures.coverage
        var lines = [title(Message("Couverture", "Coverage"))]
        func add(_ message: Message) { lines.append("  " + message.shown) }
        func add(_ message: Message, _ bodies: [Figures.Named]) {
            guard !bodies.isEmpty else { return }
            add(message)
            lines += bodies.map { "    \($0.code)  \($0.name)" }
        }
        let provisional = coverage.provisional ? Message(" — chiffres provisoires", " — provisional figures") : Message("", "")
        add(
            Message(
                "plans reçus : \(coverage.received) sur \(coverage.expected) attendus\(provisional.french)",
                "plans received: \(coverage.received) of \(coverage.expected) expected\(provisional.english)"))
        if coverage.source == "roadmaps" {
            add(
                Message(
                    "sans recensement : seuls sont attendus les ministères qui ont un plan",
                    "no census: only the ministries that have a plan are expected"))
        }
        if let dueOn = coverage.dueOn {
            add(Message("échéance \(dueOn), \(coverage.late) en retard", "due \(dueOn), \(coverage.late) late"))
            lines += (coverage.lateMinistries ?? []).map { late in
                let sent =
                    late.submittedOn.map { Message("remis le \($0)", "sent on \($0)") }
                    ?? Message("rien reçu", "nothing received")
                return "    \(late.code)  \(late.name) (\(sent.shown))"
            }
        }
        if let oldest = coverage.oldestUpdate {
            add(Message("plus ancienne mise à jour : \(oldest)", "oldest update: \(oldest)"))
        }
        add(Message("manquants :", "missing:"), coverage.missing)
        add(Message("non attendus :", "not expected:"), coverage.unexpected)
        if coverage.withoutReachedLevel > 0 {
            let actions = Message.counted(coverage.withoutReachedLevel, ("action", "actions"), ("action", "actions"))
            add(Message("\(actions.french) sans niveau atteint", "\(actions.english) without a reached level"))
        }
        return lines + excluded
    }

    /// What the state of its roadmap leaves out; how much of it is not for everybody to know.
    private var excluded: [String] {
        figures.excluded.compactMap { excluded in
            guard excluded.roadmaps != 0 else { return nil }
            let roadmaps =
                excluded.roadmaps.map { Message.counted($0, ("feuille de route", "feuilles de route"), ("roadmap", "roadmaps")) }
                ?? Message("? feuilles de route", "? roadmaps")
            let actions =
                excluded.actions.map { Message.counted($0, ("action", "actions"), ("action", "actions")) }
                ?? Message("? actions", "? actions")
            let label = excluded.label.lowercased()
            return "  "
                + Message(
                    "hors du compte, à l’état « \(label) » : \(roadmaps.french), \(actions.french)",
                    "left out, in the state “\(label)”: \(roadmaps.english), \(actions.english)"
                ).shown
        }
    }

    private func title(_ message: Message) -> String { Terminal.bold(message.shown) }
}
