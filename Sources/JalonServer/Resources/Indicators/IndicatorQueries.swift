import ActionPlans
import Documents
import Postgres

/// One function per statement on `indicator_definitions` and `indicator_targets`. Their rows are written by the trigger on `changes`.
enum IndicatorQueries {
    static func find(
        _ session: borrowing Session, _ code: IndicatorCode, in reading: Reading = .now
    ) throws -> IndicatorRecord? {
        try IndicatorRecord(
            session.query(
                """
                select \(IndicatorRecord.Part.columns) from indicator_definitions d
                where d.code = \(code) and \(reading.isKnown("d")) order by d.definition
                """, IndicatorRecord.Part.init))
    }

    /// Those of some codes that there are, in one statement.
    static func find(_ session: borrowing Session, _ codes: [IndicatorCode]) throws -> [IndicatorCode: IndicatorRecord] {
        let records = IndicatorRecord.grouped(
            try session.query(
                """
                select \(IndicatorRecord.Part.columns) from indicator_definitions d
                where d.code = any(\(codes.map(\.text))::text[]) and \(Reading.now.isKnown("d")) order by d.code, d.definition
                """, IndicatorRecord.Part.init))
        return Dictionary(uniqueKeysWithValues: records.map { ($0.code, $0) })
    }

    struct Filter: Sendable {
        var kinds: [IndicatorKind]?
        var themes: [Theme]?
        var reading = Reading.now

        /// Of the last definition of each.
        fileprivate var condition: SQL {
            var parts: [SQL] = ["true"]
            if let kinds { parts.append("l.kind = any(\(kinds.map(\.rawValue))::text[])") }
            if let themes { parts.append("l.themes && \(themes.map(\.rawValue))::text[]") }
            return .joined(parts, separator: " and ")
        }

        /// The codes of the indicators in question.
        fileprivate var codes: SQL {
            """
            select l.code from (
                select distinct on (d.code) d.code, d.kind, d.themes from indicator_definitions d
                where \(reading.isKnown("d")) order by d.code, d.definition desc
            ) l where \(condition)
            """
        }
    }

    /// In the order of codes.
    /// - Parameter limit: nil for all.
    static func list(
        _ session: borrowing Session, _ filter: Filter, after: String = "", limit: Int? = nil
    ) throws -> [IndicatorRecord] {
        try IndicatorRecord.grouped(
            session.query(
                """
                select \(IndicatorRecord.Part.columns) from indicator_definitions d
                where \(filter.reading.isKnown("d")) and d.code in (
                    \(filter.codes) and l.code > \(after) order by l.code limit \(limit))
                order by d.code, d.definition
                """, IndicatorRecord.Part.init))
    }

    static func count(_ session: borrowing Session, _ filter: Filter) throws -> Int {
        try session.one("select count(*) from (\(filter.codes)) c") { row in try row.next() }
    }

    /// Of all there are or were.
    static func codes(_ session: borrowing Session) throws -> [String] {
        try session.query("select distinct d.code from indicator_definitions d") { row in try row.next() }
    }

    /// - Throws: ``ProblemKind/invalidParameter`` when a filter names an indicator that never was.
    static func checkKnown(_ session: borrowing Session, _ indicators: [IndicatorCode]?) throws {
        guard let indicators, !indicators.isEmpty else { return }
        let known = try codes(session)
        let unknown = indicators.filter { !known.contains($0.text) }
        guard let first = unknown.first else { return }
        var problem = Problem(.invalidParameter, .unknownIndicator(first.text, among: known))
        problem.faults = unknown.map { code in
            let message = Message.unknownIndicator(code.text, among: known)
            return Problem.Located(place: .parameter("indicator"), code: .unknownReference, message: message)
        }
        throw problem
    }

    /// - Parameter code: nil for all indicators.
    static func targets(
        _ session: borrowing Session, of code: IndicatorCode?, in reading: Reading
    ) throws -> [IndicatorCode: [IndicatorTarget]] {
        let isOfIndicator: SQL = code.map { "t.indicator = \($0)" } ?? "true"
        let rows = try session.query(
            """
            select t.indicator, t.ministry, t.period, t.value, t.base_period, t.base_value, t.source, t.note
            from indicator_targets t
            where \(isOfIndicator) and \(reading.isKnown("t"))
            order by t.indicator, coalesce(t.ministry, ''), t.period
            """
        ) { row in
            (
                indicator: try row.next(IndicatorCode.self),
                target: IndicatorTarget(
                    ministry: try row.next(), period: try row.next(), value: try row.next(), basePeriod: try row.next(),
                    baseValue: try row.next(), source: try row.next(), note: try row.next())
            )
        }
        return Dictionary(grouping: rows, by: \.indicator).mapValues { $0.map(\.target) }
    }

    /// Whether measures were given under a definition, drafts too.
    static func isAnswered(_ session: borrowing Session, _ code: IndicatorCode, definition: Int) throws -> Bool {
        try session.one(
            """
            select exists (
                select from measures m where m.indicator = \(code) and m.definition = \(definition) and m.known_to = 'infinity')
            """
        ) { row in try row.next() }
    }

    /// The last period from one on of which there is a measure that counts or is to count.
    static func lastAnswered(_ session: borrowing Session, _ code: IndicatorCode, from period: Period) throws -> Period? {
        try session.first(
            """
            select m.period from measures m
            where m.indicator = \(code) and m.first_day >= \(period.firstDay)::date and m.state in ('soumise', 'validee')
                and m.known_to = 'infinity'
            order by m.first_day desc limit 1
            """
        ) { row in try row.next() }
    }
}
