import ActionPlans
import Documents
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
        let read = { @Sendable [filter] (session: borrowing Session, list: ListInstant?, telling: SQL?) throws in
            var filter = filter
            if let list { filter.reading = filter.reading.pinned(to: list) }
            try MinistryQueries.checkKnown(session, filter.ministries)
            return Page(
                try RoadmapQueries.list(
                    session, filter, order, after, limit: paging.limit, telling: telling, visibleTo: actor),
                paging: paging,
                total: paging.wantsTotal ? try RoadmapQueries.count(session, filter, visibleTo: actor) : nil,
                position: { order.position(of: $0.record) + ($0.told.map { [$0] } ?? []) })
        }
        let page =
            isPinned
            ? try await ListInstant.page(
                in: call.server.database, of: start.list, for: actor, next: \.next, telling: true, isOneStatement: false,
                read: read)
            : try await call.server.database.read { session in try read(session, nil, nil) }
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
            let record = try await RoadmapQueries.find(call.server.database, id, in: reading, visibleTo: actor)?
                .seen(by: actor, in: reading)
        else { throw Problem.notFound() }
        guard reading.isNow else { return Answer.json { record.write(to: &$0) } }
        return try call.answer(record.tag) { record.write(to: &$0) }
    }
}

extension RoadmapQueries {
    /// A roadmap that the caller may see and change, in a transaction that holds its lock.
    /// - Throws: not found where it may not be seen, outside the ministry where it may only be read.
    static func writable(_ session: borrowing Session, _ id: RoadmapID, for actor: Actor) throws -> RoadmapRecord {
        guard let record = try current(session, id), Visibility.isVisible(record.roadmap, to: actor) else {
            throw Problem.notFound()
        }
        try actor.checkMayWritePlans(of: id.ministry)
        return record.seen(by: actor)
    }

    /// A roadmap as a write has left it.
    static func written(_ session: borrowing Session, _ id: RoadmapID, for actor: Actor) throws -> RoadmapRecord {
        guard let record = try current(session, id) else { throw Problem.notFound() }
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

extension ParameterReader {
    mutating func years(_ name: String = "year") -> [Int]? {
        values(name, { RoadmapID.year($0).flatMap { RoadmapID.years.contains($0) ? $0 : nil } }) { _ in
            .outOfRange(RoadmapID.years)
        }
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

    static func countedUntil(_ day: CivilDate, _ id: RoadmapID) -> Refusal {
        .invalid([
            Fault(
                "effective_on", .inconsistent,
                Message(
                    """
                    \(id) n’est de nouveau un brouillon que depuis le \(day.inWords.french), et les chiffres d’avant la comptent : donnez cette date, ou une \
                    date plus récente.
                    """,
                    """
                    \(id) has been a draft again only since \(day.inWords.english), and the figures before count it: give that date or a later one.
                    """))
        ])
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

extension Call {
    /// The one that the address names.
    func roadmapID() throws -> RoadmapID {
        guard let id = RoadmapID(pathValue("roadmap")) else { throw Problem.notFound() }
        return id
    }
}
