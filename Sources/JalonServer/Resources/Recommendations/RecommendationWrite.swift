import ActionPlans
import Documents
import HTTPTypes
import Postgres

/// `POST /v1/roadmaps/{roadmap}/recommendations`
struct RecommendationCreation: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let roadmap: RoadmapID
    private let patch: RecommendationPatch
    private let read: PlanRead
    private let language: Language

    init(_ call: Call) throws {
        roadmap = try call.roadmapID()
        language = call.language
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        patch = RecommendationPatch(&members, isNew: true)
        read = PlanRead(&members)
        members.finish(readOnly: RecommendationRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { .roadmaps(of: roadmap.ministry) }

    func before(_ session: borrowing Session, for actor: Actor) throws -> RoadmapRecord {
        let record = try RoadmapQueries.writable(session, roadmap, for: actor)
        try record.roadmap.checkOpen()
        return record
    }

    /// What does not exist yet has no state that the caller could have read.
    func checkPrecondition(_ session: borrowing Session, on before: RoadmapRecord) throws {}

    func decide(
        _ session: borrowing Session, from before: RoadmapRecord, in writing: Writing
    ) throws -> Recommendation? {
        let numbers = try RecommendationQueries.numbers(session, of: roadmap)
        guard numbers.count < Recommendation.mostOfPlan,
            let id = RecommendationID(roadmap: roadmap, number: numbers.last + 1)
        else { throw Refusal.tooManyRecommendations(of: roadmap) }
        let (version, instant) = try read.settled(session, of: before, at: writing.instant)
        let theme = try patch.subject.given.flatMap { try RecommendationQueries.theme(session, of: $0, in: roadmap) }
        return try Recommendation.creating(
            id, patch, Recommendation.Read(theme: theme, planVersion: version, readAt: instant), in: writing.context,
            by: writing.actor.role)
    }

    func store(
        _ session: borrowing Session, _ decision: Recommendation, over before: RoadmapRecord, in writing: Writing
    ) throws -> [NewChange] {
        [NewChange(.created, .recommendation(decision.id), version: 1, decision.changes(from: nil))]
    }

    func answer(
        _ session: borrowing Session, _ decision: Recommendation?, from before: RoadmapRecord, in writing: Writing
    ) throws -> Answer {
        guard let id = decision?.id, let record = try RecommendationQueries.find(session, id, visibleTo: writing.actor) else {
            throw Problem.notFound()
        }
        return Answer.json { record.write(to: &$0, for: writing.actor, in: language) }
            .tagged(record.tag(in: language)).created(at: ResourceID.recommendation(id).address)
    }
}

extension RecommendationQueries {
    /// One that the caller may see and change, in a transaction that holds its lock. That its plan is closed is no matter: what was advised
    /// is answered and concluded afterwards too.
    /// - Throws: not found where it may not be seen, outside the ministry where it may only be read.
    static func writable(
        _ session: borrowing Session, _ id: RecommendationID, for actor: Actor
    ) throws -> RecommendationRecord {
        guard let record = try find(session, id, visibleTo: actor) else { throw Problem.notFound() }
        try actor.checkMayWritePlans(of: id.roadmap.ministry)
        return record
    }
}

extension RecommendationRecord {
    /// Whoever has read it in the other language has read the same state.
    fileprivate func checkWrite(_ conditions: Conditions, in language: Language) throws {
        try conditions.checkWrite(of: tag(in: language), or: Language.allCases.map(tag))
    }
}

/// `PATCH /v1/recommendations/{recommendation}`
struct RecommendationChange: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let id: RecommendationID
    private let conditions: Conditions
    private let patch: RecommendationPatch
    private let read: PlanRead
    private let language: Language

    init(_ call: Call) throws {
        id = try call.recommendationID()
        conditions = try call.conditions()
        language = call.language
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        patch = RecommendationPatch(&members, isNew: false)
        read = PlanRead(&members)
        members.finish(readOnly: RecommendationRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.recommendation(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> RecommendationRecord {
        try RecommendationQueries.writable(session, id, for: actor)
    }

    func checkPrecondition(_ session: borrowing Session, on before: RecommendationRecord) throws {
        try before.checkWrite(conditions, in: language)
    }

    func decide(
        _ session: borrowing Session, from before: RecommendationRecord, in writing: Writing
    ) throws -> Recommendation? {
        let former = before.recommendation
        let next = try former.applying(
            patch, try reading(session, over: former, in: writing), on: request.effectiveOn, in: writing.context,
            by: writing.actor.role)
        if next == former { return nil }
        if former.isDraft, !next.isDraft { try checkSending(session, next) }
        if let metBy = next.metBy, metBy != former.metBy, try RecommendationQueries.theme(session, of: metBy) == nil {
            throw Refusal.invalid([
                Fault(
                    "met_by", .unknownReference,
                    Message("Il n’y a pas d’action \(metBy).", "There is no action \(metBy)."))
            ])
        }
        return next
    }

    /// What was written of a plan may have been overtaken since: it may be closed, and the action be gone.
    private func checkSending(_ session: borrowing Session, _ next: Recommendation) throws {
        _ = try RecommendationQueries.theme(session, of: next.subject, in: id.roadmap)
        try RoadmapQueries.current(session, id.roadmap)?.roadmap.checkOpen()
    }

    /// What is read anew: nothing, where the request says nothing of it.
    private func reading(
        _ session: borrowing Session, over former: Recommendation, in writing: Writing
    ) throws -> Recommendation.Read? {
        let subject = patch.subject.given ?? former.subject
        guard !read.saysNothing || subject != former.subject else { return nil }
        let theme =
            subject == former.subject
            ? former.theme : try RecommendationQueries.theme(session, of: subject, in: id.roadmap)
        guard !read.saysNothing, let roadmap = try RoadmapQueries.current(session, id.roadmap) else {
            return Recommendation.Read(theme: theme, planVersion: former.planVersion, readAt: former.readAt)
        }
        let (version, instant) = try read.settled(session, of: roadmap, at: writing.instant)
        return Recommendation.Read(theme: theme, planVersion: version, readAt: instant)
    }

    func store(
        _ session: borrowing Session, _ decision: Recommendation, over before: RecommendationRecord, in writing: Writing
    ) throws -> [NewChange] {
        [
            NewChange(
                .updated, .recommendation(id), version: before.version + 1, decision.changes(from: before.recommendation))
        ]
    }

    func answer(
        _ session: borrowing Session, _ decision: Recommendation?, from before: RecommendationRecord, in writing: Writing
    ) throws -> Answer {
        guard let record = try RecommendationQueries.find(session, id, visibleTo: writing.actor) else { throw Problem.notFound() }
        return Answer.json { record.write(to: &$0, for: writing.actor, in: language) }.tagged(record.tag(in: language))
    }
}

/// `DELETE /v1/recommendations/{recommendation}`: a draft alone; its history stays, and no other one gets its number.
struct RecommendationDeletion: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault] = []
    private let id: RecommendationID
    private let conditions: Conditions
    private let language: Language

    init(_ call: Call) throws {
        id = try call.recommendationID()
        conditions = try call.conditions()
        language = call.language
        request = try WriteRequest(ofNow: call)
    }

    var lock: WriteLock { ResourceID.recommendation(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> RecommendationRecord {
        try RecommendationQueries.writable(session, id, for: actor)
    }

    func checkPrecondition(_ session: borrowing Session, on before: RecommendationRecord) throws {
        try before.checkWrite(conditions, in: language)
    }

    func decide(
        _ session: borrowing Session, from before: RecommendationRecord, in writing: Writing
    ) throws -> Recommendation? {
        guard before.recommendation.isDraft else { throw Refusal.recommendationIsSent(id) }
        return before.recommendation
    }

    func store(
        _ session: borrowing Session, _ decision: Recommendation, over before: RecommendationRecord, in writing: Writing
    ) throws -> [NewChange] {
        [NewChange(deletionOf: before)]
    }

    func answer(
        _ session: borrowing Session, _ decision: Recommendation?, from before: RecommendationRecord, in writing: Writing
    ) throws -> Answer {
        Answer(.noContent)
    }
}

extension NewChange {
    init(deletionOf record: RecommendationRecord) {
        self.init(
            .deleted, .recommendation(record.id), version: record.version + 1, record.recommendation.changesOfDeletion())
    }
}

extension Refusal {
    static func tooManyRecommendations(of roadmap: RoadmapID) -> Refusal {
        .conflict(
            key: roadmap.description,
            Fault(
                "", .tooMany,
                Message(
                    """
                    La feuille de route \(roadmap) a au plus \(Recommendation.mostOfPlan) recommandations, et \(RecommendationID.numbers.upperBound) \
                    numéros.
                    """,
                    """
                    The roadmap \(roadmap) has at most \(Recommendation.mostOfPlan) recommendations, and \(RecommendationID.numbers.upperBound) numbers.
                    """)))
    }

    fileprivate static func recommendationIsSent(_ id: RecommendationID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "", .notADraft,
                Message(
                    "La recommandation \(id) a été émise : elle ne se supprime pas. Passez-la à « close », avec la suite « sans_objet ».",
                    "The recommendation \(id) has been sent: it is not deleted. Move it to “close”, with the outcome “sans_objet”."
                )))
    }

    /// A plan is not taken away from under the advice that was given on it.
    static func recommended(_ roadmap: RoadmapID) -> Refusal {
        .conflict(
            key: roadmap.description,
            Fault(
                "", .inconsistent,
                Message(
                    "Des recommandations ont été émises sur la feuille de route \(roadmap) : elle ne se supprime plus. Corrigez-la et soumettez-la de nouveau.",
                    "Recommendations have been sent on the roadmap \(roadmap): it is no longer deleted. Correct it and submit it again."
                )))
    }
}
