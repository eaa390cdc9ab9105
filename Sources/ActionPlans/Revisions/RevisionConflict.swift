/// What stands in the way of a revision: the plan is no longer what was revised.
package struct RevisionConflict: Hashable, Sendable {
    package let code: ActionCode
    /// nil where the action itself has come or gone.
    package let member: ActionMember?
    package let base: MemberValue
    package let now: MemberValue
    package let revised: MemberValue
}

extension Revision {
    /// In the order of the codes.
    package func conflicts(with stored: [ActionCode: Action]) -> [RevisionConflict] {
        actions.sorted { $0.key < $1.key }.flatMap { code, revised -> [RevisionConflict] in
            switch (revised, stored[code]) {
            case (.added, nil): []
            case (.added(let action), let now?):
                [RevisionConflict(code: code, member: nil, base: .null, now: .text(now.title), revised: .text(action.title))]
            case (_, nil): [RevisionConflict(code: code, member: nil, base: .text(code.text), now: .null, revised: .null)]
            case (.changed(let members), let now?):
                ActionMember.committed.compactMap { member in
                    members[member].flatMap { Self.conflict(code, member, base: $0.base, now: now, revised: $0.value) }
                }
            case (.removed(let base), let now?):
                ActionMember.committed.compactMap { member in
                    base[member].flatMap { Self.conflict(code, member, base: $0, now: now, revised: .null) }
                }
            }
        }
    }

    /// What was corrected to the very value that it is to have leaves nothing to settle.
    private static func conflict(
        _ code: ActionCode, _ member: ActionMember, base: MemberValue, now: Action, revised: MemberValue
    ) -> RevisionConflict? {
        let value = member.value(in: now)
        guard value != base, value != revised else { return nil }
        return RevisionConflict(code: code, member: member, base: base, now: value, revised: revised)
    }

    /// What it changes and adds, as a plan document: it is applied by the rules of one.
    package var document: PlanDocument {
        let lines = actions.sorted { $0.key < $1.key }.compactMap { code, revised -> PlanDocument.Line? in
            switch revised {
            case .changed(let members): PlanDocument.Line(code: code, patch: ActionPatch(committed: members.mapValues(\.value)))
            case .added(let action): PlanDocument.Line(code: code, patch: ActionPatch(action))
            case .removed: nil
            }
        }
        return PlanDocument(roadmap: RoadmapPatch(), lines: lines)
    }

    package var removals: [ActionCode] { actions.filter { $0.value.kind == .removed }.keys.sorted() }

    /// Why it can be neither submitted nor validated, whoever asks for it; nil where it can.
    package func blocker(to state: RevisionState, with stored: [ActionCode: Action]) -> Message? {
        guard state == .soumise || state == .validee else { return nil }
        if actions.isEmpty { return .revisesNothing }
        guard state == .validee else { return nil }
        let count = conflicts(with: stored).count
        return count == 0 ? nil : .conflicts(count)
    }

    /// - Throws: ``Refusal/conflicts(key:_:_:)`` with each member that was corrected meanwhile.
    package func checkMayBecome(_ state: RevisionState, of id: RevisionID, with stored: [ActionCode: Action]) throws(Refusal) {
        guard let blocker = blocker(to: state, with: stored) else { return }
        let faults = conflicts(with: stored).map { conflict in
            Fault(
                "actions/\(conflict.code)" + (conflict.member.map { "/\($0.rawValue)" } ?? ""), .inconsistent, .conflict(conflict)
            )
        }
        throw .conflicts(key: id.description, blocker, faults)
    }
}

// MARK: Its day

extension Revision {
    /// All that is validated holds today: a commitment of which something was said of a later day would go back to it.
    /// - Throws: ``Refusal/invalid(_:)`` with the last such day.
    package func checkHoldsToday(_ difference: PlanDifference, _ past: PlanPast?) throws(Refusal) {
        var last: (day: CivilDate, code: ActionCode, member: ActionMember)?
        for entry in difference.entries {
            guard case .changed(let members) = actions[entry.code] else { continue }
            for (member, revised) in members where member.value(in: entry.after) != revised.value {
                guard let day = past?.actions[entry.code]?.next(member.rawValue) else { continue }
                if let known = last, known.day >= day { continue }
                last = (day, entry.code, member)
            }
        }
        guard let last else { return }
        throw .saidLater(last.member, of: last.code, on: last.day)
    }
}

extension Refusal {
    fileprivate static func saidLater(_ member: ActionMember, of code: ActionCode, on day: CivilDate) -> Refusal {
        let day = day.inWords
        return .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    "« \(member.rawValue) » de \(code) a été dit du \(day.french) : validez à cette date, ou à une date plus récente.",
                    "“\(member.rawValue)” of \(code) was said of \(day.english): validate on that date or on a later one."))
        ])
    }
}

extension MemberValue {
    fileprivate var shown: String {
        switch self {
        case .text(let text): "« \(text) »"
        case .flag(let flag): flag ? "true" : "false"
        default: "null"
        }
    }
}

extension Message {
    fileprivate static let revisesNothing = Message(
        "La révision ne change encore rien : révisez, ajoutez ou retirez d’abord une action.",
        "The revision changes nothing yet: first revise, add or remove an action.")

    fileprivate static func conflicts(_ count: Int) -> Message {
        let (french, english) =
            count == 1
            ? ("Un engagement a été corrigé depuis qu’il est révisé", "A commitment has been corrected since it was revised")
            : (
                "\(count) engagements ont été corrigés depuis qu’ils sont révisés",
                "\(count) commitments have been corrected since they were revised"
            )
        return Message(
            "\(french) : renvoyez-le à la révision avec la valeur voulue, ou retirez-le de la révision.",
            "\(english): send it to the revision again with the value that is wanted, or take it out of the revision.")
    }

    fileprivate static func conflict(_ conflict: RevisionConflict) -> Message {
        guard let member = conflict.member else {
            return conflict.now == .null
                ? Message(
                    "L’action \(conflict.code) n’est plus dans la feuille de route.",
                    "The action \(conflict.code) is no longer in the roadmap.")
                : Message(
                    "La feuille de route a désormais une action \(conflict.code), \(conflict.now.shown).",
                    "The roadmap now has an action \(conflict.code), \(conflict.now.shown).")
        }
        let (base, now, revised) = (conflict.base.shown, conflict.now.shown, conflict.revised.shown)
        return Message(
            "« \(member.rawValue) » valait \(base) quand il a été révisé, et vaut maintenant \(now) ; la révision demande \(revised).",
            "“\(member.rawValue)” was \(base) when it was revised, and is now \(now); the revision asks for \(revised).")
    }
}
