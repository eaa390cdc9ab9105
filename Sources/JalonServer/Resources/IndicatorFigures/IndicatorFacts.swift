import ActionPlans
import Postgres

/// All that the numbers of indicators are reckoned from, as it was known at an instant: read once, however many numbers follow.
struct IndicatorFacts: Sendable {
    /// A measure as far as numbers go.
    struct Given: Sendable {
        let ministry: MinistryCode
        let period: Period
        let definition: Int
        let columns: AnswerColumns
        let state: MeasureState
        let isEstimated: Bool
    }

    let indicators: [IndicatorRecord]
    let targets: [IndicatorCode: [IndicatorTarget]]
    let measures: [IndicatorCode: [Given]]
    /// What was printed elsewhere of the years.
    let published: [PublishedFigure]
    let expectations: KnownExpectations

    /// - Parameter code: nil for all indicators.
    init(_ session: borrowing Session, of code: IndicatorCode?, years: ClosedRange<Int>, in reading: Reading) throws {
        let own = try code.map { try IndicatorQueries.find(session, $0, in: reading).map { [$0] } ?? [] }
        indicators = try own ?? IndicatorQueries.list(session, IndicatorQueries.Filter(reading: reading))
        targets = try IndicatorQueries.targets(session, of: code, in: reading)
        measures = try Self.measures(session, of: code, years, in: reading)
        published = try PublishedFigure.read(
            session, "e.year between \(years.lowerBound) and \(years.upperBound) and \(reading.isKnown("e"))")
        expectations = try KnownExpectations(session, years: years, in: reading)
    }

    private static func measures(
        _ session: borrowing Session, of code: IndicatorCode?, _ years: ClosedRange<Int>, in reading: Reading
    ) throws -> [IndicatorCode: [Given]] {
        var measures: [IndicatorCode: [Given]] = [:]
        let ofIndicator: SQL = code.map { "m.indicator = \($0)" } ?? "true"
        try session.stream(
            """
            select m.indicator, m.ministry, m.period, m.definition, \(AnswerColumns.columns), m.state, m.estimated from measures m
            where m.year between \(years.lowerBound) and \(years.upperBound) and \(ofIndicator) and \(reading.isKnown("m"))
            order by m.indicator, m.ministry, m.first_day
            """
        ) { row in
            let code: IndicatorCode = try row.next()
            let given = Given(
                ministry: try row.next(), period: try row.next(), definition: try row.next(), columns: try AnswerColumns(&row),
                state: try row.next(), isEstimated: try row.next())
            measures[code, default: []].append(given)
        }
        return measures
    }
}
