import ActionPlans
import Postgres

/// `/v1/roadmaps/{roadmap}/memo`
enum MemoEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.roadmapID()
        var parameters = call.parameters()
        try parameters.finish()
        guard let record = try await call.server.database.fetch({ try MemoQueries.find($0, id, visibleTo: actor) }) else {
            throw Problem.notFound()
        }
        return try call.answer(record.tag) { record.write(to: &$0) }
    }

    @Sendable static func history(_ call: Call) async throws -> Answer {
        try await HistoryEndpoints.list(call, of: .memo(call.roadmapID()))
    }
}
