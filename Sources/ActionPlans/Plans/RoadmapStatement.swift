/// What a write says of a roadmap.
package struct RoadmapStatement: Sendable {
    /// What becomes of it today, once all is said.
    package let roadmap: Roadmap
    package let changes: [MemberChange]
    /// What goes on from the day until which the state was said to have held, and is said again of that day.
    package let resumption: Resumption?
    /// The state of a document that is so today, and was not said of its day, because it could not be that of the day.
    package fileprivate(set) var unsaid: RoadmapState?

    package struct Resumption: Sendable {
        package let day: CivilDate
        /// What becomes of the roadmap today by it alone.
        package let roadmap: Roadmap
        package let changes: [MemberChange]
    }
}

extension Roadmap {
    /// The state and its dates are said together.
    package static let tied: Set<String> = ["state", "submitted_on", "validated_on"]

    /// What a patch says, and what becomes of the roadmap today.
    /// - Parameters:
    ///   - known: what was known of it; nil for a patch that takes effect today.
    ///   - until: the day on which the state that was known goes on; nil where the patch tells no such day.
    package func applying(
        _ patch: RoadmapPatch, over known: KnownRoadmap?, until: CivilDate? = nil, in context: ChangeContext, by role: Role
    ) throws(Refusal) -> RoadmapStatement {
        if let until { try patch.checkEnd(until, in: context) }
        guard let known else {
            let next = try applying(patch, in: context, by: role)
            return RoadmapStatement(roadmap: next, changes: next.changes(from: self), resumption: nil)
        }
        let said = try known.saying(patch, in: context, by: role)
        let resumed = try until.flatMap { day throws(Refusal) in try known.resuming(after: said, on: day, by: role) }
        if resumed == nil { try known.checkNextStep(from: said.state) }
        var changes = known.placed(said.changes(from: known.state))
        if !changes.isEmpty { try checkOpen() }
        guard let until, let resumed else {
            return RoadmapStatement(roadmap: taking(changes, of: said), changes: changes, resumption: nil)
        }
        let again = known.placed(resumed.changes)
        let after = taking(again, of: resumed.roadmap)
        for place in changes.indices where Roadmap.tied.contains(changes[place].member) { changes[place].until = until }
        return RoadmapStatement(
            roadmap: after.taking(changes, of: said), changes: changes,
            resumption: RoadmapStatement.Resumption(day: until, roadmap: after, changes: again))
    }

    /// As a whole document says it: a state that it is in today, and that could not be that of the day, is only today's. It takes back
    /// nothing that was said of its day.
    func applying(
        documented patch: RoadmapPatch, over known: KnownRoadmap?, in context: ChangeContext, by role: Role
    ) throws(Refusal) -> RoadmapStatement {
        var patch = patch
        var unsaid: RoadmapState?
        // A file that is applied again says nothing new.
        if let known, patch.state.given == known.state.state { patch.state = .absent }
        if let known, let state = patch.state.given {
            do throws(Refusal) {
                try checkOpen()
                try known.checkStep(to: state, by: role)
                try known.checkNextStep(from: state)
            } catch {
                guard state == self.state else { throw error }
                patch.state = .absent
                unsaid = state
            }
        }
        var said = try applying(patch, over: known, in: context, by: role)
        said.unsaid = unsaid
        return said
    }

    /// With what holds today of some changes.
    private func taking(_ changes: [MemberChange], of said: Roadmap) -> Roadmap {
        var today = self
        for change in changes where change.until == nil { today.take(change.member, of: said) }
        return today
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

    /// To say of a day again the state it was in is to say that the dates are those of the day before: so a date that a late entry
    /// has moved is corrected on the day of the next one.
    mutating func takeDates(from eve: Roadmap) {
        if submittedOn != nil, let day = eve.submittedOn { submittedOn = day }
        if validatedOn != nil, let day = eve.validatedOn { validatedOn = day }
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
        let day = deletion.inWords
        throw .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    """
                    Une suppression a pris effet le \(day.french) dans cette feuille de route : elle ne peut être ni créée ni soumise avec \
                    effet avant ce jour.
                    """,
                    """
                    A deletion took effect on \(day.english) in this roadmap: it can be neither created nor submitted with effect \
                    before that day.
                    """))
        ])
    }
}
