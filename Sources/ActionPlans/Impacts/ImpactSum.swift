/// What several impacts add up to, exactly: nothing is rounded on the way.
package struct ImpactSum: Hashable, Sendable {
    package struct Number: Hashable, Sendable {
        private var low = ExactDecimal.zero
        private var high = ExactDecimal.zero
        package private(set) var central = ExactDecimal.zero
        /// How many impacts it is the sum of: those whose factor has the indicator.
        package private(set) var parts = 0
        /// How many of them say no interval.
        package private(set) var withoutInterval = 0

        /// An interval is known only where each part has one: a part without one is not exact.
        package var bounded: BoundedNumber {
            let isWhole = withoutInterval == 0
            return BoundedNumber(
                low: isWhole ? low.withoutTrailingZeros : nil, central: central.withoutTrailingZeros,
                high: isWhole ? high.withoutTrailingZeros : nil)
        }

        fileprivate mutating func add(_ part: BoundedNumber) {
            parts += 1
            central += part.central
            if let partLow = part.low, let partHigh = part.high {
                low += partLow
                high += partHigh
            } else {
                withoutInterval += 1
            }
        }
    }

    package private(set) var impacts = 0
    /// None for an indicator that no factor of them has.
    package private(set) var numbers: [ImpactIndicator: Number] = [:]

    package init() {}

    mutating func add(_ part: ImpactPart) {
        impacts += 1
        for (indicator, amount) in part.amounts { numbers[indicator, default: Number()].add(amount) }
    }
}

/// What is estimated and what is measured, which are not the same thing.
package struct ImpactTotal: Hashable, Sendable {
    package private(set) var estimated = ImpactSum()
    package private(set) var measured = ImpactSum()

    package init() {}

    mutating func add(_ part: ImpactPart) {
        switch part.basis {
        case .estimated: estimated.add(part)
        case .measured: measured.add(part)
        }
    }
}
