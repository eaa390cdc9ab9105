import ActionPlans
import Postgres

/// `/v1/actions/{action}/history`, `/v1/roadmaps/{roadmap}/history`, `/v1/ministries/{code}/history` and
/// `/v1/censuses/{year}/history`
enum HistoryEndpoints {
    @Sendable static func ofAction(_ call: Call) async throws -> Answer {
        try await list(call, of: .action(call.actionID()))
    }

    @Sendable static func ofRoadmap(_ call: Call) async throws -> Answer {
        try await list(call, of: .roadmap(call.roadmapID()))
    }

    @Sendable static func ofMinistry(_ call: Call) async throws -> Answer {
        try await list(call, of: .ministry(call.ministryCode()))
    }

    @Sendable static func ofCensus(_ call: Call) async throws -> Answer {
        try await list(call, of: .census(call.year()))
    }

    /// The history of one thing, as far as the caller may see it.
    static func list(_ call: Call, of id: ResourceID) async throws -> Answer {
        let actor = try call.caller()
        let condition = HistoryQueries.condition(of: id, to: actor)
        let seesAuthor = Visibility.seesAuthors(of: id.ministry, actor)
        // A thing without a line of history to show is there all the same, or is not.
        let check = { @Sendable (session: borrowing Session) throws in
            guard try id.isThere(session, for: actor) else { throw Problem.notFound() }
        }
        var parameters = call.parameters()
        let table = parameters.table(for: call)
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        let before = try paging.position { Int($0[0]) }
        if table.isWhole {
            let export = HistoryExport.of(
                condition, named: id.fileName, seesAuthor: seesAuthor, for: actor, call, orCheck: check)
            return try await call.answer(export, decimal: table.decimal)
        }
        let page = try await call.server.database.read { session in
            let items = try HistoryQueries.list(session, condition, for: actor, before: before, limit: paging.limit)
            if items.isEmpty, before == nil { try check(session) }
            return Page(
                items, paging: paging, total: paging.wantsTotal ? try HistoryQueries.count(session, condition) : nil,
                position: { [String($0.id)] })
        }
        return call.answer(page, paging) { $1.write(to: &$0, seesAuthor: seesAuthor) }
    }
}
