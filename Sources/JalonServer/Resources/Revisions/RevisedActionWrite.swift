import ActionPlans
import Documents
import HTTPTypes
import Postgres

/// `PATCH /v1/roadmaps/{roadmap}/revision/actions/{code}`: changes a commitment, removes an action or adds one, once validated.
struct RevisedActionChange: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let id: ActionID
    private let conditions: Conditions
    private let patch: RevisedActionPatch
    private let catalogue: PracticeCatalogue
    private let language: Language

    init(_ call: Call) throws {
        id = try call.revisedActionID()
        conditions = try call.conditions()
        catalogue = call.server.catalogue
        language = call.language
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(ofNow: call, &members, noting: noted)
        let removed = members.flag("removed")
        patch = RevisedActionPatch(code: id.code, action: ActionPatch(&members, labels: nil), removed: removed)
        members.finish(readOnly: ActionRecord.readOnlyMembers.union(["code"]))
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.roadmap(id.roadmap).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> PlannedRevision {
        try PlannedRevision(session, of: id.roadmap, for: actor, in: language)
    }

    func checkPrecondition(_ session: borrowing Session, on before: PlannedRevision) throws {
        try before.check(conditions)
    }

    func decide(_ session: borrowing Session, from before: PlannedRevision, in writing: Writing) throws -> Revision? {
        try before.checkMayBeWritten(by: writing.actor.role)
        let revision = try before.record.revision.applying(
            patch, over: before.stored[id.code]?.action, of: id, in: writing.context, catalogue: catalogue)
        return revision == before.record.revision ? nil : revision
    }

    func store(
        _ session: borrowing Session, _ revision: Revision, over before: PlannedRevision, in writing: Writing
    ) throws -> [NewChange] {
        [try before.record.becoming(revision, session, at: writing.instant)]
    }

    func answer(
        _ session: borrowing Session, _ revision: Revision?, from before: PlannedRevision, in writing: Writing
    ) throws -> Answer {
        try PlannedRevision.answer(session, of: id.roadmap, for: writing.actor, in: language)
    }
}

/// `DELETE /v1/roadmaps/{roadmap}/revision/actions/{code}`: takes back what was revised of the action, which stays as it is.
struct RevisedActionDeletion: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault] = []
    private let id: ActionID
    private let conditions: Conditions
    private let language: Language

    init(_ call: Call) throws {
        id = try call.revisedActionID()
        conditions = try call.conditions()
        language = call.language
        request = try WriteRequest(ofNow: call)
    }

    var lock: WriteLock { ResourceID.roadmap(id.roadmap).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> PlannedRevision {
        let planned = try PlannedRevision(session, of: id.roadmap, for: actor, in: language)
        guard planned.record.revision.actions[id.code] != nil else { throw Problem.notFound() }
        return planned
    }

    func checkPrecondition(_ session: borrowing Session, on before: PlannedRevision) throws {
        try before.check(conditions)
    }

    func decide(_ session: borrowing Session, from before: PlannedRevision, in writing: Writing) throws -> Revision? {
        try before.checkMayBeWritten(by: writing.actor.role)
        var revision = before.record.revision
        revision.actions[id.code] = nil
        return revision
    }

    func store(
        _ session: borrowing Session, _ revision: Revision, over before: PlannedRevision, in writing: Writing
    ) throws -> [NewChange] {
        [try before.record.becoming(revision, session, at: writing.instant)]
    }

    func answer(
        _ session: borrowing Session, _ revision: Revision?, from before: PlannedRevision, in writing: Writing
    ) throws -> Answer {
        Answer(.noContent)
    }
}

extension PlannedRevision {
    /// What was handed in is what the coordinators read: its ministry takes it back before it goes on.
    fileprivate func checkMayBeWritten(by role: Role) throws {
        let state = record.revision.state
        if state == .enPreparation || state == .soumise && role == .coordinator { return }
        throw Refusal.revisionNotInPreparation(record.id, state)
    }
}

extension RevisionRecord {
    /// Stores another state of it.
    /// - Returns: what history keeps of it.
    func becoming(_ next: Revision, _ session: borrowing Session, at instant: String) throws -> NewChange {
        try RevisionQueries.update(session, id, next, at: instant)
        return NewChange(.updated, .revision(id), version: version + 1, next.changes(from: revision))
    }
}

extension Call {
    /// The action of a revision that the address names.
    fileprivate func revisedActionID() throws -> ActionID {
        let roadmap = try roadmapID()
        guard let code = ActionCode(pathValue("code")) else { throw Problem.notFound() }
        return ActionID(roadmap: roadmap, code: code)
    }
}

extension Refusal {
    fileprivate static func revisionNotInPreparation(_ id: RevisionID, _ state: RevisionState) -> Refusal {
        let address = RevisionID.address(of: id.roadmap)
        let advice =
            state.isOpen
            ? Message(
                "reprenez-la d’abord (PATCH \(address), « state » : « en_preparation »)",
                "first take it back (PATCH \(address), “state”: “en_preparation”)")
            : Message("ouvrez la suivante (POST \(address))", "open the next one (POST \(address))")
        return .conflict(
            key: id.description,
            Fault(
                "", .inconsistent,
                Message(
                    "La révision \(id.number) de \(id.roadmap) est à l’état « \(state.code) », et ne se modifie plus : \(advice.french).",
                    "The revision \(id.number) of \(id.roadmap) is in the state “\(state.code)” and no longer changes: \(advice.english)."
                )))
    }
}
