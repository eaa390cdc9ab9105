import ActionPlans
import Documents
import Postgres

/// `POST /v1/ministries`
struct MinistryCreation: ResourceWrite {
    struct Decision: Sendable {
        let code: MinistryCode
        let kind: MinistryKind
        let names: [MinistryName]
    }

    let request: WriteRequest
    let faults: [Fault]
    /// nil, as the kind and the names, where the request gives none that can be read; the faults say so.
    private let code: MinistryCode?
    private let kind: MinistryKind?
    private let names: [MinistryName]?
    private let siren: String?
    private let siret: String?

    init(_ call: Call) throws {
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        code = members.newMinistryCode()
        kind = members.required("kind", members.code("kind", as: MinistryKind.self))
        let (siren, siret) = members.identifiers()
        names = members.required("names", members.names(atMost: MinistryRecord.mostNames))
        members.finish(readOnly: MinistryRecord.readOnlyMembers)
        faults = noted.faults
        self.siren = siren.given
        self.siret = siret.given
    }

    var lock: WriteLock { .ministries }

    func before(_ session: borrowing Session, for actor: Actor) throws {}

    func decide(_ session: borrowing Session, from before: Void, in writing: Writing) throws -> Decision? {
        try MinistryRecord.checkIdentifiers(siren: siren, siret: siret)
        guard let code, let kind, let names else { throw Refusal.invalid([]) }
        return Decision(code: code, kind: kind, names: names)
    }

    func store(
        _ session: borrowing Session, _ decision: Decision, over before: Void, in writing: Writing
    ) throws -> [NewChange] {
        let code = decision.code
        guard try MinistryQueries.insert(session, code, decision.kind, siren: siren, siret: siret, at: writing.instant) else {
            throw Refusal.conflict(
                key: code.text,
                Fault(
                    "code", .duplicate,
                    Message("Le ministère \(code) existe déjà.", "The ministry \(code) already exists.")))
        }
        try MinistryQueries.replaceNames(session, code, decision.names)
        let record = try MinistryQueries.written(session, code)
        return [NewChange(.created, .ministry(code), version: record.version, record.changes(from: nil))]
    }

    func answer(
        _ session: borrowing Session, _ decision: Decision?, from before: Void, in writing: Writing
    ) throws -> Answer {
        guard let decision else { throw Problem.notFound() }
        let record = try MinistryQueries.written(session, decision.code)
        return record.answer(on: writing.context.today).created(at: ResourceID.ministry(decision.code).address)
    }
}
