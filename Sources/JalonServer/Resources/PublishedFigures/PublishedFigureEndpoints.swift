import ActionPlans
import Documents
import Postgres

/// `/v1/published-figures` and what hangs below; they are told in `PublishedFigureCreation`.
enum PublishedFigureEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let years = parameters.years()
        // It need not be defined: what was printed may come before the indicator.
        let indicator = parameters.indicator()
        let reading = Reading(ofManyDays: &parameters)
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        let settled = try await reading.settled(by: call.server)
        let after = try paging.position { PublishedFigureID($0[0]) }
        let filter = Filter(years: years, indicator: indicator, reading: settled)
        return try await call.server.database.read { session in
            let figures = try filter.figures(session, after: after, limit: paging.limit + 1)
            let page = Page(
                figures, paging: paging, total: paging.wantsTotal ? try filter.count(session) : nil,
                position: { [$0.id.description] })
            let computed = try ComputedNumbers(session, of: page.items, in: settled)
            return call.answer(page, paging) { $1.write(to: &$0, beside: computed) }
        }
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        guard let id = PublishedFigure.id(call.pathValue("figure")) else { throw Problem.notFound() }
        var parameters = call.parameters()
        let reading = Reading(ofManyDays: &parameters)
        try parameters.finish()
        let settled = try await reading.settled(by: call.server)
        return try await call.server.database.read { session in try answer(session, id, in: settled) }
    }

    static func answer(_ session: borrowing Session, _ id: PublishedFigureID, in reading: Reading) throws -> Answer {
        let isIt: SQL = "e.year = \(id.year) and e.rank = \(id.number) and \(reading.isKnown("e"))"
        guard let figure = try PublishedFigure.read(session, isIt).first else { throw Problem.notFound() }
        let computed = try ComputedNumbers(session, of: [figure], in: reading)
        return Answer.json { figure.write(to: &$0, beside: computed) }
    }

    private struct Filter: Sendable {
        let years: [Int]?
        let indicator: IndicatorCode?
        let reading: Reading

        private var condition: SQL {
            let ofYears: SQL = years.map { "e.year = any(\($0)::int[])" } ?? "true"
            let ofIndicator: SQL =
                indicator.map { "exists (select from jsonb_array_elements(e.numbers) n where n ->> 'indicator' = \($0))" }
                ?? "true"
            return "\(ofYears) and \(ofIndicator) and \(reading.isKnown("e"))"
        }

        func figures(_ session: borrowing Session, after: PublishedFigureID?, limit: Int) throws -> [PublishedFigure] {
            let position: SQL = after.map { "(e.year, e.rank) > (\($0.year)::smallint, \($0.number)::smallint)" } ?? "true"
            return try PublishedFigure.read(
                session,
                """
                (e.year, e.rank) in (
                    select e.year, e.rank from external_figures e where \(condition) and \(position) order by e.year, e.rank limit \(limit)
                )
                """)
        }

        func count(_ session: borrowing Session) throws -> Int {
            try session.one("select count(*) from external_figures e where \(condition)") { row in try row.next() }
        }
    }
}

/// What is computed here of the numbers that were printed, by year.
struct ComputedNumbers: Sendable {
    private var numbers: [Int: [PublishedNumber.Subject: ExactDecimal]] = [:]

    init(_ session: borrowing Session, of figures: [PublishedFigure], in reading: Reading) throws {
        for (year, printed) in Dictionary(grouping: figures, by: \.id.year) {
            let subjects = Set(printed.flatMap(\.numbers).map(\.subject))
            numbers[year] = try Self.measures(session, subjects, year, in: reading)
                .merging(Self.indicators(session, subjects, year, in: reading)) { $1 }
        }
    }

    func number(_ subject: PublishedNumber.Subject, of year: Int) -> ExactDecimal? { numbers[year]?[subject] }

    private static func measures(
        _ session: borrowing Session, _ subjects: Set<PublishedNumber.Subject>, _ year: Int, in reading: Reading
    ) throws -> [PublishedNumber.Subject: ExactDecimal] {
        guard PublishedMeasure.allCases.contains(where: { subjects.contains(.measure($0)) }) else { return [:] }
        let total = try FigureQueries.facts(session, FigureScope(year: year, reading: reading), for: nil).tallies.total
        var numbers: [PublishedNumber.Subject: ExactDecimal] = [.measure(.actions): ExactDecimal(total.actions)]
        numbers[.measure(.percentRealisees)] = Rate.realiseesIdentifiees.value(total).flatMap {
            ExactDecimal($0.written(with: "."))
        }
        return numbers
    }

    private static func indicators(
        _ session: borrowing Session, _ subjects: Set<PublishedNumber.Subject>, _ year: Int, in reading: Reading
    ) throws -> [PublishedNumber.Subject: ExactDecimal] {
        let codes = subjects.compactMap { if case .indicator(let code) = $0 { code } else { nil } }
        guard !codes.isEmpty, let period = Period(.year, year: year) else { return [:] }
        let facts = try IndicatorFacts(session, of: codes.count == 1 ? codes[0] : nil, years: year...year, in: reading)
        var numbers: [PublishedNumber.Subject: ExactDecimal] = [:]
        for indicator in facts.indicators where codes.contains(indicator.code) {
            numbers[.indicator(indicator.code)] =
                IndicatorFigure(indicator, in: period, of: nil, from: facts, for: nil)?.number.value
        }
        return numbers
    }
}

extension PublishedFigure {
    func write(to writer: inout JSONWriter, beside computed: ComputedNumbers) {
        writer.object { figure in
            figure.member("id", id.description)
            figure.member("year", id.year)
            writeSource(to: &figure)
            figure.member("replaces", replaces?.description)
            figure.member("numbers", listOf: numbers) { list, number in
                list.object { item in
                    number.write(to: &item)
                    number.writeDifference(from: computed.number(number.subject, of: id.year), to: &item)
                }
            }
            figure.member("links") { $0.member("self", address) }
        }
    }
}
