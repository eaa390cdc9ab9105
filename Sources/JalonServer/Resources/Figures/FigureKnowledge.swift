import ActionPlans
import Postgres

/// The instant that an answer tells (`known_at`). Whoever asks the same question with this instant gets the same numbers again.
///
/// Where the question names an instant, it is that one. Otherwise it is the instant of the last change that moved something in
/// the answer. A change of a title, which is not counted, does not move it: nobody can see from it that a hidden text was edited.
struct FigureKnowledge: Sendable {
    /// Where nothing was ever recorded, it is the instant at which the schema was installed.
    let instant: String
    /// nil where an instant was asked for, and where nothing was ever recorded.
    let lastChange: FigureFacts.Change?

    /// What an answer depends on.
    private struct Grounds {
        /// A condition on the roadmaps `r`: those that the answer may count, whatever their state.
        let roadmaps: SQL
        /// A condition on the same roadmaps: the caller has them counted, or is told how many of them are left out.
        let visible: SQL
        /// The instants at which the numbers of a day last moved: columns of `figure_days` as `moved` and of `figure_late_days` as
        /// `late`.
        let moved: SQL
        /// A query that gives the days of which the answer tells, as its one column `day`.
        let days: SQL
        /// The years whose censuses the answer tells.
        let years: [Int]
        /// The ministries whose names the answer bears, beside those of the roadmaps; nil where nobody asked for some.
        let ministries: [MinistryCode]?
        /// Whether ministries are gathered under what they have become. Then a new succession of any of them may move the answer.
        let followsSuccessions: Bool
    }

    /// For the figures of a scope.
    /// - Parameters:
    ///   - days: the other days of which the answer tells, as a series does.
    ///   - tellsLate: whether the answer tells how many actions are late.
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

    /// For one side of a comparison. A comparison also tells of actions that were there and did not count, in roadmaps of any years.
    /// It tells of each action, so that it depends on one that moved even where another made up for it in the counts.
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

    /// Takes the latest of three sorts of instants. A roadmap that counts last moved when one of its numbers did, or its state or
    /// years. A roadmap that no longer counts last moved when it ceased to. A census or a name last moved when it was changed.
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

    /// A condition on the changes `c`: those of the censuses that the answer tells, and of the names that it bears.
    private static func frame(_ grounds: Grounds) -> SQL {
        // Rounds say nothing of what is counted.
        let census: SQL = "c.first_year = any(\(grounds.years)::int[]) and c.after ?| '{due_on,expected}'"
        if grounds.followsSuccessions { return "(\(census) or c.after ?| '{names,successions}')" }
        var named: SQL = """
            select ministry from counted where known_to = 'infinity'
            union select ministry from census_ministries where year = any(\(grounds.years)::int[])
            """
        if let ministries = grounds.ministries { named += " union select unnest(\(ministries.map(\.text))::text[])" }
        return "(\(census) or c.after ? 'names' and c.ministry in (\(named)))"
    }
}
