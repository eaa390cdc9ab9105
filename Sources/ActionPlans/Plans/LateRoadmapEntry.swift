/// Writes of a roadmap that take effect before today: as for actions, and a state is a step that has its place among others.

extension Roadmap {
    private static let tied: Set<String> = ["state", "submitted_on", "validated_on"]

    /// The roadmap after a patch, and what that changes on any day from the effective one on.
    /// - Parameter past: the states from the effective date on, in order of date; with nothing but today's state, the patch
    ///   is an ordinary one.
    package func applying(
        _ patch: RoadmapPatch, over past: [Dated<Roadmap>], in context: ChangeContext, by role: Role
    ) throws(Refusal) -> (roadmap: Roadmap, changes: [MemberChange]) {
        let news = try news(patch, over: past)
        let next = try moved(by: news, over: past, in: context, role)
        return (next, next.changes(by: news, over: past.isEmpty ? [self] : past.map(\.state)))
    }

    /// As a whole document says it, where a state that it was in on that day already, or that this role could not move to then,
    /// is only today's.
    func applying(
        documented patch: RoadmapPatch, over past: [Dated<Roadmap>], in context: ChangeContext, by role: Role
    ) throws(Refusal) -> (roadmap: Roadmap, changes: [MemberChange]) {
        var patch = patch
        if past.count > 1, let wanted = patch.state.given, wanted == past.first?.state.state { patch.state = .absent }
        guard patch.state.given ?? state == state else { return try applying(patch, over: past, in: context, by: role) }
        let mayCorrect =
            past.first.map { first in
                state != .close && Self.changeCrossed(by: state, over: past) == nil
                    && (first.state.state == state || RoadmapState.allows(from: first.state.state, to: state, by: role))
            } ?? false
        let news = try news(patch, over: past)
        let next = try moved(by: news, over: mayCorrect ? past : [], in: context, role)
        return (next, next.changes(by: news, over: past.isEmpty ? [self] : past.map(\.state)))
    }

    /// What is left of a patch without the members that were so on its day already; the state has rules of its own.
    /// - Throws: ``Refusal/invalid(_:)`` with each member that would lose a later change.
    private func news(_ patch: RoadmapPatch, over past: [Dated<Roadmap>]) throws(Refusal) -> RoadmapPatch {
        guard past.count > 1, let first = past.first?.state else { return patch }
        var news = patch
        var faults: [Fault] = []
        func look<Value>(
            _ member: String, _ path: WritableKeyPath<RoadmapPatch, Assignment<Value>>, cleared: Value? = nil,
            _ value: (Roadmap) -> Value?
        ) {
            guard patch[keyPath: path] != .absent else { return }
            let wanted = patch[keyPath: path].given ?? cleared
            if wanted == value(first) { return news[keyPath: path] = .absent }
            guard wanted != value(self) else { return }
            let change = zip(past, past.dropFirst()).first { value($0.state) != value($1.state) }?.1
            if let change { faults.append(.undoing(member, value(change.state).map { "\($0)" }, since: change.since)) }
        }
        look("title", \.title) { $0.title }
        look("last_year", \.lastYear, cleared: id.firstYear) { $0.lastYear }
        look("due_on", \.dueOn) { $0.dueOn }
        guard faults.isEmpty else { throw .invalid(faults) }
        return news
    }

    /// As for an action. A member that differs from today's shows today's value: whether a draft ends here is read from it.
    private func changes(by patch: RoadmapPatch, over past: [Roadmap]) -> [MemberChange] {
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

    /// To say again the state it is in is to say that it was in it since that day: a correction, for whoever may make that
    /// move from the state it was in then. To say another one is a move from the state it was in then, which has to be that
    /// of today all along.
    private func moved(
        by patch: RoadmapPatch, over past: [Dated<Roadmap>], in context: ChangeContext, _ role: Role
    ) throws(Refusal) -> Roadmap {
        let isMixed = past.contains { $0.state.state != state }
        guard let wanted = patch.state.given, let first = past.first?.state, isMixed else {
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

    /// What was deleted was there until then: a roadmap that began, or was submitted, before that day would count on it what
    /// it never had.
    /// - Parameters:
    ///   - past: the states from the effective date on; none of a roadmap that is created.
    ///   - deletion: the last day until which anything that was deleted is still known to have been there.
    package func checkBeginning(
        _ changes: [MemberChange], over past: [Dated<Roadmap>], notBefore deletion: CivilDate?, in context: ChangeContext
    ) throws(Refusal) {
        guard let deletion, context.effectiveOn < deletion, changes.contains(where: { $0.member == "state" }),
            past.isEmpty || (!isDraft && past.contains { $0.state.isDraft })
        else { return }
        throw .beforeDeletion(deletion)
    }

    /// The first change of state that saying another one of an earlier day would undo: any but that by which it came to the
    /// very state that is said, which then only moves.
    private static func changeCrossed(by state: RoadmapState, over past: [Dated<Roadmap>]) -> Dated<Roadmap>? {
        zip(past, past.dropFirst()).first { earlier, later in
            earlier.state.state != later.state.state && (later.state.state != state || past.first?.state.state == state)
        }?.1
    }
}

extension Refusal {
    fileprivate static func beforeDeletion(_ day: CivilDate) -> Refusal {
        .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    """
                    Une suppression a pris effet le \(day) dans cette feuille de route : elle ne peut être ni créée ni soumise avec \
                    effet avant ce jour.
                    """,
                    """
                    A deletion took effect on \(day) in this roadmap: it can be neither created nor submitted with effect \
                    before that day.
                    """))
        ])
    }

    fileprivate static func stateChangedSince(_ change: Dated<Roadmap>) -> Refusal {
        .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    "L’état a changé depuis cette date : « \(change.state.state.code) » depuis le \(change.since).",
                    "The state has changed since that date: “\(change.state.state.code)” since \(change.since)."))
        ])
    }
}
