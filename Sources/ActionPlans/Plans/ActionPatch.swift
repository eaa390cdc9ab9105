/// What a write asks of an action, member by member.
package struct ActionPatch: Sendable, Equatable {
    package var title: Assignment<String> = .absent
    package var description: Assignment<String> = .absent
    package var theme: Assignment<Theme> = .absent
    package var targetLevel: Assignment<EngagementLevel> = .absent
    package var reachedLevel: Assignment<EngagementLevel> = .absent
    package var status: Assignment<ActionStatus> = .absent
    package var statusReason: Assignment<String> = .absent
    package var keyAction: Assignment<Bool> = .absent
    package var identifiedOn: Assignment<CivilDate> = .absent
    package var dueOn: Assignment<CivilDate> = .absent
    package var completedOn: Assignment<CivilDate> = .absent
    package var lead: Assignment<String> = .absent
    package var contributors: Assignment<[String]> = .absent
    package var practices: Assignment<[String]> = .absent
    package var confidential: Assignment<Bool> = .absent

    package init() {}
}

extension Action {
    static let longestList = 50
    static let titleRule = TextRule(longest: 300)
    static let descriptionRule = TextRule(longest: 10_000, multiline: true)
    static let statusReasonRule = TextRule(longest: 1_000, multiline: true)
    static let leadRule = TextRule(longest: 200)

    /// The action a patch makes from nothing.
    /// - Throws: ``Refusal/invalid(_:)`` with every fault.
    package static func creating(
        _ patch: ActionPatch, in context: ChangeContext, catalogue: PracticeCatalogue
    ) throws(Refusal) -> Action {
        var faults: [Fault] = []
        require(patch.title, "title", &faults)
        require(patch.theme, "theme", &faults)
        require(patch.targetLevel, "target_level", &faults)
        let blank = Action(
            title: "", theme: patch.theme.given ?? .achats, targetLevel: patch.targetLevel.given ?? .reflexion)
        var rest = patch
        if let title = patch.title.given, titleRule.checked(title, member: "title", faults: &faults) == nil {
            rest.title = .absent
        }
        let action = blank.applying(rest, in: context, catalogue: catalogue, faults: &faults)
        guard faults.isEmpty else { throw .invalid(faults) }
        return action
    }

    /// The action after a patch.
    /// - Throws: ``Refusal/invalid(_:)`` with every fault.
    package func applying(
        _ patch: ActionPatch, in context: ChangeContext, catalogue: PracticeCatalogue
    ) throws(Refusal) -> Action {
        var faults: [Fault] = []
        if patch.title == .null { Self.require(patch.title, "title", &faults) }
        if patch.theme == .null { Self.require(patch.theme, "theme", &faults) }
        if patch.targetLevel == .null { Self.require(patch.targetLevel, "target_level", &faults) }
        let action = applying(patch, in: context, catalogue: catalogue, faults: &faults)
        guard faults.isEmpty else { throw .invalid(faults) }
        return action
    }

    private func applying(
        _ patch: ActionPatch, in context: ChangeContext, catalogue: PracticeCatalogue, faults: inout [Fault]
    ) -> Action {
        var next = self
        if patch.status == .null { Self.require(patch.status, "status", &faults) }
        if patch.keyAction == .null { Self.require(patch.keyAction, "key_action", &faults) }
        if patch.confidential == .null { Self.require(patch.confidential, "confidential", &faults) }
        if let title = patch.title.given, title != self.title {
            next.title = Self.titleRule.checked(title, member: "title", faults: &faults) ?? self.title
        }
        next.description = Self.text(patch.description, over: description, Self.descriptionRule, "description", &faults)
        next.lead = Self.text(patch.lead, over: lead, Self.leadRule, "lead", &faults)
        next.theme = patch.theme.given ?? theme
        next.targetLevel = patch.targetLevel.given ?? targetLevel
        next.reachedLevel = patch.reachedLevel.resolved(over: reachedLevel)
        next.keyAction = patch.keyAction.given ?? keyAction
        next.confidential = patch.confidential.given ?? confidential
        next.identifiedOn = patch.identifiedOn.resolved(over: identifiedOn)
        next.dueOn = patch.dueOn.resolved(over: dueOn)
        if case .value(let contributors) = patch.contributors {
            next.contributors = Self.contributors(contributors, &faults)
        } else if patch.contributors == .null {
            next.contributors = []
        }
        if case .value(let practices) = patch.practices {
            next.practices = catalogue.checked(practices, faults: &faults)
        } else if patch.practices == .null {
            next.practices = []
        }
        next.move(by: patch, in: context, faults: &faults)
        return next
    }

    /// Status, its reason and the date of completion are tied: they move together.
    private mutating func move(by patch: ActionPatch, in context: ChangeContext, faults: inout [Fault]) {
        let before = status
        status = patch.status.given ?? status
        let kept = status == before ? statusReason : nil
        statusReason = Self.text(patch.statusReason, over: kept, Self.statusReasonRule, "status_reason", &faults)
        if status == .abandonnee, statusReason == nil, !faults.contains(where: { $0.member == "status_reason" }) {
            faults.append(
                Fault(
                    "status_reason", .required,
                    Message(
                        "Une action abandonnée doit dire pourquoi : donnez son motif.",
                        "An abandoned action must say why: give its reason (status_reason).")))
        }
        switch (status, patch.completedOn) {
        case (.realisee, .absent):
            // To say again that it is completed, from an earlier day, is to say that it was completed by that day.
            let known = before == .realisee ? completedOn : nil
            completedOn =
                patch.status.given == nil ? known ?? context.effectiveOn : min(known ?? context.effectiveOn, context.effectiveOn)
        case (.realisee, .null):
            faults.append(
                Fault(
                    "completed_on", .inconsistent,
                    Message(
                        "Une action réalisée garde sa date de mise en œuvre.",
                        "A completed action keeps its date of completion.")))
        case (.realisee, .value(let day)):
            completedOn = day
            if day > context.today {
                faults.append(
                    Fault(
                        "completed_on", .inTheFuture,
                        Message(
                            "La date de mise en œuvre ne peut pas être postérieure à aujourd’hui (\(context.today)).",
                            "The date of completion cannot be later than today (\(context.today)).")))
            }
        case (_, .value):
            faults.append(
                Fault(
                    "completed_on", .inconsistent,
                    Message(
                        "Une date de mise en œuvre ne vaut que pour une action réalisée : ôtez-la, ou changez l’état d’avancement.",
                        "A date of completion is only for an action that is done: take it out, or change the status.")))
        case (_, .absent), (_, .null):
            completedOn = nil
        }
    }

    private static func require(_ assignment: Assignment<some Any>, _ member: String, _ faults: inout [Fault]) {
        guard assignment.given == nil else { return }
        faults.append(Fault(member, .required, .required(member)))
    }

    private static func text(
        _ assignment: Assignment<String>, over current: String?, _ rule: TextRule, _ member: String,
        _ faults: inout [Fault]
    ) -> String? {
        guard let text = assignment.given else { return assignment.resolved(over: current) }
        if text == current { return current }
        return rule.checked(text, member: member, faults: &faults) ?? current
    }

    private static func contributors(_ names: [String], _ faults: inout [Fault]) -> [String] {
        guard names.count <= longestList else {
            faults.append(Fault("contributors", .tooMany, .tooMany(names.count, longestList)))
            return []
        }
        var kept: [String] = []
        for (index, name) in names.enumerated() {
            guard let name = leadRule.checked(name, member: "contributors/\(index)", faults: &faults) else { continue }
            if kept.contains(name) {
                faults.append(Fault("contributors/\(index)", .duplicate, .duplicate(name)))
            }
            kept.append(name)
        }
        return kept
    }
}

extension Message {
    package static func required(_ member: String) -> Message {
        Message("Le membre « \(member) » est obligatoire.", "The member “\(member)” is required.")
    }

    package static func tooMany(_ count: Int, _ most: Int) -> Message {
        Message("La liste compte \(count) éléments ; \(most) au plus.", "The list has \(count) items; \(most) at most.")
    }

    package static func duplicate(_ value: String) -> Message {
        Message("« \(value) » figure deux fois.", "“\(value)” appears twice.")
    }
}
