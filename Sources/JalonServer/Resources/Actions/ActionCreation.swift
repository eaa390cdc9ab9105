import ActionPlans
import Documents
import Postgres

/// `POST /v1/roadmaps/{roadmap}/actions`
struct ActionCreation: ResourceWrite {
    struct Decision: Sendable {
        let id: ActionID
        let action: Action
    }

    let request: WriteRequest
    let faults: [Fault]
    private let roadmap: RoadmapID
    /// nil where the request gives none that can be one; the faults say so.
    private let code: ActionCode?
    private let patch: ActionPatch
    private let catalogue: PracticeCatalogue

    init(_ call: Call) throws {
        roadmap = try call.roadmapID()
        catalogue = call.server.catalogue
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        code = members.actionCode()
        patch = ActionPatch(&members, labels: nil)
        members.finish(readOnly: ActionRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.roadmap(roadmap).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> RoadmapRecord {
        let record = try RoadmapQueries.writable(session, roadmap, for: actor)
        try record.roadmap.checkOpen()
        return record
    }

    /// What does not exist yet has no state that the caller could have read.
    func checkPrecondition(_ session: borrowing Session, on before: RoadmapRecord) throws {}

    func decide(_ session: borrowing Session, from before: RoadmapRecord, in writing: Writing) throws -> Decision? {
        // Refuses a day on which the roadmap was not there yet.
        _ = try PastQueries.ofRoadmap(session, roadmap, in: writing.context)
        let action = try Action.creating(patch, in: writing.context, catalogue: catalogue)
        guard let code else { throw Refusal.invalid([]) }
        let id = ActionID(roadmap: roadmap, code: code)
        guard before.actionCount < PlanDocument.mostActions else { throw Refusal.fullRoadmap(roadmap) }
        guard try ActionQueries.find(session, id, visibleTo: writing.actor) == nil else { throw Refusal.codeTaken(id) }
        try CommittedChanges.check(session, in: before.roadmap, for: writing) { $0.add(code, .addition) }
        return Decision(id: id, action: action)
    }

    func store(
        _ session: borrowing Session, _ decision: Decision, over before: RoadmapRecord, in writing: Writing
    ) throws -> [NewChange] {
        let code = decision.id.code
        let versions = try ActionQueries.insert(
            session, [(code, decision.action)], into: roadmap, inCohort: false, at: writing.instant)
        try RoadmapQueries.touchPlan(session, roadmap, changes: 1, addedActions: 1)
        return [
            NewChange(
                .created, .action(decision.id), version: versions[code.text] ?? 1, decision.action.changes(from: nil))
        ]
    }

    func answer(
        _ session: borrowing Session, _ decision: Decision?, from before: RoadmapRecord, in writing: Writing
    ) throws -> Answer {
        guard let decision else { throw Problem.notFound() }
        return try ActionQueries.written(session, decision.id, for: writing.actor).answer
            .created(at: ResourceID.action(decision.id).address)
    }
}
