import ActionPlans
import Postgres

/// Two readings compared action by action, in one statement.
enum ComparisonQueries {
    /// What moved, counted by all that the decompositions need.
    static func decompositions(
        _ session: borrowing Session, _ comparison: FigureComparison, for actor: Actor?
    ) throws -> Decompositions {
        var decompositions = Decompositions()
        try session.stream(
            """
            \(compared(comparison, for: actor))
            select c.ministry, c.cause, case when c.from_counts then c.from_theme end,
                case when c.from_counts then c.from_status end, case when c.to_counts then c.to_theme end,
                case when c.to_counts then c.to_status end, count(*)
            from compared c
            group by 1, 2, 3, 4, 5, 6
            """
        ) { row in
            let ministry: MinistryCode = try row.next()
            let cause: MoveCause = try row.next()
            let from = try place(&row)
            let to = try place(&row)
            decompositions.count(try row.next(), cause, of: ministry, from: from, to: to)
        }
        return decompositions
    }

    private static func place(_ row: inout Row) throws -> Decompositions.Place? {
        let theme: Theme? = try row.next()
        let status: ActionStatus? = try row.next()
        guard let theme, let status else { return nil }
        return Decompositions.Place(theme, status)
    }

    /// A page of the actions of some causes, and how many there are that the caller may see and may not.
    struct Listing: Sendable {
        var actions: [ComparedAction] = []
        var visible = 0
        var hidden = 0
    }

    /// One action more than the limit tells that there is a next page.
    static func list(
        _ session: borrowing Session, _ comparison: FigureComparison, _ causes: [MoveCause], after: ActionID?, limit: Int,
        visibleTo actor: Actor
    ) throws -> Listing {
        var listing = Listing()
        var beyond: SQL = "true"
        if let after {
            beyond = """
                (l.ministry, l.first_year, l.code) > (\(after.roadmap.ministry), \(after.roadmap.firstYear)::smallint, \(after.code))
                """
        }
        try session.stream(
            """
            \(compared(comparison, for: actor)), listed as (
                select c.*, \(Visibility.ofCompared(to: actor)) as visible
                from compared c where c.cause = any(\(causes.map(\.code))::text[])
            ), page as (
                select * from listed l where l.visible and \(beyond) order by l.ministry, l.first_year, l.code limit \(limit + 1)
            )
            select s.visible, s.hidden, l.ministry, l.first_year, l.code, l.cause,
                l.from_counts, l.from_title, l.from_theme, l.from_target_level, l.from_reached_level, l.from_status,
                l.from_key_action, l.from_roadmap_state,
                l.to_counts, l.to_title, l.to_theme, l.to_target_level, l.to_reached_level, l.to_status,
                l.to_key_action, l.to_roadmap_state
            from (
                select count(*) filter (where visible) as visible, count(*) filter (where not visible) as hidden from listed
            ) s
            left join page l on true
            order by l.ministry, l.first_year, l.code
            """
        ) { row in
            listing.visible = try row.next()
            listing.hidden = try row.next()
            if let action = try ComparedAction(&row) { listing.actions.append(action) }
        }
        return listing
    }

    /// Every action that counts on one side or on the other, each with its one cause: the home of their precedence. An
    /// action that is there on a side without counting tells why it came or went.
    private static func compared(_ comparison: FigureComparison, for actor: Actor?) -> SQL {
        """
        with plans as (
            select ministry, first_year, f.state as from_state, t.state as to_state, coalesce(f.counts, false) as from_counts,
                coalesce(t.counts, false) as to_counts
            from (\(plans(comparison.from, for: actor))) f
            full join (\(plans(comparison.to, for: actor))) t using (ministry, first_year)
            where f.counts or t.counts
        ), periods as materialized (
            \(periods(comparison))
        ), compared as (
            select ministry, first_year, code, \(sides),
                case
                    when f.counts is not true then case when f.status is null then 'new' else 'entered' end
                    when t.counts is not true then case when t.status is null then 'removed' else 'left' end
                    when f.status <> t.status then
                        case
                            when t.status = 'realisee' then 'done'
                            when t.status = 'abandonnee' then 'abandoned'
                            when f.status = 'realisee' then 'reopened'
                            when f.status = 'abandonnee' then 'resumed'
                            when t.status = 'en_cours' then 'started'
                            else 'put_back'
                        end
                    when (f.theme, f.target_level, f.key_action) <> (t.theme, t.target_level, t.key_action) then 'reclassified'
                    else 'unchanged'
                end as cause
            from (select p.*, p.from_counts as counts from periods p where p.on_from) f
            full join (select p.*, p.to_counts as counts from periods p where p.on_to) t using (ministry, first_year, code)
            where f.counts or t.counts
        )
        """
    }

    private static let sides: SQL = """
        f.counts is true as from_counts, f.title as from_title, f.theme as from_theme, f.target_level as from_target_level,
        f.reached_level as from_reached_level, f.status as from_status, f.key_action as from_key_action,
        f.confidential as from_confidential, f.valid_from as from_valid_from, f.known_to as from_known_to,
        f.from_state as from_roadmap_state,
        t.counts is true as to_counts, t.title as to_title, t.theme as to_theme, t.target_level as to_target_level,
        t.reached_level as to_reached_level, t.status as to_status, t.key_action as to_key_action,
        t.confidential as to_confidential, t.valid_from as to_valid_from, t.known_to as to_known_to,
        t.to_state as to_roadmap_state
        """

    /// The roadmaps of one side that the caller may know of, and whether their actions count there.
    private static func plans(_ scope: FigureScope, for actor: Actor?) -> SQL {
        // A roadmap stays that of its ministry: said here too, it lets an index lead to the few actions in question.
        let ministries: SQL = scope.ministries.map { .isOne("r.ministry", of: $0.map(\.text)) } ?? "true"
        return """
            select r.ministry, r.first_year, r.state,
                \(scope.roadmaps) and \(.isOne("r.state", of: scope.states.map(\.code))) as counts
            from roadmap_periods r
            where \(ministries) and \(scope.reading.holds("r")) and \(Visibility.ofCountedRoadmaps(to: actor))
            """
    }

    /// The periods of both sides, read once: most hold on both.
    private static func periods(_ comparison: FigureComparison) -> SQL {
        let onFrom: SQL = "p.from_state is not null and \(comparison.from.reading.holds("a"))"
        let onTo: SQL = "p.to_state is not null and \(comparison.to.reading.holds("a"))"
        let wanted = wantedActions(comparison.from)
        return """
            select a.ministry, a.first_year, a.code, a.title, a.theme, a.target_level, a.reached_level, a.status, a.key_action,
                a.confidential, a.valid_from, a.known_to, p.from_state, p.to_state,
                p.from_counts and \(wanted) as from_counts, p.to_counts and \(wanted) as to_counts,
                \(onFrom) as on_from, \(onTo) as on_to
            from plans p
            join action_periods a on a.ministry = p.ministry and a.first_year = p.first_year
                and ((\(comparison.from.reading.holds("a"))) or (\(comparison.to.reading.holds("a"))))
            """
    }

    /// The filters on the actions `a`, which are those of both sides.
    private static func wantedActions(_ scope: FigureScope) -> SQL {
        var wanted: SQL = "true"
        if let themes = scope.themes { wanted += " and \(.isOne("a.theme", of: themes.map(\.code)))" }
        if let levels = scope.targetLevels { wanted += " and \(.isOne("a.target_level", of: levels.map(\.code)))" }
        return wanted
    }
}

extension MoveCause: SQLDecodable {}
