import ActionPlans
import HTTPTypes
import Postgres

/// `/v1/actions`, `/v1/roadmaps/{roadmap}/actions` and `/v1/actions/{action}`
enum ActionEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        try await list(call, in: nil)
    }

    @Sendable static func listOfRoadmap(_ call: Call) async throws -> Answer {
        try await list(call, in: try call.roadmapID())
    }

    private static func list(_ call: Call, in roadmap: RoadmapID?) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        var filter = ActionFilter(&parameters, inRoadmap: roadmap != nil)
        filter.checkPractices(against: call.server.catalogue, &parameters)
        if let roadmap { filter.roadmaps = [roadmap] }
        let order = ActionOrder(&parameters)
        let fields = parameters.fields(of: ActionRecord.members)
        let table = parameters.table(for: call)
        // What is asked with its own instant needs no other.
        let isPinned = order.moves && filter.reading.knownAt == nil
        let paging = try parameters.paging(cursorOf: order.width + (isPinned ? 1 : 0), for: call)
        try parameters.finish()
        let start = try paging.start(isPinned: isPinned)
        let after = try start.position.map { values in
            guard let condition = order.condition(after: values) else { throw Problem.invalidCursor() }
            return condition
        }
        filter.reading = try await filter.reading.settled(by: call.server)
        if table.isWhole {
            let export = ActionExport.of(filter, order, in: roadmap, selecting: fields, for: actor, call)
            return try await call.answer(export, decimal: table.decimal)
        }
        let database = call.server.database
        let read = { @Sendable (filter: ActionFilter, telling: SQL?) async throws -> WrittenPage in
            let query = { @Sendable (session: borrowing Session) in
                try MinistryQueries.checkKnown(session, filter.ministries)
                let reading = filter.list.map(Reading.now.pinned) ?? filter.reading
                if let roadmap, try RoadmapQueries.find(session, roadmap, in: reading, visibleTo: actor) == nil {
                    throw Problem.notFound()
                }
                // One item more than the limit tells that there is a next page.
                let part = ActionQueries.Part(after: after, limit: paging.limit + 1, telling: telling)
                var page = try ActionQueries.list(session, filter, order, part, paging, selecting: fields, visibleTo: actor)
                if paging.wantsTotal { page.total = try ActionQueries.count(session, filter, visibleTo: actor) }
                return page
            }
            // Most lists are one statement, which needs no transaction around it.
            let isOneStatement = roadmap == nil && filter.ministries == nil && !paging.wantsTotal
            return isOneStatement ? try await database.fetch(query) : try await database.read(query)
        }
        guard isPinned else { return call.answer(try await read(filter, nil), paging) }
        let page = try await ListInstant.page(in: database, of: start.list, for: actor, next: \.next) { list, telling in
            try await read(filter.pinned(to: list), telling)
        }
        return call.answer(page, paging)
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.actionID()
        var parameters = call.parameters()
        let wanted = Reading(&parameters)
        try parameters.finish()
        let reading = try await wanted.settled(by: call.server)
        let found = try await call.server.database.fetch { session in
            try ActionQueries.document(session, id, in: reading, visibleTo: actor)
        }
        guard let document = found else { throw Problem.notFound() }
        // A past state is not what `If-Match` is about: its validator is made of its bytes.
        guard reading.isNow else { return Answer(.ok, document.json, type: .json) }
        return try document.answer(to: call.conditions())
    }

    @Sendable static func create(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let roadmapID = try call.roadmapID()
        let catalogue = call.server.catalogue
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let request = try WriteRequest(call, &members, noting: noted)
        let code = members.actionCode()
        let patch = ActionPatch(&members, labels: nil)
        members.finish(readOnly: ActionRecord.readOnlyMembers)
        let faults = noted.faults
        return try await call.post(dryRun: request.dryRun) { session in
            let roadmap = try RoadmapQueries.take(session, roadmapID, for: actor)
            try roadmap.roadmap.checkOpen()
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request))
            let action = try Refusal.adding(to: faults) { () throws(Refusal) in
                try Action.creating(patch, in: author.context, catalogue: catalogue)
            }
            guard let code else { throw Refusal.invalid(faults) }
            let id = ActionID(roadmap: roadmapID, code: code)
            guard roadmap.actionCount < PlanDocument.mostActions else { throw Refusal.fullRoadmap(roadmapID) }
            guard try ActionQueries.find(session, id, visibleTo: actor) == nil else { throw Refusal.codeTaken(id) }
            let versions = try ActionQueries.insert(
                session, [(code, action)], into: roadmapID, inCohort: false, at: moment.instant)
            try RoadmapQueries.touchPlan(session, roadmapID, changes: 1, addedActions: 1)
            try ChangeQueries.insert(
                session, [.action(.created, id, versions[code.text] ?? 1, action.changes(from: nil))], by: author,
                at: moment.instant)
            return try written(session, id, for: actor).answer.created(at: "/v1/actions/\(id)")
        }
    }

    @Sendable static func update(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.actionID()
        let conditions = try call.conditions()
        let catalogue = call.server.catalogue
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let request = try WriteRequest(call, &members, noting: noted)
        let patch = ActionPatch(&members, labels: nil)
        members.finish(readOnly: ActionRecord.readOnlyMembers.union(["code"]))
        let faults = noted.faults
        return try await call.write(dryRun: request.dryRun) { session in
            let (roadmap, before) = try take(session, id, for: actor)
            try conditions.checkWrite(of: before.tag)
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request))
            let past = try PastQueries.ofActions(session, [id.code], of: id.roadmap, in: author.context)[id.code] ?? []
            let (action, changes) = try Refusal.adding(to: faults) { () throws(Refusal) in
                try before.action.applying(patch, over: past, in: author.context, catalogue: catalogue)
            }
            if changes.isEmpty { return try written(session, id, for: actor).answer }
            try roadmap.roadmap.checkOpen()
            try ActionQueries.update(session, [(id.code, action)], of: id.roadmap, at: moment.instant)
            try RoadmapQueries.touchPlan(session, id.roadmap, changes: 1, addedActions: 0)
            try ChangeQueries.insert(
                session, [.action(.updated, id, before.version + 1, changes)], by: author, at: moment.instant)
            return try written(session, id, for: actor).answer
        }
    }

    @Sendable static func delete(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.actionID()
        let conditions = try call.conditions()
        let request = try WriteRequest(call)
        try await call.write(dryRun: request.dryRun) { session in
            let (roadmap, before) = try take(session, id, for: actor)
            try conditions.checkWrite(of: before.tag)
            try roadmap.roadmap.checkOpen()
            guard roadmap.roadmap.isDraft else { throw Refusal.notADraft(id.roadmap) }
            let beginning = try PastQueries.beginningOfDraft(session, id.roadmap, action: id.code)
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request, from: beginning))
            try ActionQueries.delete(session, id)
            try RoadmapQueries.touchPlan(session, id.roadmap, changes: 1, addedActions: -1)
            try ChangeQueries.insert(
                session, [.action(.deleted, id, before.version + 1, before.action.changesOfDeletion())], by: author,
                at: moment.instant)
        }
        return Answer(.noContent)
    }

    /// The action as a write has left it.
    private static func written(
        _ session: borrowing Session, _ id: ActionID, for actor: Actor
    ) throws -> ActionDocument {
        guard let document = try ActionQueries.document(session, id, visibleTo: actor) else { throw Problem.notFound() }
        return document
    }

    /// Locks the roadmap of an action that the caller may see and write.
    private static func take(
        _ session: borrowing Session, _ id: ActionID, for actor: Actor
    ) throws -> (roadmap: RoadmapRecord, action: ActionRecord) {
        guard let roadmap = try RoadmapQueries.lock(session, id.roadmap),
            let action = try ActionQueries.find(session, id, visibleTo: actor)
        else { throw Problem.notFound() }
        try actor.checkMayWritePlans(of: id.roadmap.ministry)
        return (roadmap, action)
    }
}

extension ActionPatch {
    /// Reads the members of an action that a write may set.
    /// - Parameter labels: where imports may use the French labels too.
    init(_ members: inout MemberReader, labels: Vocabularies?) {
        self.init()
        title = members.text("title")
        description = members.text("description")
        theme = members.code("theme", labels: labels?.themeLabels)
        targetLevel = members.code("target_level", labels: labels?.levelLabels)
        reachedLevel = members.code("reached_level", labels: labels?.levelLabels)
        status = members.code("status", labels: labels?.statusLabels)
        statusReason = members.text("status_reason")
        keyAction = members.flag("key_action")
        identifiedOn = members.date("identified_on")
        dueOn = members.date("due_on")
        completedOn = members.date("completed_on")
        lead = members.text("lead")
        contributors = members.texts("contributors")
        practices = members.texts("practices")
        confidential = members.flag("confidential")
    }
}

extension MemberReader {
    /// The code of a new action, or of a plan's line.
    mutating func actionCode() -> ActionCode? {
        guard let text = required("code", text("code")) else { return nil }
        if let code = ActionCode(text) { return code }
        add("code", .invalidValue, .noActionCode(text))
        return nil
    }
}

extension Message {
    fileprivate static func noActionCode(_ text: String) -> Message {
        let form = Message(
            "« \(text.clipped) » n’est pas un code d’action : \(ActionCode.form).",
            "“\(text.clipped)” is not an action code: \(ActionCode.form).")
        let words = text.uppercased().split(whereSeparator: \.isWhitespace).joined(separator: "-")
        if ActionCode.looksChanged(text) {
            return Message(
                form.french + " Un tableur l’a sans doute changé : mettez la colonne au format texte et rétablissez le code.",
                form.english + " A spreadsheet has probably changed it: format the column as text and put the code back.")
        }
        guard text.utf8.count <= 40, ActionCode(words) != nil else { return form }
        return Message(form.french + " Vouliez-vous « \(words) » ?", form.english + " Did you mean “\(words)”?")
    }
}

extension Refusal {
    static func codeTaken(_ id: ActionID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "code", .duplicate,
                Message(
                    "La feuille de route \(id.roadmap) a déjà une action \(id.code).",
                    "The roadmap \(id.roadmap) already has an action \(id.code).")))
    }

    static func fullRoadmap(_ id: RoadmapID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "", .tooMany,
                Message(
                    "Une feuille de route compte au plus \(PlanDocument.mostActions) actions.",
                    "A roadmap has at most \(PlanDocument.mostActions) actions.")))
    }
}
