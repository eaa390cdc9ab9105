import ActionPlans
import Postgres

/// Compares each number of an indicator, as it is told today, with a recount of the answers that history tells: folded by this
/// program, and summed, divided and rounded by PostgreSQL, which knows nothing of how the numbers are told.
struct IndicatorRecount {
    /// One validated answer, as history tells it.
    private struct Answer {
        let indicator: String
        /// The body and the year.
        let body: String
        let period: String
        let definition: String?
        let value: String?
        let numerator: String?
        let denominator: String?
    }

    private struct Key: Hashable, Comparable {
        let indicator: String
        let period: String

        static func < (left: Key, right: Key) -> Bool { (left.indicator, left.period) < (right.indicator, right.period) }
    }

    /// In words of the database: nil for no number.
    private struct Number: Equatable {
        var value: String?
        var contributors: Int

        static let none = Number(value: nil, contributors: 0)
        var shown: String { "\(value ?? "null") (\(contributors))" }
    }

    private let answers: [Int: [Answer]]

    /// - Parameter histories: of all measures, by what the audit names them.
    init(_ histories: [String: BodyHistory]) {
        let places = ["state", "definition", "value", "numerator", "denominator"].map { AuditedMembers.measure.place(of: $0) }
        var answers: [Int: [Answer]] = [:]
        for (name, history) in histories {
            guard let values = history.values, values[places[0]] == MeasureState.validee.rawValue,
                let key = history.code?.split(separator: "/"), key.count == 2, let year = Int(key[1].prefix(4))
            else { continue }
            answers[year, default: []].append(
                Answer(
                    indicator: String(key[0]), body: String(name.dropLast(key[0].count + 1 + key[1].count)),
                    period: String(key[1]),
                    definition: values[places[1]], value: values[places[2]], numerator: values[places[3]],
                    denominator: values[places[4]]))
        }
        self.answers = answers
    }

    /// - Returns: how many numbers were compared.
    func compare(_ session: borrowing Session, year: Int?, _ findings: inout Findings) throws -> Int {
        let told = try session.query(
            "select distinct year from measures where known_to = 'infinity' and (\(year)::int is null or year = \(year)::int)"
        ) { row in try row.next(Int.self) }
        var count = 0
        for year in Set(told).union(answers.keys).sorted() {
            let recounted = try recount(session, year)
            let stored = try Self.told(session, year)
            for key in Set(stored.keys).union(recounted.keys).sorted() {
                count += 1
                let (number, expected) = (stored[key] ?? .none, recounted[key] ?? .none)
                guard number != expected else { continue }
                findings.note(
                    AuditDifference(
                        source: .indicators, thing: .body(key.indicator), day: key.period, measure: "value",
                        stored: number.shown, recounted: expected.shown))
            }
        }
        return count
    }

    /// As they are told of the year and of its periods.
    private static func told(_ session: borrowing Session, _ year: Int) throws -> [Key: Number] {
        let facts = try IndicatorFacts(session, of: nil, years: year...year, in: .now)
        var numbers: [Key: Number] = [:]
        for indicator in facts.indicators {
            let own = Set(indicator.definitions.map(\.periodicity)).flatMap { Period.all(of: $0, in: year) }
            for period in Set(own + Period.all(of: .year, in: year)) {
                guard let figure = IndicatorFigure(indicator, in: period, of: nil, from: facts, for: nil) else { continue }
                numbers[Key(indicator: indicator.code.text, period: period.description)] = Number(
                    value: figure.number.value?.description, contributors: figure.number.contributors)
            }
        }
        return numbers
    }

    /// Each answer counts in its own period, and in its year: all those of a flow, those of the last period of a stock. A year in
    /// which another definition begins has no number. Halves are rounded up by whole numbers alone: a quotient with decimals would
    /// have been rounded before.
    private func recount(_ session: borrowing Session, _ year: Int) throws -> [Key: Number] {
        let answers = answers[year] ?? []
        let columns: [(Answer) -> String?] = [
            \.indicator, \.body, \.period, \.definition, \.value, \.numerator, \.denominator,
        ]
        let lists = columns.map { column in answers.map(column) }
        let rows = try session.query(
            """
            with definition as (
                select d.*, period_first_day(coalesce(d.from_period, d.first_period)) as first_day,
                    lead(period_first_day(d.from_period)) over (partition by d.code order by d.definition) as end_day
                from indicator_definitions d where d.known_to = 'infinity'
            ), answer as (
                select d.*, a.body, a.period, a.value, a.above, a.below
                from unnest(\(lists[0])::text[], \(lists[1])::text[], \(lists[2])::text[], \(lists[3])::int[], \(lists[4])::numeric[],
                    \(lists[5])::numeric[], \(lists[6])::numeric[]
                ) a (indicator, body, period, of_definition, value, above, below)
                join definition d on d.code = a.indicator and d.definition = a.of_definition
                where (a.value is not null or a.above is not null)
                    and period_first_day(a.period) between d.first_day
                        and least(d.end_day - 1, period_first_day(d.last_period), 'infinity')
            ), counted as (
                select *, period as asked from answer where period <> \(String(year))
                union all
                select *, \(String(year)) from answer
                where (end_day is null or extract(year from end_day) <> \(year))
                    and (definition = 1 or extract(year from first_day) <> \(year) or first_day = make_date(\(year), 1, 1))
                    and (over_time is distinct from 'last' or period = last_period or period = \(String(year)) || case periodicity
                        when 'semester' then '-S2' when 'quarter' then '-T4' when 'month' then '-12' else '' end)
            ), own as (
                select code, asked, body, kind, consolidation, decimals, count(*) as answers, sum(value) as value,
                    sum(above) as above, sum(below) as below
                from counted group by code, asked, body, kind, consolidation, decimals
            ), number as (
                select code, asked, decimals, count(*) as contributors,
                    case when kind in ('ratio', 'flag') and consolidation in ('ratio_of_sums', 'share_of_yes')
                        then \(Self.percent) else 1 end as times,
                    case consolidation when 'sum' then sum(value) when 'min' then min(value) when 'max' then max(value)
                        when 'ratio_of_sums' then sum(above) when 'share_of_yes' then sum(value) end as above,
                    case consolidation when 'ratio_of_sums' then sum(below) when 'share_of_yes' then sum(answers) else 1 end as below
                from own group by code, asked, kind, consolidation, decimals
            )
            select code, asked, contributors, round(
                sign(above) * div(2 * abs(above) * times * 10::numeric ^ decimals + below, 2 * below) / 10::numeric ^ decimals, decimals)::text
            from number
            """
        ) { row in
            let key = Key(indicator: try row.next(), period: try row.next())
            let contributors: Int = try row.next()
            return (key, Number(value: try row.next(), contributors: contributors))
        }
        return Dictionary(rows) { first, _ in first }
    }

    private static let percent = 100
}
