import ActionPlans
import Documents
import Postgres

/// One function per statement on `measures`, whose rows are written by the trigger on `changes`.
enum MeasureQueries {
    static func find(
        _ session: borrowing Session, _ id: MeasureID, in reading: Reading = .now, visibleTo actor: Actor
    ) throws -> MeasureRecord? {
        try session.first(one(id, in: reading, Visibility.ofMeasures(to: actor)), MeasureRecord.init)
    }

    static func find(
        _ database: Database, _ id: MeasureID, in reading: Reading, visibleTo actor: Actor
    ) async throws -> MeasureRecord? {
        try await database.first(one(id, in: reading, Visibility.ofMeasures(to: actor))) { row in try MeasureRecord(&row) }
    }

    /// Whoever may see it, in a transaction that holds its lock.
    static func current(_ session: borrowing Session, _ id: MeasureID) throws -> MeasureRecord? {
        try session.first(one(id, in: .now, "true"), MeasureRecord.init)
    }

    /// The version that each of some was left in when it was deleted: the next one goes on from it. One that never was there has
    /// none.
    static func lastVersions(_ session: borrowing Session, of ids: [MeasureID]) throws -> [MeasureID: Int] {
        guard !ids.isEmpty else { return [:] }
        let found = try session.query(
            """
            select asked.place, max(c.version)
            from unnest(
                \(ids.map(\.ministry.text))::text[], \(ids.map(\.period.year))::integer[], \(ids.map(\.key))::text[]
            ) with ordinality as asked (ministry, year, key, place)
            join changes c on c.ministry = asked.ministry and c.first_year = asked.year and c.code = asked.key and c.resource = 'measure'
            group by asked.place
            """
        ) { row in (id: ids[try row.next(Int.self) - 1], version: try row.next(Int.self)) }
        return Dictionary(found.map { ($0.id, $0.version) }) { first, _ in first }
    }

    /// All that there are of some, whoever may see them, in one statement.
    static func current(_ session: borrowing Session, _ ids: [MeasureID]) throws -> [MeasureID: MeasureRecord] {
        let records = try session.query(
            """
            select \(MeasureRecord.columns) from \(MeasureRecord.table(in: .now)) join unnest(
                \(ids.map(\.ministry.text))::text[], \(ids.map(\.indicator.text))::text[], \(ids.map(\.period.description))::text[]
            ) as asked (ministry, indicator, period)
                on m.ministry = asked.ministry and m.indicator = asked.indicator and m.period = asked.period
            """, MeasureRecord.init)
        return Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
    }

    /// The states of those of some that were given under a definition, by its number, as far as the caller may see them. Each is found by its
    /// own key, whatever was known of the size of the table when the statement was prepared.
    static func states(
        _ session: borrowing Session, of asked: [(id: MeasureID, definition: Int)], in reading: Reading, visibleTo actor: Actor
    ) throws -> [MeasureID: MeasureState] {
        let found = try session.query(
            """
            select asked.place, given.state
            from unnest(
                \(asked.map(\.id.ministry.text))::text[], \(asked.map(\.id.indicator.text))::text[],
                \(asked.map(\.id.period.description))::text[], \(asked.map(\.definition))::integer[]
            ) with ordinality as asked (ministry, indicator, period, definition, place)
            cross join lateral (
                select m.state from measures m
                where m.ministry = asked.ministry and m.indicator = asked.indicator and m.period = asked.period
                    and m.definition = asked.definition and \(reading.isKnown("m")) and \(Visibility.ofMeasures(to: actor))
                limit 1
            ) given
            """
        ) { row in (id: asked[try row.next(Int.self) - 1].id, state: try row.next(MeasureState.self)) }
        return Dictionary(found.map { ($0.id, $0.state) }) { first, _ in first }
    }

    private static func one(_ id: MeasureID, in reading: Reading, _ isVisible: SQL) -> SQL {
        """
        select \(MeasureRecord.columns) from \(MeasureRecord.table(in: reading))
        where m.ministry = \(id.ministry) and m.indicator = \(id.indicator) and m.period = \(id.period) and \(isVisible)
        """
    }

    struct Filter: Sendable {
        var indicators: [IndicatorCode]?
        var ministries: [MinistryCode]?
        var periods: [Period]?
        var year: Int?
        var states: [MeasureState]?
        var reading = Reading.now

        fileprivate var condition: SQL {
            var parts: [SQL] = ["true"]
            if let indicators { parts.append("m.indicator = any(\(indicators.map(\.text))::text[])") }
            if let ministries { parts.append("m.ministry = any(\(ministries.map(\.text))::text[])") }
            if let periods { parts.append("m.period = any(\(periods.map(\.description))::text[])") }
            if let year { parts.append("m.year = \(year)") }
            if let states { parts.append("m.state = any(\(states.map(\.rawValue))::text[])") }
            return .joined(parts, separator: " and ")
        }
    }

    /// In the order of ministries, indicators and periods.
    static func selection(_ filter: Filter, after: SQL? = nil, visibleTo actor: Actor) -> SQL {
        """
        select \(MeasureRecord.columns) from \(MeasureRecord.table(in: filter.reading))
        where \(filter.condition) and \(Visibility.ofMeasures(to: actor)) and \(after ?? "true")
        order by m.ministry, m.indicator, m.period
        """
    }

    static func list(
        _ session: borrowing Session, _ filter: Filter, after: SQL?, limit: Int, visibleTo actor: Actor
    ) throws -> [MeasureRecord] {
        try session.query("\(selection(filter, after: after, visibleTo: actor)) limit \(limit)", MeasureRecord.init)
    }

    static func count(_ session: borrowing Session, _ filter: Filter, visibleTo actor: Actor) throws -> Int {
        try session.one(
            """
            select count(*) from measures m
            where \(filter.reading.isKnown("m")) and \(filter.condition) and \(Visibility.ofMeasures(to: actor))
            """
        ) { row in try row.next() }
    }

    /// The condition of coming after a position, whose values come from a cursor; nil for values that are no position.
    static func after(_ values: [String]) -> SQL? {
        guard values.count == 3, MinistryCode(values[0]) != nil, IndicatorCode(values[1]) != nil, Period(values[2]) != nil else {
            return nil
        }
        return "(m.ministry, m.indicator, m.period) > (\(values[0])::text, \(values[1])::text, \(values[2])::text)"
    }
}
