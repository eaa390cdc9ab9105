/// A share in percent with one decimal, computed from integers and rounded half up.
package struct Percent: Hashable, Sendable, Comparable {
    /// Tenths of a percent: 301 is 30.1 %.
    package let tenths: Int

    /// - Returns: nil on an empty base: no share of nothing is 0.
    package init?(_ numerator: Int, of denominator: Int) {
        guard denominator > 0 else { return nil }
        tenths = Self.roundedHalfUp(1_000 * numerator, over: denominator)
    }

    /// The middle one of several shares, or the mean of the two middle ones, taken from the exact fractions.
    /// Fractions with an empty base have no share and are left aside.
    package init?(medianOf shares: [(numerator: Int, denominator: Int)]) {
        let sorted = shares.filter { $0.denominator > 0 }
            .sorted { $0.numerator * $1.denominator < $1.numerator * $0.denominator }
        guard !sorted.isEmpty else { return nil }
        let low = sorted[(sorted.count - 1) / 2]
        let high = sorted[sorted.count / 2]
        let numerator = low.numerator * high.denominator + high.numerator * low.denominator
        tenths = Self.roundedHalfUp(1_000 * numerator, over: 2 * low.denominator * high.denominator)
    }

    /// The whole percent of a share, rounded half up from the integers (never from the rounded tenths).
    package static func whole(_ numerator: Int, of denominator: Int) -> Int? {
        denominator > 0 ? roundedHalfUp(100 * numerator, over: denominator) : nil
    }

    /// With its one decimal: `30.1` or `30,1`.
    package func written(with decimalMark: Character) -> String { "\(tenths / 10)\(decimalMark)\(tenths % 10)" }

    package static func < (left: Percent, right: Percent) -> Bool { left.tenths < right.tenths }

    private static func roundedHalfUp(_ numerator: Int, over denominator: Int) -> Int {
        (2 * numerator + denominator) / (2 * denominator)
    }
}
