import ActionPlans
import HTTPTypes
import Postgres

/// `DELETE /v1/actions/{action}`: only from a draft, or from a validated plan by a coordinator who says why. From a draft that was never
/// submitted, it is taken back from its beginning.
struct ActionDeletion: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault] = []
    private let id: ActionID
    private let conditions: Conditions

    init(_ call: Call) throws {
        id = try call.actionID()
        conditions = try call.conditions()
        request = try WriteRequest(call)
    }

    var lock: WriteLock { ResourceID.action(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> PlannedAction {
        try ActionQueries.writable(session, id, for: actor)
    }

    func checkPrecondition(_ session: borrowing Session, on before: PlannedAction) throws {
        try conditions.checkWrite(of: before.record.tag)
    }

    func day(_ session: borrowing Session, from before: PlannedAction) throws -> CivilDate? {
        try PastQueries.beginningOfDraft(session, id.roadmap, action: id.code)
    }

    func decide(_ session: borrowing Session, from before: PlannedAction, in writing: Writing) throws -> ActionRecord? {
        try before.roadmap.checkOpen()
        if before.roadmap.state == .validee {
            try CommittedChanges.check(session, in: before.roadmap, for: writing) { $0.add(id.code, .removal) }
            try PastQueries.checkRemoval(session, from: before.roadmap, [id.code], in: writing.context)
            return before.record
        }
        guard before.roadmap.isDraft else { throw Refusal.notADraft(id.roadmap) }
        try PastQueries.checkDraft(session, id.roadmap, since: writing.context)
        return before.record
    }

    func store(
        _ session: borrowing Session, _ deleted: ActionRecord, over before: PlannedAction, in writing: Writing
    ) throws -> [NewChange] {
        try RoadmapQueries.touchPlan(session, id.roadmap, changes: 1, addedActions: -1)
        return try ActionQueries.removal(session, deleted)
    }

    func answer(
        _ session: borrowing Session, _ deleted: ActionRecord?, from before: PlannedAction, in writing: Writing
    ) throws -> Answer {
        Answer(.noContent)
    }
}
