/// Which body of today answers for what each body did.
///
/// A merger carries a body over to its successor, and so on from merger to merger in the order of time. Where a body was
/// divided, nobody can say which part did what: its counts stay under its own code. A body that became its own successor
/// again, merged and set up anew, keeps what is its own.
package struct TodaysPerimeter: Sendable {
    /// That a body came out of another on a date. A transfer of duties is none: both bodies remain what they were.
    package struct Step: Hashable, Sendable {
        package let predecessor: MinistryCode
        package let successor: MinistryCode
        package let on: CivilDate
        /// A merger takes all of the predecessor, a division only a part.
        package let takesAll: Bool

        package init(predecessor: MinistryCode, successor: MinistryCode, on: CivilDate, takesAll: Bool) {
            self.predecessor = predecessor
            self.successor = successor
            self.on = on
            self.takesAll = takesAll
        }
    }

    private enum Fate {
        case remains
        case carried(to: MinistryCode, on: CivilDate)
        case divided
    }

    private let steps: [MinistryCode: [Step]]

    /// - Parameter steps: those that have taken place by today.
    package init(_ steps: [Step]) {
        self.steps = Dictionary(grouping: steps, by: \.predecessor)
    }

    /// The body under which the counts of a body are gathered; every body is gathered under exactly one.
    package func body(of origin: MinistryCode) -> MinistryCode {
        var body = origin
        var date: CivilDate?
        var passed: Set<MinistryCode> = [origin]
        while case .carried(let successor, let day) = fate(of: body, from: date) {
            if !passed.insert(successor).inserted { return successor == origin ? origin : body }
            (body, date) = (successor, day)
        }
        return body != origin && isRestored(origin, from: body, since: date) ? origin : body
    }

    /// Whether a body was divided without anybody knowing how its counts should be.
    package func isDivided(_ body: MinistryCode) -> Bool {
        if case .divided = fate(of: body, from: nil) { return true }
        return false
    }

    private func fate(of body: MinistryCode, from date: CivilDate?) -> Fate {
        let next = (steps[body] ?? []).filter { step in date.map { step.on >= $0 } ?? true }
        guard let first = next.first else { return .remains }
        if next.count == 1, isGivenBack(first) { return .remains }
        guard Set(next.map(\.successor)).count == 1, let last = next.filter(\.takesAll).map(\.on).max() else { return .divided }
        return .carried(to: first.successor, on: last)
    }

    /// Whether a division only undid a merger: what remains had been there before.
    private func isGivenBack(_ step: Step) -> Bool {
        let earlier = (steps[step.successor] ?? []).filter { $0.successor == step.predecessor && $0.takesAll && $0.on < step.on }
        return !step.takesAll && !earlier.isEmpty
    }

    /// Whether a body that had been merged came out again when what it was merged into was divided.
    private func isRestored(_ origin: MinistryCode, from body: MinistryCode, since date: CivilDate?) -> Bool {
        (steps[body] ?? []).contains { step in step.successor == origin && (date.map { step.on >= $0 } ?? true) }
    }
}
