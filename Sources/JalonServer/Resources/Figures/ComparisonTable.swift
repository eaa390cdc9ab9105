import ActionPlans

/// A comparison as rows: both sides, the change and each cause of it, as a whole, by ministry and by theme.
struct ComparisonTable {
    /// What a row counts.
    enum Kind: String {
        /// The actions of one side.
        case from, to
        /// The signed difference between the sides, and the part of it that a cause makes.
        case change, move
    }

    struct Line {
        let dimension: String
        let code: String
        let label: String
        let kind: Kind
        var cause: MoveCause?
        /// How many actions the cause has.
        var count: Int?
        let tally: Tally
        var link: String?
    }

    let document: ComparisonDocument

    var columns: [TableColumn<Line>] {
        let (from, to) = (document.comparison.from, document.comparison.to)
        let known = document.known
        let language = document.language
        return [
            TableColumn("from_year") { _ in .number(from.year) },
            TableColumn("from") { _ in TableValue(from.reading.asOf) },
            TableColumn("from_known_at") { _ in .text(known.from) },
            TableColumn("to_year") { _ in .number(to.year) },
            TableColumn("to") { _ in TableValue(to.reading.asOf) },
            TableColumn("to_known_at") { _ in .text(known.to) },
            TableColumn("dimension") { .text($0.dimension) },
            TableColumn("code") { .text($0.code) },
            TableColumn("label") { .text($0.label) },
            TableColumn("row") { .text($0.kind.rawValue) },
            TableColumn("cause") { TableValue($0.cause?.code) },
            TableColumn("cause_label") { TableValue($0.cause?.label[language]) },
            TableColumn("count") { TableValue($0.count) },
            TableColumn("actions") { .number($0.tally.actions) },
        ]
            + ActionStatus.allCases.map { status in TableColumn(status.code) { .number($0.tally[status]) } }
            + [
                TableColumn("realisees_identifiees") { line in
                    line.kind == .from || line.kind == .to ? TableValue(Rate.realiseesIdentifiees.value(line.tally)) : .none
                },
                TableColumn("link") { TableValue($0.link) },
            ]
    }

    var lines: [Line] {
        let (moves, comparison) = (document.moves, document.comparison)
        let all = Message("Ensemble", "All")[document.language]
        return group("total", "total", all, moves.total, comparison, causes: MoveCause.allCases)
            + moves.byMinistry.keys.sorted().flatMap { ministry in
                let own = comparison.narrowed { $0.ministries = [ministry] }
                return group(
                    "ministry", ministry.text, document.names[ministry] ?? ministry.text, moves.byMinistry[ministry], own)
            }
            + Theme.allCases.flatMap { theme in
                let own = comparison.narrowed { $0.themes = [theme] }
                let label = document.vocabularies.label(theme)[document.language]
                return group("theme", theme.code, label, moves.byTheme[theme], own)
            }
    }

    /// - Parameter causes: those to tell; those that have actions where it is not told.
    private func group(
        _ dimension: String, _ code: String, _ label: String, _ moves: Decomposition?, _ comparison: FigureComparison,
        causes: [MoveCause]? = nil
    ) -> [Line] {
        let moves = moves ?? Decomposition()
        func line(_ kind: Kind, _ tally: Tally, _ link: String?) -> Line {
            Line(dimension: dimension, code: code, label: label, kind: kind, tally: tally, link: link)
        }
        // A theme that the scope leaves out counts nothing, and has no list of its own.
        let isInScope =
            code == "total" || dimension == "ministry" || document.comparison.from.themes?.contains { $0.code == code } ?? true
        return [
            line(.from, moves.from, isInScope ? comparison.from.links.actions : nil),
            line(.to, moves.to, isInScope ? comparison.to.links.actions : nil),
            line(.change, moves.change, nil),
        ]
            + (causes ?? MoveCause.allCases.filter { moves[$0].actions > 0 }).map { cause in
                var move = line(.move, moves[cause].effect, cause == .unchanged ? nil : comparison.actions(of: cause))
                (move.cause, move.count) = (cause, moves[cause].actions)
                return move
            }
    }
}
