extension MeasureAnswer {
    /// The number of one answer as it is told: as it was sent, or computed from its parts and rounded once.
    /// - Returns: nil where there is none, and for yes and no.
    package func shownValue(of kind: IndicatorKind, decimals: Int) -> ExactDecimal? {
        switch self {
        case .value(let value): value
        case .parts: fraction?.rounded(times: kind.times, decimals: decimals)
        case .yes, .notApplicable, .unavailable: nil
        }
    }
}
