import ActionPlans
import Documents
import Postgres

/// `POST /v1/roadmaps/{roadmap}/recommendations/carry`: those of the body's earlier plans that are open go on in this one. Each ends
/// there with an outcome, so that it is open once.
struct RecommendationCarrying: ResourceWrite {
    struct Before: Sendable {
        let plan: AdvisedPlan
        let open: [RecommendationRecord]
        /// Those of the open ones that not all may see, for their action or for their plan, which is a draft.
        let secret: Set<RecommendationID>
    }

    let request: WriteRequest
    let faults: [Fault]
    private let roadmap: RoadmapID
    private let outcome: RecommendationOutcome
    private let dueOn: CivilDate?
    private let language: Language

    init(_ call: Call) throws {
        roadmap = try call.roadmapID()
        language = call.language
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        outcome = members.code("outcome").given ?? .enCours
        dueOn = members.date("due_on").given
        members.finish(readOnly: RecommendationRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { .roadmaps(of: roadmap.ministry) }

    func before(_ session: borrowing Session, for actor: Actor) throws -> Before {
        let record = try RoadmapQueries.writable(session, roadmap, for: actor)
        try record.roadmap.checkOpen()
        let chosen: SQL = "r.ministry = \(roadmap.ministry) and r.first_year = \(roadmap.firstYear)"
        guard let plan = try AdvisedPlan.all(session, where: chosen, limit: 1).first else { throw Problem.notFound() }
        let found = try session.query(
            """
            select \(RecommendationRecord.columns()), rec.action is not null and coalesce(a.confidential, true) or r.state = 'brouillon'
            from recommendations rec
            join roadmaps r on r.ministry = rec.ministry and r.first_year = rec.first_year
            left join actions a on a.ministry = rec.ministry and a.first_year = rec.first_year and a.code = rec.action
            where rec.ministry = \(roadmap.ministry) and rec.first_year < \(roadmap.firstYear) and rec.known_to = 'infinity'
                and rec.state = any(\(RecommendationState.carried.map(\.code))::text[])
            order by rec.first_year, rec.number limit \(Recommendation.mostAtOnce)
            """
        ) { row in (record: try RecommendationRecord(&row), isSecret: try row.next(Bool.self)) }
        return Before(
            plan: plan, open: found.map(\.record), secret: Set(found.filter(\.isSecret).map(\.record.id)))
    }

    /// What does not exist yet has no state that the caller could have read.
    func checkPrecondition(_ session: borrowing Session, on before: Before) throws {}

    func decide(_ session: borrowing Session, from before: Before, in writing: Writing) throws -> RecommendationBatch? {
        guard before.plan.count + before.open.count <= Recommendation.mostOfPlan else {
            throw Refusal.tooManyRecommendations(of: roadmap)
        }
        var closing = RecommendationPatch()
        closing.state = .value(.close)
        closing.outcome = .value(outcome)
        let day = writing.context.effectiveOn
        let lines = try before.open.enumerated().flatMap { place, former -> [RecommendationBatch.Line] in
            guard let id = RecommendationID(roadmap: roadmap, number: before.plan.last + place + 1) else {
                throw Refusal.tooManyRecommendations(of: roadmap)
            }
            let closed = try former.recommendation.applying(
                closing, nil, on: request.effectiveOn, in: writing.context, by: writing.actor.role)
            let next = former.recommendation.carried(
                to: id, planVersion: before.plan.planVersion, readAt: writing.instant, dueOn: dueOn,
                isSecret: before.secret.contains(former.id), on: day)
            return [.init(recommendation: closed, former: former), .init(recommendation: next, former: nil)]
        }
        return lines.isEmpty ? nil : RecommendationBatch(lines: lines)
    }

    func store(
        _ session: borrowing Session, _ decision: RecommendationBatch, over before: Before, in writing: Writing
    ) throws -> [NewChange] {
        decision.changes
    }

    func answer(
        _ session: borrowing Session, _ decision: RecommendationBatch?, from before: Before, in writing: Writing
    ) throws -> Answer {
        try RecommendationBatch.answer(session, decision, dryRun: request.dryRun, for: writing.actor, in: language)
    }
}
