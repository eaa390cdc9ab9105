import ActionPlans
import HTTPTypes
import Postgres

/// `DELETE /v1/roadmaps/{roadmap}`: only a draft can be deleted, with all it holds; its history stays. One that was never
/// submitted is taken back from its beginning, so that it can be made again as of an earlier day.
struct RoadmapDeletion: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault] = []
    private let id: RoadmapID
    private let conditions: Conditions

    init(_ call: Call) throws {
        id = try call.roadmapID()
        conditions = try call.conditions()
        request = try WriteRequest(call)
    }

    var lock: WriteLock { ResourceID.roadmap(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> RoadmapRecord {
        try RoadmapQueries.writable(session, id, for: actor)
    }

    func checkPrecondition(_ session: borrowing Session, on before: RoadmapRecord) throws {
        try conditions.checkWrite(of: before.tag)
    }

    func day(_ session: borrowing Session, from before: RoadmapRecord) throws -> CivilDate? {
        try PastQueries.beginningOfDraft(session, id)
    }

    func decide(_ session: borrowing Session, from before: RoadmapRecord, in writing: Writing) throws -> Roadmap? {
        try before.roadmap.checkOpen()
        guard before.roadmap.isDraft else { throw Refusal.notADraft(id) }
        try PastQueries.checkDraft(session, id, since: writing.context)
        let advice = try RecommendationQueries.ofPlan(session, id)
        guard advice.allSatisfy(\.recommendation.isDraft) else { throw Refusal.recommended(id) }
        return before.roadmap
    }

    func store(
        _ session: borrowing Session, _ roadmap: Roadmap, over before: RoadmapRecord, in writing: Writing
    ) throws -> [NewChange] {
        let actions = try ActionQueries.all(session, of: id)
        try ActionQueries.deleteAll(session, of: id)
        let revisions = try RevisionQueries.deleteAll(session, of: id)
        try RoadmapQueries.delete(session, id)
        return try RecommendationQueries.ofPlan(session, id).map(NewChange.init(deletionOf:))
            + ImpactQueries.deletions(session, of: id) + revisions
            + actions.map { NewChange(.deleted, .action($0.id), version: $0.version + 1, $0.action.changesOfDeletion()) }
            + [NewChange(.deleted, .roadmap(id), version: before.version + 1, roadmap.changesOfDeletion())]
    }

    func answer(
        _ session: borrowing Session, _ roadmap: Roadmap?, from before: RoadmapRecord, in writing: Writing
    ) throws -> Answer {
        Answer(.noContent)
    }
}
