import ActionPlans
import Postgres

/// Tells anew, from the ledger and from the periods, when each number that is kept has last moved, and compares that with the
/// instants that are kept beside the numbers: the `known_at` of figures is made of these.
enum FigureInstants {
    /// What moved at one instant in one sort of actions, or in one action: how much more from each day on.
    private struct Bend {
        let instant: String
        let sort: String
        let day: CivilDate
        let delta: Int
    }

    static func differences(_ session: borrowing Session, of id: RoadmapID) throws -> [AuditDifference] {
        let days = try kept(session, "figure_days", ["recorded_at", "restated_at"], of: id)
        let lateDays = try kept(session, "figure_late_days", ["recorded_at"], of: id)
        let counts = try ledger(session, late: false, of: id)
        let actions = try periods(session, of: id)
        let late = try ledger(session, late: true, of: id)
        return compare("recorded_at", days, \.instants[0], counts, of: id)
            + compare("restated_at", days, \.instants[1], actions, of: id)
            + compare("late_recorded_at", lateDays, \.instants[0], late, of: id)
            + (try roadmap(session, of: id))
    }

    private static func compare(
        _ measure: String, _ kept: [Day], _ instant: KeyPath<Day, String>, _ bends: [Bend], of id: RoadmapID
    ) -> [AuditDifference] {
        let moved = lastMoves(of: kept.map(\.day), bends)
        return kept.compactMap { day in
            // Nothing has moved yet on the first day of a roadmap without actions.
            guard let expected = moved[day.day], expected != day[keyPath: instant] else { return nil }
            return AuditDifference(
                source: .instants, thing: .roadmap(id), day: day.day.description, measure: measure, stored: day[keyPath: instant],
                recounted: expected
            )
        }
    }

    private struct Day {
        let day: CivilDate
        let instants: [String]
    }

    private static func kept(
        _ session: borrowing Session, _ table: SQL, _ columns: [SQL], of id: RoadmapID
    ) throws -> [Day] {
        let instants = SQL.joined(columns.map { "rfc3339(\($0))" }, separator: ", ")
        return try session.query(
            """
            select day, \(instants) from \(table)
            where ministry = \(id.ministry) and first_year = \(id.firstYear) order by day
            """
        ) { row in Day(day: try row.next(), instants: try columns.map { _ in try row.next(String.self) }) }
    }

    /// - Parameter bends: by instant, the last first, then by sort and by day.
    private static func lastMoves(of days: [CivilDate], _ bends: [Bend]) -> [CivilDate: String] {
        var moved: [CivilDate: String] = [:]
        var place = bends.startIndex
        while place < bends.endIndex, moved.count < days.count {
            let bend = bends[place]
            var standing = 0
            while place < bends.endIndex, bends[place].instant == bend.instant, bends[place].sort == bend.sort {
                standing += bends[place].delta
                let from = bends[place].day
                place += 1
                let isSame = place < bends.endIndex && bends[place].instant == bend.instant && bends[place].sort == bend.sort
                guard standing != 0 else { continue }
                for day in days where day >= from && (!isSame || day < bends[place].day) && moved[day] == nil {
                    moved[day] = bend.instant
                }
            }
        }
        return moved
    }

    private static func ledger(_ session: borrowing Session, late: Bool, of id: RoadmapID) throws -> [Bend] {
        try session.query(
            """
            select rfc3339(l.recorded_at), row(\(FigureEntry.columns))::text, l.effective_on, sum(l.delta)
            from figure_ledger l
            where l.ministry = \(id.ministry) and l.first_year = \(id.firstYear) and l.late = \(late)::boolean
            group by l.recorded_at, 2, l.effective_on
            order by l.recorded_at desc, 2, l.effective_on
            """, bend)
    }

    /// Each action by itself: what one gains and another loses at once moves both.
    private static func periods(_ session: borrowing Session, of id: RoadmapID) throws -> [Bend] {
        try session.query(
            """
            select rfc3339(told.instant), row(l.code, l.theme, l.target_level, l.status, l.reached_level, l.key_action,
                l.confidential, l.in_validation_cohort)::text, bend.day, sum(bend.sign * told.sign)
            from action_periods l
            cross join lateral (values (l.known_from, 1), (l.known_to, -1)) told (instant, sign)
            cross join lateral (values (l.valid_from, 1), (l.valid_to, -1)) bend (day, sign)
            where l.ministry = \(id.ministry) and l.first_year = \(id.firstYear) and told.instant < 'infinity'
                and bend.day < 'infinity'
            group by told.instant, 2, bend.day
            order by told.instant desc, 2, bend.day
            """, bend)
    }

    private static func bend(_ row: inout Row) throws -> Bend {
        Bend(instant: try row.next(), sort: try row.next(), day: try row.next(), delta: try row.next())
    }

    /// The periods of the roadmap itself: each day of a period has the same past.
    private static func roadmap(_ session: borrowing Session, of id: RoadmapID) throws -> [AuditDifference] {
        try session.query(
            """
            select p.valid_from, rfc3339(p.counted_at), rfc3339(told.instant)
            from roadmap_periods p
            cross join lateral (
                select max(q.known_from) filter (where q.moves) as instant
                from (
                    select q.known_from, lag(q.known_to) over past is distinct from q.known_from
                        or lag(row(q.state, q.last_year, q.submitted_on)) over past
                            is distinct from row(q.state, q.last_year, q.submitted_on) as moves
                    from roadmap_periods q
                    where q.ministry = p.ministry and q.first_year = p.first_year and q.known_from <= p.known_from
                        and q.valid_from <= p.valid_from and q.valid_to > p.valid_from
                    window past as (order by q.known_from)
                ) q
            ) told
            where p.ministry = \(id.ministry) and p.first_year = \(id.firstYear) and p.counted_at <> told.instant
            order by p.known_from, p.valid_from
            """
        ) { row in
            AuditDifference(
                source: .instants, thing: .roadmap(id), day: try row.next(), measure: "counted_at", stored: try row.next(),
                recounted: try row.next())
        }
    }
}
