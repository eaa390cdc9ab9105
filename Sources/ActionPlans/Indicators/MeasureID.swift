/// What one body says of one indicator in one period: the natural key of a measure, so that a script may send it again.
package struct MeasureID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let ministry: MinistryCode
    package let indicator: IndicatorCode
    package let period: Period

    package init(ministry: MinistryCode, indicator: IndicatorCode, period: Period) {
        self.ministry = ministry
        self.indicator = indicator
        self.period = period
    }

    /// - Parameter key: as ``key``.
    package init?(ministry: MinistryCode, key: String) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let indicator = IndicatorCode(parts[0]), let period = Period(String(parts[1])) else { return nil }
        self.init(ministry: ministry, indicator: indicator, period: period)
    }

    /// What names it beside its ministry and the year of its period, in the history: `REEMPLOI/2025-S1`.
    package var key: String { "\(indicator)/\(period)" }

    package var description: String { "\(indicator)/\(ministry)/\(period)" }

    package static func < (left: MeasureID, right: MeasureID) -> Bool {
        (left.ministry, left.indicator, left.period) < (right.ministry, right.indicator, right.period)
    }
}
