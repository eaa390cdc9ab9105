import ActionPlans
import Postgres

/// `/v1/figures`
enum FigureEndpoints {
    /// One year by itself has an answer of its own; several years, or groups, have rows.
    @Sendable static func get(_ call: Call) async throws -> Answer {
        var groups: [FigureGroup]?
        var decimal: CSVWriter.DecimalMark?
        var scope = try FigureScope(
            call, mostYears: FigureScope.mostYears,
            more: { parameters in
                groups = parameters.codes("group")
                decimal = parameters.code("decimal")
            })
        scope.reading = try await scope.reading.settled(by: call.server)
        let facts = try await call.server.database.read { [scope] session in
            try FigureQueries.facts(ofEachYear: session, scope, for: call.actor)
        }
        let years = zip(scope.years, facts).map { year, facts in
            var ofYear = scope
            ofYear.year = year
            return FigureDocument(
                facts, of: ofYear, vocabularies: call.server.vocabularies, language: call.language,
                seesDrafts: call.actor?.seesAll == true)
        }
        guard let only = years.first, years.count == 1, groups == nil else {
            let wanted = FigureGroup.allCases.filter { groups?.contains($0) ?? false }
            return try await grouped(years, of: scope, by: wanted, decimal ?? .comma, call)
        }
        if call.wantsRows {
            let table = FigureTable(document: only)
            return call.answer(table.lines, table.columns, decimal: decimal ?? .comma, named: Self.name(of: scope))
        }
        return Answer.json { only.write(to: &$0, target: call.target) }
    }

    /// Thousands of rows must not hold up the other clients of the event loop.
    private static func grouped(
        _ years: [FigureDocument], of scope: FigureScope, by groups: [FigureGroup],
        _ decimal: CSVWriter.DecimalMark, _ call: Call
    ) async throws -> Answer {
        try await withTaskExecutorPreference(globalConcurrentExecutor) {
            let figures = try GroupedFigures(years, of: scope, by: groups)
            if call.wantsRows {
                return call.answer(
                    figures.cells, figures.columns, decimal: decimal, named: name(of: scope),
                    line: { figures.write($1, to: &$0) })
            }
            return Answer.json { figures.write(to: &$0, target: call.target) }
        }
    }

    private static func name(of scope: FigureScope) -> String {
        "figures-" + scope.years.map(String.init).joined(separator: "-")
    }
}
