/// Sums, differences and comparisons of exact decimals. What was sent has at most 21 digits, so that 10,000 of them leave
/// room for thirteen digits more. Nothing here traps: what no such numbers can reach stays at the largest number there is.
extension ExactDecimal {
    /// Ten to the power of it still is a number of 128 bits.
    static let largestScale = 37

    package static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        let scale = max(left.scale, right.scale)
        let (sum, isTooLarge) = left.coefficient(at: scale).addingReportingOverflow(right.coefficient(at: scale))
        return ExactDecimal(coefficient: isTooLarge ? left.coefficient.saturated : sum, scale: scale)
    }

    package static func - (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal { left + -right }

    package static func += (sum: inout ExactDecimal, more: ExactDecimal) { sum = sum + more }

    package static prefix func - (number: ExactDecimal) -> ExactDecimal {
        ExactDecimal(coefficient: number.coefficient.negated, scale: number.scale)
    }

    package var magnitude: ExactDecimal { coefficient < 0 ? -self : self }
    package var isZero: Bool { coefficient == 0 }
    package var isNegative: Bool { coefficient < 0 }

    /// Whether the value is a whole number, however it is written.
    package var isWhole: Bool { coefficient.isMultiple(of: Self.power(scale)) }

    package func isLess(than other: ExactDecimal) -> Bool {
        product(of: coefficient, Self.power(other.scale)) < product(of: other.coefficient, Self.power(scale))
    }

    /// Whether both are the same number, however they are written.
    package func equals(inValue other: ExactDecimal) -> Bool { !isLess(than: other) && !other.isLess(than: self) }

    /// The other one where both are the same number, for the zeros at its end.
    func written(as other: ExactDecimal) -> ExactDecimal { equals(inValue: other) ? other : self }

    /// An order of all writings, by value first: the least of several does not depend on which came first.
    func precedes(_ other: ExactDecimal) -> Bool {
        isLess(than: other) || scale < other.scale && !other.isLess(than: self)
    }

    /// The same digits with the point elsewhere: a thousand kilograms are a ton.
    /// - Returns: nil for a number of more digits than there is room for.
    package func times(powerOfTen exponent: Int) -> ExactDecimal? {
        guard (-Self.largestScale...Self.largestScale).contains(exponent) else { return nil }
        if exponent <= scale {
            return scale - exponent <= Self.largestScale
                ? ExactDecimal(coefficient: coefficient, scale: scale - exponent) : nil
        }
        let (shifted, isTooLarge) = coefficient.multipliedReportingOverflow(by: Self.power(exponent - scale))
        return isTooLarge ? nil : ExactDecimal(coefficient: shifted, scale: 0)
    }

    func times(_ factor: Int) -> ExactDecimal {
        let (product, isTooLarge) = coefficient.multipliedReportingOverflow(by: Int128(factor))
        guard isTooLarge else { return ExactDecimal(coefficient: product, scale: scale) }
        return ExactDecimal(coefficient: (factor < 0 ? coefficient.negated : coefficient).saturated, scale: scale)
    }

    /// - Returns: nil for a product of more digits than there is room for.
    package func times(_ factor: ExactDecimal) -> ExactDecimal? {
        let (product, isTooLarge) = coefficient.multipliedReportingOverflow(by: factor.coefficient)
        return isTooLarge ? nil : ExactDecimal(coefficient: product, scale: scale + factor.scale)
    }

    /// The same value in its shortest writing.
    package var withoutTrailingZeros: ExactDecimal {
        var (coefficient, scale) = (coefficient, scale)
        while scale > 0, coefficient.isMultiple(of: 10) {
            coefficient /= 10
            scale -= 1
        }
        return ExactDecimal(coefficient: coefficient, scale: scale)
    }

    /// With exactly so many decimals: rounded half up in magnitude, or filled up with zeros.
    package func rounded(to decimals: Int) -> ExactDecimal {
        Fraction(self).rounded(times: 1, decimals: decimals)
    }

    /// A share, rounded once, half up in magnitude, to exactly so many decimals.
    /// - Parameter times: 100 for a share in percent.
    /// - Returns: nil where there is nothing to share by: no share of nothing is 0.
    package static func quotient(
        _ numerator: ExactDecimal, _ denominator: ExactDecimal, times: Int, decimals: Int
    ) -> ExactDecimal? {
        Fraction(numerator, over: denominator)?.rounded(times: times, decimals: decimals)
    }

    func coefficient(at scale: Int) -> Int128 {
        let (product, isTooLarge) = coefficient.multipliedReportingOverflow(by: Self.power(scale - self.scale))
        return isTooLarge ? coefficient.saturated : product
    }

    static func power(_ exponent: Int) -> Int128 {
        var power: Int128 = 1
        for _ in 0..<min(max(exponent, 0), largestScale) { power *= 10 }
        return power
    }
}

extension Int128 {
    /// The number furthest from zero on the same side.
    var saturated: Int128 { self < 0 ? -.max : .max }

    /// There is one number more below zero than above.
    var negated: Int128 { self == .min ? .max : -self }
}

/// A product of two numbers of 128 bits, which needs 256.
struct WideProduct: Comparable {
    let high: Int128
    let low: UInt128

    static func < (left: WideProduct, right: WideProduct) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

func product(of left: Int128, _ right: Int128) -> WideProduct {
    let (high, low) = left.multipliedFullWidth(by: right)
    return WideProduct(high: high, low: low)
}
