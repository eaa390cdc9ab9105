import ActionPlans
import HTTPTypes
import Postgres

/// `/v1/roadmaps` and `/v1/roadmaps/{roadmap}`
enum RoadmapEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        var parameters = call.parameters()
        var filter = RoadmapQueries.Filter()
        filter.ministries = parameters.ministries()
        filter.years = parameters.years()
        filter.states = parameters.codes("state")
        filter.reading = Reading(&parameters)
        let order = RoadmapQueries.Order(&parameters)
        let fields = parameters.fields(of: RoadmapRecord.members)
        let table = parameters.table(for: call)
        // What is asked with its own instant needs no other.
        let isPinned = order.byUpdate && filter.reading.knownAt == nil
        let paging = try parameters.paging(cursorOf: isPinned ? 3 : 2, for: call)
        try parameters.finish()
        let start = try paging.start(isPinned: isPinned)
        let after = try start.position.map { values in
            guard let condition = order.condition(after: values) else { throw Problem.invalidCursor() }
            return condition
        }
        filter.reading = try await filter.reading.settled(by: call.server)
        if table.isWhole {
            let export = RoadmapExport.of(filter, order, selecting: fields, for: actor, call)
            return try await call.answer(export, decimal: table.decimal)
        }
        let asked = filter.reading
        let read = { @Sendable [filter] (list: ListInstant?, telling: SQL?) async throws in
            var filter = filter
            if let list { filter.reading = filter.reading.pinned(to: list) }
            return try await call.server.database.read { [filter] session in
                try MinistryQueries.checkKnown(session, filter.ministries)
                return Page(
                    try RoadmapQueries.list(
                        session, filter, order, after, limit: paging.limit, telling: telling, visibleTo: actor),
                    paging: paging,
                    total: paging.wantsTotal ? try RoadmapQueries.count(session, filter, visibleTo: actor) : nil,
                    position: { order.position(of: $0.record) + ($0.told.map { [$0] } ?? []) })
            }
        }
        let page =
            isPinned
            ? try await ListInstant.page(
                in: call.server.database, of: start.list, for: actor, next: \.next, telling: true, read: read)
            : try await read(nil, nil)
        return call.answer(page, paging) { $1.record.seen(by: actor, in: asked).write(to: &$0, selecting: fields) }
    }

    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.roadmapID()
        var parameters = call.parameters()
        let wanted = Reading(&parameters)
        try parameters.finish()
        let reading = try await wanted.settled(by: call.server)
        guard
            let record = try await call.server.database.fetch({ try RoadmapQueries.find($0, id, in: reading, visibleTo: actor) })?
                .seen(by: actor, in: reading)
        else { throw Problem.notFound() }
        guard reading.isNow else { return Answer.json { record.write(to: &$0) } }
        return try call.answer(record.tag) { record.write(to: &$0) }
    }

    @Sendable static func create(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let request = try WriteRequest(call, &members, noting: noted)
        let ministry = members.ministry("ministry")
        let firstYear = members.required("first_year", members.integer("first_year", in: RoadmapID.years))
        let patch = RoadmapPatch(&members)
        members.finish(readOnly: RoadmapRecord.readOnlyMembers)
        guard let ministry, let firstYear, let id = RoadmapID(ministry: ministry, firstYear: firstYear) else {
            throw Refusal.invalid(noted.faults)
        }
        try actor.checkMayWritePlans(of: ministry)
        let faults = noted.faults
        return try await call.post(dryRun: request.dryRun) { session in
            try WriteLock.ofRoadmaps(session, of: ministry)
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request))
            guard try RoadmapQueries.ministryExists(session, ministry) else {
                throw Refusal.invalid(faults + [.unknownMinistry(ministry, member: "ministry")])
            }
            let deletion = try PastQueries.lastDeletion(session, of: id, in: author.context)
            let roadmap = try Refusal.adding(to: faults) { () throws(Refusal) in
                let roadmap = try Roadmap.creating(id, patch, in: author.context, by: actor.role)
                try roadmap.checkBeginning(roadmap.changes(from: nil), over: [], notBefore: deletion, in: author.context)
                return roadmap
            }
            guard try RoadmapQueries.insert(session, roadmap, at: moment.instant) else { throw Refusal.roadmapExists(id) }
            guard let record = try RoadmapQueries.current(session, id)?.seen(by: actor) else { throw Problem.notFound() }
            try ChangeQueries.insert(
                session, [.roadmap(.created, id, record.version, roadmap.changes(from: nil))], by: author, at: moment.instant)
            return Answer.json { record.write(to: &$0) }.tagged(record.tag).created(at: "/v1/roadmaps/\(id)")
        }
    }

    @Sendable static func update(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.roadmapID()
        let conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        let request = try WriteRequest(call, &members, noting: noted)
        let patch = RoadmapPatch(&members)
        members.finish(readOnly: RoadmapRecord.readOnlyMembers)
        let faults = noted.faults
        let record = try await call.write(dryRun: request.dryRun) { session in
            let before = try RoadmapQueries.take(session, id, for: actor)
            try conditions.checkWrite(of: before.tag)
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request))
            let past = try PastQueries.ofRoadmap(session, id, in: author.context)
            let deletion = try PastQueries.lastDeletion(session, of: id, in: author.context)
            let (roadmap, changes) = try Refusal.adding(to: faults) { () throws(Refusal) in
                let (roadmap, changes) = try before.roadmap.applying(patch, over: past, in: author.context, by: actor.role)
                try roadmap.checkBeginning(changes, over: past, notBefore: deletion, in: author.context)
                return (roadmap, changes)
            }
            if changes.isEmpty { return before }
            try RoadmapQueries.update(session, roadmap, at: moment.instant)
            if roadmap.validatedOn != nil, before.roadmap.validatedOn == nil {
                try ActionQueries.markValidationCohort(session, of: id)
            }
            try ChangeQueries.insert(
                session, [.roadmap(.updated, id, before.version + 1, changes)], by: author, at: moment.instant)
            guard let after = try RoadmapQueries.current(session, id)?.seen(by: actor) else { throw Problem.notFound() }
            return after
        }
        return Answer.json { record.write(to: &$0) }.tagged(record.tag)
    }

    /// Only a draft can be deleted, with all it holds; its history stays. One that was never submitted is taken back from its
    /// beginning, so that it can be made again as of an earlier day.
    @Sendable static func delete(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let id = try call.roadmapID()
        let conditions = try call.conditions()
        let request = try WriteRequest(call)
        try await call.write(dryRun: request.dryRun) { session in
            let before = try RoadmapQueries.take(session, id, for: actor)
            try conditions.checkWrite(of: before.tag)
            try before.roadmap.checkOpen()
            guard before.roadmap.isDraft else { throw Refusal.notADraft(id) }
            let beginning = try PastQueries.beginningOfDraft(session, id)
            let moment = try WriteMoment.read(session)
            let author = ChangeAuthor(actor: actor, requestID: call.id, context: try moment.context(request, from: beginning))
            let actions = try ActionQueries.all(session, of: id)
            try ActionQueries.deleteAll(session, of: id)
            try RoadmapQueries.delete(session, id)
            let changes = actions.map {
                NewChange.action(.deleted, $0.id, $0.version + 1, $0.action.changesOfDeletion())
            }
            try ChangeQueries.insert(
                session, changes + [.roadmap(.deleted, id, before.version + 1, before.roadmap.changesOfDeletion())],
                by: author, at: moment.instant)
        }
        return Answer(.noContent)
    }
}

extension RoadmapQueries {
    /// Locks a roadmap that the caller may see and write.
    /// - Throws: not found where it may not be seen, outside the ministry where it may only be read.
    static func take(_ session: borrowing Session, _ id: RoadmapID, for actor: Actor) throws -> RoadmapRecord {
        guard let record = try lock(session, id), !record.roadmap.isDraft || actor.seesAll(of: id.ministry) else {
            throw Problem.notFound()
        }
        try actor.checkMayWritePlans(of: id.ministry)
        return record.seen(by: actor)
    }
}

extension RoadmapPatch {
    /// Reads the members of a roadmap that a write may set.
    init(_ members: inout MemberReader) {
        self.init()
        lastYear = members.integer("last_year", in: RoadmapID.years)
        title = members.text("title")
        state = members.code("state")
        dueOn = members.date("due_on")
    }
}

extension MemberReader {
    /// A ministry's code that must be given.
    mutating func ministry(_ name: String) -> MinistryCode? {
        guard let text = required(name, text(name)) else { return nil }
        if let code = MinistryCode(text) { return code }
        add(name, .unknownReference, .unknownMinistry(text))
        return nil
    }
}

extension ParameterReader {
    mutating func years(_ name: String = "year") -> [Int]? {
        values(name, { RoadmapID.year($0).flatMap { RoadmapID.years.contains($0) ? $0 : nil } }) { _ in
            .outOfRange(RoadmapID.years)
        }
    }
}

extension Message {
    static func unknownMinistry(_ code: String) -> Message {
        Message("Le ministère « \(code.clipped) » n’existe pas.", "The ministry “\(code.clipped)” does not exist.")
    }
}

extension Fault {
    static func unknownMinistry(_ code: MinistryCode, member: String) -> Fault {
        Fault(member, .unknownReference, .unknownMinistry(code.text))
    }
}

extension Refusal {
    static func roadmapExists(_ id: RoadmapID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "first_year", .duplicate,
                Message("La feuille de route \(id) existe déjà.", "The roadmap \(id) already exists.")))
    }

    static func notADraft(_ id: RoadmapID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "", .notADraft,
                Message(
                    "La feuille de route \(id) n’est plus un brouillon : rien ne s’y supprime. "
                        + "Une action qui n’aura pas lieu s’abandonne.",
                    "The roadmap \(id) is no longer a draft: nothing is deleted from it. "
                        + "An action that will not happen is abandoned.")))
    }

    static func yearsOverlap(_ other: RoadmapID, member: String) -> Refusal {
        .conflict(
            key: other.description,
            Fault(
                member, .overlap,
                Message(
                    "Les années recouvrent celles de la feuille de route \(other).",
                    "The years overlap those of the roadmap \(other).")))
    }
}

extension NewChange {
    static func roadmap(_ kind: Kind, _ id: RoadmapID, _ version: Int, _ members: [MemberChange]) -> NewChange {
        NewChange(
            resource: .roadmap, kind: kind, ministry: id.ministry.text, firstYear: id.firstYear, version: version,
            members: members)
    }

    static func action(_ kind: Kind, _ id: ActionID, _ version: Int, _ members: [MemberChange]) -> NewChange {
        NewChange(
            resource: .action, kind: kind, ministry: id.roadmap.ministry.text, firstYear: id.roadmap.firstYear,
            code: id.code.text, version: version, members: members)
    }
}
