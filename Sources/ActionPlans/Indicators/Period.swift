/// What a measure is a measure of: a year, a half-year, a quarter or a month.
package struct Period: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let periodicity: Periodicity
    package let year: Int
    /// Which one of its year, from 1.
    package let number: Int

    package static let years = 2000...2100

    package let firstDay: CivilDate
    package let lastDay: CivilDate

    /// - Returns: nil outside ``years``, and for a number that the year does not have.
    package init?(_ periodicity: Periodicity, year: Int, number: Int = 1) {
        let months = 12 / periodicity.periodsInYear
        guard Self.years.contains(year), (1...periodicity.periodsInYear).contains(number),
            let firstDay = CivilDate(year: year, month: (number - 1) * months + 1, day: 1),
            let lastDay = (28...31).reversed().lazy.compactMap({ CivilDate(year: year, month: number * months, day: $0) }).first
        else { return nil }
        self.periodicity = periodicity
        self.year = year
        self.number = number
        self.firstDay = firstDay
        self.lastDay = lastDay
    }

    /// The one that a day lies in.
    package init?(_ periodicity: Periodicity, containing day: CivilDate) {
        self.init(periodicity, year: day.year, number: (day.month - 1) / (12 / periodicity.periodsInYear) + 1)
    }

    /// Reads exactly `2025`, `2025-S1`, `2025-T3` or `2025-07`.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map { Substring($0) }
        guard let year = parts.first.flatMap({ RoadmapID.year($0) }) else { return nil }
        guard parts.count > 1 else {
            self.init(.year, year: year)
            return
        }
        guard parts.count == 2, parts[1].utf8.count == 2 else { return nil }
        let periodicity: Periodicity =
            switch parts[1].utf8.first {
            case UInt8(ascii: "S"): .semester
            case UInt8(ascii: "T"): .quarter
            default: .month
            }
        let digits = periodicity == .month ? parts[1] : parts[1].dropFirst()
        guard digits.utf8.allSatisfy(\.isDigit), let number = Int(digits) else { return nil }
        self.init(periodicity, year: year, number: number)
    }

    package var description: String {
        switch periodicity {
        case .year: "\(year)"
        case .semester: "\(year)-S\(number)"
        case .quarter: "\(year)-T\(number)"
        case .month: number < 10 ? "\(year)-0\(number)" : "\(year)-\(number)"
        }
    }

    /// Periods of one periodicity follow one another by this number, without a gap.
    package var index: Int { year * periodicity.periodsInYear + number - 1 }

    private init?(_ periodicity: Periodicity, index: Int) {
        let count = periodicity.periodsInYear
        self.init(periodicity, year: index / count, number: index % count + 1)
    }

    package var next: Period? { Period(periodicity, index: index + 1) }
    package var previous: Period? { Period(periodicity, index: index - 1) }

    package static func all(of periodicity: Periodicity, in year: Int) -> [Period] {
        (1...periodicity.periodsInYear).compactMap { Period(periodicity, year: year, number: $0) }
    }

    package func contains(_ day: CivilDate) -> Bool { firstDay <= day && day <= lastDay }

    package func contains(_ other: Period) -> Bool { firstDay <= other.firstDay && other.lastDay <= lastDay }

    /// The months up to its end, which are as long as one another where lines are drawn through time.
    var monthsToEnd: Int { year * 12 + number * 12 / periodicity.periodsInYear }

    /// By their first day; a year comes before its half-years, and these before their months.
    package static func < (left: Period, right: Period) -> Bool {
        (left.firstDay, left.periodicity.periodsInYear) < (right.firstDay, right.periodicity.periodsInYear)
    }
}
