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

    /// What applying a plan did, or would do.
    private struct Outcome: Sendable {
        let roadmap: RoadmapRecord
        let difference: PlanDifference
    }

    @Sendable static func put(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.roadmapID()
        let conditions = try call.conditions()
        let catalogue = call.server.catalogue
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let request = try WriteRequest(call, &members, noting: noted)
        let plan = PlanReader(
            &members, noting: noted, for: id, labels: call.server.vocabularies,
            table: call.document?.table)
        let (document, faults) = (plan.document, plan.faults)
        let outcome = try await call.write(dryRun: request.dryRun, timeout: timeout) { session in
            let before = try takeIfThere(session, id, for: actor, conditions)
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request))
            let stored = before == nil ? [] : try ActionQueries.all(session, of: id)
            let past = try PastQueries.ofPlan(session, id, isThere: before != nil, in: author.context)
            let difference = try Refusal.adding(to: faults) { () throws(Refusal) in
                try PlanDifference(
                    applying: document, to: id, roadmap: before?.roadmap,
                    stored: Dictionary(uniqueKeysWithValues: stored.map { ($0.id.code, $0.action) }), past: past,
                    in: author.context, by: actor.role, catalogue: catalogue)
            }
            if let before, difference.changesNothing { return Outcome(roadmap: before, difference: difference) }
            let after = try store(session, difference, over: before, by: author, at: moment)
            return Outcome(roadmap: after, difference: difference)
        }
        let answer = Answer.json { writer in
            write(outcome, dryRun: request.dryRun, warnings: call.document?.warnings ?? [], in: call.language, to: &writer)
        }.tagged(outcome.roadmap.planTag)
        return outcome.difference.roadmapBefore == nil ? answer.created(at: "/v1/roadmaps/\(id)") : answer
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
            session, created.map { ($0.code, $0.after) }, into: id, inCohort: difference.validates, at: moment.instant)
        let nextVersions = try ActionQueries.update(
            session, updated.map { ($0.code, $0.after) }, of: id, at: moment.instant)
        if difference.validates, before != nil { try ActionQueries.markValidationCohort(session, of: id) }
        var changes = (created + updated).map { entry in
            let version = newVersions[entry.code.text] ?? nextVersions[entry.code.text] ?? 1
            return NewChange.action(
                entry.change == .created ? .created : .updated, ActionID(roadmap: id, code: entry.code), version, entry.fields)
        }
        try RoadmapQueries.touchPlan(session, id, changes: changes.count, addedActions: created.count)
        guard let after = try RoadmapQueries.current(session, id) else { throw Problem.notFound() }
        if !difference.roadmapFields.isEmpty {
            changes.append(.roadmap(before == nil ? .created : .updated, id, after.version, difference.roadmapFields))
        }
        try ChangeQueries.insert(session, changes, by: author, at: moment.instant)
        return after
    }

    private static func write(
        _ outcome: Outcome, dryRun: Bool, warnings: [Warning], in language: Language, to writer: inout JSONWriter
    ) {
        let difference = outcome.difference
        writer.object { result in
            if result.key("roadmap") { outcome.roadmap.write(to: &result) }
            result.member("dry_run", dryRun)
            result.member("created", difference.roadmapBefore == nil)
            result.member("fields") { write(difference.roadmapFields, to: &$0) }
            result.member("summary") { summary in
                for change in PlanDifference.Change.allCases { summary.member(change.rawValue, difference.count(change)) }
            }
            result.warnings(warnings, in: language)
            result.member("actions", listOf: difference.entries.sorted { $0.code < $1.code }) { list, entry in
                list.object { action in
                    action.member("code", entry.code.text)
                    action.member("change", entry.change.rawValue)
                    action.member("fields") { write(entry.fields, to: &$0) }
                }
            }
        }
    }

    private static func write(_ changes: [MemberChange], to writer: inout JSONWriter) {
        for change in changes {
            writer.member(change.member) { member in
                member.member("from", change.from)
                member.member("to", change.to)
            }
        }
    }
}
