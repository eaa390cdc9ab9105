import ActionPlans
import Documents
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
        let read = { @Sendable [filter] (session: borrowing Session, list: ListInstant?, telling: SQL?) throws -> WrittenPage in
            let filter = filter.pinned(to: list)
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
        if isPinned {
            let page = try await ListInstant.page(
                in: database, of: start.list, for: actor, next: \.next, isOneStatement: isOneStatement, read: read)
            return call.answer(page, paging)
        }
        let query = { @Sendable (session: borrowing Session) in try read(session, nil, nil) }
        return call.answer(isOneStatement ? try await database.fetch(query) : try await database.read(query), paging)
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.actionID()
        var parameters = call.parameters()
        let wanted = Reading(&parameters)
        try parameters.finish()
        let reading = try await wanted.settled(by: call.server)
        let found = try await ActionQueries.document(call.server.database, id, in: reading, visibleTo: actor)
        guard let document = found else { throw Problem.notFound() }
        // A past state is not what `If-Match` is about: its validator is made of its bytes.
        guard reading.isNow else { return Answer(.ok, document.json, type: .json) }
        return try document.answer(to: call.conditions())
    }
}

/// An action with the roadmap it is of, as a write finds them.
struct PlannedAction: Sendable {
    let roadmap: Roadmap
    let record: ActionRecord
}

extension ActionQueries {
    /// An action that the caller may see and change, in a transaction that holds the lock of its roadmap.
    /// - Throws: not found where it may not be seen, outside the ministry where it may only be read.
    static func writable(_ session: borrowing Session, _ id: ActionID, for actor: Actor) throws -> PlannedAction {
        let found = try session.first(
            """
            select \(Roadmap.columns), \(ActionRecord.columns)
            from \(Reading.now.actions())
            where a.ministry = \(id.roadmap.ministry) and a.first_year = \(id.roadmap.firstYear) and a.code = \(id.code)
                and \(Visibility.ofActions(to: actor))
            """
        ) { row in PlannedAction(roadmap: try Roadmap(&row), record: try ActionRecord(&row)) }
        guard let found else { throw Problem.notFound() }
        try actor.checkMayWritePlans(of: id.roadmap.ministry)
        return found
    }

    /// An action as a write has left it.
    static func written(_ session: borrowing Session, _ id: ActionID, for actor: Actor) throws -> ActionDocument {
        guard let document = try document(session, id, visibleTo: actor) else { throw Problem.notFound() }
        return document
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

extension Call {
    /// The one that the address names.
    func actionID() throws -> ActionID {
        guard let id = ActionID(pathValue("action")) else { throw Problem.notFound() }
        return id
    }
}
