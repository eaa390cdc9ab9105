/// What a plan says of one action: all that a writer can set, and nothing computed.
package struct Action: Hashable, Sendable {
    package var title: String
    package var description: String?
    package var theme: Theme
    package var targetLevel: EngagementLevel
    package var reachedLevel: EngagementLevel?
    package var status: ActionStatus
    package var statusReason: String?
    package var keyAction: Bool
    package var identifiedOn: CivilDate?
    package var dueOn: CivilDate?
    package var completedOn: CivilDate?
    package var lead: String?
    package var contributors: [String]
    package var practices: [String]
    package var confidential: Bool

    package init(
        title: String, description: String? = nil, theme: Theme, targetLevel: EngagementLevel,
        reachedLevel: EngagementLevel? = nil, status: ActionStatus = .aFaire, statusReason: String? = nil,
        keyAction: Bool = false, identifiedOn: CivilDate? = nil, dueOn: CivilDate? = nil,
        completedOn: CivilDate? = nil, lead: String? = nil, contributors: [String] = [], practices: [String] = [],
        confidential: Bool = false
    ) {
        self.title = title
        self.description = description
        self.theme = theme
        self.targetLevel = targetLevel
        self.reachedLevel = reachedLevel
        self.status = status
        self.statusReason = statusReason
        self.keyAction = keyAction
        self.identifiedOn = identifiedOn
        self.dueOn = dueOn
        self.completedOn = completedOn
        self.lead = lead
        self.contributors = contributors
        self.practices = practices
        self.confidential = confidential
    }

    /// Late is computed, never stored: the due date has passed and work remains.
    package func isLate(on day: CivilDate) -> Bool {
        guard let dueOn else { return false }
        return dueOn < day && status.isOpen
    }
}

/// The members of an action in the order of the documents: the one list that history, plans and differences follow.
package enum ActionMember: String, CaseIterable, Sendable {
    case title, description, theme
    case targetLevel = "target_level"
    case reachedLevel = "reached_level"
    case status
    case statusReason = "status_reason"
    case keyAction = "key_action"
    case identifiedOn = "identified_on"
    case dueOn = "due_on"
    case completedOn = "completed_on"
    case lead, contributors, practices, confidential

    package func value(in action: Action) -> MemberValue {
        switch self {
        case .title: .text(action.title)
        case .description: MemberValue(action.description)
        case .theme: .text(action.theme.code)
        case .targetLevel: .text(action.targetLevel.code)
        case .reachedLevel: MemberValue(action.reachedLevel?.code)
        case .status: .text(action.status.code)
        case .statusReason: MemberValue(action.statusReason)
        case .keyAction: .flag(action.keyAction)
        case .identifiedOn: MemberValue(action.identifiedOn?.description)
        case .dueOn: MemberValue(action.dueOn?.description)
        case .completedOn: MemberValue(action.completedOn?.description)
        case .lead: MemberValue(action.lead)
        case .contributors: .list(action.contributors)
        case .practices: .list(action.practices)
        case .confidential: .flag(action.confidential)
        }
    }
}

extension Action {
    /// The members that differ from an earlier state; from nothing, the members that say something.
    package func changes(from earlier: Action?) -> [MemberChange] {
        ActionMember.allCases.compactMap { member in
            MemberChange(
                member: member.rawValue,
                from: earlier.map { member.value(in: $0) } ?? .null,
                to: member.value(in: self))
        }
    }

    /// The members an action gives up when it is deleted.
    package func changesOfDeletion() -> [MemberChange] {
        ActionMember.allCases.compactMap { member in
            MemberChange(member: member.rawValue, from: member.value(in: self), to: .null)
        }
    }
}
