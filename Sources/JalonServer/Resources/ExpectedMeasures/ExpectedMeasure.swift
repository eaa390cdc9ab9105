import ActionPlans
import Postgres

/// An answer that is expected of a body for a period of a year, be it there or not.
struct ExpectedMeasure: Sendable {
    let id: MeasureID
    let definition: IndicatorDefinition
    /// What the body is called in the period.
    let name: String
    let dueOn: CivilDate
    let daysLate: Int
    let state: ExpectedMeasureState

    func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("indicator", id.indicator.text)
            object.member("title", definition.title)
            object.member("ministry", id.ministry.text)
            object.member("name", name)
            object.member("period", id.period.description)
            object.member("state", state.code)
            object.member("due_on", dueOn.description)
            object.member("days_late", daysLate)
            object.member("links") { links in
                links.member("measure", ResourceID.measure(id).address)
                links.member("indicator", ResourceID.indicator(id.indicator).address)
                links.member("figures", "\(ResourceID.indicator(id.indicator).address)/figures?period=\(id.period)")
            }
        }
    }
}

/// All that is expected of a year, in the order of ministries, indicators and periods. Who is expected follows from definitions,
/// bodies and censuses, which are few; measures are looked up by their keys, as many as a page needs.
struct ExpectedMeasures {
    struct Filter: Sendable {
        var year: Int
        var indicators: [IndicatorCode]?
        var ministries: [MinistryCode]?
        var periods: [Period]?
        var states: [ExpectedMeasureState]?
        var reading = Reading.now
    }

    /// One of them, of which nothing is known yet.
    private struct Wanted {
        let id: MeasureID
        let definition: IndicatorDefinition
    }

    private let filter: Filter
    private let expectations: KnownExpectations
    /// With the periods of the year, under their definitions.
    private let periods: [(indicator: IndicatorCode, periods: [(period: Period, definition: IndicatorDefinition)])]

    /// How many are looked up in one statement.
    private static let batch = 1_000

    init(_ session: borrowing Session, _ filter: Filter) throws {
        self.filter = filter
        expectations = try KnownExpectations(session, years: filter.year...filter.year, in: filter.reading)
        let asked = filter.indicators.map { Set($0) }
        periods = try IndicatorQueries.list(session, IndicatorQueries.Filter(reading: filter.reading))
            .filter { asked?.contains($0.code) ?? true }.map { indicator in
                (
                    indicator.code,
                    indicator.ownPeriods(in: filter.year).filter { filter.periods?.contains($0.period) ?? true }
                )
            }
    }

    /// - Parameters:
    ///   - after: the last one of the page before.
    ///   - limit: how many are wanted at most.
    func page(
        _ session: borrowing Session, after: MeasureID?, limit: Int, visibleTo actor: Actor
    ) throws -> [ExpectedMeasure] {
        var found: [ExpectedMeasure] = []
        try forEachBatch(after: after) { batch in
            found += try look(session, for: batch, visibleTo: actor)
            return found.count < limit
        }
        return Array(found.prefix(limit))
    }

    func count(_ session: borrowing Session, visibleTo actor: Actor) throws -> Int {
        var count = 0
        try forEach(session, visibleTo: actor) { _ in count += 1 }
        return count
    }

    func forEach(_ session: borrowing Session, visibleTo actor: Actor, _ use: (ExpectedMeasure) -> Void) throws {
        try forEachBatch(after: nil) { batch in
            try look(session, for: batch, visibleTo: actor).forEach(use)
            return true
        }
    }

    /// - Parameter use: returns whether it wants more.
    private func forEachBatch(after: MeasureID?, _ use: ([Wanted]) throws -> Bool) rethrows {
        let asked = filter.ministries.map { Set($0) }
        var batch: [Wanted] = []
        for body in expectations.bodies.all where asked?.contains(body) ?? true {
            if let after, body < after.ministry { continue }
            for (indicator, periods) in periods {
                for (period, definition) in periods where expectations.isExpected(body, definition, in: period) {
                    let id = MeasureID(ministry: body, indicator: indicator, period: period)
                    if let after, id <= after { continue }
                    batch.append(Wanted(id: id, definition: definition))
                }
            }
            if batch.count >= Self.batch {
                guard try use(batch) else { return }
                batch.removeAll(keepingCapacity: true)
            }
        }
        if !batch.isEmpty { _ = try use(batch) }
    }

    /// Those of some that are in the wanted states, as far as the caller may see.
    private func look(
        _ session: borrowing Session, for batch: [Wanted], visibleTo actor: Actor
    ) throws -> [ExpectedMeasure] {
        let states = try MeasureQueries.states(
            session, of: batch.map { ($0.id, $0.definition.number) }, in: filter.reading, visibleTo: actor)
        return batch.compactMap { wanted in
            let (id, definition) = (wanted.id, wanted.definition)
            let state = ExpectedMeasureState(states[id])
            guard filter.states?.contains(state) ?? true else { return nil }
            return ExpectedMeasure(
                id: id, definition: definition, name: expectations.name(of: id.ministry, in: id.period),
                dueOn: definition.dueOn(id.period),
                daysLate: state.isOwed ? expectations.daysLate(definition, id.period) : 0, state: state)
        }
    }
}

extension IndicatorRecord {
    /// Those that measures are given for, each under its definition, in their order.
    fileprivate func ownPeriods(in year: Int) -> [(period: Period, definition: IndicatorDefinition)] {
        definitions.flatMap { definition in
            Period.all(of: definition.periodicity, in: year)
                .filter { definition.covers($0) && self.definition(of: $0)?.number == definition.number }
                .map { ($0, definition) }
        }.sorted { $0.period < $1.period }
    }
}
