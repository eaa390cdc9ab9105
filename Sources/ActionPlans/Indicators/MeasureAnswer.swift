/// What a body answers for one indicator and one period. Whoever has no number says why; that is no zero.
package enum MeasureAnswer: Hashable, Sendable {
    case value(ExactDecimal)
    case parts(numerator: ExactDecimal, denominator: ExactDecimal)
    case yes(Bool)
    /// The question does not arise for this body, with the reason.
    case notApplicable(String)
    /// The number exists and is not known yet, with the reason.
    case unavailable(String)

    /// Whether it says a number, or yes or no.
    package var isAnswered: Bool {
        switch self {
        case .value, .parts, .yes: true
        case .notApplicable, .unavailable: false
        }
    }

    /// The same, with each number that equals one of a former answer as it was written there: `5.7` says nothing new over `5.70`.
    package func written(as former: MeasureAnswer) -> MeasureAnswer {
        switch (self, former) {
        case (.value(let now), .value(let before)): .value(now.written(as: before))
        case (.parts(let numerator, let denominator), .parts(let formerNumerator, let formerDenominator)):
            .parts(numerator: numerator.written(as: formerNumerator), denominator: denominator.written(as: formerDenominator))
        default: self
        }
    }

    /// The number that it stands for; nil without one, for yes and no, and over nothing.
    var fraction: Fraction? {
        switch self {
        case .value(let value): Fraction(value)
        case .parts(let numerator, let denominator): Fraction(numerator, over: denominator)
        case .yes, .notApplicable, .unavailable: nil
        }
    }
}
