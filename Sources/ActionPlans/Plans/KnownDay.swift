/// What is known of a thing on the day from which a write is true, where that is a day of the past.
///
/// What is said of a member holds from its day on, until the next day of which something else has been said of it: a late entry fills
/// the time until then, and never touches what was said of a later day.
package struct KnownDay<State: Sendable>: Sendable {
    package let state: State
    /// By member, the next day of which something has been said.
    private let next: [String: CivilDate]

    /// - Parameters:
    ///   - next: by member, the next day on which a change speaks of it.
    ///   - tied: members that a rule ties. A change that speaks of one of them speaks of all.
    package init(_ state: State, next: [String: CivilDate], tied: Set<String>) {
        self.state = state
        let together = tied.compactMap { next[$0] }.min()
        self.next = next.merging(tied.compactMap { member in together.map { (member, $0) } }) { $1 }
    }

    package func next(_ member: String) -> CivilDate? { next[member] }

    /// The same changes, each with the day until which it holds.
    func placed(_ changes: [MemberChange]) -> [MemberChange] {
        changes.map { change in
            var placed = change
            placed.until = next[change.member]
            return placed
        }
    }
}

extension Action {
    /// Status, its reason and the date of completion depend on one another.
    package static let tied: Set<String> = ["status", "status_reason", "completed_on"]

    /// What a patch says, and what becomes of the action today.
    /// - Parameter day: what was known of the day from which it is true; nil for a patch that takes effect today.
    /// - Throws: ``Refusal/invalid(_:)`` with every fault.
    package func applying(
        _ patch: ActionPatch, on day: KnownDay<Action>?, in context: ChangeContext, catalogue: PracticeCatalogue
    ) throws(Refusal) -> (action: Action, changes: [MemberChange]) {
        let past = day?.state ?? self
        let said = try past.applying(patch, in: context, catalogue: catalogue)
        guard let day else { return (said, said.changes(from: past)) }
        let changes = day.placed(said.changes(from: past))
        var today = self
        for member in ActionMember.allCases where changes.contains(where: { $0.member == member.rawValue && $0.until == nil }) {
            today.take(member, of: said)
        }
        return (today, changes)
    }

    private mutating func take(_ member: ActionMember, of other: Action) {
        switch member {
        case .title: title = other.title
        case .description: description = other.description
        case .theme: theme = other.theme
        case .targetLevel: targetLevel = other.targetLevel
        case .reachedLevel: reachedLevel = other.reachedLevel
        case .status: status = other.status
        case .statusReason: statusReason = other.statusReason
        case .keyAction: keyAction = other.keyAction
        case .identifiedOn: identifiedOn = other.identifiedOn
        case .dueOn: dueOn = other.dueOn
        case .completedOn: completedOn = other.completedOn
        case .lead: lead = other.lead
        case .contributors: contributors = other.contributors
        case .practices: practices = other.practices
        case .confidential: confidential = other.confidential
        }
    }
}

extension Refusal {
    /// Nothing can be said of a day on which the action was not there.
    package static func beforeBeginning(of id: ActionID, since day: CivilDate) -> Refusal {
        .invalid([.beforeBeginning("effective_on", of: id.description, since: day)])
    }

    /// Nor of one on which the roadmap was not.
    static func beforeBeginning(of id: RoadmapID, since day: CivilDate, isDraft: Bool) -> Refusal {
        let advice = Message(
            " Si ce brouillon n’a jamais été remis, supprimez-le, puis refaites-le avec la date depuis laquelle il vaut.",
            " If this draft was never submitted, delete it, then make it again with the date since which it holds.")
        return .invalid([
            .beforeBeginning("effective_on", of: id.description, since: day, isDraft ? advice : Message("", ""))
        ])
    }
}

extension Fault {
    static func beforeBeginning(
        _ member: String, of name: String, since day: CivilDate, _ advice: Message = Message("", "")
    ) -> Fault {
        let day = day.inWords
        return Fault(
            member, .inconsistent,
            Message(
                "\(name) n’existe que depuis le \(day.french) : donnez cette date, ou une date plus récente.\(advice.french)",
                "\(name) has been there only since \(day.english): give that date or a later one.\(advice.english)"))
    }
}
