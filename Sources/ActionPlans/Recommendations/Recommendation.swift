/// What the coordinators advise a body about its plan, and what became of it.
package struct Recommendation: Hashable, Sendable {
    package let id: RecommendationID
    package var subject: RecommendationSubject
    /// Of what it is about, when it was written; nil for all of the plan.
    package var theme: Theme?
    package var category: RecommendationCategory
    package var priority: RecommendationPriority
    package var text: String
    package var state: RecommendationState
    /// How the body answered, which a closed one keeps.
    package var answeredAs: RecommendationState?
    /// How often the plan had changed when it was read.
    package var planVersion: Int
    /// When that was, as the database writes it.
    package var readAt: String
    package var dueOn: CivilDate?
    package var answer: String?
    /// The action by which the body does what it accepted.
    package var metBy: ActionID?
    package var outcome: RecommendationOutcome?
    /// The one of an earlier plan that it goes on from.
    package var carriedFrom: RecommendationID?
    package var sentOn: CivilDate?
    /// The day of the first answer.
    package var answeredOn: CivilDate?
    package var closedOn: CivilDate?

    package static let textRule = TextRule(longest: 5_000, multiline: true)
    package static let answerRule = TextRule(longest: 5_000, multiline: true)
    /// Of one plan.
    package static let mostOfPlan = 1_000
    /// Made by one request.
    package static let mostAtOnce = 200

    package init(
        id: RecommendationID, subject: RecommendationSubject, theme: Theme?, category: RecommendationCategory,
        priority: RecommendationPriority, text: String, state: RecommendationState, answeredAs: RecommendationState? = nil,
        planVersion: Int, readAt: String, dueOn: CivilDate? = nil, answer: String? = nil, metBy: ActionID? = nil,
        outcome: RecommendationOutcome? = nil, carriedFrom: RecommendationID? = nil, sentOn: CivilDate? = nil,
        answeredOn: CivilDate? = nil, closedOn: CivilDate? = nil
    ) {
        self.id = id
        self.subject = subject
        self.theme = theme
        self.category = category
        self.priority = priority
        self.text = text
        self.state = state
        self.answeredAs = answeredAs
        self.planVersion = planVersion
        self.readAt = readAt
        self.dueOn = dueOn
        self.answer = answer
        self.metBy = metBy
        self.outcome = outcome
        self.carriedFrom = carriedFrom
        self.sentOn = sentOn
        self.answeredOn = answeredOn
        self.closedOn = closedOn
    }

    /// Drafts are for the coordinators alone.
    package var isDraft: Bool { state == .brouillon }

    /// The members that history keeps, under the names of the columns.
    package var members: [(name: String, value: MemberValue)] {
        [
            ("subject", .text(subject.text)), ("theme", MemberValue(theme?.code)), ("category", .text(category.code)),
            ("priority", .text(priority.code)), ("text", .text(text)), ("state", .text(state.code)),
            ("answered_as", MemberValue(answeredAs?.code)), ("plan_version", .number(planVersion)), ("read_at", .text(readAt)),
            ("due_on", MemberValue(dueOn?.description)), ("answer", MemberValue(answer)),
            ("met_by", MemberValue(metBy?.description)), ("outcome", MemberValue(outcome?.code)),
            ("carried_from", MemberValue(carriedFrom?.description)), ("sent_on", MemberValue(sentOn?.description)),
            ("answered_on", MemberValue(answeredOn?.description)), ("closed_on", MemberValue(closedOn?.description)),
        ]
    }

    /// - Parameter former: nil for a new one.
    package func changes(from former: Recommendation?) -> [MemberChange] {
        let before = former?.members.map(\.value)
        return members.enumerated().compactMap { place, member in
            MemberChange(member: member.name, from: before?[place] ?? .null, to: member.value)
        }
    }

    package func changesOfDeletion() -> [MemberChange] {
        members.compactMap { MemberChange(member: $0.name, from: $0.value, to: .null) }
    }

    /// The same advice on the next plan, which has other actions: what was said of one is said of its theme.
    /// - Parameters:
    ///   - isSecret: whether it was about an action that not all may see. It is a draft then, for the coordinators to say it otherwise.
    package func carried(
        to id: RecommendationID, planVersion: Int, readAt: String, dueOn: CivilDate?, isSecret: Bool, on day: CivilDate
    ) -> Recommendation {
        Recommendation(
            id: id, subject: theme.map { .theme($0) } ?? .plan, theme: theme, category: category, priority: priority, text: text,
            state: isSecret ? .brouillon : .emise, planVersion: planVersion, readAt: readAt, dueOn: dueOn, carriedFrom: self.id,
            sentOn: isSecret ? nil : day)
    }
}
