/// What is known of a roadmap apart from its actions.
package struct Roadmap: Hashable, Sendable {
    package let id: RoadmapID
    package var lastYear: Int
    package var title: String
    package var state: RoadmapState
    package var dueOn: CivilDate?
    package var submittedOn: CivilDate?
    package var validatedOn: CivilDate?

    package static let defaultTitle = "Feuille de route numérique écoresponsable"
    package static let titleRule = TextRule(longest: 300)

    package init(
        id: RoadmapID, lastYear: Int, title: String, state: RoadmapState, dueOn: CivilDate? = nil,
        submittedOn: CivilDate? = nil, validatedOn: CivilDate? = nil
    ) {
        self.id = id
        self.lastYear = lastYear
        self.title = title
        self.state = state
        self.dueOn = dueOn
        self.submittedOn = submittedOn
        self.validatedOn = validatedOn
    }

    /// Whether drafts are at stake: only the ministry itself and the coordinators see it then.
    package var isDraft: Bool { state == .brouillon }

    /// Whether a figure for this year counts it; a roadmap of several years counts in each.
    package func covers(_ year: Int) -> Bool { (id.firstYear...lastYear).contains(year) }

    package func checkOpen() throws(Refusal) {
        guard state != .close else { throw .roadmapClosed(id) }
    }
}

/// What a write asks of a roadmap.
package struct RoadmapPatch: Sendable, Equatable {
    package var lastYear: Assignment<Int> = .absent
    package var title: Assignment<String> = .absent
    package var state: Assignment<RoadmapState> = .absent
    package var dueOn: Assignment<CivilDate> = .absent

    package init() {}
}

extension Roadmap {
    /// The roadmap a patch makes from nothing.
    package static func creating(
        _ id: RoadmapID, _ patch: RoadmapPatch, in context: ChangeContext, by role: Role
    ) throws(Refusal) -> Roadmap {
        let state = patch.state.given ?? .brouillon
        var rest = patch
        // Null is no state, here as in a change.
        if patch.state != .null { rest.state = .absent }
        let blank = Roadmap(id: id, lastYear: id.firstYear, title: defaultTitle, state: .brouillon)
        var roadmap = try blank.applying(rest, in: context, by: role)
        try RoadmapState.checkMove(from: nil, to: state, by: role)
        roadmap.enter(state, on: context.effectiveOn)
        return roadmap
    }

    /// The roadmap after a patch.
    /// - Throws: ``Refusal/roadmapClosed(_:)`` when it is closed and the patch would change it.
    package func applying(
        _ patch: RoadmapPatch, in context: ChangeContext, by role: Role
    ) throws(Refusal) -> Roadmap {
        var faults: [Fault] = []
        var next = self
        if let title = patch.title.given, title != self.title {
            next.title = Self.titleRule.checked(title, member: "title", faults: &faults) ?? self.title
        } else if patch.title == .null {
            faults.append(Fault("title", .required, .required("title")))
        }
        next.lastYear = patch.lastYear.resolved(over: lastYear) ?? id.firstYear
        let years = id.firstYear...(id.firstYear + RoadmapID.longestSpan - 1)
        if !years.contains(next.lastYear) {
            faults.append(
                Fault(
                    "last_year", .outOfRange,
                    Message(
                        "La dernière année doit être comprise entre \(years.lowerBound) et \(years.upperBound).",
                        "The last year must lie between \(years.lowerBound) and \(years.upperBound).")))
        }
        next.dueOn = patch.dueOn.resolved(over: dueOn)
        if patch.state == .null { faults.append(Fault("state", .required, .required("state"))) }
        guard faults.isEmpty else { throw .invalid(faults) }
        if let state = patch.state.given, state != self.state {
            try RoadmapState.checkMove(from: self.state, to: state, by: role)
            next.enter(state, on: context.effectiveOn)
            try next.checkDates()
        }
        if next != self { try checkOpen() }
        return next
    }

    /// Ties the dates to the state: submitted unless a draft, validated when valid.
    mutating func enter(_ state: RoadmapState, on day: CivilDate) {
        self.state = state
        submittedOn = state == .brouillon ? nil : submittedOn ?? day
        validatedOn = state.isValidated ? validatedOn ?? day : nil
    }

    /// The date of submission decides who is late: nothing else moves it.
    func checkDates() throws(Refusal) {
        guard let submittedOn, let validatedOn, validatedOn < submittedOn else { return }
        let (submitted, validated) = (submittedOn.inWords, validatedOn.inWords)
        throw .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    "Une feuille de route soumise le \(submitted.french) ne peut pas être validée le \(validated.french).",
                    "A roadmap submitted on \(submitted.english) cannot be validated on \(validated.english)."))
        ])
    }

    /// The members that differ from an earlier state; from nothing, the members that say something.
    package func changes(from earlier: Roadmap?) -> [MemberChange] {
        Self.members.compactMap { member, value in
            MemberChange(member: member, from: earlier.map(value) ?? .null, to: value(self))
        }
    }

    package func changesOfDeletion() -> [MemberChange] {
        Self.members.compactMap { member, value in
            MemberChange(member: member, from: value(self), to: .null)
        }
    }

    static let members: [(String, @Sendable (Roadmap) -> MemberValue)] = [
        ("last_year", { .number($0.lastYear) }),
        ("title", { .text($0.title) }),
        ("state", { .text($0.state.code) }),
        ("due_on", { MemberValue($0.dueOn?.description) }),
        ("submitted_on", { MemberValue($0.submittedOn?.description) }),
        ("validated_on", { MemberValue($0.validatedOn?.description) }),
    ]
}
