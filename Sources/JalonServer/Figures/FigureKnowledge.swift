import ActionPlans
import Postgres

/// The instant to ask an answer again at, to have the same one: the one asked for or else that of the last recorded change
/// that shaped it.
struct FigureKnowledge: Sendable {
    /// Where nothing was ever recorded, that of the installation: only a change moves it.
    let instant: String
    /// nil where an instant was asked for, and where nothing was ever recorded.
    let lastChange: FigureFacts.Change?

    /// What shaped the figures of a scope on its day, or on any day since the first of many.
    static func ofFigures(
        _ session: borrowing Session, _ scope: FigureScope, since first: CivilDate? = nil, for actor: Actor?
    ) throws -> FigureKnowledge {
        try read(session, scope, scope.roadmaps, since: first.map { "\($0)::date" } ?? scope.reading.day, actor)
    }

    /// What shaped a side of a comparison, which also tells what was there without counting, whatever the years.
    static func ofComparedSide(_ session: borrowing Session, _ scope: FigureScope, for actor: Actor?) throws -> FigureKnowledge {
        let ministries: SQL = scope.ministries.map { .isOne("r.ministry", of: $0.map(\.text)) } ?? "true"
        return try read(session, scope, ministries, since: scope.reading.day, actor)
    }

    /// A roadmap that counts moves with each of its changes; one that did and does not any more has moved last when it
    /// ceased to. A draft that the caller may not see never counted.
    private static func read(
        _ session: borrowing Session, _ scope: FigureScope, _ roadmaps: SQL, since first: SQL, _ actor: Actor?
    ) throws -> FigureKnowledge {
        if let asked = scope.reading.knownAt { return FigureKnowledge(instant: asked, lastChange: nil) }
        var ministries: SQL = "true"
        // What ministries have become may lead to any other.
        if scope.perimeter == .then, let codes = scope.ministries { ministries = .isOne("c.ministry", of: codes.map(\.text)) }
        return try session.one(
            """
            with last as materialized (
                select greatest(
                    (select max(case when r.known_to < 'infinity' then r.known_to else counted.recorded_at end)
                        from (
                            select r.ministry, r.first_year, max(r.known_to) as known_to from roadmap_periods r
                            where \(roadmaps) and r.valid_from <= \(scope.reading.day) and r.valid_to > \(first)
                                and \(Visibility.ofCountedRoadmaps(to: actor))
                            group by r.ministry, r.first_year
                        ) r
                        cross join lateral (
                            select f.recorded_at from figure_days f
                            where f.ministry = r.ministry and f.first_year = r.first_year and f.day <= \(scope.reading.day)
                            order by f.day desc limit 1
                        ) counted),
                    (select max(c.recorded_at) from changes c
                        where c.resource in ('census', 'ministry')
                            and (c.first_year = any(\(scope.years)::int[]) or c.after ?| '{names,successions}' and \(ministries)))
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
}
