/// Which answers are expected of whom, and by when.
extension IndicatorDefinition {
    /// Whether a body is expected to answer for a period. A body that was merged in mid-year answers for its part of the year,
    /// and what it was merged into for its own.
    /// - Parameters:
    ///   - existed: the first and the last day on which the body existed, nil where it still does; nil for a body that nobody
    ///     says existed.
    ///   - census: the bodies that the census of the year expects, for a definition that names none.
    package func isExpected(
        _ body: MinistryCode, in period: Period, existed: (first: CivilDate, last: CivilDate?)?, census: Set<MinistryCode>
    ) -> Bool {
        guard covers(period), let existed, existed.first <= period.lastDay, existed.last.map({ $0 >= period.firstDay }) ?? true
        else {
            return false
        }
        return perimeter?.contains(body) ?? census.contains(body)
    }

    /// The last day on which an answer is in time.
    package func dueOn(_ period: Period) -> CivilDate {
        // No period and no delay reach the end of the calendar.
        period.lastDay.adding(days: daysAllowed) ?? period.lastDay
    }

    /// How many days ago the answer was due; 0 while it is in time.
    package func daysLate(_ period: Period, today: CivilDate) -> Int {
        max(0, today.dayNumber - dueOn(period).dayNumber)
    }
}
