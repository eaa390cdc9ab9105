import ActionPlans
import Postgres

/// `/v1/figures`
enum FigureEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        let scope = try FigureScope(call)
        let facts = try await call.server.database.read { session in try FigureQueries.facts(session, scope) }
        let coverage = Coverage(
            expected: facts.census.map { Set($0.expected) },
            received: facts.roadmaps.map { Coverage.Received(ministry: $0.id.ministry, submittedOn: $0.submittedOn) },
            dueOn: facts.census?.dueOn)
        let document = FigureDocument(
            scope: scope, facts: facts, coverage: coverage, vocabularies: call.server.vocabularies,
            language: call.language, seesDrafts: call.actor?.role == .coordinator)
        return Answer.json { document.write(to: &$0, target: call.target) }
    }
}
