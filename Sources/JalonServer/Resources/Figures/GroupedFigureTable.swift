import ActionPlans

extension GroupedFigures {
    /// The rows as a table: the columns of the groups that were asked for, and three for each rate.
    var columns: [TableColumn<FigureCell>] {
        let (asOf, knownAt) = (years.first?.facts.asOf, years.first?.facts.knownAt)
        let provisional = Dictionary(uniqueKeysWithValues: years.map { ($0.scope.year, $0.coverage.provisional) })
        let sources = Dictionary(uniqueKeysWithValues: years.map { ($0.scope.year, $0.facts.coverageSource) })
        let perimeter = scope.perimeter.code
        return [
            TableColumn("year") { .number($0.scope.year) },
            TableColumn("as_of") { _ in TableValue(asOf) },
            TableColumn("known_at") { _ in TableValue(knownAt) },
            TableColumn("perimeter") { _ in .text(perimeter) },
            TableColumn("provisional") { provisional[$0.scope.year].map { .flag($0) } ?? .none },
            TableColumn("coverage_source") { TableValue(sources[$0.scope.year]) },
        ]
            + groupColumns
            + [TableColumn("actions") { TableValue($0.counted?.actions) }]
            + ActionStatus.allCases.map { status in TableColumn(status.code) { TableValue($0.counted?[status]) } }
            + [TableColumn("late") { TableValue($0.counted?.late) }]
            + Rate.allCases.flatMap { rate in
                [
                    TableColumn("\(rate.code)_numerator") { TableValue($0.counted.map(rate.numerator)) },
                    TableColumn("\(rate.code)_denominator") { TableValue($0.counted.map(rate.denominator)) },
                    TableColumn(rate.code) { TableValue($0.counted.flatMap { rate.value($0) }) },
                ]
            }
            + [TableColumn("link") { .text($0.scope.links.actions) }]
    }

    private var groupColumns: [TableColumn<FigureCell>] {
        let (language, vocabularies) = (self.language, self.vocabularies)
        return groups.flatMap { group -> [TableColumn<FigureCell>] in
            switch group {
            case .ministry:
                [
                    TableColumn("ministry") { TableValue($0.body?.code.text) },
                    TableColumn("ministry_name") { TableValue($0.body?.name) },
                    TableColumn("codes") { .list($0.body?.codes.map(\.text) ?? []) },
                    TableColumn("missing") { .list($0.body?.missing.map(\.text) ?? []) },
                    TableColumn("split") { $0.body.map { .flag($0.isDivided) } ?? .none },
                ]
            case .theme:
                [
                    TableColumn("theme") { TableValue($0.theme?.code) },
                    TableColumn("theme_label") { cell in TableValue(cell.theme.flatMap { vocabularies?.label($0)[language] }) },
                ]
            case .targetLevel:
                [
                    TableColumn("target_level") { TableValue($0.targetLevel?.code) },
                    TableColumn("target_level_label") { cell in
                        TableValue(cell.targetLevel.flatMap { vocabularies?.label($0)[language] })
                    },
                ]
            }
        }
    }
}

extension FigureCell {
    /// nil of a body that is missing: it has no numbers, not even zeros.
    fileprivate var counted: Tally? { body?.isMissing == true ? nil : tally }
}
