import ActionPlans
import Postgres

/// `/v1/actions/{action}/history`, `/v1/roadmaps/{roadmap}/history`, `/v1/ministries/{code}/history` and
/// `/v1/censuses/{year}/history`
enum HistoryEndpoints {
    @Sendable static func ofAction(_ call: Call) async throws -> Answer {
        let id = try call.actionID()
        return try await list(call, of: id.roadmap, code: id.code)
    }

    /// The roadmap's own changes and those of its actions.
    @Sendable static func ofRoadmap(_ call: Call) async throws -> Answer {
        try await list(call, of: try call.roadmapID(), code: nil)
    }

    private static func list(_ call: Call, of id: RoadmapID, code: ActionCode?) async throws -> Answer {
        let actor = try call.caller()
        return try await list(
            call, HistoryQueries.condition(id, code, actor),
            named: code.map { ActionID(roadmap: id, code: $0).description } ?? id.description,
            seesAuthor: actor.seesAll(of: id.ministry),
            orCheck: { session in try checkVisible(session, id, code, to: actor) })
    }

    @Sendable static func ofMinistry(_ call: Call) async throws -> Answer {
        let code = try call.ministryCode()
        return try await list(
            call, "c.ministry = \(code) and c.first_year is null", named: code.text,
            seesAuthor: try call.caller().seesAll(of: code),
            orCheck: { session in
                guard try MinistryQueries.find(session, code) != nil else { throw Problem.notFound() }
            })
    }

    @Sendable static func ofCensus(_ call: Call) async throws -> Answer {
        let year = try call.year()
        return try await list(
            call, "c.ministry = '' and c.first_year = \(year)", named: "census-\(year)",
            seesAuthor: try call.caller().role == .coordinator,
            orCheck: { session in
                guard try session.one("select exists (select from censuses where year = \(year))", { try $0.next(Bool.self) })
                else { throw Problem.notFound() }
            })
    }

    /// - Parameters:
    ///   - name: what the history is of, for the name of an export.
    ///   - check: tells whether the resource is there at all, when it has no line to show.
    private static func list(
        _ call: Call, _ condition: SQL, named name: String, seesAuthor: Bool,
        orCheck check: @escaping @Sendable (borrowing Session) throws -> Void
    ) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        let table = parameters.table(for: call)
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        let before = try paging.position { Int($0[0]) }
        if table.isWhole {
            let export = HistoryExport.of(
                condition, named: name, seesAuthor: seesAuthor, for: actor, call, orCheck: check)
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

extension HistoryEndpoints {
    /// A resource without a line of history to show is there all the same, or is not.
    private static func checkVisible(
        _ session: borrowing Session, _ id: RoadmapID, _ code: ActionCode?, to actor: Actor
    ) throws {
        let isThere =
            if let code {
                try ActionQueries.find(session, ActionID(roadmap: id, code: code), visibleTo: actor) != nil
            } else {
                try RoadmapQueries.find(session, id, visibleTo: actor) != nil
            }
        guard isThere else { throw Problem.notFound() }
    }
}

/// One change as history tells it.
struct HistoryEntry: Sendable {
    let id: Int
    let kind: String
    let resource: String
    let ministry: String
    let resourceID: String
    let version: Int
    let recordedAt: String
    let effectiveOn: CivilDate
    let reason: String?
    let actorToken: String?
    let actorLabel: String
    let actorRole: String
    let requestID: String?
    /// `{"member": {"from": …, "to": …}}`, as the database wrote it.
    let changes: String

    /// Reads the columns of ``HistoryQueries/selection(where:for:members:order:)``.
    init(_ row: inout Row) throws {
        id = try row.next()
        kind = try row.next()
        resource = try row.next()
        ministry = try row.next()
        resourceID = try row.next()
        version = try row.next()
        recordedAt = try row.next()
        effectiveOn = try row.next()
        reason = try row.next()
        actorToken = try row.next()
        actorLabel = try row.next()
        actorRole = try row.next()
        requestID = try row.next()
        changes = try row.next()
    }

    func write(to writer: inout JSONWriter, seesAuthor: Bool) {
        writer.object { entry in
            entry.member("id", id)
            entry.member("kind", kind)
            entry.member("resource") { resource in
                resource.member("type", self.resource)
                resource.member("id", resourceID)
            }
            entry.member("version", version)
            entry.member("recorded_at", recordedAt)
            entry.member("effective_on", effectiveOn)
            entry.member("reason", reason)
            entry.member("actor") { actor in
                actor.member("token", seesAuthor ? actorToken : nil)
                actor.member("label", seesAuthor ? actorLabel : nil)
                actor.member("role", actorRole)
            }
            entry.member("request_id", requestID)
            entry.member("changes", json: changes)
        }
    }
}

enum HistoryQueries {
    /// Newest first.
    static func list(
        _ session: borrowing Session, _ condition: SQL, for actor: Actor, before: Int?, limit: Int
    ) throws -> [HistoryEntry] {
        try entries(
            session, where: condition + " and c.id < \(before ?? Int.max)", for: actor, order: "c.id desc", limit: limit + 1)
    }

    /// - Parameter members: the only ones to tell, and of these those that moved on the day of the change, if any did; nil
    ///   tells all.
    static func entries(
        _ session: borrowing Session, where condition: SQL, for actor: Actor, members: [String]? = nil, order: SQL, limit: Int
    ) throws -> [HistoryEntry] {
        try session.query(
            """
            \(selection(where: condition, for: actor, members: members, order: order))
            limit \(limit)
            """, HistoryEntry.init)
    }

    /// The columns of ``HistoryEntry`` of the changes of a history, in order.
    static func selection(where condition: SQL, for actor: Actor, members: [String]? = nil, order: SQL) -> SQL {
        let told: SQL = if let members { "member = any(\(members)::text[])" } else { "true" }
        let chosen: SQL = members == nil ? "true" : "moves or not any_moves"
        return """
            select c.id, c.kind, c.resource, c.ministry,
                concat_ws('-', nullif(c.ministry, ''), c.first_year, c.code),
                c.version, rfc3339(c.recorded_at), c.effective_on, c.reason, c.actor_token, c.actor_label, c.actor_role,
                c.request_id,
                (select coalesce(jsonb_object_agg(member, jsonb_build_object('from', origin, 'to', c.after -> member)), '{}')
                    from (
                        select member, origin, origin is distinct from c.after -> member as moves,
                            bool_or(origin is distinct from c.after -> member) over () as any_moves
                        from jsonb_object_keys(coalesce(c.after, c.before)) as member
                        cross join lateral (
                            select case when \(hidesOrigin(from: actor)) then null else c.before -> member end as origin) was
                        where \(told)) as stated
                    where \(chosen))
            from changes c
            where \(condition)
            order by \(order)
            """
    }

    /// A late entry tells what held on its day: nothing to tell those who may not know what was recorded of that day.
    private static func hidesOrigin(from actor: Actor) -> SQL {
        if actor.role == .coordinator { return "false" }
        return """
            c.ministry <> all(\(actor.ministries.map(\.text).sorted())::text[])
                and coalesce(c.effective_on < paris_date(hidden_until(c.ministry, c.first_year, c.code)), false)
            """
    }

    static func count(_ session: borrowing Session, _ condition: SQL) throws -> Int {
        try session.one("select count(*) from changes c where \(condition)") { row in try row.next() }
    }

    /// Those who see all of a ministry see all its history. Others see that of what they can see today, from the moment
    /// they could: what went before the last deletion, the last draft or the last time it was confidential stays hidden.
    static func condition(_ id: RoadmapID, _ code: ActionCode?, _ actor: Actor) -> SQL {
        var condition: SQL = "c.ministry = \(id.ministry) and c.first_year = \(id.firstYear)"
        if let code { condition += " and c.code = \(code)" }
        if actor.seesAll(of: id.ministry) { return condition }
        return condition + " and " + isVisible(to: actor)
    }

    /// Whether a change `c` of a roadmap or of one of its actions may be seen by those who do not see all of its ministry.
    static func isVisible(to actor: Actor) -> SQL {
        """
        c.recorded_at > coalesce(hidden_until(c.ministry, c.first_year, c.code), '-infinity')
        and exists (
            select from roadmaps r
            where r.ministry = c.ministry and r.first_year = c.first_year and \(Visibility.ofRoadmaps(to: actor)))
        and (c.code is null or exists (
            select from actions a join roadmaps r on r.ministry = a.ministry and r.first_year = a.first_year
            where a.ministry = c.ministry and a.first_year = c.first_year and a.code = c.code
                and \(Visibility.ofActions(to: actor))))
        """
    }
}
