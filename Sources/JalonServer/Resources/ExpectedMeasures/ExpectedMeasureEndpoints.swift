import ActionPlans
import Documents
import Postgres

/// `/v1/expected-measures`: of whom which answers are expected for a year, and what there is of them.
enum ExpectedMeasureEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        let year = parameters.requiredYear()
        let indicators = parameters.indicators()
        let ministries = parameters.ministries()
        let periods = parameters.periods()
        let states: [ExpectedMeasureState]? = parameters.codes("state")
        let reading = Reading(ofManyDays: &parameters)
        let paging = try parameters.paging(cursorOf: 3, for: call)
        try parameters.finish()
        let after = try paging.position(MeasureID.init(ofCursor:))
        guard let year else { throw Problem.notFound() }
        let filter = ExpectedMeasures.Filter(
            year: year, indicators: indicators, ministries: ministries, periods: periods, states: states,
            reading: try await reading.settled(by: call.server))
        let page = try await call.server.database.read { session in
            try MinistryQueries.checkKnown(session, filter.ministries)
            try IndicatorQueries.checkKnown(session, filter.indicators)
            let expected = try ExpectedMeasures(session, filter)
            return Page(
                try expected.page(session, after: after, limit: paging.limit + 1, visibleTo: actor), paging: paging,
                total: paging.wantsTotal ? try expected.count(session, visibleTo: actor) : nil,
                position: { [$0.id.ministry.text, $0.id.indicator.text, $0.id.period.description] })
        }
        return call.answer(page, paging) { $1.write(to: &$0) }
    }
}

extension MeasureID {
    /// The position of a cursor; nil for values that are none.
    fileprivate init?(ofCursor values: [String]) {
        guard values.count == 3, let ministry = MinistryCode(values[0]), let indicator = IndicatorCode(values[1]),
            let period = Period(values[2])
        else { return nil }
        self.init(ministry: ministry, indicator: indicator, period: period)
    }
}
