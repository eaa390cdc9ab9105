/// Writes that take effect before today: what they say holds from their date on, so it is compared with every state since,
/// not only with that of today.

extension ActionPatch {
    /// The members the patch speaks of, whether or not it changes them.
    package var stated: Set<ActionMember> {
        var members: Set<ActionMember> = []
        func note(_ member: ActionMember, _ assignment: Assignment<some Any>) {
            if assignment != .absent { members.insert(member) }
        }
        note(.title, title)
        note(.description, description)
        note(.theme, theme)
        note(.targetLevel, targetLevel)
        note(.reachedLevel, reachedLevel)
        note(.status, status)
        note(.statusReason, statusReason)
        note(.keyAction, keyAction)
        note(.identifiedOn, identifiedOn)
        note(.dueOn, dueOn)
        note(.completedOn, completedOn)
        note(.lead, lead)
        note(.contributors, contributors)
        note(.practices, practices)
        note(.confidential, confidential)
        return members
    }
}

extension Action {
    /// Status, its reason and the date of completion depend on one another.
    private static let tied: Set<ActionMember> = [.status, .statusReason, .completedOn]

    /// What a patch that made this action changes on any date from its effective one on, with the members' values as they
    /// were then.
    /// - Parameter past: the states from that date on, in order of date; that of today is the last.
    package func changes(by patch: ActionPatch, over past: [Action]) -> [MemberChange] {
        guard let first = past.first, let last = past.last else { return [] }
        if past.count == 1 { return changes(from: last) }
        func differs(_ member: ActionMember) -> Bool {
            past.contains { member.value(in: $0) != member.value(in: self) }
        }
        var stated = patch.stated.union(ActionMember.allCases.filter { $0.value(in: last) != $0.value(in: self) })
        // One of the three told alone could leave a past state that no rule allows.
        let movesStatus = stated.contains { ($0 == .status || $0 == .completedOn) && differs($0) }
        let losesReason = stated.contains(.statusReason) && statusReason == nil && past.contains { $0.status == .abandonnee }
        if movesStatus || losesReason { stated.formUnion(Self.tied) }
        return ActionMember.allCases.filter { stated.contains($0) && differs($0) }.map { member in
            // That it was confidential at any time decides who may read what went before.
            let wasHidden = member == .confidential && past.contains(where: \.confidential)
            return MemberChange(
                member.rawValue, from: wasHidden ? .flag(true) : member.value(in: first), stated: member.value(in: self))
        }
    }
}

extension Roadmap {
    private static let tied: Set<String> = ["state", "submitted_on", "validated_on"]

    /// As for an action. A member that differs from today's shows today's value: whether a draft ends here is read from it.
    /// - Parameter past: the states from the effective date on, in order of date; that of today is the last.
    package func changes(by patch: RoadmapPatch, over past: [Roadmap]) -> [MemberChange] {
        guard let first = past.first, let last = past.last else { return [] }
        if past.count == 1 { return changes(from: last) }
        var stated = Set(changes(from: last).map(\.member))
        if patch.lastYear != .absent { stated.insert("last_year") }
        if patch.title != .absent { stated.insert("title") }
        if patch.dueOn != .absent { stated.insert("due_on") }
        if !stated.isDisjoint(with: Self.tied) { stated.formUnion(Self.tied) }
        return Self.members.compactMap { member, value in
            guard stated.contains(member), past.contains(where: { value($0) != value(self) }) else { return nil }
            let today = value(last)
            return MemberChange(member, from: today == value(self) ? value(first) : today, stated: value(self))
        }
    }

    /// The roadmap after a patch that takes effect before its last changes. To say again the state it is in is to say that
    /// it was in it since that day: a correction, for whoever may make that move from the state it was in then. To say
    /// another one is a move from the state it was in then, which has to be that of today all along.
    /// - Parameter past: the states from the effective date on, in order of date; with nothing but today's state, the patch
    ///   is an ordinary one.
    package func applying(
        _ patch: RoadmapPatch, over past: [DatedRoadmap], in context: ChangeContext, by role: Role
    ) throws(Refusal) -> Roadmap {
        let isMixed = past.contains { $0.roadmap.state != state }
        guard let wanted = patch.state.given, let first = past.first?.roadmap, isMixed else {
            return try applying(patch, in: context, by: role)
        }
        if first.state != wanted { try RoadmapState.checkMove(from: first.state, to: wanted, by: role) }
        if let change = Self.changeCrossed(by: wanted, over: past) { throw .stateChangedSince(change) }
        var next = try applying(patch, in: context, by: role)
        try checkOpen()
        next.correct(since: context.effectiveOn)
        try next.checkDates()
        return next
    }

    /// As a whole document says it, where a state that this role could not move to on that day is only today's.
    func applying(
        documented patch: RoadmapPatch, over past: [DatedRoadmap], in context: ChangeContext, by role: Role
    ) throws(Refusal) -> Roadmap {
        guard patch.state.given ?? state == state else { return try applying(patch, over: past, in: context, by: role) }
        let mayCorrect =
            past.first.map { first in
                state != .close && Self.changeCrossed(by: state, over: past) == nil
                    && (first.roadmap.state == state || RoadmapState.allows(from: first.roadmap.state, to: state, by: role))
            } ?? false
        return try applying(patch, over: mayCorrect ? past : [], in: context, by: role)
    }

    /// The first change of state that saying another one of an earlier day would undo: any but that by which it came to the
    /// very state that is said, which then only moves.
    private static func changeCrossed(by state: RoadmapState, over past: [DatedRoadmap]) -> DatedRoadmap? {
        zip(past, past.dropFirst()).first { earlier, later in
            earlier.roadmap.state != later.roadmap.state && (later.roadmap.state != state || past.first?.roadmap.state == state)
        }?.1
    }
}

/// A state that a roadmap was in, from a day on.
package struct DatedRoadmap: Sendable {
    package let since: CivilDate
    package let roadmap: Roadmap

    package init(since: CivilDate, roadmap: Roadmap) {
        self.since = since
        self.roadmap = roadmap
    }
}

extension Refusal {
    fileprivate static func stateChangedSince(_ change: DatedRoadmap) -> Refusal {
        .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    "L’état a changé depuis cette date : « \(change.roadmap.state.code) » depuis le \(change.since).",
                    "The state has changed since that date: “\(change.roadmap.state.code)” since \(change.since)."))
        ])
    }
}
