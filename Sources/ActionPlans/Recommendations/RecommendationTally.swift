/// What is counted of some recommendations that were sent.
package struct RecommendationTally: Equatable, Sendable {
    package private(set) var sent = 0
    package private(set) var answered = 0
    /// Closed as implemented.
    package private(set) var followed = 0
    /// From the day on which each was sent to that of its first answer.
    private var days: [Int] = []

    package init() {}

    package mutating func add(sentOn: CivilDate, answeredOn: CivilDate?, outcome: RecommendationOutcome?) {
        sent += 1
        if let answeredOn {
            answered += 1
            days.append(answeredOn.dayNumber - sentOn.dayNumber)
        }
        if outcome == .miseEnOeuvre { followed += 1 }
    }

    /// The days to an answer in the middle of all, of two between them; nil where nobody has answered.
    package var medianDays: ExactDecimal? {
        guard !days.isEmpty else { return nil }
        let sorted = days.sorted()
        let middle = sorted.count / 2
        guard sorted.count.isMultiple(of: 2) else { return ExactDecimal(sorted[middle]) }
        let twice = sorted[middle - 1] + sorted[middle]
        return twice.isMultiple(of: 2) ? ExactDecimal(twice / 2) : ExactDecimal("\(twice / 2).5")
    }
}
