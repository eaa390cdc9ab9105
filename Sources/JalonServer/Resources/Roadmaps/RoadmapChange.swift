import ActionPlans
import Documents
import Postgres

/// `PATCH /v1/roadmaps/{roadmap}`
struct RoadmapChange: ResourceWrite {
    struct Decision: Sendable {
        let roadmap: Roadmap
        let changes: [MemberChange]
    }

    let request: WriteRequest
    let faults: [Fault]
    private let id: RoadmapID
    private let conditions: Conditions
    private let patch: RoadmapPatch

    init(_ call: Call) throws {
        id = try call.roadmapID()
        conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        patch = RoadmapPatch(&members)
        members.finish(readOnly: RoadmapRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.roadmap(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> RoadmapRecord {
        try RoadmapQueries.writable(session, id, for: actor)
    }

    func checkPrecondition(_ session: borrowing Session, on before: RoadmapRecord) throws {
        try conditions.checkWrite(of: before.tag)
    }

    func decide(_ session: borrowing Session, from before: RoadmapRecord, in writing: Writing) throws -> Decision? {
        let known = try PastQueries.ofRoadmap(session, id, in: writing.context)
        let deletion = try PastQueries.lastDeletion(session, of: id, in: writing.context)
        let (roadmap, changes) = try before.roadmap.applying(patch, over: known, in: writing.context, by: writing.actor.role)
        try Roadmap.checkBeginning(changes, notBefore: deletion, in: writing.context)
        try RoadmapQueries.checkPastYears(session, of: id, changes, in: writing.context)
        return changes.isEmpty ? nil : Decision(roadmap: roadmap, changes: changes)
    }

    func store(
        _ session: borrowing Session, _ decision: Decision, over before: RoadmapRecord, in writing: Writing
    ) throws -> [NewChange] {
        try RoadmapQueries.update(session, decision.roadmap, at: writing.instant)
        if decision.roadmap.validatedOn != nil, before.roadmap.validatedOn == nil {
            try ActionQueries.markValidationCohort(session, of: id)
        }
        return [NewChange(.updated, .roadmap(id), version: before.version + 1, decision.changes)]
    }

    func answer(
        _ session: borrowing Session, _ decision: Decision?, from before: RoadmapRecord, in writing: Writing
    ) throws -> Answer {
        let record = decision == nil ? before : try RoadmapQueries.written(session, id, for: writing.actor)
        return Answer.json { record.write(to: &$0) }.tagged(record.tag)
    }
}
