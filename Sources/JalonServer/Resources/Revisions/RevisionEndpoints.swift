import ActionPlans
import Documents
import Postgres

/// `/v1/roadmaps/{roadmap}/revision` and its history
enum RevisionEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        let actor = try call.caller()
        let roadmap = try call.roadmapID()
        let language = call.language
        var parameters = call.parameters()
        try parameters.finish()
        let found = try await call.server.database.read { session in
            try RevisionDocument.last(session, of: roadmap, for: actor, in: language)
        }
        guard let document = found else { throw Problem.notFound() }
        return try call.answer(document.tag) { document.write(to: &$0) }
    }

    /// Of all the revisions that the roadmap has had.
    @Sendable static func history(_ call: Call) async throws -> Answer {
        guard let id = RevisionID(roadmap: try call.roadmapID(), number: RevisionID.numbers.lowerBound) else {
            throw Problem.notFound()
        }
        return try await HistoryEndpoints.list(call, of: .revision(id))
    }
}

/// A revision with the plan that it is of, as a write finds them.
struct PlannedRevision: Sendable {
    let roadmap: RoadmapRecord
    let record: RevisionRecord
    let stored: [ActionCode: ActionRecord]
    let document: RevisionDocument

    var actions: [ActionCode: Action] { stored.mapValues(\.action) }

    /// - Throws: not found where it may not be seen, outside the ministry where its roadmap may only be read.
    init(_ session: borrowing Session, of id: RoadmapID, for actor: Actor, in language: Language) throws {
        roadmap = try RoadmapQueries.writable(session, id, for: actor)
        guard let record = try RevisionQueries.last(session, of: id, visibleTo: actor) else { throw Problem.notFound() }
        self.record = record
        let records = try ActionQueries.all(session, of: id)
        stored = Dictionary(uniqueKeysWithValues: records.map { ($0.id.code, $0) })
        document = RevisionDocument(record, over: stored.mapValues(\.action), for: actor.role, in: language)
    }

    func check(_ conditions: Conditions) throws {
        try conditions.checkWrite(of: document.tag, or: document.otherTags)
    }

    static func answer(
        _ session: borrowing Session, of id: RoadmapID, for actor: Actor, in language: Language
    ) throws -> Answer {
        guard let document = try RevisionDocument.last(session, of: id, for: actor, in: language) else {
            throw Problem.notFound()
        }
        return Answer.json { document.write(to: &$0) }.tagged(document.tag)
    }
}

/// `POST /v1/roadmaps/{roadmap}/revision`
struct RevisionOpening: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let roadmap: RoadmapID
    private let language: Language

    init(_ call: Call) throws {
        roadmap = try call.roadmapID()
        language = call.language
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(ofNow: call, &members, noting: noted)
        members.finish(readOnly: RevisionDocument.readOnlyMembers.union(["state"]))
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.roadmap(roadmap).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> Roadmap {
        try RoadmapQueries.writable(session, roadmap, for: actor).roadmap
    }

    /// What does not exist yet has no state that the caller could have read.
    func checkPrecondition(_ session: borrowing Session, on before: Roadmap) throws {}

    func decide(_ session: borrowing Session, from before: Roadmap, in writing: Writing) throws -> RevisionID? {
        try before.checkOpen()
        guard before.state == .validee else { throw Refusal.notValidated(roadmap) }
        if try RevisionQueries.isOpen(session, of: roadmap) { throw Refusal.revisionIsThere(of: roadmap) }
        try RevisionState.checkMove(
            from: nil, to: .enPreparation, by: writing.actor.role, reason: writing.context.reason)
        let number = try RevisionQueries.nextNumber(session, of: roadmap)
        guard let id = RevisionID(roadmap: roadmap, number: number) else { throw Refusal.revisionIsThere(of: roadmap) }
        return id
    }

    func store(
        _ session: borrowing Session, _ id: RevisionID, over before: Roadmap, in writing: Writing
    ) throws -> [NewChange] {
        try RevisionQueries.insert(session, id, .blank, at: writing.instant)
        return [NewChange(.created, .revision(id), version: 1, Revision.blank.changes(from: nil))]
    }

    func answer(
        _ session: borrowing Session, _ id: RevisionID?, from before: Roadmap, in writing: Writing
    ) throws -> Answer {
        try PlannedRevision.answer(session, of: roadmap, for: writing.actor, in: language)
            .created(at: RevisionID.address(of: roadmap))
    }
}

extension Refusal {
    fileprivate static func notValidated(_ id: RoadmapID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "", .inconsistent,
                Message(
                    "La feuille de route \(id) n’est pas validée : modifiez-la directement, une révision ne vaut que d’un plan validé.",
                    "The roadmap \(id) is not validated: change it directly, a revision is of a validated plan only.")))
    }

    fileprivate static func revisionIsThere(of id: RoadmapID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "", .duplicate,
                Message(
                    "Une révision de la feuille de route \(id) est déjà ouverte : écrivez dans celle-ci (\(RevisionID.address(of: id))).",
                    "A revision of the roadmap \(id) is open already: write to that one (\(RevisionID.address(of: id))).")))
    }
}
