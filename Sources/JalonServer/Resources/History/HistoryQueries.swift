import ActionPlans
import Postgres

enum HistoryQueries {
    /// Newest first.
    static func list(
        _ session: borrowing Session, _ condition: SQL, for actor: Actor, before: Int?, limit: Int
    ) throws -> [HistoryEntry] {
        try entries(
            session, where: condition + " and c.id < \(before ?? Int.max)", for: actor, order: "c.id desc", limit: limit + 1)
    }

    /// - Parameter members: a list of texts, the only ones to tell of a change `c`, and of these those that moved on the day of the
    ///   change, if any did; nil tells all.
    static func entries(
        _ session: borrowing Session, where condition: SQL, for actor: Actor, members: SQL? = nil, order: SQL, limit: Int
    ) throws -> [HistoryEntry] {
        try session.query(
            """
            \(selection(where: condition, for: actor, members: members, order: order))
            limit \(limit)
            """, HistoryEntry.init)
    }

    /// The columns of ``HistoryEntry`` of the changes of a history, in order.
    static func selection(where condition: SQL, for actor: Actor, members: SQL? = nil, order: SQL) -> SQL {
        let told: SQL = if let members { "member = any(\(members))" } else { "true" }
        let chosen: SQL = members == nil ? "true" : "moves or not any_moves"
        return """
            select c.id, c.kind, \(ResourceID.columns("c")),
                c.version, c.recorded_at, c.effective_on, c.reason, coalesce(c.actor_principal, c.actor_token), c.actor_token,
                c.actor_label, c.actor_role,
                c.request_id,
                (select coalesce(jsonb_object_agg(member, jsonb_build_object('from', origin, 'to', c.after -> member)
                        || case when c.until ? member then jsonb_build_object('until', c.until -> member) else '{}' end), '{}')
                    from (
                        select member, origin, origin is distinct from c.after -> member as moves,
                            bool_or(origin is distinct from c.after -> member) over () as any_moves
                        from jsonb_object_keys(coalesce(c.after, c.before)) as member
                        cross join lateral (
                            select case when \(Visibility.hidesOrigin(from: actor)) then null else c.before -> member end as origin) was
                        where \(told) and \(Visibility.tellsMember("member", to: actor))) as stated
                    where \(chosen))
            from changes c
            where \(condition)
            order by \(order)
            """
    }

    static func count(_ session: borrowing Session, _ condition: SQL) throws -> Int {
        try session.one("select count(*) from changes c where \(condition)") { row in try row.next() }
    }

    /// The history of one thing, as far as the caller may see it. That of a roadmap is of its plan: its own changes and those of
    /// all it holds. That of a revision is of all that its roadmap has had.
    static func condition(of id: ResourceID, to actor: Actor) -> SQL {
        let own: SQL =
            switch id {
            case .roadmap(let roadmap): isOfPlan(roadmap)
            case .revision(let revision): isOfRevisions(revision.roadmap)
            default: id.isNamed(by: "c")
            }
        if Visibility.seesAllChanges(of: id, actor) { return own }
        return "\(own) and \(Visibility.ofChanges(to: actor))"
    }

    private static func isOfRevisions(_ id: RoadmapID) -> SQL {
        "c.ministry = \(id.ministry) and c.first_year = \(id.firstYear) and c.resource = \(Resource.revision.literal)"
    }

    private static func isOfPlan(_ id: RoadmapID) -> SQL {
        "c.ministry = \(id.ministry) and c.first_year = \(id.firstYear) and \(Resource.isOne("c.resource", where: \.isOfPlan))"
    }
}
