import ActionPlans
import Documents
import Postgres

/// `/v1/recommendations`, `/v1/roadmaps/{roadmap}/recommendations`, and each by its id with its history
enum RecommendationEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer { try await list(call, in: nil) }

    @Sendable static func listOfRoadmap(_ call: Call) async throws -> Answer { try await list(call, in: call.roadmapID()) }

    private static func list(_ call: Call, in roadmap: RoadmapID?) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        var filter = RecommendationFilter(&parameters, inRoadmap: roadmap != nil)
        if let roadmap { filter.roadmaps = [roadmap] }
        let order = RecommendationOrder(&parameters)
        let fields = parameters.fields(of: RecommendationRecord.members)
        let table = parameters.table(for: call)
        // What is asked with its own instant needs no other.
        let isPinned = order.byDueOn && filter.reading.knownAt == nil
        let paging = try parameters.paging(cursorOf: order.width + (isPinned ? 1 : 0), for: call)
        try parameters.finish()
        let start = try paging.start(isPinned: isPinned)
        let after = try start.position.map { values in
            guard let condition = order.condition(after: values) else { throw Problem.invalidCursor() }
            return condition
        }
        filter.reading = try await filter.reading.settled(by: call.server)
        if table.isWhole {
            let export = RecommendationExport.of(filter, order, in: roadmap, selecting: fields, for: actor, call)
            return try await call.answer(export, decimal: table.decimal)
        }
        let read = { @Sendable [filter] (session: borrowing Session, list: ListInstant?, telling: SQL?) throws in
            var filter = filter
            try check(session, filter, roadmap, for: actor)
            if let list { filter.reading = filter.reading.pinned(to: list) }
            return Page(
                try RecommendationQueries.list(
                    session, filter, order, after: after, limit: paging.limit + 1, telling: telling, visibleTo: actor),
                paging: paging,
                total: paging.wantsTotal ? try RecommendationQueries.count(session, filter, visibleTo: actor) : nil,
                position: { order.position(of: $0.record) + ($0.told.map { [$0] } ?? []) })
        }
        let page =
            isPinned
            ? try await ListInstant.page(
                in: call.server.database, of: start.list, for: actor, next: \.next, ofRecommendations: true,
                isOneStatement: false,
                read: read)
            : try await call.server.database.read { session in try read(session, nil, nil) }
        return call.answer(page, paging) { $1.record.write(to: &$0, for: actor, in: call.language, selecting: fields) }
    }

    /// - Throws: an invalid parameter for a ministry that nobody knows, not found for a plan that the caller may not see.
    static func check(
        _ session: borrowing Session, _ filter: RecommendationFilter, _ roadmap: RoadmapID?, for actor: Actor
    ) throws {
        try MinistryQueries.checkKnown(session, filter.ministries)
        if let roadmap, try RoadmapQueries.find(session, roadmap, in: filter.reading, visibleTo: actor) == nil {
            throw Problem.notFound()
        }
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.recommendationID()
        var parameters = call.parameters()
        let wanted = Reading(&parameters)
        try parameters.finish()
        let reading = try await wanted.settled(by: call.server)
        let found = try await call.server.database.fetch { session in
            try RecommendationQueries.find(session, id, in: reading, visibleTo: actor)
        }
        guard let record = found else { throw Problem.notFound() }
        guard reading.isNow else { return Answer.json { record.write(to: &$0, for: actor, in: call.language) } }
        return try call.answer(record.tag(in: call.language)) { record.write(to: &$0, for: actor, in: call.language) }
    }

    @Sendable static func history(_ call: Call) async throws -> Answer {
        try await HistoryEndpoints.list(call, of: .recommendation(call.recommendationID()))
    }
}

extension Call {
    /// The one that the address names.
    func recommendationID() throws -> RecommendationID {
        guard let id = RecommendationID(pathValue("recommendation")) else { throw Problem.notFound() }
        return id
    }
}

/// The whole of a list of recommendations, as a table or line by line.
enum RecommendationExport {
    /// A code has its label beside it.
    private static let labels: [String: @Sendable (Recommendation, Vocabularies) -> Message?] = [
        "theme": { recommendation, vocabularies in recommendation.theme.map { vocabularies.label($0) } },
        "category": { recommendation, _ in recommendation.category.label },
        "priority": { recommendation, _ in recommendation.priority.label },
        "state": { recommendation, _ in recommendation.state.label },
        "answered_as": { recommendation, _ in recommendation.answeredAs?.label },
        "outcome": { recommendation, _ in recommendation.outcome?.label },
    ]

    static func of(
        _ filter: RecommendationFilter, _ order: RecommendationOrder, in roadmap: RoadmapID?, selecting fields: Set<String>?,
        for actor: Actor, _ call: Call
    ) -> ListExport {
        let names = RecommendationRecord.members.filter {
            $0 != "links" && $0 != "transitions" && fields?.contains($0) ?? true
        }
        let (language, vocabularies) = (call.language, call.server.vocabularies)
        let columns = names.flatMap { name -> [TableColumn<RecommendationRecord>] in
            let value = TableColumn<RecommendationRecord>(name) { record in
                TableValue(record.told(to: actor).first { $0.name == name }?.value ?? .null)
            }
            guard let label = labels[name] else { return [value] }
            return [value, TableColumn("\(name)_label") { TableValue(label($0.recommendation, vocabularies)?[language]) }]
        }
        let all = columns + [TableColumn("link") { .text(ResourceID.recommendation($0.id).address) }]
        return ListExport(
            name: roadmap.map { "recommendations-\($0)" } ?? "recommendations", columns: all.map(\.name),
            check: { session in try RecommendationEndpoints.check(session, filter, roadmap, for: actor) },
            statement: RecommendationQueries.selection(filter, order, visibleTo: actor),
            line: { row, writer in
                try RecommendationRecord(&row).write(to: &writer, for: actor, in: language, selecting: fields)
            },
            cells: { row, table in table.row(try RecommendationRecord(&row), all) })
    }
}
