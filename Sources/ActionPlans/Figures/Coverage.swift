/// Who was expected and who has sent a plan. A ministry that sent nothing is missing, not zero.
package struct Coverage: Sendable, Equatable {
    package struct Received: Sendable, Equatable {
        package let ministry: MinistryCode
        package let submittedOn: CivilDate?

        package init(ministry: MinistryCode, submittedOn: CivilDate?) {
            self.ministry = ministry
            self.submittedOn = submittedOn
        }
    }

    package let expected: [MinistryCode]
    package let received: [MinistryCode]
    package let missing: [MinistryCode]
    /// Received though nobody expected it: counted in the figures, not in the coverage.
    package let unexpected: [MinistryCode]
    /// Received after the census was due.
    package let late: [MinistryCode]

    /// Figures under full coverage are provisional.
    package var provisional: Bool { !missing.isEmpty }

    /// - Parameters:
    ///   - expected: the census's ministries; nil without a census, when those that have a roadmap are expected.
    package init(expected: Set<MinistryCode>?, received: [Received], dueOn: CivilDate?) {
        let senders = Set(received.map(\.ministry))
        let expected = expected ?? senders
        self.expected = expected.sorted()
        self.received = expected.intersection(senders).sorted()
        missing = expected.subtracting(senders).sorted()
        unexpected = senders.subtracting(expected).sorted()
        late = Set(
            received.filter { plan in
                guard let dueOn, let submittedOn = plan.submittedOn else { return false }
                return submittedOn > dueOn && expected.contains(plan.ministry)
            }.map(\.ministry)
        ).sorted()
    }
}
