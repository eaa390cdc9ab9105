/// Writes that take effect before today. What is said of an earlier day holds from then on, so it is compared with every state
/// since: what was so on that day already is no news, and what has changed since is not undone in passing.

extension ActionPatch {
    /// The members the patch speaks of, whether or not it changes them.
    package var stated: Set<ActionMember> {
        Set(ActionMember.allCases.filter { isStated($0) })
    }

    private func isStated(_ member: ActionMember) -> Bool {
        switch member {
        case .title: title != .absent
        case .description: description != .absent
        case .theme: theme != .absent
        case .targetLevel: targetLevel != .absent
        case .reachedLevel: reachedLevel != .absent
        case .status: status != .absent
        case .statusReason: statusReason != .absent
        case .keyAction: keyAction != .absent
        case .identifiedOn: identifiedOn != .absent
        case .dueOn: dueOn != .absent
        case .completedOn: completedOn != .absent
        case .lead: lead != .absent
        case .contributors: contributors != .absent
        case .practices: practices != .absent
        case .confidential: confidential != .absent
        }
    }

    fileprivate mutating func leaveOut(_ member: ActionMember) {
        switch member {
        case .title: title = .absent
        case .description: description = .absent
        case .theme: theme = .absent
        case .targetLevel: targetLevel = .absent
        case .reachedLevel: reachedLevel = .absent
        case .status: status = .absent
        case .statusReason: statusReason = .absent
        case .keyAction: keyAction = .absent
        case .identifiedOn: identifiedOn = .absent
        case .dueOn: dueOn = .absent
        case .completedOn: completedOn = .absent
        case .lead: lead = .absent
        case .contributors: contributors = .absent
        case .practices: practices = .absent
        case .confidential: confidential = .absent
        }
    }
}

extension Action {
    /// Status, its reason and the date of completion depend on one another.
    fileprivate static let tied: Set<ActionMember> = [.status, .statusReason, .completedOn]

    /// The action after a patch, and what that changes on any day from the effective one on.
    /// - Parameter past: the states from the effective date on, in order of date, that of today being the last; empty for a
    ///   patch that takes effect today.
    /// - Throws: ``Refusal/invalid(_:)`` with every fault, among them each member that would lose a later change.
    package func applying(
        _ patch: ActionPatch, over past: [Dated<Action>], in context: ChangeContext, catalogue: PracticeCatalogue
    ) throws(Refusal) -> (action: Action, changes: [MemberChange]) {
        let action = try applying(patch, in: context, catalogue: catalogue)
        guard past.count > 1, let first = past.first?.state else { return (action, action.changes(from: self)) }
        let news = patch.news(of: action, since: first, Self.tied)
        let faults = ActionMember.allCases.filter { news.stated.contains($0) }.compactMap { member in
            Self.changeUndone(of: member, to: action, over: past).map { Fault.undoing($0, of: member) }
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        let next = news == patch ? action : try applying(news, in: context, catalogue: catalogue)
        return (next, next.changes(by: news, over: past.map(\.state)))
    }

    /// The first later change of a member that a statement of an earlier day would undo: none where it has not changed since,
    /// nor where it has become what is said, which then only began earlier. A date of completion follows its status.
    private static func changeUndone(of member: ActionMember, to action: Action, over past: [Dated<Action>]) -> Dated<Action>? {
        let decisive = tied.contains(member) ? ActionMember.status : member
        guard let last = past.last, decisive.value(in: last.state) != decisive.value(in: action) else { return nil }
        return zip(past, past.dropFirst()).first { decisive.value(in: $0.state) != decisive.value(in: $1.state) }?.1
    }

    /// What a patch that made this action changes on any date from its effective one on, with the members' values as they
    /// were then.
    private func changes(by patch: ActionPatch, over past: [Action]) -> [MemberChange] {
        guard let first = past.first, let last = past.last else { return [] }
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

extension ActionPatch {
    /// What is left of it without the members that were so already on its day; the tied ones stay or go together.
    fileprivate func news(of action: Action, since first: Action, _ tied: Set<ActionMember>) -> ActionPatch {
        var news = self
        func isOld(_ member: ActionMember) -> Bool { member.value(in: action) == member.value(in: first) }
        for member in stated.subtracting(tied) where isOld(member) { news.leaveOut(member) }
        let statedTied = stated.intersection(tied)
        if statedTied.allSatisfy(isOld) { for member in statedTied { news.leaveOut(member) } }
        return news
    }
}

extension Fault {
    /// - Parameter value: what it has become since; nil is nothing.
    static func undoing(_ member: String, _ value: String?, since day: CivilDate) -> Fault {
        Fault(
            member, .inconsistent,
            Message(
                """
                « \(member) » a changé depuis cette date : \(value.map { "« \($0.clipped) »" } ?? "vide") depuis le \(day). \
                Dites-le à partir de ce jour-là, ou corrigez d’abord ce qui suit.
                """,
                """
                “\(member)” has changed since that date: \(value.map { "“\($0.clipped)”" } ?? "empty") since \(day). \
                Say it from that day on, or first correct what follows.
                """))
    }

    fileprivate static func undoing(_ change: Dated<Action>, of member: ActionMember) -> Fault {
        let decisive = Action.tied.contains(member) ? ActionMember.status : member
        return undoing(member.rawValue, decisive.value(in: change.state).plain, since: change.since)
    }
}

extension MemberValue {
    /// As a message quotes it; nil for nothing.
    fileprivate var plain: String? {
        switch self {
        case .null, .list([]): nil
        case .text(let text): text
        case .flag(let flag): String(flag)
        case .number(let number): String(number)
        case .list(let items): items.joined(separator: ", ")
        }
    }
}
