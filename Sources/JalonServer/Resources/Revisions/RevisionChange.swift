import ActionPlans
import Documents
import Postgres

/// `PATCH /v1/roadmaps/{roadmap}/revision`: moves it to another state. A validation puts all in place, at one date.
struct RevisionChange: ResourceWrite {
    struct Decision: Sendable {
        let revision: Revision
        /// What becomes of the plan, where it is validated.
        let validation: RevisionValidation?
    }

    let request: WriteRequest
    let faults: [Fault]
    private let roadmap: RoadmapID
    private let conditions: Conditions
    private let state: RevisionState?
    private let catalogue: PracticeCatalogue
    private let language: Language

    init(_ call: Call) throws {
        roadmap = try call.roadmapID()
        conditions = try call.conditions()
        catalogue = call.server.catalogue
        language = call.language
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        let state = members.code("state", as: RevisionState.self)
        if state == .null { members.add("state", .required, .required("state")) }
        self.state = state.given
        if request.effectiveOn != nil, state.given != .validee { noted.add(.datesNoValidation) }
        members.finish(readOnly: RevisionDocument.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.roadmap(roadmap).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> PlannedRevision {
        try PlannedRevision(session, of: roadmap, for: actor, in: language)
    }

    func checkPrecondition(_ session: borrowing Session, on before: PlannedRevision) throws {
        try before.check(conditions)
    }

    func decide(_ session: borrowing Session, from before: PlannedRevision, in writing: Writing) throws -> Decision? {
        let (former, role) = (before.record.revision, writing.actor.role)
        guard let state, state != former.state else { return nil }
        try RevisionState.checkMove(from: former.state, to: state, by: role, reason: writing.context.reason)
        try former.checkMayBecome(state, of: before.record.id, with: before.actions)
        var revision = former
        revision.state = state
        revision.stateReason = state == .enPreparation || state == .abandonnee ? writing.context.reason : nil
        let validation =
            state == .validee ? try RevisionValidation(session, of: former, over: before, in: writing, catalogue) : nil
        return Decision(revision: revision, validation: validation)
    }

    func store(
        _ session: borrowing Session, _ decision: Decision, over before: PlannedRevision, in writing: Writing
    ) throws -> [NewChange] {
        let changes = try decision.validation?.store(session, in: writing) ?? []
        return changes + [try before.record.becoming(decision.revision, session, at: writing.instant)]
    }

    func complete(_ session: borrowing Session, _ decision: Decision, in writing: Writing) throws {
        try decision.validation?.storage.complete(session, in: writing)
    }

    func answer(
        _ session: borrowing Session, _ decision: Decision?, from before: PlannedRevision, in writing: Writing
    ) throws -> Answer {
        try PlannedRevision.answer(session, of: roadmap, for: writing.actor, in: language)
    }
}

/// What the validation of a revision does to its plan: the rules and the statements are those of a plan document, and of deletions.
struct RevisionValidation: Sendable {
    let storage: PlanStorage
    private let removed: [ActionRecord]

    /// - Throws: ``Refusal/invalid(_:)`` where the revision cannot hold from the day that is given until today.
    init(
        _ session: borrowing Session, of revision: Revision, over before: PlannedRevision, in writing: Writing,
        _ catalogue: PracticeCatalogue
    ) throws {
        let (roadmap, context) = (before.roadmap.roadmap, writing.context)
        try PastQueries.checkValidated(roadmap, on: context)
        let past = try PastQueries.ofPlan(session, roadmap.id, Array(before.stored.keys), completions: [], in: context)
        let difference = try PlanDifference(
            applying: revision.document, to: roadmap.id, roadmap: roadmap, stored: before.actions, past: past, in: context,
            by: writing.actor.role, catalogue: catalogue)
        try revision.checkHoldsToday(difference, past)
        removed = revision.removals.compactMap { before.stored[$0] }
        try PastQueries.checkRemoval(session, from: roadmap, removed.map(\.id.code), in: context)
        let added = difference.count(.created)
        guard before.roadmap.actionCount + added - removed.count <= PlanDocument.mostActions else {
            throw Refusal.fullRoadmap(roadmap.id)
        }
        storage = PlanStorage(id: roadmap.id, difference: difference)
    }

    /// - Returns: what history keeps of the plan.
    func store(_ session: borrowing Session, in writing: Writing) throws -> [NewChange] {
        let changes = try storage.storeActions(session, in: writing)
        let deletions = try removed.flatMap { try ActionQueries.removal(session, $0) }
        try RoadmapQueries.touchPlan(
            session, storage.id, changes: changes.count + removed.count,
            addedActions: storage.difference.count(.created) - removed.count)
        return changes + deletions
    }
}

extension ActionQueries {
    /// Takes an action out of its plan, with its impacts.
    /// - Returns: what history keeps of it.
    static func removal(_ session: borrowing Session, _ action: ActionRecord) throws -> [NewChange] {
        try delete(session, action.id)
        return try ImpactQueries.deletions(session, of: action.id.roadmap, action: action.id.code)
            + [NewChange(.deleted, .action(action.id), version: action.version + 1, action.action.changesOfDeletion())]
    }
}

extension Fault {
    fileprivate static let datesNoValidation = Fault(
        "effective_on", .inconsistent,
        Message(
            "Seule une validation a une date d’effet : ce qui attend n’en a pas encore. Ôtez « effective_on ».",
            "Only a validation has an effective date: what waits has none yet. Take “effective_on” out."))
}
