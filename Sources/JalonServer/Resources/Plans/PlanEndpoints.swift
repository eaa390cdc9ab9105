import ActionPlans
import HTTPTypes
import Postgres

/// `/v1/roadmaps/{roadmap}/plan`
enum PlanEndpoints {
    /// Imports and exports may take longer than other requests.
    private static let timeout: Duration = .seconds(60)

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.roadmapID()
        var parameters = call.parameters()
        try parameters.finish()
        let found = try await call.server.database.read(timeout: timeout) { session -> PlanExport? in
            guard let roadmap = try RoadmapQueries.find(session, id, visibleTo: actor) else { return nil }
            let visible = Visibility.visible(try ActionQueries.all(session, of: id), of: id.ministry, to: actor)
            return PlanExport(roadmap: roadmap, actions: visible)
        }
        guard let export = found else { throw Problem.notFound() }
        // The plan's version moves with actions that others may not know of, and with the roadmap, which no table shows: the
        // validator is then made of what is read.
        guard actor.seesAll(of: id.ministry), call.type != .csv else {
            let answer = Answer(.ok, try await export.whole(as: call.type), type: call.type)
            // The name by which the command knows the roadmap of a table.
            return call.type == .csv ? answer.naming(id.description, .csv) : answer
        }
        let tag = call.type == .yaml ? export.roadmap.planTagInYAML : export.roadmap.planTag
        let answer =
            call.type == .json
            ? Answer.stream(.json) { stream in
                var writer = JSONWriter(capacity: 1 << 16)
                try await export.writeJSON(to: &writer) { try await stream.write($0.takeBytes()) }
            } : Answer(.ok, try await export.whole(as: call.type), type: call.type)
        return try call.conditions().isUnmodified(tag) ? answer.tagged(tag).unmodified() : answer.tagged(tag)
    }
}
