import ActionPlans
import Documents
import Postgres

/// `PATCH /v1/actions/{action}`
struct ActionChange: ResourceWrite {
    struct Decision: Sendable {
        let action: Action
        let changes: [MemberChange]
    }

    let request: WriteRequest
    let faults: [Fault]
    private let id: ActionID
    private let conditions: Conditions
    private let patch: ActionPatch
    private let catalogue: PracticeCatalogue

    init(_ call: Call) throws {
        id = try call.actionID()
        conditions = try call.conditions()
        catalogue = call.server.catalogue
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        patch = ActionPatch(&members, labels: nil)
        members.finish(readOnly: ActionRecord.readOnlyMembers.union(["code"]))
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.action(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> PlannedAction {
        try ActionQueries.writable(session, id, for: actor)
    }

    func checkPrecondition(_ session: borrowing Session, on before: PlannedAction) throws {
        try conditions.checkWrite(of: before.record.tag)
    }

    func decide(_ session: borrowing Session, from before: PlannedAction, in writing: Writing) throws -> Decision? {
        let day = try PastQueries.ofAction(session, id, in: writing.context)
        let (action, changes) = try before.record.action.applying(patch, on: day, in: writing.context, catalogue: catalogue)
        if changes.isEmpty { return nil }
        try before.roadmap.checkOpen()
        try CommittedChanges.check(session, in: before.roadmap, for: writing) { $0.add(id.code, changes: changes) }
        return Decision(action: action, changes: changes)
    }

    func store(
        _ session: borrowing Session, _ decision: Decision, over before: PlannedAction, in writing: Writing
    ) throws -> [NewChange] {
        try ActionQueries.updateLater(session, id.code, decision.action, of: id.roadmap, at: writing.instant)
        try RoadmapQueries.touchPlan(session, id.roadmap, changes: 1, addedActions: 0)
        return [NewChange(.updated, .action(id), version: before.record.version + 1, decision.changes)]
    }

    func answer(
        _ session: borrowing Session, _ decision: Decision?, from before: PlannedAction, in writing: Writing
    ) throws -> Answer {
        try ActionQueries.written(session, id, for: writing.actor).answer
    }
}
