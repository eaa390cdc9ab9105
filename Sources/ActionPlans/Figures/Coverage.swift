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

    /// A ministry that had not sent its plan when the census was due.
    package struct Late: Sendable, Equatable {
        package let ministry: MinistryCode
        /// nil where nothing has been sent yet.
        package let submittedOn: CivilDate?

        package init(_ ministry: MinistryCode, submittedOn: CivilDate?) {
            self.ministry = ministry
            self.submittedOn = submittedOn
        }
    }

    /// How the coverage is told; what was frozen keeps the rule it was frozen under.
    package enum Rule: Int, Sendable {
        /// Late is who sent after the date, of those counted alone; any change of a plan is an update.
        case first = 1
        /// Late is who had not sent by the date, whatever is counted; an update is a change that counts.
        case second = 2

        package static let current = Rule.second
    }

    package let expected: [MinistryCode]
    package let received: [MinistryCode]
    package let missing: [MinistryCode]
    /// Received though nobody expected it: counted in the figures, not in the coverage.
    package let unexpected: [MinistryCode]
    /// By code. Nobody is late where there is no date, nor before it has passed.
    package let late: [Late]

    /// Figures under full coverage are provisional.
    package var provisional: Bool { !missing.isEmpty }

    /// - Parameters:
    ///   - expected: the census's ministries; nil without a census, when those that have a roadmap are expected.
    ///   - received: the roadmaps that are counted.
    ///   - sent: those that have been submitted, whether they are counted or not.
    ///   - dueOn: the day of the census, itself still in time.
    ///   - day: the evening in question.
    package init(expected: Set<MinistryCode>?, received: [Received], sent: [Received], dueOn: CivilDate?, on day: CivilDate) {
        let senders = Set(received.map(\.ministry))
        let expected = expected ?? senders
        self.expected = expected.sorted()
        self.received = expected.intersection(senders).sorted()
        missing = expected.subtracting(senders).sorted()
        unexpected = senders.subtracting(expected).sorted()
        guard let dueOn, day > dueOn else {
            late = []
            return
        }
        late = expected.sorted().compactMap { ministry in
            let first = sent.filter { $0.ministry == ministry }.compactMap(\.submittedOn).min()
            return first.map { $0 <= dueOn } ?? false ? nil : Late(ministry, submittedOn: first)
        }
    }

    /// How many are late by a rule.
    package func lateCount(by rule: Rule) -> Int {
        switch rule {
        case .first: late.count { $0.submittedOn != nil && received.contains($0.ministry) }
        case .second: late.count
        }
    }
}
