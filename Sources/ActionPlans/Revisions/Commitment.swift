/// What a ministry has committed itself to, once its plan is validated: the public one until the next validation. It changes by a
/// revision, or by a correction of the coordinators that says why. All else is follow-up, and goes live at once.
extension ActionMember {
    package static let committed: [ActionMember] = [.title, .theme, .targetLevel, .keyAction]

    package var isCommitted: Bool { Self.committed.contains(self) }
}

extension ActionPatch {
    /// The committed members that it gives a value.
    package var committed: [ActionMember: MemberValue] {
        var values: [ActionMember: MemberValue] = [:]
        if let title = title.given { values[.title] = .text(title) }
        if let theme = theme.given { values[.theme] = .text(theme.code) }
        if let level = targetLevel.given { values[.targetLevel] = .text(level.code) }
        if let isKey = keyAction.given { values[.keyAction] = .flag(isKey) }
        return values
    }

    /// - Parameter values: of committed members.
    package init(committed values: [ActionMember: MemberValue]) {
        self.init()
        for (member, value) in values {
            switch (member, value) {
            case (.title, .text(let text)): title = .value(text)
            case (.theme, .text(let code)): theme = Theme(rawValue: code).map { .value($0) } ?? .absent
            case (.targetLevel, .text(let code)): targetLevel = EngagementLevel(rawValue: code).map { .value($0) } ?? .absent
            case (.keyAction, .flag(let isKey)): keyAction = .value(isKey)
            default: break
            }
        }
    }

    /// All that an action says.
    package init(_ action: Action) {
        self.init()
        func given<Value>(_ value: Value?) -> Assignment<Value> { value.map { .value($0) } ?? .absent }
        title = .value(action.title)
        description = given(action.description)
        theme = .value(action.theme)
        targetLevel = .value(action.targetLevel)
        reachedLevel = given(action.reachedLevel)
        status = .value(action.status)
        statusReason = given(action.statusReason)
        keyAction = .value(action.keyAction)
        identifiedOn = given(action.identifiedOn)
        dueOn = given(action.dueOn)
        completedOn = given(action.completedOn)
        lead = given(action.lead)
        contributors = .value(action.contributors)
        practices = .value(action.practices)
        confidential = .value(action.confidential)
    }

    /// The members that it speaks of and that are no commitment.
    package var followUp: [ActionMember] {
        ActionMember.allCases.filter { !$0.isCommitted && speaks(of: $0) }
    }

    private func speaks(of member: ActionMember) -> Bool {
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
}

extension Action {
    /// What it commits to, member by member.
    package var commitments: [ActionMember: MemberValue] {
        Dictionary(uniqueKeysWithValues: ActionMember.committed.map { ($0, $0.value(in: self)) })
    }
}

/// What a write does to the commitments of a validated plan.
package struct CommittedChanges: Sendable {
    package enum Change: Sendable, Equatable {
        case members([String])
        case addition
        case removal
    }

    package let roadmap: RoadmapID
    package private(set) var actions: [(code: ActionCode, change: Change)] = []

    /// - Parameter roadmap: as it is before the write; only a validated one has commitments.
    package init?(in roadmap: Roadmap) {
        guard roadmap.state == .validee else { return nil }
        self.roadmap = roadmap.id
    }

    package mutating func add(_ code: ActionCode, changes: [MemberChange]) {
        let names = changes.map(\.member).filter { ActionMember(rawValue: $0)?.isCommitted == true }
        // Once, though a line may be told in two steps.
        let members = ActionMember.committed.map(\.rawValue).filter(names.contains)
        if !members.isEmpty { actions.append((code, .members(members))) }
    }

    package mutating func add(_ code: ActionCode, _ change: Change) { actions.append((code, change)) }

    package var isEmpty: Bool { actions.isEmpty }

    /// - Parameter revision: the address of the revision; whether one is open.
    /// - Throws: ``Refusal/revisionRequired(_:_:)`` for a référent, ``Refusal/invalid(_:)`` for a coordinator who does not say why.
    package func check(by role: Role, reason: String?, revision: (address: String, isOpen: Bool)) throws(Refusal) {
        if isEmpty { return }
        guard role == .coordinator else {
            throw .revisionRequired(roadmap, Message.revisionRequired(self, revision.address, isOpen: revision.isOpen))
        }
        guard reason == nil else { return }
        throw .invalid([Fault("reason", .required, .reasonOfCorrection(self))])
    }

    /// Some of them in words: each action with its members.
    fileprivate var inWords: Message {
        let shown = actions.prefix(Self.mostShown).map { code, change in
            switch change {
            case .members(let names):
                Message("\(code) (\(names.joined(separator: ", ")))", "\(code) (\(names.joined(separator: ", ")))")
            case .addition: Message("\(code) (nouvelle action)", "\(code) (new action)")
            case .removal: Message("\(code) (retrait)", "\(code) (removal)")
            }
        }
        let rest = actions.count - shown.count
        return Message(
            shown.map(\.french).joined(separator: ", ") + (rest > 0 ? " et \(rest) de plus" : ""),
            shown.map(\.english).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : ""))
    }

    private static let mostShown = 10
}

extension Message {
    fileprivate static func revisionRequired(_ changes: CommittedChanges, _ address: String, isOpen: Bool) -> Message {
        let (id, what) = (changes.roadmap, changes.inWords)
        let code = changes.actions.first?.code.text ?? "{code}"
        let next =
            isOpen
            ? Message(
                "écrivez dans la révision ouverte : PATCH \(address)/actions/\(code)",
                "write to the open revision: PATCH \(address)/actions/\(code)")
            : Message("ouvrez une révision : POST \(address)", "open a revision: POST \(address)")
        return Message(
            "La feuille de route \(id) est validée, et cela change ce à quoi elle engage : \(what.french). Rien n’est enregistré ; \(next.french).",
            "The roadmap \(id) is validated, and this changes what it commits to: \(what.english). Nothing was stored; \(next.english)."
        )
    }

    fileprivate static func reasonOfCorrection(_ changes: CommittedChanges) -> Message {
        let what = changes.inWords
        return Message(
            """
            La feuille de route \(changes.roadmap) est validée : corriger ce à quoi elle engage hors d’une révision demande un motif, dans \
            « reason » (\(what.french)).
            """,
            """
            The roadmap \(changes.roadmap) is validated: to correct what it commits to without a revision takes a reason, in “reason” \
            (\(what.english)).
            """)
    }
}
