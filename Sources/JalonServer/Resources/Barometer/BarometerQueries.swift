import ActionPlans
import Postgres

/// All that a barometer is made of, read in one snapshot.
struct BarometerFacts: Sendable {
    /// What the page refers to of a snapshot.
    struct FrozenFigures: Sendable {
        let id: String
        let title: String
        let asOf: CivilDate
        let sha256: String
    }

    let year: Int
    let figures: FigureFacts
    /// The last change on which something here depends, the points included.
    let lastChange: FigureFacts.Change?
    let acronyms: [MinistryCode: String]
    /// The last edition of the figures frozen for the whole year.
    let snapshot: FrozenFigures?
    let scope: FigureScope
    /// The numbers of the indicators in the year, as they are known: measures have a period, and no other day.
    let indicators: [IndicatorFigure]
    /// What the actions avoid in the year, as it is known: impacts have a year, and no other day.
    let impacts: ImpactFacts
    /// At the end of each month of the year that has actions, up to the day in question or the last change.
    let points: [FigureSeries.Point]
}

enum BarometerQueries {
    /// - Parameters:
    ///   - asked: the year; without it, the last one there is something of.
    ///   - reading: settled.
    static func facts(_ session: borrowing Session, _ asked: Int?, _ reading: Reading) throws -> BarometerFacts {
        let year = try asked ?? lastYear(session)
        guard let period = Period(.year, year: year) else { throw Problem.notFound() }
        let scope = FigureScope(year: year, reading: reading)
        let figures = try FigureQueries.facts(session, scope, for: nil)
        let lastChange = try self.lastChange(session, scope)
        let days = try (reading.asOf ?? lastChange?.day).map { try months(of: year, until: $0) } ?? []
        return BarometerFacts(
            year: year, figures: figures, lastChange: lastChange, acronyms: try acronyms(session, scope),
            snapshot: try lastSnapshot(session, scope), scope: scope,
            indicators: try IndicatorFigure.all(session, of: year, in: reading, for: nil),
            impacts: try ImpactFacts(session, of: period, in: reading),
            points: Array(try FigureSeries.points(session, of: scope, on: days).drop { $0.total.actions == 0 }))
    }

    /// The last point is the day of the last change, and something may have been told of that very day since: this looks again
    /// until nothing has.
    private static func lastChange(_ session: borrowing Session, _ scope: FigureScope) throws -> FigureFacts.Change? {
        var days = try months(of: scope.year, until: try scope.reading.asOf ?? ParisDay.today(session))
        while true {
            let last = try FigureKnowledge.ofFigures(session, scope, andOn: days, tellsLate: false, for: nil).lastChange
            guard scope.reading.asOf == nil, let last, let point = try months(of: scope.year, until: last.day).last,
                !days.contains(point)
            else { return last }
            days.append(point)
        }
    }

    /// The last year that a validated plan covers, years to come left out; without any, the current one.
    private static func lastYear(_ session: borrowing Session) throws -> Int {
        try session.one(
            """
            select coalesce(max(least(r.last_year, today.year)), max(today.year))::int
            from (select extract(year from paris_today())::int as year) today
            left join roadmaps r on r.state in ('validee', 'close') and r.first_year <= today.year
            """
        ) { row in try row.next() }
    }

    /// As was known at the instant in question.
    private static func lastSnapshot(_ session: borrowing Session, _ scope: FigureScope) throws -> BarometerFacts.FrozenFigures? {
        let knownAt = scope.reading.knownAt
        let isKnown: SQL = knownAt.map { "s.created_at <= \($0)::timestamptz" } ?? "true"
        let newerIsKnown: SQL = knownAt.map { "newer.created_at <= \($0)::timestamptz" } ?? "true"
        return try session.first(
            """
            select concat_ws('-', s.year, s.number), s.title, s.as_of, encode(s.sha256, 'hex')
            from snapshots s
            where s.year = \(scope.year) and \(isKnown) and s.ministries is null and s.themes is null and s.target_levels is null
                and not exists (select from snapshots newer where newer.year = s.year and newer.replaces = s.number and \(newerIsKnown))
            order by s.number desc
            limit 1
            """
        ) { row in
            BarometerFacts.FrozenFigures(
                id: try row.next(), title: try row.next(), asOf: try row.next(), sha256: try row.next())
        }
    }

    /// The acronyms, by the rule of `ministry_name_known` in the schema.
    private static func acronyms(_ session: borrowing Session, _ scope: FigureScope) throws -> [MinistryCode: String] {
        let acronyms = try session.query(
            """
            select distinct on (p.ministry) p.ministry, p.acronym
            from ministry_name_periods p cross join (select \(scope.nameDay) as day) asked
            where p.name is not null and \(scope.reading.isKnown("p"))
            order by p.ministry, p.from_date <= asked.day desc, case when p.from_date <= asked.day then p.from_date end desc,
                p.from_date
            """
        ) { row in (try row.next(MinistryCode.self), try row.next(String?.self)) }
        return Dictionary(uniqueKeysWithValues: acronyms).compactMapValues { $0 }
    }

    /// The last days of the months that are over by a day, and that day itself while the year lasts.
    static func months(of year: Int, until last: CivilDate) throws -> [CivilDate] {
        guard let first = CivilDate(year: year, month: 1, day: 1), let end = CivilDate(year: year, month: 12, day: 31),
            last >= first
        else { return [] }
        return try FigureSeries.days(nil, min(last, end), .month, year: year, today: last)
    }
}
