import ActionPlans
import Documents
import Postgres

/// `/v1/figures/compare` and `/v1/figures/compare/actions`
enum ComparisonEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let asked = FigureComparison(&parameters)
        let decimal: CSVWriter.DecimalMark? = parameters.code("decimal")
        try parameters.finish()
        try asked.checkDrafts(for: call.actor)
        let comparison = try await asked.settled(by: call.server)
        let (moves, names, known) = try await call.server.database.read { session in
            let names = try FigureQueries.names(session, comparison.to)
            try FigureQueries.checkKnown(comparison.to.ministries, names)
            let known = (
                from: try FigureKnowledge.ofComparedSide(session, comparison.from, for: call.actor).instant,
                to: try FigureKnowledge.ofComparedSide(session, comparison.to, for: call.actor).instant
            )
            return (try ComparisonQueries.decompositions(session, comparison, for: call.actor), names, known)
        }
        let document = ComparisonDocument(
            comparison: comparison, known: known, moves: moves, names: names, vocabularies: call.server.vocabularies,
            language: call.language)
        if call.wantsRows {
            let table = ComparisonTable(document: document)
            let years = Set([comparison.from.year, comparison.to.year]).sorted().map(String.init).joined(separator: "-")
            return call.answer(table.lines, table.columns, decimal: decimal ?? .comma, named: "figures-compare-\(years)")
        }
        return Answer.json { document.write(to: &$0, target: call.target) }
    }

    @Sendable static func list(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        let asked = FigureComparison(&parameters)
        let causes = parameters.values("cause", { word in MoveCause.moves.first { $0.code == word } }) {
            .notOneOf($0, MoveCause.moves.map(\.code))
        }
        let paging = try parameters.paging(cursorOf: 3, for: call)
        try parameters.finish()
        try asked.checkDrafts(for: actor)
        let after = try paging.position { ActionID($0.joined(separator: "-")) }
        let comparison = try await asked.settled(by: call.server)
        let listing = try await call.server.database.read { session in
            try MinistryQueries.checkKnown(session, comparison.to.ministries)
            return try ComparisonQueries.list(
                session, comparison, causes ?? MoveCause.moves, after: after, limit: paging.limit, visibleTo: actor)
        }
        let page = Page(
            listing.actions, paging: paging, total: paging.wantsTotal ? listing.visible : nil,
            position: { [$0.id.roadmap.ministry.text, String($0.id.roadmap.firstYear), $0.id.code.text] })
        return call.answer(page, paging, meta: { $0.member("hidden", listing.hidden) }) {
            $1.write(to: &$0, in: comparison)
        }
    }
}
