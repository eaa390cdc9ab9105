import ActionPlans
import HTTPTypes
import Postgres

/// `/v1/roadmaps/{roadmap}/plan`
enum PlanEndpoints {
    /// Imports and exports may take longer than other requests.
    private static let timeout: Duration = .seconds(60)

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.roadmapID()
        var parameters = call.parameters()
        try parameters.finish()
        let found = try await call.server.database.read(timeout: timeout) { session -> PlanExport? in
            guard let roadmap = try RoadmapQueries.find(session, id, visibleTo: actor) else { return nil }
            let all = try ActionQueries.all(session, of: id)
            let visible = actor.seesAll(of: id.ministry) ? all : all.filter { !$0.action.confidential }
            return PlanExport(roadmap: roadmap, actions: visible)
        }
        guard let export = found else { throw Problem.notFound() }
        // The plan's version moves with actions that others may not know of, and with the roadmap, which no table shows: the
        // validator is then made of what is read.
        guard actor.seesAll(of: id.ministry), call.type != .csv else {
            let answer = Answer(.ok, try await export.whole(as: call.type), type: call.type)
            // The name by which the command knows the roadmap of a table.
            return call.type == .csv ? answer.naming(id.description, .csv) : answer
        }
        let tag = call.type == .yaml ? export.roadmap.planTagInYAML : export.roadmap.planTag
        let answer =
            call.type == .json
            ? Answer.stream(.json) { stream in
                var writer = JSONWriter(capacity: 1 << 16)
                try await export.writeJSON(to: &writer) { try await stream.write($0.takeBytes()) }
            } : Answer(.ok, try await export.whole(as: call.type), type: call.type)
        return try call.conditions().isUnmodified(tag) ? answer.tagged(tag).unmodified() : answer.tagged(tag)
    }

    @Sendable static func put(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.roadmapID()
        let conditions = try call.conditions()
        let catalogue = call.server.catalogue
        let plan = try PlanRequest(call, for: id)
        let outcome = try await call.write(dryRun: plan.write.dryRun, timeout: timeout) { session in
            let before = try takeIfThere(session, id, for: actor, conditions)
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(plan.write))
            let stored = before == nil ? [] : try ActionQueries.all(session, of: id)
            let past = try PastQueries.ofPlan(session, id, isThere: before != nil, in: author.context)
            let difference = try Refusal.adding(to: plan.faults) { () throws(Refusal) in
                try PlanDifference(
                    applying: plan.document, to: id, roadmap: before?.roadmap,
                    stored: Dictionary(uniqueKeysWithValues: stored.map { ($0.id.code, $0.action) }), past: past,
                    in: author.context, by: actor.role, catalogue: catalogue)
            }
            let after =
                if let before, difference.changesNothing { before } else {
                    try store(session, difference, over: before, by: author, at: moment)
                }
            return PlanOutcome(difference, leaving: after, by: plan.write, in: author.context, over: past, sent: call)
        }
        return outcome.answer(in: call.language)
    }

    /// Locks the roadmap if it exists, and checks that the caller may put this plan.
    private static func takeIfThere(
        _ session: borrowing Session, _ id: RoadmapID, for actor: Actor, _ conditions: Conditions
    ) throws -> RoadmapRecord? {
        guard let record = try RoadmapQueries.lock(session, id) else {
            // Whether another ministry has a draft is nobody's business: same answer as for a draft that exists.
            guard actor.seesAll(of: id.ministry) else { throw Problem.notFound() }
            try conditions.checkCreation()
            guard try RoadmapQueries.ministryExists(session, id.ministry) else {
                throw Refusal.invalid([.unknownMinistry(id.ministry, member: "ministry")])
            }
            return nil
        }
        guard !record.roadmap.isDraft || actor.seesAll(of: id.ministry) else { throw Problem.notFound() }
        try actor.checkMayWritePlans(of: id.ministry)
        var others = [record.planTagInYAML]
        if conditions.listTags(otherThan: others + [record.planTag]) {
            let actions = try ActionQueries.all(session, of: id)
            others.append(EntityTag(of: PlanExport(roadmap: record, actions: actions).table))
        }
        try conditions.checkWrite(of: record.planTag, or: others)
        return record
    }

    /// Writes a difference: a number of statements that does not grow with the actions.
    private static func store(
        _ session: borrowing Session, _ difference: PlanDifference, over before: RoadmapRecord?, by author: ChangeAuthor,
        at moment: WriteMoment
    ) throws -> RoadmapRecord {
        let id = difference.roadmapAfter.id
        guard (before?.actionCount ?? 0) + difference.count(.created) <= PlanDocument.mostActions else {
            throw Refusal.fullRoadmap(id)
        }
        if before == nil {
            guard try RoadmapQueries.insert(session, difference.roadmapAfter, at: moment.instant) else {
                throw Refusal.roadmapExists(id)
            }
        } else if !difference.roadmapFields.isEmpty {
            try RoadmapQueries.update(session, difference.roadmapAfter, at: moment.instant)
        }
        let created = difference.entries(.created)
        let updated = difference.entries(.updated)
        let newVersions = try ActionQueries.insert(
            session, created.map { ($0.code, $0.first.action) }, into: id, inCohort: difference.validates, at: moment.instant)
        let nextVersions = try ActionQueries.update(
            session, updated.map { ($0.code, $0.after) }, of: id, at: moment.instant)
        if difference.validates, before != nil { try ActionQueries.markValidationCohort(session, of: id) }
        var changes = (created + updated).map { entry in
            let version = newVersions[entry.code.text] ?? nextVersions[entry.code.text] ?? 1
            return NewChange.action(
                entry.change == .created ? .created : .updated, ActionID(roadmap: id, code: entry.code), version,
                entry.first.fields)
        }
        try RoadmapQueries.touchPlan(session, id, changes: changes.count, addedActions: created.count)
        guard let after = try RoadmapQueries.current(session, id) else { throw Problem.notFound() }
        if !difference.roadmapFields.isEmpty {
            changes.append(.roadmap(before == nil ? .created : .updated, id, after.version, difference.roadmapFields))
        }
        try ChangeQueries.insert(session, changes, by: author, at: moment.instant)
        guard try complete(session, created, of: id, by: author) else { return after }
        return try RoadmapQueries.current(session, id) ?? after
    }

    /// New actions that were done after the day from which the plan holds: each is done from its own day on, which is recorded
    /// a moment later, for a day of completion at a time.
    /// - Returns: whether there are any.
    private static func complete(
        _ session: borrowing Session, _ created: [PlanDifference.Entry], of id: RoadmapID, by author: ChangeAuthor
    ) throws -> Bool {
        var days: [CivilDate: [PlanDifference.Entry]] = [:]
        for entry in created {
            if let day = entry.laterCompletion { days[day, default: []].append(entry) }
        }
        for (day, entries) in days.sorted(by: { $0.key < $1.key }) {
            let moment = try WriteMoment.read(session)
            let context = try ChangeContext(effectiveOn: day, reason: author.context.reason, today: author.context.today)
            let versions = try ActionQueries.update(
                session, entries.map { ($0.code, $0.after) }, of: id, at: moment.instant)
            try RoadmapQueries.touchPlan(session, id, changes: entries.count, addedActions: 0)
            try ChangeQueries.insert(
                session,
                entries.map { entry in
                    .action(
                        .updated, ActionID(roadmap: id, code: entry.code), versions[entry.code.text] ?? 1, entry.completion)
                },
                by: ChangeAuthor(actor: author.actor, requestID: author.requestID, context: context), at: moment.instant)
        }
        return !days.isEmpty
    }
}
