/// A number with the interval in which it lies, or without one.
package struct BoundedNumber: Hashable, Sendable {
    package let low: ExactDecimal?
    package let central: ExactDecimal
    package let high: ExactDecimal?

    package init(low: ExactDecimal?, central: ExactDecimal, high: ExactDecimal?) {
        self.low = low
        self.central = central
        self.high = high
    }

    /// The same number keeps the zeros with which it was written first.
    package func written(as former: BoundedNumber) -> BoundedNumber {
        func bound(_ now: ExactDecimal?, _ before: ExactDecimal?) -> ExactDecimal? {
            if let now, let before { now.written(as: before) } else { now }
        }
        return BoundedNumber(
            low: bound(low, former.low), central: central.written(as: former.central), high: bound(high, former.high))
    }

    package var hasInterval: Bool { low != nil && high != nil }

    /// Bound by bound: neither is below zero. Where one has no interval, nor has the product.
    /// - Returns: nil for a product larger than any that is kept.
    package func times(_ other: BoundedNumber) -> BoundedNumber? {
        guard let central = Self.product(central, other.central) else { return nil }
        guard let low, let high, let otherLow = other.low, let otherHigh = other.high else {
            return BoundedNumber(low: nil, central: central, high: nil)
        }
        guard let productLow = Self.product(low, otherLow), let productHigh = Self.product(high, otherHigh) else { return nil }
        return BoundedNumber(low: productLow, central: central, high: productHigh)
    }

    /// Thousands of them then add up without a digit lost.
    package static let largestProduct = ExactDecimal(1_000_000_000_000_000)

    private static func product(_ left: ExactDecimal, _ right: ExactDecimal) -> ExactDecimal? {
        guard let product = left.times(right), !largestProduct.isLess(than: product) else { return nil }
        return product
    }

    /// Notes what is wrong with a number that somebody sends.
    package func check(_ member: String, _ faults: inout [Fault]) {
        let named = [("low", low), ("central", central), ("high", high)]
        for (name, number) in named where number?.isNegative == true {
            faults.append(
                Fault(
                    "\(member)/\(name)", .outOfRange,
                    Message("Le nombre ne peut pas être négatif.", "The number cannot be negative.")))
        }
        switch (low, high) {
        case (let low?, let high?): checkOrder(low, high, member, &faults)
        case (nil, nil): break
        case (let low, _):
            let missing = low == nil ? "low" : "high"
            faults.append(
                Fault(
                    "\(member)/\(missing)", .required,
                    Message(
                        "Un intervalle a deux bornes : donnez « low » et « high », ou aucune des deux.",
                        "An interval has two bounds: give both “low” and “high”, or neither.")))
        }
    }

    private func checkOrder(_ low: ExactDecimal, _ high: ExactDecimal, _ member: String, _ faults: inout [Fault]) {
        if high.isLess(than: low) {
            faults.append(
                Fault(
                    "\(member)/low", .inconsistent,
                    Message(
                        "Les bornes sont échangées : « low » (\(low)) est plus grand que « high » (\(high)).",
                        "The bounds are exchanged: “low” (\(low)) is greater than “high” (\(high)).")))
        } else if central.isLess(than: low) {
            faults.append(exchanged("central", central, "low", low, member))
        } else if high.isLess(than: central) {
            faults.append(exchanged("high", high, "central", central, member))
        }
    }

    private func exchanged(
        _ less: String, _ lessNumber: ExactDecimal, _ greater: String, _ greaterNumber: ExactDecimal, _ member: String
    ) -> Fault {
        Fault(
            "\(member)/\(less)", .inconsistent,
            Message(
                """
                « \(less) » (\(lessNumber)) est plus petit que « \(greater) » (\(greaterNumber)) : sont-ils échangés ? Il faut « low » ≤ « central » ≤ \
                « high ».
                """,
                """
                “\(less)” (\(lessNumber)) is less than “\(greater)” (\(greaterNumber)): are they exchanged? “low” ≤ “central” ≤ “high” must hold.
                """))
    }
}
