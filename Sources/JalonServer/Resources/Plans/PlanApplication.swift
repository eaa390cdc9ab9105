import ActionPlans
import Postgres

/// `PUT /v1/roadmaps/{roadmap}/plan`
struct PlanApplication: ResourceWrite {
    typealias Decision = PlanDifference

    /// Imports may take longer than other requests.
    static let timeout: Duration? = .seconds(60)

    private let id: RoadmapID
    private let conditions: Conditions
    private let catalogue: PracticeCatalogue
    private let plan: PlanRequest
    private let call: Call

    init(_ call: Call) throws {
        id = try call.roadmapID()
        conditions = try call.conditions()
        catalogue = call.server.catalogue
        plan = try PlanRequest(call, for: id)
        self.call = call
    }

    var request: WriteRequest { plan.write }
    var faults: [Fault] { plan.faults }
    var lock: WriteLock { ResourceID.roadmap(id).lock }

    /// - Returns: nil where there is no such roadmap: the plan makes it.
    func before(_ session: borrowing Session, for actor: Actor) throws -> RoadmapRecord? {
        guard let record = try RoadmapQueries.current(session, id) else {
            // Whether another ministry has a draft is nobody's business: same answer as for a draft that exists.
            guard actor.seesAll(of: id.ministry) else { throw Problem.notFound() }
            return nil
        }
        guard Visibility.isVisible(record.roadmap, to: actor) else { throw Problem.notFound() }
        try actor.checkMayWritePlans(of: id.ministry)
        return record
    }

    func checkPrecondition(_ session: borrowing Session, on before: RoadmapRecord?) throws {
        guard let before else { return try conditions.checkCreation() }
        var others = [before.planTagInYAML]
        if conditions.listTags(otherThan: others + [before.planTag]) {
            let actions = try ActionQueries.all(session, of: id)
            others.append(EntityTag(of: PlanExport(roadmap: before, actions: actions).table))
        }
        try conditions.checkWrite(of: before.planTag, or: others)
    }

    /// A plan that changes nothing is a decision too: its answer tells the difference, which is empty.
    func decide(_ session: borrowing Session, from before: RoadmapRecord?, in writing: Writing) throws -> Decision? {
        let stored = before == nil ? [] : try ActionQueries.all(session, of: id)
        let past = before == nil ? nil : try past(session, stored, in: writing)
        let deletion = try PastQueries.lastDeletion(session, of: id, in: writing.context)
        let unknown = before == nil ? try MinistryQueries.unknown(session, among: [id.ministry]) : []
        let difference = try Refusal.adding(to: unknown.map { .unknownMinistry($0, member: "ministry") }) { () throws(Refusal) in
            try PlanDifference(
                applying: plan.document, to: id, roadmap: before?.roadmap,
                stored: Dictionary(uniqueKeysWithValues: stored.map { ($0.id.code, $0.action) }), past: past,
                notBefore: deletion, in: writing.context, by: writing.actor.role, catalogue: catalogue)
        }
        try RoadmapQueries.checkPastYears(session, of: id, difference.roadmapFields, in: writing.context)
        try RevisionQueries.checkMayChange(
            session, from: before?.roadmap, to: difference.roadmapAfter, by: writing.actor.role)
        if let roadmap = before?.roadmap {
            try CommittedChanges.check(session, in: roadmap, for: writing) { committed in
                for entry in difference.entries(.updated) { committed.add(entry.code, changes: entry.fields) }
                for entry in difference.entries(.created) { committed.add(entry.code, .addition) }
            }
        }
        return difference
    }

    private func past(_ session: borrowing Session, _ stored: [ActionRecord], in writing: Writing) throws -> PlanPast? {
        let completions = plan.document.lines.compactMap { line in
            line.code.flatMap { code in line.completion.map { (code: code, day: $0) } }
        }
        return try PastQueries.ofPlan(session, id, stored.map(\.id.code), completions: completions, in: writing.context)
    }

    func store(
        _ session: borrowing Session, _ difference: PlanDifference, over before: RoadmapRecord?, in writing: Writing
    ) throws -> [NewChange] {
        if before != nil, difference.changesNothing { return [] }
        guard (before?.actionCount ?? 0) + difference.count(.created) <= PlanDocument.mostActions else {
            throw Refusal.fullRoadmap(id)
        }
        if before == nil {
            guard try RoadmapQueries.insert(session, difference.roadmapAfter, at: writing.instant) != nil else {
                throw Refusal.roadmapExists(id)
            }
        } else if !difference.roadmapFields.isEmpty {
            try RoadmapQueries.update(session, difference.roadmapAfter, at: writing.instant)
        }
        var changes = try storage(of: difference).storeActions(session, in: writing)
        if difference.validates, before != nil { try ActionQueries.setValidationCohort(session, of: id, true) }
        try RoadmapQueries.touchPlan(
            session, id, changes: changes.count, addedActions: difference.count(.created))
        if !difference.roadmapFields.isEmpty {
            guard let after = try RoadmapQueries.current(session, id) else { throw Problem.notFound() }
            changes.append(
                NewChange(before == nil ? .created : .updated, .roadmap(id), version: after.version, difference.roadmapFields))
        }
        return changes
    }

    private func storage(of difference: PlanDifference) -> PlanStorage { PlanStorage(id: id, difference: difference) }

    func complete(_ session: borrowing Session, _ difference: PlanDifference, in writing: Writing) throws {
        try storage(of: difference).complete(session, in: writing)
    }

    func answer(
        _ session: borrowing Session, _ difference: PlanDifference?, from before: RoadmapRecord?, in writing: Writing
    ) throws -> Answer {
        guard let difference, let after = try RoadmapQueries.current(session, id) else { throw Problem.notFound() }
        let outcome = PlanOutcome(
            difference, leaving: after.seen(by: writing.actor), by: plan.write, in: writing.context, sent: call)
        return outcome.answer(in: call.language)
    }
}
