import ActionPlans
import Postgres

/// The lines of the ledger against the periods: what each instant closed and opened is what it added. Sums by day alone would
/// not see a line with another instant, of which figures as they were known are made.
enum LedgerLines {
    static func differences(_ session: borrowing Session, of id: RoadmapID) throws -> [AuditDifference] {
        try session.query(
            """
            with stored as (
                select l.recorded_at, l.effective_on, \(FigureEntry.columns), sum(l.delta) as delta
                from figure_ledger l
                where l.ministry = \(id.ministry) and l.first_year = \(id.firstYear)
                group by l.recorded_at, l.effective_on, \(FigureEntry.columns)
                having sum(l.delta) <> 0
            ), recounted as (
                select l.recorded_at, l.effective_on, \(FigureEntry.columns), sum(l.delta) as delta
                from (\(moves(of: id))) l
                where l.effective_on < 'infinity' and l.recorded_at < 'infinity'
                group by l.recorded_at, l.effective_on, \(FigureEntry.columns)
                having sum(l.delta) <> 0
            )
            select l.effective_on, rfc3339(l.recorded_at), l.theme, l.target_level, l.status,
                coalesce(sum(l.stored)::text, 'null'), coalesce(sum(l.recounted)::text, 'null')
            from (
                select s.*, s.delta as stored, null::bigint as recounted from stored s
                union all
                select r.*, null, r.delta from recounted r
            ) l
            group by l.recorded_at, l.effective_on, \(FigureEntry.columns)
            having sum(l.stored) is distinct from sum(l.recounted)
            order by l.recorded_at, l.effective_on, l.theme, l.target_level, l.status
            """
        ) { row in
            let day: String = try row.next()
            let instant: String = try row.next()
            let cell = FigureLayout.Sort(theme: try row.next(), targetLevel: try row.next(), status: try row.next())
            return AuditDifference(
                source: .ledger, thing: .roadmap(id), day: day, cell: cell, measure: "delta", stored: try row.next(),
                recounted: try row.next(), knownFrom: instant)
        }
    }

    /// What each period adds when it is opened and takes away when it is closed, the lateness of its action apart.
    private static func moves(of id: RoadmapID) -> SQL {
        """
        select told.instant as recorded_at, bend.day as effective_on, p.theme, p.target_level, p.status,
            case when not bend.late then p.reached_level end as reached_level, not bend.late and p.key_action as key_action,
            not bend.late and p.confidential as confidential, not bend.late and p.in_validation_cohort as in_validation_cohort,
            bend.late, told.sign * bend.sign as delta
        from action_periods p
        cross join lateral (values (p.known_from, 1), (p.known_to, -1)) told (instant, sign)
        cross join lateral (values
            (p.valid_from, 1, false), (p.valid_to, -1, false),
            (greatest(p.valid_from, p.due_on + 1), 1, true), (p.valid_to, -1, true)
        ) bend (day, sign, late)
        where p.ministry = \(id.ministry) and p.first_year = \(id.firstYear)
            and (not bend.late or p.status in (select code from statuses where is_open) and p.due_on + 1 < p.valid_to)
        """
    }
}
