import ActionPlans
import Postgres

/// The instant to ask an answer again at, to have the same one: the one asked for or else that of the last recorded change
/// on which something of the answer depends. A change of what is not counted, such as a title, moves nothing here.
struct FigureKnowledge: Sendable {
    /// Where nothing was ever recorded, that of the installation: only a change moves it.
    let instant: String
    /// nil where an instant was asked for, and where nothing was ever recorded.
    let lastChange: FigureFacts.Change?

    /// Of which an answer depends.
    private struct Grounds {
        /// The condition on the roadmaps `r` that may count, apart from their state.
        let roadmaps: SQL
        /// Drafts among them are of those who have them counted, or are told how many are left out.
        let visible: SQL
        /// When what is taken of the day last moved, of `figure_days` as `moved` and `figure_late_days` as `late`.
        let moved: SQL
        /// Evenings as a column of dates.
        let days: SQL
        /// The years whose censuses are told.
        let years: [Int]
        let ministries: [MinistryCode]?
        /// What ministries have become may lead to any other.
        let followsSuccessions: Bool
    }

    /// What shaped the figures of a scope on its day, and on others that it tells of.
    /// - Parameter tellsLate: whether the answer tells how many actions are late.
    static func ofFigures(
        _ session: borrowing Session, _ scope: FigureScope, andOn days: [CivilDate] = [], tellsLate: Bool = true,
        for actor: Actor?
    ) throws -> FigureKnowledge {
        let countsDrafts = scope.states.contains(.brouillon) || actor?.seesAll == true
        return try read(
            session, scope.reading,
            Grounds(
                roadmaps: scope.roadmaps, visible: Visibility.ofCountedRoadmaps(to: countsDrafts ? actor : nil),
                moved: tellsLate ? "moved.recorded_at, late.recorded_at" : "moved.recorded_at",
                days: evenings(scope.reading, and: days), years: scope.years,
                ministries: scope.ministries, followsSuccessions: scope.perimeter == .today))
    }

    /// What shaped a side of a comparison, which also tells what was there without counting, whatever the years, and what moved
    /// even where another action made up for it.
    static func ofComparedSide(_ session: borrowing Session, _ scope: FigureScope, for actor: Actor?) throws -> FigureKnowledge {
        try read(
            session, scope.reading,
            Grounds(
                roadmaps: scope.ministries.map { .isOne("r.ministry", of: $0.map(\.text)) } ?? "true",
                visible: Visibility.ofCountedRoadmaps(to: actor), moved: "moved.restated_at",
                days: evenings(scope.reading, and: []), years: [], ministries: scope.ministries, followsSuccessions: false))
    }

    private static func evenings(_ reading: Reading, and days: [CivilDate]) -> SQL {
        let day: SQL = "select \(reading.day) as day"
        return days.isEmpty ? day : day + " union select unnest(\(days.map(\.description))::date[])"
    }

    /// A roadmap that counts moves with what counts in it; one that did and does not any more has moved last when it ceased to.
    private static func read(_ session: borrowing Session, _ reading: Reading, _ grounds: Grounds) throws -> FigureKnowledge {
        if let asked = reading.knownAt { return FigureKnowledge(instant: asked, lastChange: nil) }
        return try session.one(
            """
            with counted as materialized (
                select r.ministry, r.first_year, d.day, max(r.known_to) as known_to,
                    max(r.counted_at) filter (where r.known_to = 'infinity') as counted_at
                from (\(grounds.days)) d
                join roadmap_periods r on \(grounds.roadmaps) and r.valid_from <= d.day and r.valid_to > d.day
                    and \(grounds.visible)
                group by r.ministry, r.first_year, d.day
            ), last as materialized (
                select greatest(
                    (select max(case when c.known_to < 'infinity' then c.known_to
                            else greatest(c.counted_at, \(grounds.moved)) end)
                        from counted c
                        left join lateral (
                            select f.recorded_at, f.restated_at from figure_days f
                            where f.ministry = c.ministry and f.first_year = c.first_year and f.day <= c.day
                            order by f.day desc limit 1
                        ) moved on true
                        left join lateral (
                            select f.recorded_at from figure_late_days f
                            where f.ministry = c.ministry and f.first_year = c.first_year and f.day <= c.day
                            order by f.day desc limit 1
                        ) late on true),
                    (select max(c.recorded_at) from changes c
                        where \(Resource.isOne("c.resource", where: \.framesFigures)) and \(frame(grounds)))
                ) as instant
            )
            select rfc3339(last.instant), paris_date(last.instant), rfc3339((select min(applied_at) from schema_versions))
            from last
            """
        ) { row in
            let instant: String? = try row.next()
            let day: CivilDate? = try row.next()
            let installedAt: String = try row.next()
            guard let instant, let day else { return FigureKnowledge(instant: installedAt, lastChange: nil) }
            return FigureKnowledge(instant: instant, lastChange: FigureFacts.Change(instant: instant, day: day))
        }
    }

    /// The census, and the names that the answer bears.
    private static func frame(_ grounds: Grounds) -> SQL {
        let census: SQL = "c.first_year = any(\(grounds.years)::int[])"
        if grounds.followsSuccessions { return "(\(census) or c.after ?| '{names,successions}')" }
        var named: SQL = """
            select ministry from counted where known_to = 'infinity'
            union select ministry from census_ministries where year = any(\(grounds.years)::int[])
            """
        if let ministries = grounds.ministries { named += " union select unnest(\(ministries.map(\.text))::text[])" }
        return "(\(census) or c.after ? 'names' and c.ministry in (\(named)))"
    }
}
