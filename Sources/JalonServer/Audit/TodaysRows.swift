import ActionPlans
import Postgres

/// The rows of `actions` and `roadmaps` against the last periods of each, in every column that both have, and the counters of
/// roadmaps against what they count.
enum TodaysRows {
    static func differences(_ session: borrowing Session, of id: RoadmapID) throws -> [AuditDifference] {
        try session.query(
            """
            with stored as (
                \(rows("actions", of: id)) union all \(rows("roadmaps", of: id))
            ), recounted as (
                \(rows("action_periods", of: id)) and t.valid_to = 'infinity' and t.known_to = 'infinity'
                union all
                \(rows("roadmap_periods", of: id)) and t.valid_to = 'infinity' and t.known_to = 'infinity'
                union all
                \(counters(of: id))
            )
            select paris_today(), nullif(code, ''), member, coalesce(s.value, 'null'), coalesce(r.value, 'null')
            from stored s full join recounted r using (code, member)
            where s.value is distinct from r.value
            order by code, member
            """
        ) { row in
            let day: String = try row.next()
            let code: String? = try row.next()
            return AuditDifference(
                source: .today, thing: code.map { .action(id, code: $0) } ?? .roadmap(id), day: day, measure: try row.next(),
                stored: try row.next(), recounted: try row.next())
        }
    }

    /// One row for each column that holds something: the key, what only a period has, and what is reckoned from the others
    /// apart.
    private static func rows(_ table: SQL, of id: RoadmapID) -> SQL {
        """
        select coalesce(whole.members ->> 'code', '') as code, m.key as member, m.value
        from \(table) t, lateral (select to_jsonb(t)) whole (members), lateral jsonb_each_text(whole.members
            - '{ministry,first_year,code,target_reached,valid_from,valid_to,known_from,known_to,counted_at}'::text[]) m
        where t.ministry = \(id.ministry) and t.first_year = \(id.firstYear)
        """
    }

    private static func counters(of id: RoadmapID) -> SQL {
        """
        select '', counter.member, counter.value::text
        from roadmaps r, lateral (values
            ('plan_version', (
                select count(*) from changes c
                where c.ministry = r.ministry and c.first_year = r.first_year and \(Resource.isOne("c.resource", where: \.isOfPlan)))),
            ('action_count', (select count(*) from actions a where a.ministry = r.ministry and a.first_year = r.first_year))
        ) counter (member, value)
        where r.ministry = \(id.ministry) and r.first_year = \(id.firstYear)
        """
    }
}
