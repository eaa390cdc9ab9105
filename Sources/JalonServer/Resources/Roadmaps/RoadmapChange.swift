import ActionPlans
import Documents
import Postgres

/// `PATCH /v1/roadmaps/{roadmap}`
struct RoadmapChange: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let id: RoadmapID
    private let conditions: Conditions
    private let patch: RoadmapPatch
    /// The day on which the state ended.
    private let until: CivilDate?

    init(_ call: Call) throws {
        id = try call.roadmapID()
        conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        patch = RoadmapPatch(&members)
        until = members.date("until").given
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

    func decide(_ session: borrowing Session, from before: RoadmapRecord, in writing: Writing) throws -> RoadmapStatement? {
        // What was said of today is taken back like what was said of any other day, by whoever names that day.
        let corrects = request.effectiveOn != nil && patch.state.given != nil
        let known = try PastQueries.ofRoadmap(session, id, in: writing.context, orToday: corrects)
        let deletion = try PastQueries.lastDeletion(session, of: id, in: writing.context)
        let said = try before.roadmap.applying(patch, over: known, until: until, in: writing.context, by: writing.actor.role)
        try Roadmap.checkBeginning(said.changes, notBefore: deletion, in: writing.context)
        try RoadmapQueries.checkPastYears(session, of: id, said.changes, in: writing.context)
        try RevisionQueries.checkMayChange(session, from: before.roadmap, to: said.roadmap, by: writing.actor.role)
        return said.changes.isEmpty ? nil : said
    }

    func store(
        _ session: borrowing Session, _ said: RoadmapStatement, over before: RoadmapRecord, in writing: Writing
    ) throws -> [NewChange] {
        if (said.roadmap.validatedOn == nil) != (before.roadmap.validatedOn == nil) {
            try ActionQueries.setValidationCohort(session, of: id, said.roadmap.validatedOn != nil)
        }
        guard let resumption = said.resumption else { return [try change(session, said.roadmap, said.changes, in: writing)] }
        // What is said again comes first: what is told late then ends there.
        let change = try change(session, resumption.roadmap, resumption.changes, in: writing)
        try writing.on(resumption.day).record(session, [change])
        return []
    }

    func complete(_ session: borrowing Session, _ said: RoadmapStatement, in writing: Writing) throws {
        guard said.resumption != nil else { return }
        let later = try writing.later(session, from: writing.context.effectiveOn)
        try later.record(session, [change(session, said.roadmap, said.changes, in: later)])
    }

    private func change(
        _ session: borrowing Session, _ roadmap: Roadmap, _ changes: [MemberChange], in writing: Writing
    ) throws -> NewChange {
        NewChange(
            .updated, .roadmap(id), version: try RoadmapQueries.update(session, roadmap, at: writing.instant), changes)
    }

    func answer(
        _ session: borrowing Session, _ said: RoadmapStatement?, from before: RoadmapRecord, in writing: Writing
    ) throws -> Answer {
        let record = said == nil ? before : try RoadmapQueries.written(session, id, for: writing.actor)
        return Answer.json { record.write(to: &$0) }.tagged(record.tag)
    }
}
