import ActionPlans

/// The figures of a year as rows: the totals, the rates, then the members of each breakdown. Each row bears the year, the two
/// dates, the perimeter and whether ministries are missing, so that none of them can be quoted without.
struct FigureTable {
    struct Line {
        let dimension: String
        let code: String
        let label: String
        /// nil for what is missing, which is not zero.
        var count: Int?
        var byStatus: Tally?
        var realiseesIdentifiees: Percent?
        var numerator: Int?
        var denominator: Int?
        var value: Percent?
        var median: Percent?
        var body: FigureBody?
        /// The list of exactly what is counted; of a rate, that of its numerator.
        var link: String?
    }

    let document: FigureDocument

    var columns: [TableColumn<Line>] {
        let (scope, facts) = (document.scope, document.facts)
        let provisional = document.coverage.provisional
        let asOf = facts.asOf
        let knownAt = facts.knownAt
        return [
            TableColumn("year") { _ in .number(scope.year) },
            TableColumn("as_of") { _ in TableValue(asOf) },
            TableColumn("known_at") { _ in .text(knownAt) },
            TableColumn("perimeter") { _ in .text(scope.perimeter.code) },
            TableColumn("provisional") { _ in .flag(provisional) },
            TableColumn("coverage_source") { _ in .text(facts.coverageSource) },
            TableColumn("dimension") { .text($0.dimension) },
            TableColumn("code") { .text($0.code) },
            TableColumn("label") { .text($0.label) },
            TableColumn("count") { TableValue($0.count) },
        ]
            + ActionStatus.allCases.map { status in TableColumn(status.code) { TableValue($0.byStatus?[status]) } }
            + [
                TableColumn("realisees_identifiees") { TableValue($0.realiseesIdentifiees) },
                TableColumn("numerator") { TableValue($0.numerator) },
                TableColumn("denominator") { TableValue($0.denominator) },
                TableColumn("value") { TableValue($0.value) },
                TableColumn("median_of_ministries") { TableValue($0.median) },
                TableColumn("codes") { $0.body.map { .list($0.codes.map(\.text)) } ?? .none },
                TableColumn("missing") { $0.body.map { .list($0.missing.map(\.text)) } ?? .none },
                TableColumn("split") { $0.body.map { .flag($0.isDivided) } ?? .none },
                TableColumn("link") { TableValue($0.link) },
            ]
    }

    var lines: [Line] { totals + rates + breakdowns }

    private var filter: ActionFilter { document.scope.actions }
    private var total: Tally { document.facts.tallies.total }
    private func text(_ message: Message) -> String { message[document.language] }

    private var totals: [Line] {
        func counted(_ code: String, _ label: Message, _ count: Int, _ change: ((inout ActionFilter) -> Void)?) -> Line {
            var list = filter
            change?(&list)
            return Line(
                dimension: "total", code: code, label: text(label), count: count, link: change.map { _ in list.address })
        }
        let coverage = document.coverage
        var roadmaps = counted("roadmaps", Message("Feuilles de route", "Roadmaps"), document.facts.roadmaps.count, nil)
        roadmaps.link = document.roadmapsAddress
        return [
            roadmaps,
            counted("actions", Message("Actions identifiées", "Identified actions"), total.actions) { _ in },
            counted("realisees", Message("Actions réalisées", "Actions done"), total.realisees) { $0.statuses = [.realisee] },
            counted("abandonnees", Message("Actions abandonnées", "Abandoned actions"), total.abandonnees) {
                $0.statuses = [.abandonnee]
            },
            counted("key_actions", Message("Actions-clés", "Key actions"), total.keyActions) { $0.keyAction = true },
            counted("late", Message("Actions en retard", "Late actions"), total.late) { $0.late = true },
            counted("confidential", Message("Actions confidentielles", "Confidential actions"), total.confidential) {
                $0.confidential = true
            },
            counted(
                "without_reached_level", Message("Actions sans niveau atteint", "Actions without a reached level"),
                total.withoutReachedLevel
            ) { $0.reachedLevels = [nil] },
            counted("expected", Message("Ministères attendus", "Expected ministries"), coverage.expected.count, nil),
            counted("received", Message("Plans reçus", "Plans received"), coverage.received.count, nil),
        ]
    }

    private var rates: [Line] {
        Rate.allCases.map { rate in
            Line(
                dimension: "rate", code: rate.code, label: text(rate.label), numerator: rate.numerator(total),
                denominator: rate.denominator(total), value: rate.value(total),
                median: rate.median(of: document.bodies.map(\.tally)), link: filter.numerator(of: rate).address)
        }
    }

    private var breakdowns: [Line] {
        let (tallies, labels) = (document.facts.tallies, document.vocabularies)
        let statuses = ActionStatus.allCases.map { status in
            // A status counts itself and no other.
            var own = Tally()
            own[status] = total[status]
            let line = group("status", status.code, text(labels.label(status)), own, filter.narrowed(to: status))
            return line.withoutRate
        }
        let themes = Theme.allCases.map {
            group("theme", $0.code, text(labels.label($0)), tallies.byTheme[$0], filter.narrowed(to: $0))
        }
        let targets = EngagementLevel.allCases.map {
            group("target_level", $0.code, text(labels.label($0)), tallies.byTargetLevel[$0], filter.narrowed(toTarget: $0))
        }
        let reached = (EngagementLevel.allCases.map(Optional.some) + [nil]).map { level in
            var list = filter
            list.reachedLevels = [level]
            let label = level.map { labels.label($0) } ?? FigureDocument.noLevel
            return group(
                "reached_level", level?.code ?? ActionFilter.noLevel, text(label), tallies.byReachedLevel[level], list)
        }
        let ministries = document.bodies.map { body in
            var list = filter
            list.ministries = body.codes
            var line = group("ministry", body.code.text, body.name, body.tally, list)
            line.body = body
            return body.isMissing ? line.withoutNumbers : line
        }
        let keys = [true, false].map { isKey in
            var list = filter
            list.keyAction = isKey
            return group(
                "key_action", String(isKey), text(FigureDocument.label(isKey: isKey)), tallies.byKeyAction[isKey], list)
        }
        return statuses + themes + targets + reached + ministries + keys
    }

    private func group(_ dimension: String, _ code: String, _ label: String, _ tally: Tally?, _ list: ActionFilter) -> Line {
        let tally = tally ?? Tally()
        return Line(
            dimension: dimension, code: code, label: label, count: tally.actions, byStatus: tally,
            realiseesIdentifiees: Rate.realiseesIdentifiees.value(tally), link: list.address)
    }
}

extension FigureTable.Line {
    fileprivate var withoutRate: Self {
        var line = self
        line.realiseesIdentifiees = nil
        return line
    }

    fileprivate var withoutNumbers: Self {
        var line = withoutRate
        (line.count, line.byStatus) = (nil, nil)
        return line
    }
}

extension FigureBody {
    /// Whether nothing came from any of its ministries: what it counts is no number of it.
    var isMissing: Bool { missing == codes }
}
