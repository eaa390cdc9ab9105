import ActionPlans
import Documents
import Postgres

/// `POST /v1/roadmaps`
struct RoadmapCreation: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let id: RoadmapID
    private let patch: RoadmapPatch

    init(_ call: Call) throws {
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        let ministry = members.ministry("ministry")
        let firstYear = members.required("first_year", members.integer("first_year", in: RoadmapID.years))
        patch = RoadmapPatch(&members)
        members.finish(readOnly: RoadmapRecord.readOnlyMembers)
        faults = noted.faults
        guard let ministry, let firstYear, let id = RoadmapID(ministry: ministry, firstYear: firstYear) else {
            throw Refusal.invalid(faults)
        }
        self.id = id
    }

    var lock: WriteLock { ResourceID.roadmap(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws {
        try actor.checkMayWritePlans(of: id.ministry)
    }

    func decide(_ session: borrowing Session, from before: Void, in writing: Writing) throws -> Roadmap? {
        let deletion = try PastQueries.lastDeletion(session, of: id, in: writing.context)
        let unknown = try MinistryQueries.unknown(session, among: [id.ministry])
        let roadmap = try Refusal.adding(to: unknown.map { .unknownMinistry($0, member: "ministry") }) { () throws(Refusal) in
            let roadmap = try Roadmap.creating(id, patch, in: writing.context, by: writing.actor.role)
            try Roadmap.checkBeginning(roadmap.changes(from: nil), notBefore: deletion, in: writing.context)
            return roadmap
        }
        try RoadmapQueries.checkPastYears(session, of: id, roadmap.changes(from: nil), in: writing.context)
        return roadmap
    }

    func store(
        _ session: borrowing Session, _ roadmap: Roadmap, over before: Void, in writing: Writing
    ) throws -> [NewChange] {
        guard let version = try RoadmapQueries.insert(session, roadmap, at: writing.instant) else {
            throw Refusal.roadmapExists(id)
        }
        return [NewChange(.created, .roadmap(id), version: version, roadmap.changes(from: nil))]
    }

    func answer(
        _ session: borrowing Session, _ roadmap: Roadmap?, from before: Void, in writing: Writing
    ) throws -> Answer {
        let record = try RoadmapQueries.written(session, id, for: writing.actor)
        return Answer.json { record.write(to: &$0) }.tagged(record.tag).created(at: ResourceID.roadmap(id).address)
    }
}
