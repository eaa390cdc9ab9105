/// An exact share of two numbers. It is rounded at the end, once; until then fractions are compared as they are.
struct Fraction: Hashable, Sendable {
    let numerator: Int128
    /// Above zero.
    let denominator: Int128

    init(_ number: ExactDecimal) {
        numerator = number.coefficient
        denominator = ExactDecimal.power(number.scale)
    }

    /// - Returns: nil where there is nothing to share by.
    init?(_ numerator: ExactDecimal, over denominator: ExactDecimal) {
        guard !denominator.isZero else { return nil }
        let scale = max(numerator.scale, denominator.scale)
        let (above, below) = (numerator.coefficient(at: scale), denominator.coefficient(at: scale))
        self.numerator = below < 0 ? above.negated : above
        self.denominator = below < 0 ? below.negated : below
    }

    private init(numerator: Int128, denominator: Int128) {
        self.numerator = numerator
        self.denominator = denominator
    }

    static func < (left: Fraction, right: Fraction) -> Bool {
        product(of: left.numerator, right.denominator) < product(of: right.numerator, left.denominator)
    }

    private var negated: Fraction { Fraction(numerator: numerator.negated, denominator: denominator) }

    var magnitude: Fraction { numerator < 0 ? negated : self }

    func times(_ factor: Int) -> Fraction {
        let product = ExactDecimal(coefficient: numerator, scale: 0).times(factor)
        return Fraction(numerator: product.coefficient, denominator: denominator)
    }

    /// With exactly so many decimals, half up in magnitude.
    func rounded(times: Int, decimals: Int) -> ExactDecimal {
        let decimals = Self.within(decimals)
        let (quotient, rest) = magnitudeDivided(times, decimals)
        let isUp = rest >= denominator.magnitude - rest
        let rounded = Int128(clamping: quotient &+ (isUp && quotient < .max ? 1 : 0))
        return ExactDecimal(coefficient: (numerator < 0) != (times < 0) ? -rounded : rounded, scale: decimals)
    }

    /// The middle between two fractions, rounded once from both as they are.
    static func middle(_ left: Fraction, _ right: Fraction, times: Int, decimals: Int) -> ExactDecimal {
        if left < right.negated { return -middle(left.negated, right.negated, times: times, decimals: decimals) }
        let (first, firstRest) = left.divided(times, decimals)
        let (second, secondRest) = right.divided(times, decimals)
        // Half of the sum, half up: one more before the division by two, and one more where both rests make a whole.
        let isWhole =
            product(of: firstRest, right.denominator) >= product(of: right.denominator - secondRest, left.denominator)
        let sum = [second, 1, isWhole ? 1 : 0].reduce(first) { sum, more in
            let (next, isTooLarge) = sum.addingReportingOverflow(more)
            return isTooLarge ? sum.saturated : next
        }
        return ExactDecimal(coefficient: sum >> 1, scale: within(decimals))
    }

    /// The largest whole number not above the fraction, in units of the last decimal, and what remains over the denominator.
    private func divided(_ times: Int, _ decimals: Int) -> (quotient: Int128, rest: Int128) {
        let (quotient, rest) = magnitudeDivided(times, Self.within(decimals))
        let (down, left) = (Int128(clamping: quotient), Int128(clamping: rest))
        guard numerator < 0 else { return (down, left) }
        return left == 0 ? (-down, 0) : (-down - 1, denominator - left)
    }

    /// A quotient too large for 128 bits is the largest there is; no numbers that anybody can send make one.
    private func magnitudeDivided(_ times: Int, _ decimals: Int) -> (quotient: UInt128, rest: UInt128) {
        let (factor, isTooLarge) = UInt128(times.magnitude)
            .multipliedReportingOverflow(by: ExactDecimal.power(decimals).magnitude)
        let (high, low) = numerator.magnitude.multipliedFullWidth(by: isTooLarge ? .max : factor)
        guard high < denominator.magnitude else { return (.max, 0) }
        let (quotient, rest) = denominator.magnitude.dividingFullWidth((high, low))
        return (quotient, rest)
    }

    private static func within(_ decimals: Int) -> Int { min(max(decimals, 0), ExactDecimal.largestScale) }
}
