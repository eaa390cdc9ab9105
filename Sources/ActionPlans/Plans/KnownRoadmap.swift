/// What is known of a roadmap, day by day, where a write is true from a day of the past: a state is a step that has its place among
/// others.
package struct KnownRoadmap: Sendable {
    /// In order of date, from its beginning to today.
    private let states: [Dated<Roadmap>]
    private let day: KnownDay<Roadmap>
    /// The day of the write.
    private let date: CivilDate
    private let isToday: Bool
    /// How many changes speak of its state on that day.
    private let statements: Int

    /// - Parameters:
    ///   - states: in order of date, from its beginning to today.
    ///   - next: by member, the next day on which a change speaks of it.
    ///   - statements: how many changes speak of its state on the day of the write.
    /// - Throws: ``Refusal/invalid(_:)`` when the roadmap was not there on the day of the write.
    package init(
        _ states: [Dated<Roadmap>], next: [String: CivilDate], statements: Int = 1, in context: ChangeContext
    ) throws(Refusal) {
        self.states = states
        self.statements = statements
        date = context.effectiveOn
        isToday = context.effectiveOn == context.today
        guard let known = states.last(where: { $0.since <= context.effectiveOn }) else {
            guard let first = states.first else { throw .invalid([]) }
            throw .beforeBeginning(of: first.state.id, since: first.since, isDraft: states.allSatisfy(\.state.isDraft))
        }
        day = KnownDay(known.state, next: next, tied: Roadmap.tied)
    }

    var state: Roadmap { day.state }
    private var eve: Roadmap? { states.last { $0.since < date }?.state }
    func placed(_ changes: [MemberChange]) -> [MemberChange] { day.placed(changes) }

    /// The roadmap of the day, with what a patch says of it.
    /// - Throws: ``Refusal/conflict(key:_:)`` where the state is none that could follow that of the day. It names both with their days.
    func saying(_ patch: RoadmapPatch, in context: ChangeContext, by role: Role) throws(Refusal) -> Roadmap {
        guard let state = patch.state.given else { return try self.state.applying(patch, in: context, by: role) }
        guard !takesBack(with: state) else {
            var rest = patch
            rest.state = .absent
            return try takingBack(with: state, in: context, by: role).applying(rest, in: context, by: role)
        }
        try checkStep(to: state, by: role)
        var said = try self.state.applying(patch, in: context, by: role)
        // Between two statements of one day it may have been in another state.
        if state == self.state.state, statements == 1, let eve, follows(eve, state) {
            said.takeDates(from: eve)
            if said != self.state { try RoadmapState.checkMayEnter(state, role) }
        }
        return said
    }

    func checkStep(to state: RoadmapState, by role: Role) throws(Refusal) {
        let earlier = self.state.state
        guard earlier != state else { return }
        do throws(Refusal) {
            try RoadmapState.checkMove(from: earlier, to: state, by: role)
        } catch {
            guard case .transitionRefused = error, !isToday else { throw error }
            throw .steps(of: self.state.id, from: (earlier, since(earlier)), to: (state, date))
        }
    }

    /// - Throws: ``Refusal/conflict(key:_:)`` where a state that is said of the day cannot be followed by the next one that was stated.
    func checkNextStep(from state: RoadmapState) throws(Refusal) {
        guard state != self.state.state, let since = day.next("state"), let next = on(since), next.state != state else { return }
        guard RoadmapState.isPossible(from: state, to: next.state) else {
            throw .steps(of: next.id, from: (state, date), to: (next.state, since), mayHaveEnded: true)
        }
    }

    private func on(_ day: CivilDate) -> Roadmap? { states.last { $0.since <= day }?.state }

    /// The first day, without a break until the day of the write, of the state that it was in then.
    private func since(_ state: RoadmapState) -> CivilDate {
        states.prefix { $0.since <= date }.reversed().prefix { $0.state.state == state }.last?.since ?? date
    }
}

// MARK: What was said wrongly of the day

extension KnownRoadmap {
    /// Whether a state can be that of the day only if what was said of that very day was wrong: it could not follow it, but it could
    /// follow the day before.
    func takesBack(with state: RoadmapState) -> Bool {
        guard statements > 0, state != self.state.state, !RoadmapState.isPossible(from: self.state.state, to: state) else {
            return false
        }
        return follows(eve, state)
    }

    private func follows(_ eve: Roadmap?, _ state: RoadmapState) -> Bool {
        eve?.state == state || RoadmapState.isPossible(from: eve?.state, to: state)
    }

    /// The roadmap of the day, in a state that follows the day before.
    /// - Throws: ``Refusal/forbidden(_:)`` for who may not say what is taken back, ``Refusal/invalid(_:)`` without a reason.
    private func takingBack(with state: RoadmapState, in context: ChangeContext, by role: Role) throws(Refusal) -> Roadmap {
        try RoadmapState.checkMayEnter(self.state.state, role)
        if eve?.state != state { try RoadmapState.checkMove(from: eve?.state, to: state, by: role) }
        guard context.reason != nil else { throw .reasonMissing(self.state.state, on: date, for: state) }
        var corrected = self.state
        (corrected.submittedOn, corrected.validatedOn) = (eve?.submittedOn, eve?.validatedOn)
        corrected.enter(state, on: date)
        return corrected
    }
}

// MARK: A state that ended before the next one that is known

extension KnownRoadmap {
    /// The roadmap that goes on after a state that is told late.
    /// - Parameter day: the day on which it goes on.
    /// - Returns: nil where that is so without a word.
    /// - Throws: ``Refusal/invalid(_:)`` where something else was stated before that day, ``Refusal/conflict(key:_:)`` where the state
    ///   that goes on could not follow.
    func resuming(
        after said: Roadmap, on day: CivilDate, by role: Role
    ) throws(Refusal) -> (roadmap: Roadmap, changes: [MemberChange])? {
        let next = self.day.next("state")
        if let next, next < day { throw .endsTooLate(next) }
        guard next != day, said.state != state.state, let known = on(day), known.state != said.state else { return nil }
        do throws(Refusal) {
            try RoadmapState.checkMove(from: said.state, to: known.state, by: role)
        } catch {
            guard case .transitionRefused = error else { throw error }
            throw .steps(of: known.id, from: (said.state, date), to: (known.state, day))
        }
        var resumed = known
        (resumed.submittedOn, resumed.validatedOn) = (said.submittedOn, said.validatedOn)
        resumed.enter(known.state, on: day)
        return (resumed, [.saidAgain("state", .text(known.state.code))] + resumed.changes(from: known))
    }
}

extension RoadmapPatch {
    /// - Throws: ``Refusal/invalid(_:)`` where no state of the past could have ended on that day.
    func checkEnd(_ until: CivilDate, in context: ChangeContext) throws(Refusal) {
        if state.given == nil { throw .endsNothing }
        if until <= context.effectiveOn || until > context.today { throw .endsOutside(context) }
    }
}

extension Refusal {
    /// - Parameter mayHaveEnded: whether the first of both is the one that is told late.
    fileprivate static func steps(
        of id: RoadmapID, from: (state: RoadmapState, since: CivilDate), to: (state: RoadmapState, since: CivilDate),
        mayHaveEnded: Bool = false
    ) -> Refusal {
        let (earlier, later) = (from.since.inWords, to.since.inWords)
        let advice =
            mayHaveEnded
            ? Message(
                "si « \(from.state.code) » a cessé avant, dites quel jour dans « until » ; sinon corrigez l’état qui est faux, à sa date.",
                "if “\(from.state.code)” ended before, say on which day in “until”; otherwise correct the state that is wrong, on its own day."
            )
            : Message(
                "dites d’abord l’état qui manque entre les deux, ou corrigez celui qui est faux, à sa date.",
                "first say the state that is missing between them, or correct the one that is wrong, on its own day.")
        return .conflict(
            key: id.description,
            Fault(
                "state", .inconsistent,
                Message(
                    "« \(to.state.code) » (le \(later.french)) ne peut pas suivre « \(from.state.code) » (depuis le \(earlier.french)) : \(advice.french)",
                    "“\(to.state.code)” (on \(later.english)) cannot follow “\(from.state.code)” (since \(earlier.english)): \(advice.english)"
                )))
    }

    fileprivate static func reasonMissing(_ said: RoadmapState, on day: CivilDate, for state: RoadmapState) -> Refusal {
        let day = day.inWords
        return .invalid([
            Fault(
                "reason", .required,
                Message(
                    """
                    « \(said.code) » a été dite du \(day.french), et « \(state.code) » ne peut pas la suivre : pour reprendre ce qui a été dit de ce \
                    jour, donnez le motif de la correction dans « reason ».
                    """,
                    """
                    “\(said.code)” was said of \(day.english), and “\(state.code)” cannot follow it: to take back what was said of that day, give \
                    the reason of the correction in “reason”.
                    """))
        ])
    }

    fileprivate static let endsNothing = Refusal.invalid([
        Fault(
            "until", .inconsistent,
            Message(
                "« until » dit jusqu’à quel jour un état a duré : donnez aussi cet état, dans « state ».",
                "“until” says until which day a state has lasted: give that state too, in “state”."))
    ])

    fileprivate static func endsOutside(_ context: ChangeContext) -> Refusal {
        let (first, today) = (context.effectiveOn.inWords, context.today.inWords)
        return .invalid([
            Fault(
                "until", .inconsistent,
                Message(
                    """
                    « until » est le jour où l’état a cessé : un jour après « effective_on » (ici le \(first.french)), et au plus tard aujourd’hui \
                    (le \(today.french)).
                    """,
                    """
                    “until” is the day on which the state ended: a day after “effective_on” (here \(first.english)), and today at the latest \
                    (\(today.english)).
                    """))
        ])
    }

    fileprivate static func endsTooLate(_ next: CivilDate) -> Refusal {
        let day = next.inWords
        return .invalid([
            Fault(
                "until", .inconsistent,
                Message(
                    "Un autre état est connu depuis le \(day.french) : « until » ne peut pas être plus tard. Sans « until », l’état dure jusque-là.",
                    "Another state is known since \(day.english): “until” cannot be later. Without “until”, the state lasts until then."
                ))
        ])
    }
}
