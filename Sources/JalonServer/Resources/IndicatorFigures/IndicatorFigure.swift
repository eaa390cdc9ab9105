import ActionPlans

/// The number of an indicator in a period, and where it comes from: who gave what, who did not, and why.
struct IndicatorFigure: Sendable {
    struct Contributor: Sendable {
        let body: ConsolidatedFigure.Body
        let isEstimated: Bool
        /// How many of its periods count.
        let periods: Int
    }

    struct Missing: Sendable {
        let body: MinistryCode
        var periods: [Period]
        var daysLate: Int
    }

    struct Reason: Sendable {
        let body: MinistryCode
        let period: Period
        let reason: String
    }

    struct Pending: Sendable {
        let body: MinistryCode
        let period: Period
        let state: MeasureState
    }

    let indicator: IndicatorRecord
    let definition: IndicatorDefinition
    let period: Period
    /// nil for all bodies.
    let ministry: MinistryCode?
    let number: ConsolidatedFigure
    let contributors: [Contributor]
    private(set) var missing: [Missing] = []
    private(set) var notApplicable: [Reason] = []
    private(set) var unavailable: [Reason] = []
    private(set) var pending: [Pending] = []
    /// In measures, one for each body and period; nil where nothing says who is expected.
    let expected: Int?
    /// Of what is expected and of what was given besides, what counts.
    let validated: Int
    let target: TargetPosition?
    /// What was printed elsewhere of the same number.
    let published: [(figure: PublishedFigure, number: PublishedNumber)]
    let names: [MinistryCode: String]

    /// More or another number may still come, or none stands for so long a period. It is the same for whoever asks.
    let isProvisional: Bool

    /// What is computed minus what was printed; nil where nothing is computed.
    func difference(from printed: PublishedNumber) -> ExactDecimal? { number.value.map { $0 - printed.value } }

    /// - Parameter actor: drafts and what was sent back are missing for who may not see them.
    /// - Returns: nil for a period in which the indicator has no definition.
    init?(
        _ indicator: IndicatorRecord, in period: Period, of ministry: MinistryCode?, from facts: IndicatorFacts, for actor: Actor?
    ) {
        guard let definition = indicator.definition(making: period) else { return nil }
        self.indicator = indicator
        self.definition = definition
        self.period = period
        self.ministry = ministry
        let periods = indicator.periods(making: period)
        var sorting = Sorting(definition, facts.expectations, for: actor)
        let bodies = ministry.map { [$0] } ?? facts.expectations.bodies.all
        let given = Dictionary(
            uniqueKeysWithValues: (facts.measures[indicator.code] ?? [])
                .filter { $0.definition == definition.number && (ministry == nil || $0.ministry == ministry) }
                .map { (Key(body: $0.ministry, period: $0.period), $0) })
        for body in bodies {
            for period in periods { sorting.add(body, period, given[Key(body: body, period: period)]) }
        }
        // What would be a sum of two things is no number.
        let isWhole = indicator.isWhole(in: period)
        let parts = isWhole ? sorting.answers.mapValues { ConsolidationParts(ofOneBody: $0) } : [:]
        number = definition.consolidate(parts)
        contributors = number.bodies.map { body in
            Contributor(
                body: body, isEstimated: sorting.estimated.contains(body.body), periods: sorting.answers[body.body]?.count ?? 0)
        }
        missing = sorting.missing.values.sorted { $0.body < $1.body }
        notApplicable = sorting.notApplicable
        unavailable = sorting.unavailable
        pending = sorting.pending
        expected = sorting.isKnownWho ? sorting.expected : nil
        isProvisional = !isWhole || !sorting.isKnownWho || sorting.isOpen || !sorting.unavailable.isEmpty
        validated = sorting.answers.values.reduce(0) { $0 + $1.count }
        target = TargetPosition(
            of: number.value, in: period, for: ministry, among: facts.targets[indicator.code] ?? [], of: definition)
        let isOfState = period.periodicity == .year && ministry == nil
        published = facts.published.filter { isOfState && $0.id.year == period.year }.flatMap { figure in
            figure.numbers.filter { $0.subject == .indicator(indicator.code) }.map { (figure, $0) }
        }
        let told =
            number.bodies.map(\.body) + missing.map(\.body) + (notApplicable + unavailable).map(\.body) + pending.map(\.body)
        names = Dictionary(
            told.map { ($0, facts.expectations.name(of: $0, in: period)) }, uniquingKeysWith: { first, _ in first })
    }

    private struct Key: Hashable {
        let body: MinistryCode
        let period: Period
    }

    /// What becomes of each body and period: it counts, or it is named where it does not.
    private struct Sorting {
        private let definition: IndicatorDefinition
        private let expectations: KnownExpectations
        private let actor: Actor?
        private(set) var answers: [MinistryCode: [MeasureAnswer]] = [:]
        private(set) var estimated: Set<MinistryCode> = []
        private(set) var missing: [MinistryCode: Missing] = [:]
        private(set) var notApplicable: [Reason] = []
        private(set) var unavailable: [Reason] = []
        private(set) var pending: [Pending] = []
        private(set) var expected = 0
        private(set) var isKnownWho = true
        /// Whether an answer may still come that counts.
        private(set) var isOpen = false

        init(_ definition: IndicatorDefinition, _ expectations: KnownExpectations, for actor: Actor?) {
            self.definition = definition
            self.expectations = expectations
            self.actor = actor
        }

        mutating func add(_ body: MinistryCode, _ period: Period, _ given: IndicatorFacts.Given?) {
            if !expectations.isKnownWho(definition, in: period) { isKnownWho = false }
            let isExpected = expectations.isExpected(body, definition, in: period)
            if isExpected { expected += 1 }
            guard let given, given.state == .validee, let answer = try? given.columns.answer(definition.kind) else {
                // Who is expected and has a hidden draft is missing to others, which is as open; a draft of who is not expected tells
                // nothing before all see it.
                if isExpected || given?.state.isInSight == true { isOpen = true }
                if let given, Visibility.isVisible(given.state, of: body, to: actor) {
                    pending.append(Pending(body: body, period: period, state: given.state))
                } else if isExpected {
                    var own = missing[body] ?? Missing(body: body, periods: [], daysLate: 0)
                    own.periods.append(period)
                    own.daysLate = max(own.daysLate, expectations.daysLate(definition, period))
                    missing[body] = own
                }
                return
            }
            switch answer {
            case .notApplicable(let reason): notApplicable.append(Reason(body: body, period: period, reason: reason))
            case .unavailable(let reason): unavailable.append(Reason(body: body, period: period, reason: reason))
            case .value, .parts, .yes:
                answers[body, default: []].append(answer)
                if given.isEstimated { estimated.insert(body) }
            }
        }
    }
}

extension IndicatorRecord {
    /// The definition under which a period is told: that of its beginning, or the first one where the indicator begins within it.
    func definition(making period: Period) -> IndicatorDefinition? {
        guard let first = definitions.first, period.lastDay >= first.firstPeriod.firstDay else { return nil }
        if let lastPeriod = last.lastPeriod, period.firstDay > lastPeriod.lastDay { return nil }
        return definition(of: period) ?? first
    }

    /// The indicator's own periods that make a period, under its one definition.
    func periods(making period: Period) -> [Period] {
        guard let definition = definition(making: period) else { return [] }
        return definition.periods(making: period).filter { self.definition(of: $0)?.number == definition.number }
    }

    /// Whether no other definition begins within a period.
    func isWhole(in period: Period) -> Bool {
        !definitions.contains { definition in
            definition.fromPeriod.map { $0.firstDay > period.firstDay && $0.firstDay <= period.lastDay } ?? false
        }
    }
}
