/// What is known of a roadmap, day by day, where a write is true from a day of the past: a state is a step that has its place among
/// others.
package struct KnownRoadmap: Sendable {
    /// In order of date, from its beginning to today.
    private let states: [Dated<Roadmap>]
    private let day: KnownDay<Roadmap>
    /// The day of the write.
    private let date: CivilDate

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
        guard let known = states.last(where: { $0.since <= context.effectiveOn }) else {
            guard let first = states.first else { throw .invalid([]) }
            throw .beforeBeginning(of: first.state.id, since: first.since, isDraft: states.allSatisfy(\.state.isDraft))
        }
        day = KnownDay(known.state, next: next, tied: Roadmap.tied)
    }

    fileprivate var state: Roadmap { day.state }
    /// The day before, where the day itself has but one statement, which says again the state of that day: between two of a day it may
    /// have been another.
    fileprivate var eve: Roadmap? {
        guard statements == 1, let eve = states.last(where: { $0.since < date })?.state, eve.state == state.state else {
            return nil
        }
        return eve
    }
    fileprivate func placed(_ changes: [MemberChange]) -> [MemberChange] { day.placed(changes) }

    /// The state of which the next statement speaks, and its day.
    private var nextState: (state: RoadmapState, since: CivilDate)? {
        day.next("state").flatMap { since in states.last { $0.since <= since }.map { ($0.state.state, since) } }
    }

    /// - Throws: ``Refusal/conflict(key:_:)`` where the state is none that could follow that of the day, or be followed by the next
    ///   one that was stated. It names both with their days.
    fileprivate func checkSteps(to state: RoadmapState, by role: Role) throws(Refusal) {
        let id = day.state.id
        let earlier = day.state.state
        guard earlier != state else { return }
        do throws(Refusal) {
            try RoadmapState.checkMove(from: earlier, to: state, by: role)
        } catch {
            guard case .transitionRefused = error else { throw error }
            throw .steps(of: id, from: (earlier, since(earlier)), to: (state, date))
        }
        guard let next = nextState, next.state != state else { return }
        guard RoadmapState.isPossible(from: state, to: next.state) else {
            throw .steps(of: id, from: (state, date), to: (next.state, next.since))
        }
    }

    /// The first day, without a break until the day of the write, of the state that it was in then.
    private func since(_ state: RoadmapState) -> CivilDate {
        states.prefix { $0.since <= date }.reversed().prefix { $0.state.state == state }.last?.since ?? date
    }
}

extension Roadmap {
    /// The state and its dates are said together.
    package static let tied: Set<String> = ["state", "submitted_on", "validated_on"]

    /// What a patch says, and what becomes of the roadmap today.
    /// - Parameter known: what was known of it; nil for a patch that takes effect today.
    package func applying(
        _ patch: RoadmapPatch, over known: KnownRoadmap?, in context: ChangeContext, by role: Role
    ) throws(Refusal) -> (roadmap: Roadmap, changes: [MemberChange]) {
        guard let known else {
            let next = try applying(patch, in: context, by: role)
            return (next, next.changes(from: self))
        }
        if let state = patch.state.given { try known.checkSteps(to: state, by: role) }
        var said = try known.state.applying(patch, in: context, by: role)
        if patch.state.given == known.state.state, let eve = known.eve {
            said.takeDates(from: eve)
            if said != known.state { try RoadmapState.checkMayEnter(said.state, role) }
        }
        let changes = known.placed(said.changes(from: known.state))
        if !changes.isEmpty { try checkOpen() }
        var today = self
        for change in changes where change.until == nil { today.take(change.member, of: said) }
        return (today, changes)
    }

    /// As a whole document says it: a state that it is in today, and that could not be that of the day, is only today's.
    func applying(
        documented patch: RoadmapPatch, over known: KnownRoadmap?, in context: ChangeContext, by role: Role
    ) throws(Refusal) -> (roadmap: Roadmap, changes: [MemberChange]) {
        var patch = patch
        // A file that is applied again says nothing new.
        if let known, patch.state.given == known.state.state { patch.state = .absent }
        if let known, patch.state.given == state {
            do throws(Refusal) {
                try checkOpen()
                try known.checkSteps(to: state, by: role)
            } catch {
                patch.state = .absent
            }
        }
        return try applying(patch, over: known, in: context, by: role)
    }

    /// To say of a day again the state it was in is to say that the dates are those of the day before: so a date that a late entry
    /// has moved is corrected on the day of the next one.
    private mutating func takeDates(from eve: Roadmap) {
        if submittedOn != nil, let day = eve.submittedOn { submittedOn = day }
        if validatedOn != nil, let day = eve.validatedOn { validatedOn = day }
    }

    private mutating func take(_ member: String, of other: Roadmap) {
        switch member {
        case "last_year": lastYear = other.lastYear
        case "title": title = other.title
        case "state": state = other.state
        case "due_on": dueOn = other.dueOn
        case "submitted_on": submittedOn = other.submittedOn
        default: validatedOn = other.validatedOn
        }
    }

    /// What was deleted was there until then: a roadmap that began, or was submitted, before that day would count on it what
    /// it never had.
    /// - Parameter deletion: the last day until which anything that was deleted is still known to have been there.
    package static func checkBeginning(
        _ changes: [MemberChange], notBefore deletion: CivilDate?, in context: ChangeContext
    ) throws(Refusal) {
        let begins = changes.contains { change in
            change.member == "state" && (change.from == .null || change.from == .text(RoadmapState.brouillon.code))
        }
        guard begins, let deletion, context.effectiveOn < deletion else { return }
        throw .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    """
                    Une suppression a pris effet le \(deletion) dans cette feuille de route : elle ne peut être ni créée ni soumise avec \
                    effet avant ce jour.
                    """,
                    """
                    A deletion took effect on \(deletion) in this roadmap: it can be neither created nor submitted with effect \
                    before that day.
                    """))
        ])
    }
}

extension Refusal {
    fileprivate static func steps(
        of id: RoadmapID, from: (state: RoadmapState, since: CivilDate), to: (state: RoadmapState, since: CivilDate)
    ) -> Refusal {
        let (earlier, later) = (from.since.inWords, to.since.inWords)
        return .conflict(
            key: id.description,
            Fault(
                "state", .inconsistent,
                Message(
                    """
                    « \(to.state.code) » (le \(later.french)) ne peut pas suivre « \(from.state.code) » (depuis le \(earlier.french)) : dites \
                    d’abord l’état qui manque entre les deux, ou corrigez celui qui est faux, à sa date.
                    """,
                    """
                    “\(to.state.code)” (on \(later.english)) cannot follow “\(from.state.code)” (since \(earlier.english)): first say the \
                    state that is missing between them, or correct the one that is wrong, on its own day.
                    """)))
    }
}
