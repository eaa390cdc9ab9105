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

    /// The number that it stands for; nil without one, for yes and no, and over nothing.
    var fraction: Fraction? {
        switch self {
        case .value(let value): Fraction(value)
        case .parts(let numerator, let denominator): Fraction(numerator, over: denominator)
        case .yes, .notApplicable, .unavailable: nil
        }
    }
}
