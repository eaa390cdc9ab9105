import ActionPlans
import Documents
import Postgres

/// `/v1/indicators/{indicator}/figures` and `/v1/indicators/figures`
enum IndicatorFigureEndpoints {
    /// The number of one period, or a series.
    @Sendable static func get(_ call: Call) async throws -> Answer {
        let code = try call.indicatorCode()
        var parameters = call.parameters()
        let period = parameters.period("period")
        let from = parameters.period("from")
        let to = parameters.period("to")
        let scope = Scope(&parameters)
        try parameters.check(period: period, from: from, to: to)
        try parameters.finish()
        let reading = try await scope.reading.settled(by: call.server)
        if let period {
            return try await one(call, code, period, scope.ministry, in: reading)
        }
        guard let from, let to else { throw Problem.notFound() }
        return try await IndicatorSeries.answer(call, code, from: from, to: to, scope.ministry, in: reading)
    }

    private struct Scope {
        let ministry: MinistryCode?
        let reading: Reading

        init(_ parameters: inout ParameterReader) {
            ministry = parameters.ministry()
            reading = Reading(ofManyDays: &parameters)
        }
    }

    private static func one(
        _ call: Call, _ code: IndicatorCode, _ period: Period, _ ministry: MinistryCode?, in reading: Reading
    ) async throws -> Answer {
        let facts = try await call.indicatorFacts(of: code, years: period.year...period.year, ministry, in: reading)
        guard let indicator = facts.indicators.first else { throw Problem.notFound() }
        try indicator.check(period, as: "period")
        guard let figure = IndicatorFigure(indicator, in: period, of: ministry, from: facts, for: call.actor) else {
            throw Problem.notFound()
        }
        return Answer.json { figure.write(to: &$0, knownAt: reading.knownAt, in: call.language, figure.links(in: reading)) }
    }

    /// The numbers of all indicators in a year.
    @Sendable static func page(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let year = parameters.requiredYear()
        let scope = Scope(&parameters)
        try parameters.finish()
        guard let year, let period = Period(.year, year: year) else { throw Problem.notFound() }
        let reading = try await scope.reading.settled(by: call.server)
        let facts = try await call.indicatorFacts(of: nil, years: year...year, scope.ministry, in: reading)
        return Answer.json { writer in
            writer.object { page in
                page.member("year", year)
                page.member("ministry", scope.ministry?.text)
                page.member("known_at", reading.knownAt)
                page.member("indicators", listOf: facts.indicators) { writer, indicator in
                    guard let figure = IndicatorFigure(indicator, in: period, of: scope.ministry, from: facts, for: call.actor)
                    else { return }
                    figure.writeLine(to: &writer, in: call.language, figure.links(in: reading))
                }
                page.member("links") { $0.member("self", call.target) }
            }
        }
    }
}

extension Call {
    /// - Throws: an invalid parameter for a ministry that nobody knows.
    func indicatorFacts(
        of code: IndicatorCode?, years: ClosedRange<Int>, _ ministry: MinistryCode?, in reading: Reading
    ) async throws -> IndicatorFacts {
        try await server.database.read { session in
            try MinistryQueries.checkKnown(session, ministry.map { [$0] })
            return try IndicatorFacts(session, of: code, years: years, in: reading)
        }
    }
}

extension IndicatorFigure {
    /// The numbers of all indicators that have one in a year.
    static func all(
        _ session: borrowing Session, of year: Int, in reading: Reading, for actor: Actor?
    ) throws -> [IndicatorFigure] {
        guard let period = Period(.year, year: year) else { return [] }
        let facts = try IndicatorFacts(session, of: nil, years: year...year, in: reading)
        return facts.indicators.compactMap { IndicatorFigure($0, in: period, of: nil, from: facts, for: actor) }
    }

    func links(in reading: Reading) -> Links {
        let asked = [("ministry", ministry?.text), ("known_at", reading.knownAt)]
            .compactMap { name, value in value.map { "&\(name)=\(PercentEncoding.encoded($0))" } }.joined()
        let periods = indicator.periods(making: period).map(\.description).joined(separator: ",")
        return Links(
            own: "\(ResourceID.indicator(indicator.code).address)/figures?period=\(period)\(asked)",
            measures: "/v1/measures?indicator=\(indicator.code)&period=\(periods)&state=validee\(asked)")
    }
}

extension IndicatorRecord {
    /// - Throws: an invalid parameter for a period that no measure of the indicator is for.
    func check(_ period: Period, as parameter: String) throws {
        let lengths = Set(definitions.map(\.periodicity) + [.year])
        guard lengths.contains(period.periodicity) else {
            throw Problem.invalidPeriod(parameter, .otherPeriodicity(period, last.periodicity))
        }
        guard definition(making: period) != nil else {
            throw Problem.invalidPeriod(
                parameter,
                Message(
                    "L’indicateur \(code) va de \(last.firstPeriod)" + (last.lastPeriod.map { " à \($0)" } ?? " à aujourd’hui")
                        + ".",
                    "The indicator \(code) goes from \(last.firstPeriod)" + (last.lastPeriod.map { " to \($0)" } ?? " on") + "."))
        }
    }
}

extension Problem {
    static func invalidPeriod(_ parameter: String, _ message: Message) -> Problem {
        var problem = Problem(.invalidParameter, message)
        problem.faults = [Located(place: .parameter(parameter), code: .outOfRange, message: message)]
        return problem
    }
}

extension ParameterReader {
    mutating func period(_ name: String) -> Period? {
        guard let text = text(name) else { return nil }
        if let period = Period(text) { return period }
        fault(name, .invalidValue, .notAPeriod(text))
        return nil
    }

    mutating func ministry() -> MinistryCode? {
        guard let text = text("ministry") else { return nil }
        if let code = MinistryCode(text) { return code }
        fault(
            "ministry", .invalidValue,
            Message("« \(text.clipped) » n’est pas un code de ministère.", "“\(text.clipped)” is not a ministry code."))
        return nil
    }

    mutating func requiredYear() -> Int? {
        if !isGiven("year") { fault("year", .required, .requiredParameter("year")) }
        return integer("year", in: Period.years)
    }

    /// One period, or the two ends of a series.
    fileprivate mutating func check(period: Period?, from: Period?, to: Period?) throws {
        let isSeries = isGiven("from") || isGiven("to")
        if isGiven("period"), isSeries {
            fault(
                "period", .inconsistent,
                Message(
                    "Donnez « period » pour un chiffre, ou « from » et « to » pour une série, pas les deux.",
                    "Give “period” for one figure, or “from” and “to” for a series, not both."))
        } else if !isGiven("period"), !isSeries {
            fault(
                "period", .required,
                Message(
                    "Donnez « period » pour un chiffre (2025), ou « from » et « to » pour une série.",
                    "Give “period” for one figure (2025), or “from” and “to” for a series."))
        }
        guard isSeries else { return }
        for name in ["from", "to"] where !isGiven(name) { fault(name, .required, .requiredParameter(name)) }
        guard let from, let to else { return }
        if from.periodicity != to.periodicity {
            fault("to", .inconsistent, .otherPeriodicity(to, from.periodicity))
        } else if to < from {
            fault(
                "to", .inconsistent,
                Message(
                    "La série finit avant de commencer : échangez « from » et « to ».",
                    "The series ends before it begins: exchange “from” and “to”."))
        } else if to.index - from.index >= IndicatorSeries.longest {
            fault("to", .tooMany, .tooMany(to.index - from.index + 1, IndicatorSeries.longest))
        }
    }
}
