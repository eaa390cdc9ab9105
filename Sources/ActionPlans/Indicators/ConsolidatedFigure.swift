/// A number that stands for several bodies, rounded once, with what it is made of.
package struct ConsolidatedFigure: Hashable, Sendable {
    /// One number and its base; nil on an empty base, never 0.
    package struct Number: Hashable, Sendable {
        package let numerator: ExactDecimal?
        package let denominator: ExactDecimal?
        package let value: ExactDecimal?
    }

    /// A body's own value over the periods that count.
    package struct Body: Hashable, Sendable {
        package let body: MinistryCode
        package let numerator: ExactDecimal?
        package let denominator: ExactDecimal?
        package let value: ExactDecimal?
    }

    package let numerator: ExactDecimal?
    package let denominator: ExactDecimal?
    package let value: ExactDecimal?
    /// Those that have answered, by code.
    package let bodies: [Body]
    /// Of the bodies' own values: the middle one, or half of the two middle ones.
    package let median: ExactDecimal?
    package let lowest: ExactDecimal?
    package let highest: ExactDecimal?

    package var contributors: Int { bodies.count }
}

extension ConsolidationParts {
    /// The number of all bodies together, by the definition's rule: the one place where it is applied.
    package func figure(of definition: IndicatorDefinition) -> ConsolidatedFigure.Number {
        number(basis(definition.consolidation), definition)
    }

    /// A body's own value: what it answered, whatever the rule between bodies.
    package func ownFigure(of definition: IndicatorDefinition) -> ConsolidatedFigure.Number {
        number(ownBasis(definition.kind), definition)
    }

    /// What a number is made of before it is rounded.
    private enum Basis {
        case number(ExactDecimal)
        case share(ExactDecimal, of: ExactDecimal)
        case nothing

        var fraction: Fraction? {
            switch self {
            case .number(let value): Fraction(value)
            case .share(let numerator, let denominator): Fraction(numerator, over: denominator)
            case .nothing: nil
            }
        }
    }

    private func basis(_ rule: Consolidation) -> Basis {
        guard answers > 0 else { return .nothing }
        return switch rule {
        case .sum: .number(sum)
        case .ratioOfSums: .share(numerator, of: denominator)
        case .shareOfYes: .share(ExactDecimal(yes), of: ExactDecimal(answers))
        case .minimum: least.map { .number($0) } ?? .nothing
        case .maximum: greatest.map { .number($0) } ?? .nothing
        case .none: .nothing
        }
    }

    private func ownBasis(_ kind: IndicatorKind) -> Basis {
        switch kind {
        case .count, .quantity: basis(.sum)
        case .ratio, .average: basis(.ratioOfSums)
        case .flag: basis(.shareOfYes)
        }
    }

    private func number(_ basis: Basis, _ definition: IndicatorDefinition) -> ConsolidatedFigure.Number {
        let value = basis.fraction?.rounded(times: definition.kind.times, decimals: definition.decimals)
        guard case .share(let numerator, let denominator) = basis else {
            return ConsolidatedFigure.Number(numerator: nil, denominator: nil, value: value)
        }
        return ConsolidatedFigure.Number(numerator: numerator, denominator: denominator, value: value)
    }

    /// A body's own value before it is rounded.
    fileprivate func ownFraction(of kind: IndicatorKind) -> Fraction? { ownBasis(kind).fraction }
}

extension IndicatorDefinition {
    /// Consolidates the answers of the bodies for a period of the indicator, or for a longer one such as its year.
    /// - Parameter answers: at most one for each body and period; those of periods that do not make the period asked for are
    ///   passed over.
    package func consolidate(
        _ answers: [(body: MinistryCode, period: Period, answer: MeasureAnswer)], in period: Period
    ) -> ConsolidatedFigure {
        let counted = Set(periods(making: period))
        let byBody = Dictionary(grouping: answers.filter { counted.contains($0.period) }, by: \.body)
        return consolidate(byBody.mapValues { ConsolidationParts(ofOneBody: $0.map(\.answer)) })
    }

    /// - Parameter bodies: the parts of each body over the periods that count.
    package func consolidate(_ bodies: [MinistryCode: ConsolidationParts]) -> ConsolidatedFigure {
        let answered = bodies.filter { $0.value.answers > 0 }
        let all = answered.values.reduce(ConsolidationParts(), +).figure(of: self)
        let own = answered.values.compactMap { $0.ownFraction(of: kind) }.sorted(by: <)
        return ConsolidatedFigure(
            numerator: all.numerator, denominator: all.denominator, value: all.value,
            bodies: answered.sorted { $0.key < $1.key }.map { body, parts in
                let own = parts.ownFigure(of: self)
                return .init(body: body, numerator: own.numerator, denominator: own.denominator, value: own.value)
            },
            median: own.isEmpty
                ? nil
                : Fraction.middle(own[(own.count - 1) / 2], own[own.count / 2], times: kind.times, decimals: decimals),
            lowest: own.first?.rounded(times: kind.times, decimals: decimals),
            highest: own.last?.rounded(times: kind.times, decimals: decimals))
    }
}
