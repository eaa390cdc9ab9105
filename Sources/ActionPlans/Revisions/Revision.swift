/// What a ministry would change of the commitments of a validated plan. It waits here, and nowhere else, until it is validated.
package struct Revision: Hashable, Sendable {
    package var state: RevisionState
    /// Why it was returned or abandoned.
    package var stateReason: String?
    package var actions: [ActionCode: RevisedAction]

    package static let blank = Revision(state: .enPreparation, actions: [:])
    /// More than a ministry revises at once: the history keeps the whole list with each change of it.
    package static let mostActions = 200
    /// Of all that waits, as JSON: history keeps it with each change.
    package static let mostBytes = 200_000

    package init(state: RevisionState, stateReason: String? = nil, actions: [ActionCode: RevisedAction]) {
        self.state = state
        self.stateReason = stateReason
        self.actions = actions
    }
}

/// What becomes of one action.
package enum RevisedAction: Hashable, Sendable {
    /// Some of its commitments, each with the value that it had when it was revised.
    case changed([ActionMember: RevisedMember])
    case added(Action)
    /// With what it committed to when its removal was asked for.
    case removed([ActionMember: MemberValue])

    package enum Kind: String, CaseIterable, Sendable {
        case changed, added, removed
    }

    package var kind: Kind {
        switch self {
        case .changed: .changed
        case .added: .added
        case .removed: .removed
        }
    }

    package var before: [ActionMember: MemberValue]? {
        switch self {
        case .changed(let members): members.mapValues(\.base)
        case .added: nil
        case .removed(let base): base
        }
    }

    package var after: [ActionMember: MemberValue]? {
        switch self {
        case .changed(let members): members.mapValues(\.value)
        case .added(let action): Dictionary(uniqueKeysWithValues: ActionMember.allCases.map { ($0, $0.value(in: action)) })
        case .removed: nil
        }
    }
}

package struct RevisedMember: Hashable, Sendable {
    package let base: MemberValue
    package let value: MemberValue

    package init(base: MemberValue, value: MemberValue) {
        self.base = base
        self.value = value
    }
}

/// What a write says of one action of a revision.
package struct RevisedActionPatch: Sendable {
    package let code: ActionCode
    package var action: ActionPatch
    package var removed: Assignment<Bool>

    package init(code: ActionCode, action: ActionPatch, removed: Assignment<Bool>) {
        self.code = code
        self.action = action
        self.removed = removed
    }

    fileprivate var saysMembers: Bool { action != ActionPatch() }
}

// MARK: Its contents

extension Revision {
    /// - Parameters:
    ///   - current: the action as it is now; nil where the plan has none of this code.
    ///   - id: of the action, for who is told.
    /// - Throws: ``Refusal/invalid(_:)`` with every fault, ``Refusal/conflict(key:_:)`` where it is full.
    package func applying(
        _ patch: RevisedActionPatch, over current: Action?, of id: ActionID, in context: ChangeContext,
        catalogue: PracticeCatalogue
    ) throws(Refusal) -> Revision {
        var next = self
        next.actions[patch.code] =
            if let current {
                try revised(patch, over: current, of: id, in: context, catalogue)
            } else {
                try added(patch, in: context, catalogue)
            }
        guard next.actions.count <= Self.mostActions else { throw .fullRevision(id.roadmap) }
        return next
    }

    private func revised(
        _ patch: RevisedActionPatch, over current: Action, of id: ActionID, in context: ChangeContext,
        _ catalogue: PracticeCatalogue
    ) throws(Refusal) -> RevisedAction? {
        var faults = patch.action.followUp.map { Fault($0.rawValue, .inconsistent, .isFollowUp($0, of: id)) }
        if patch.removed == .null { faults.append(Fault("removed", .required, .required("removed"))) }
        let former = actions[patch.code]
        let staysRemoved = if case .removed = former { patch.removed.given != false } else { false }
        if patch.saysMembers, patch.removed == .value(true) || staysRemoved {
            faults.append(Fault("removed", .inconsistent, .removedAndChanged))
        }
        let next: Action
        do throws(Refusal) {
            next = try current.applying(ActionPatch(committedOf: patch.action), in: context, catalogue: catalogue)
        } catch {
            throw error.adding(to: faults)
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        if patch.removed == .value(true) { return .removed(current.commitments) }
        guard patch.saysMembers else { return patch.removed == .value(false) && former?.kind == .removed ? nil : former }
        var members: [ActionMember: RevisedMember] = if case .changed(let known) = former { known } else { [:] }
        for member in patch.action.committed.keys {
            let (base, value) = (member.value(in: current), member.value(in: next))
            members[member] = base == value ? nil : RevisedMember(base: base, value: value)
        }
        return members.isEmpty ? nil : .changed(members)
    }

    private func added(
        _ patch: RevisedActionPatch, in context: ChangeContext, _ catalogue: PracticeCatalogue
    ) throws(Refusal) -> RevisedAction {
        var faults: [Fault] = []
        switch patch.removed {
        case .absent, .value(false): break
        case .null: faults.append(Fault("removed", .required, .required("removed")))
        case .value(true): faults.append(Fault("removed", .inconsistent, .nothingToRemove(patch.code)))
        }
        let action = try Refusal.adding(to: faults) { () throws(Refusal) in
            guard case .added(let pending) = actions[patch.code] else {
                return try Action.creating(patch.action, in: context, catalogue: catalogue)
            }
            return try pending.applying(patch.action, in: context, catalogue: catalogue)
        }
        return .added(action)
    }
}

extension ActionPatch {
    /// What it says of commitments, null too.
    fileprivate init(committedOf patch: ActionPatch) {
        self.init()
        (title, theme, targetLevel, keyAction) = (patch.title, patch.theme, patch.targetLevel, patch.keyAction)
    }
}

extension Refusal {
    package static func fullRevision(_ id: RoadmapID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "", .tooMany,
                Message(
                    """
                    Une révision porte sur \(Revision.mostActions) actions au plus, et sur \(Revision.mostBytes) octets de texte : faites valider celle-ci, \
                    puis ouvrez la suivante.
                    """,
                    """
                    A revision is of \(Revision.mostActions) actions and \(Revision.mostBytes) bytes of text at most: have this one validated, then open \
                    the next.
                    """)))
    }
}

extension Message {
    fileprivate static func isFollowUp(_ member: ActionMember, of id: ActionID) -> Message {
        Message(
            "« \(member.rawValue) » est du suivi, et ne se révise pas : changez-le par PATCH /v1/actions/\(id), cela vaut tout de suite.",
            "“\(member.rawValue)” is follow-up and is not revised: change it with PATCH /v1/actions/\(id), which holds at once.")
    }

    fileprivate static let removedAndChanged = Message(
        "Une action retirée ne change pas : renoncez au retrait (« removed » : false), ou ne donnez que lui.",
        "An action that is removed does not change: give up the removal (“removed”: false), or give it alone.")

    fileprivate static func nothingToRemove(_ code: ActionCode) -> Message {
        Message(
            "La feuille de route n’a pas d’action \(code) à retirer. Un ajout se retire de la révision par DELETE.",
            "The roadmap has no action \(code) to remove. An addition is taken out of the revision with DELETE.")
    }
}
