/// Where a number stands beside its target and beside the straight way to it.
package struct TargetPosition: Hashable, Sendable {
    package let target: IndicatorTarget
    /// What is above the target, or missing to it (below zero); nil without a number.
    package let gap: ExactDecimal?
    /// Where the straight line is in the period, rounded once; nil before the line begins, and without a base.
    package let pathValue: ExactDecimal?
    /// Whether the number is on the right side of the line; nil where no side is right, or nothing can be compared.
    package let isOnPath: Bool?

    /// - Parameters:
    ///   - value: the number of the period as it is told; nil where there is none.
    ///   - ministry: whose target is meant; nil for the State's.
    ///   - targets: all those of the indicator.
    /// - Returns: nil where nobody has set a target.
    package init?(
        of value: ExactDecimal?, in period: Period, for ministry: MinistryCode?, among targets: [IndicatorTarget],
        of definition: IndicatorDefinition
    ) {
        let path = targets.filter { $0.ministry == ministry }.sorted {
            ($0.period.monthsToEnd, $0.period) < ($1.period.monthsToEnd, $1.period)
        }
        guard let place = path.firstIndex(where: { $0.period.monthsToEnd >= period.monthsToEnd }) ?? path.indices.last else {
            return nil
        }
        let target = path[place]
        self.target = target
        gap = value.map { $0 - target.value }
        let pathValue = Self.pathValue(
            at: period, to: target, from: path[..<place].last, decimals: definition.decimals)
        self.pathValue = pathValue
        isOnPath =
            switch (definition.direction, value, pathValue) {
            case (.increase, let value?, let path?): !value.isLess(than: path)
            case (.decrease, let value?, let path?): !path.isLess(than: value)
            default: nil
            }
    }

    /// The line begins at the target before, or at the target's own base where that is later: what has been measured since.
    private static func pathValue(
        at period: Period, to target: IndicatorTarget, from previous: IndicatorTarget?, decimals: Int
    ) -> ExactDecimal? {
        let (now, end) = (period.monthsToEnd, target.period.monthsToEnd)
        // The target holds after its period as well.
        guard now < end else { return target.value.rounded(to: decimals) }
        var start = previous.map { (months: $0.period.monthsToEnd, value: $0.value) }
        if let base = target.basePeriod, let value = target.baseValue, base.monthsToEnd >= start?.months ?? 0 {
            start = (base.monthsToEnd, value)
        }
        guard let start, start.months <= now, start.months < end else { return nil }
        return .quotient(
            start.value.times(end - now) + target.value.times(now - start.months), ExactDecimal(end - start.months), times: 1,
            decimals: decimals)
    }
}
