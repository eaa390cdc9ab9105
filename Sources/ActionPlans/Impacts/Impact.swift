/// What an action avoids in a year: so many functional units of a version of a factor.
package struct Impact: Hashable, Sendable {
    package var factor: ImpactCode
    /// It stays when the factor has newer ones, until somebody names another.
    package var factorVersion: Int
    /// In functional units of the factor.
    package var quantity: BoundedNumber
    /// A year.
    package var period: Period
    package var basis: ImpactBasis
    /// Shared by all ministries: of the impacts of a group, such as those of one contract of several bodies, one counts.
    package var overlapGroup: ImpactCode?
    package var source: String?
    package var comment: String?

    package static let sourceRule = TextRule(longest: 300)
    package static let commentRule = TextRule(longest: 1_000, multiline: true)
    /// How many an action may have at a time.
    package static let mostOfAction = 100

    package init(
        factor: ImpactCode, factorVersion: Int, quantity: BoundedNumber, period: Period, basis: ImpactBasis,
        overlapGroup: ImpactCode? = nil, source: String? = nil, comment: String? = nil
    ) {
        self.factor = factor
        self.factorVersion = factorVersion
        self.quantity = quantity
        self.period = period
        self.basis = basis
        self.overlapGroup = overlapGroup
        self.source = source
        self.comment = comment
    }

    /// The same quantity keeps the zeros with which it was written first.
    package func written(as former: Impact) -> Impact {
        var next = self
        next.quantity = quantity.written(as: former.quantity)
        return next
    }

    /// Whether all members are the same, but for the version of the factor: the factor may have a newer one meanwhile.
    package func saysTheSame(as other: Impact) -> Bool {
        var same = other
        same.factorVersion = factorVersion
        return written(as: same) == same
    }

    /// - Parameter factor: the version that it names; nil for one that there is not, which is a fault told apart.
    /// - Returns: the impact as it is stored, with its texts trimmed, and every fault.
    package func checked(against factor: ImpactFactor?, today: CivilDate) -> (impact: Impact, faults: [Fault]) {
        var next = self
        var faults: [Fault] = []
        next.source = source.map { Self.sourceRule.checked($0, member: "source", faults: &faults) ?? $0 }
        next.comment = comment.map { Self.commentRule.checked($0, member: "comment", faults: &faults) ?? $0 }
        if period.periodicity != .year {
            faults.append(
                Fault(
                    "period", .invalidValue,
                    Message(
                        "La période d’un impact est une année, comme 2025.",
                        "The period of an impact is a year, such as 2025.")))
        }
        if basis == .measured, period.firstDay > today {
            faults.append(
                Fault(
                    "basis", .inconsistent,
                    Message(
                        "\(period) n’a pas commencé : rien n’y est mesuré encore. Dites « estimated », ou corrigez « period ».",
                        "\(period) has not begun: nothing is measured there yet. Say “estimated”, or correct “period”.")))
        }
        let known = faults.count
        quantity.check("quantity", &faults)
        if let factor, faults.count == known, factor.amounts.values.contains(where: { $0.times(quantity) == nil }) {
            faults.append(
                Fault(
                    "quantity", .outOfRange,
                    Message(
                        """
                        La quantité fois le facteur dépasse \(BoundedNumber.largestProduct) kg : la quantité se compte dans l’unité du facteur \
                        (« \(factor.functionalUnit) »).
                        """,
                        """
                        The quantity times the factor exceeds \(BoundedNumber.largestProduct) kg: the quantity is counted in the unit of the factor \
                        (“\(factor.functionalUnit)”).
                        """)))
        }
        return (next, faults)
    }
}
