import ActionPlans
import Documents
import Postgres

/// `/v1/actions/{action}/impacts`, each by its number, and its history
enum ImpactEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let action = try call.actionID()
        var parameters = call.parameters()
        let wanted = Reading(ofManyDays: &parameters)
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        let after = try paging.position { Int($0[0]) } ?? 0
        let reading = try await wanted.settled(by: call.server)
        let page = try await call.server.database.read { session in
            let items = try ImpactQueries.list(
                session, action, in: reading, after: after, limit: paging.limit + 1, visibleTo: actor)
            if items.isEmpty, try ActionQueries.find(session, action, visibleTo: actor) == nil { throw Problem.notFound() }
            return Page(
                items, paging: paging,
                total: paging.wantsTotal ? try ImpactQueries.count(session, action, in: reading, visibleTo: actor) : nil,
                position: { [String($0.id.number)] })
        }
        return call.answer(page, paging) { $1.write(to: &$0) }
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.impactID()
        let reading = try await call.indicatorReading()
        let found = try await call.server.database.fetch { session in
            try ImpactQueries.find(session, id, in: reading, visibleTo: actor)
        }
        guard let record = found else { throw Problem.notFound() }
        guard reading.isNow else { return Answer.json { record.write(to: &$0) } }
        return try call.answer(record.tag) { record.write(to: &$0) }
    }

    @Sendable static func history(_ call: Call) async throws -> Answer {
        try await HistoryEndpoints.list(call, of: .impact(call.impactID()))
    }
}

extension Call {
    /// The one that the address names.
    func impactID() throws -> ImpactID {
        guard let id = ImpactID(action: try actionID(), number: pathValue("number")) else { throw Problem.notFound() }
        return id
    }
}
