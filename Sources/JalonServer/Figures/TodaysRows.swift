import ActionPlans
import Postgres

/// The rows of `actions` and `roadmaps` against the last periods of each, in the members that figures and their lists read.
enum TodaysRows {
    static func differences(_ session: borrowing Session, of id: RoadmapID) throws -> [FigureDifference] {
        try session.query(
            """
            with stored as (
                \(rows(actions, "actions", of: id)) union all \(rows(roadmaps, "roadmaps", of: id))
            ), recounted as (
                \(rows(actions, "action_periods", of: id)) and t.valid_to = 'infinity' and t.known_to = 'infinity'
                union all
                \(rows(roadmaps, "roadmap_periods", of: id)) and t.valid_to = 'infinity' and t.known_to = 'infinity'
            )
            select paris_today(), nullif(code, ''), member, coalesce(s.value, 'null'), coalesce(r.value, 'null')
            from stored s full join recounted r using (code, member)
            where s.value is distinct from r.value
            order by code, member
            """
        ) { row in
            let day: CivilDate = try row.next()
            return FigureDifference(
                source: .today, roadmap: id, day: day, action: try row.next(), measure: try row.next(), stored: try row.next(),
                recounted: try row.next())
        }
    }

    private static let actions: SQL = """
        t.code, jsonb_build_object('theme', t.theme, 'target_level', t.target_level, 'reached_level', t.reached_level,
            'status', t.status, 'key_action', t.key_action, 'due_on', t.due_on, 'completed_on', t.completed_on,
            'confidential', t.confidential, 'in_validation_cohort', t.in_validation_cohort)
        """

    private static let roadmaps: SQL = """
        '', jsonb_build_object('state', t.state, 'last_year', t.last_year, 'submitted_on', t.submitted_on,
            'validated_on', t.validated_on)
        """

    /// One row for each member that says something.
    private static func rows(_ told: SQL, _ table: SQL, of id: RoadmapID) -> SQL {
        """
        select told.code, m.key as member, m.value
        from \(table) t, lateral (select \(told)) told (code, members), lateral jsonb_each_text(told.members) m
        where t.ministry = \(id.ministry) and t.first_year = \(id.firstYear)
        """
    }
}
