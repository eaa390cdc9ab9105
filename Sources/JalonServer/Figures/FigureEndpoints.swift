import ActionPlans
import Postgres

/// `/v1/figures`
enum FigureEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        var scope = try FigureScope(call)
        scope.reading = try await scope.reading.settled(by: call.server)
        let facts = try await call.server.database.read { [scope] session in
            try FigureQueries.facts(session, scope, for: call.actor)
        }
        let document = FigureDocument(
            facts, of: scope, vocabularies: call.server.vocabularies, language: call.language,
            seesDrafts: call.actor?.role == .coordinator)
        return Answer.json { document.write(to: &$0, target: call.target) }
    }
}
