/// What a measure must fulfil before it is stored.
extension Measure {
    package static let reasonRule = TextRule(longest: 1_000, multiline: true)
    package static let sourceRule = TextRule(longest: 1_000)
    package static let methodRule = TextRule(longest: 2_000, multiline: true)
    package static let commentRule = TextRule(longest: 2_000, multiline: true)

    /// - Parameters:
    ///   - previous: the same body's measure of the period before, if it is known.
    ///   - acceptsJump: whether whoever sends it has confirmed a number far from the one before.
    package func faults(
        against definition: IndicatorDefinition, previous: Measure?, acceptsJump: Bool, today: CivilDate
    ) -> [Fault] {
        checked(against: definition, previous: previous, acceptsJump: acceptsJump, today: today).faults
    }

    /// - Returns: the measure as it is stored, with its texts trimmed, and every fault.
    package func checked(
        against definition: IndicatorDefinition, previous: Measure?, acceptsJump: Bool, today: CivilDate
    ) -> (measure: Measure, faults: [Fault]) {
        var next = self
        var faults: [Fault] = []
        next.checkPeriod(definition, today, &faults)
        let told = faults.count
        next.checkAnswer(definition, &faults)
        if faults.count == told {
            next.checkBounds(definition, &faults)
            if !acceptsJump { next.checkJump(from: previous, definition, &faults) }
        }
        next.checkState(&faults)
        IndicatorDefinition.check(&next.source, "source", Self.sourceRule, &faults)
        IndicatorDefinition.check(&next.method, "method", Self.methodRule, &faults)
        IndicatorDefinition.check(&next.comment, "comment", Self.commentRule, &faults)
        return (next, faults)
    }

    private func checkPeriod(_ definition: IndicatorDefinition, _ today: CivilDate, _ faults: inout [Fault]) {
        if period.periodicity != definition.periodicity {
            faults.append(Fault("period", .inconsistent, .otherPeriodicity(period, definition.periodicity)))
        } else if !definition.covers(period) {
            let first = max(definition.firstPeriod, definition.fromPeriod ?? definition.firstPeriod)
            let last = definition.lastPeriod
            faults.append(
                Fault(
                    "period", .outOfRange,
                    Message(
                        "La définition \(definition.number) de l’indicateur vaut à partir de \(first)"
                            + (last.map { " et jusqu’à \($0)" } ?? "") + ".",
                        "Definition \(definition.number) of the indicator holds from \(first) on"
                            + (last.map { " and until \($0)" } ?? "") + ".")))
        } else if period.firstDay > today {
            faults.append(
                Fault(
                    "period", .inTheFuture,
                    Message(
                        "La période \(period) n’a pas commencé : attendez le \(period.firstDay.inWords.french).",
                        "The period \(period) has not begun: wait for \(period.firstDay.inWords.english).")))
        }
    }

    // MARK: - The answer

    private mutating func checkAnswer(_ definition: IndicatorDefinition, _ faults: inout [Fault]) {
        switch (answer, definition.kind) {
        case (.notApplicable(let reason), _):
            answer = .notApplicable(Self.reasonRule.checked(reason, member: "not_applicable", faults: &faults) ?? reason)
        case (.unavailable(let reason), _):
            answer = .unavailable(Self.reasonRule.checked(reason, member: "unavailable", faults: &faults) ?? reason)
        case (.yes, .flag), (.value, .quantity): break
        case (.value(let value), .count): Self.checkCount(value, &faults)
        case (.parts(let numerator, let denominator), .ratio), (.parts(let numerator, let denominator), .average):
            Self.checkParts(numerator, denominator, &faults)
        default: faults.append(otherForm(definition.kind))
        }
    }

    private static func checkCount(_ value: ExactDecimal, _ faults: inout [Fault]) {
        guard !value.isWhole || value.isNegative else { return }
        faults.append(
            Fault(
                "value", value.isWhole ? .outOfRange : .wrongType,
                Message(
                    "« \(value) » ne compte rien : donnez un nombre entier, 0 ou plus.",
                    "“\(value)” counts nothing: give a whole number, 0 or more.")))
    }

    private static func checkParts(_ numerator: ExactDecimal, _ denominator: ExactDecimal, _ faults: inout [Fault]) {
        for (member, part) in [("numerator", numerator), ("denominator", denominator)] where part.isNegative {
            faults.append(
                Fault(
                    member, .outOfRange,
                    Message(
                        "« \(member) » (\(part)) ne peut pas être négatif.", "“\(member)” (\(part)) cannot be negative.")))
        }
        if denominator.isZero {
            faults.append(
                Fault(
                    "denominator", .outOfRange,
                    Message(
                        "Une part de rien n’a pas de valeur : répondez « not_applicable », avec son motif.",
                        "A share of nothing has no value: answer “not_applicable”, with its reason.")))
        }
    }

    private func otherForm(_ kind: IndicatorKind) -> Fault {
        let message =
            switch kind {
            case .ratio, .average:
                Message(
                    "La valeur se calcule : donnez « numerator » et « denominator ».",
                    "The value is computed: give “numerator” and “denominator”.")
            case .count, .quantity:
                Message(
                    "Cet indicateur attend un nombre : donnez-le dans « value ».",
                    "This indicator expects a number: give it as “value”.")
            case .flag:
                Message(
                    "Cet indicateur attend oui ou non : donnez true ou false dans « value ».",
                    "This indicator expects yes or no: give true or false as “value”.")
            }
        if case .parts = answer { return Fault("numerator", .unknownMember, message) }
        return Fault("value", kind.hasParts ? .readOnlyMember : .wrongType, message)
    }

    // MARK: - The number

    /// Bounds are for the value of one answer, computed where it is made of parts, and not rounded.
    private func checkBounds(_ definition: IndicatorDefinition, _ faults: inout [Fault]) {
        guard let fraction = answer.fraction else { return }
        let (value, told) = (fraction.times(definition.kind.times), fraction.told(definition))
        let member = definition.kind.hasParts ? "numerator" : "value"
        if let minimum = definition.minimum, value < Fraction(minimum) {
            faults.append(
                Fault(
                    member, .outOfRange,
                    Message(
                        "La valeur (\(told.french)) est inférieure au minimum (\(minimum.inWords.french)).",
                        "The value (\(told.english)) is below the minimum (\(minimum.inWords.english)).")))
        }
        if let maximum = definition.maximum, Fraction(maximum) < value {
            faults.append(
                Fault(
                    member, .outOfRange,
                    Message(
                        "La valeur (\(told.french)) dépasse le maximum (\(maximum.inWords.french)).",
                        "The value (\(told.english)) exceeds the maximum (\(maximum.inWords.english)).")))
        }
    }

    private mutating func checkState(_ faults: inout [Fault]) {
        IndicatorDefinition.check(&stateReason, "state_reason", Self.reasonRule, &faults)
        if state == .renvoyee, stateReason == nil {
            faults.append(
                Fault(
                    "state_reason", .required,
                    Message(
                        "Une mesure renvoyée dit pourquoi : donnez le motif (state_reason).",
                        "A returned measure says why: give the reason (state_reason).")))
        } else if state != .renvoyee, stateReason != nil {
            faults.append(
                Fault(
                    "state_reason", .inconsistent,
                    Message(
                        "Le motif de renvoi ne vaut que pour une mesure renvoyée : ôtez-le, ou changez l’état.",
                        "The reason of a return is only for a returned measure: take it out, or change the state.")))
        }
    }
}
