import ActionPlans
import Postgres

/// All that a barometer is made of, read in one snapshot.
struct BarometerFacts: Sendable {
    struct Point: Sendable {
        let day: CivilDate
        let total: Tally
    }

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
    /// At the end of each quarter of the year, up to the last change.
    let points: [Point]
}

enum BarometerQueries {
    static func facts(_ session: borrowing Session, _ asked: Int?) throws -> BarometerFacts {
        let year = try asked ?? lastYear(session)
        let scope = FigureScope(year: year, reading: .now)
        let figures = try FigureQueries.facts(session, scope, for: nil)
        let lastChange = try lastChange(session, scope)
        let days = lastChange.map { quarters(of: year, until: $0.day) } ?? []
        return BarometerFacts(
            year: year, figures: figures, lastChange: lastChange, acronyms: try acronyms(session, scope),
            snapshot: try lastSnapshot(session, year),
            points: try days.map { day in
                var ofDay = scope
                ofDay.reading = scope.reading.on(day)
                return BarometerFacts.Point(day: day, total: try FigureQueries.total(session, ofDay))
            })
    }

    /// The last point is the day of the last change, and something may have been told of that very day since: this looks again
    /// until nothing has.
    private static func lastChange(_ session: borrowing Session, _ scope: FigureScope) throws -> FigureFacts.Change? {
        var days = quarters(of: scope.year, until: try ParisDay.today(session))
        while true {
            let last = try FigureKnowledge.ofFigures(session, scope, andOn: days, tellsLate: false, for: nil).lastChange
            let points = last.map { quarters(of: scope.year, until: $0.day) } ?? []
            guard let point = points.last, !days.contains(point) else { return last }
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

    private static func lastSnapshot(_ session: borrowing Session, _ year: Int) throws -> BarometerFacts.FrozenFigures? {
        try session.first(
            """
            select concat_ws('-', s.year, s.number), s.title, s.as_of, encode(s.sha256, 'hex')
            from snapshots s
            where s.year = \(year) and s.ministries is null and s.themes is null and s.target_levels is null
                and not exists (select from snapshots newer where newer.year = s.year and newer.replaces = s.number)
            order by s.number desc
            limit 1
            """
        ) { row in
            BarometerFacts.FrozenFigures(
                id: try row.next(), title: try row.next(), asOf: try row.next(), sha256: try row.next())
        }
    }

    private static func acronyms(_ session: borrowing Session, _ scope: FigureScope) throws -> [MinistryCode: String] {
        let acronyms = try session.query(
            """
            select m.code, known.acronym from ministries m cross join lateral ministry_name_on(m.code, \(scope.nameDay)) known
            where known.acronym is not null
            """
        ) { row in (try row.next(MinistryCode.self), try row.next(String.self)) }
        return Dictionary(uniqueKeysWithValues: acronyms)
    }

    /// The last days of the quarters that are over by a day, and that day itself while the year lasts.
    static func quarters(of year: Int, until last: CivilDate) -> [CivilDate] {
        let ends = [(3, 31), (6, 30), (9, 30), (12, 31)].compactMap { CivilDate(year: year, month: $0, day: $1) }
        guard let first = CivilDate(year: year, month: 1, day: 1), let end = ends.last, last >= first else { return [] }
        return ends.filter { $0 < last } + (last <= end ? [last] : [])
    }
}
