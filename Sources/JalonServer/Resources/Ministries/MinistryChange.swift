import ActionPlans
import Documents
import Postgres

/// `PATCH /v1/ministries/{code}`. A succession is told by both of its bodies, so a change of one is a change of the other: its
/// version moves too, with a line of history.
struct MinistryChange: ResourceWrite {
    struct Decision: Sendable {
        let wanted: MinistryRecord
        /// The other bodies of the successions that come or go, as they are before.
        let partners: [MinistryRecord]
    }

    let request: WriteRequest
    let faults: [Fault]
    private let code: MinistryCode
    private let conditions: Conditions
    private let kind: MinistryKind?
    private let siren: Assignment<String>
    private let siret: Assignment<String>
    private let names: [MinistryName]?
    private let successions: [MinistrySuccession]?

    init(_ call: Call) throws {
        code = try call.ministryCode()
        conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        let kind = members.code("kind", as: MinistryKind.self)
        (siren, siret) = members.identifiers()
        let names = members.names(atMost: MinistryRecord.mostNames)
        let successions = members.successions(of: code, atMost: MinistryRecord.mostNames)
        for (name, isNull) in [("kind", kind == .null), ("names", names == .null), ("successions", successions == .null)]
        where isNull {
            members.add(name, .required, .required(name))
        }
        members.finish(readOnly: MinistryRecord.readOnlyMembers)
        (self.kind, self.names, self.successions) = (kind.given, names.given, successions.given)
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.ministry(code).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> MinistryRecord {
        try MinistryQueries.written(session, code)
    }

    /// The name shown depends on the day, and the validator with it.
    func checkPrecondition(_ session: borrowing Session, on before: MinistryRecord) throws {
        try conditions.checkWrite(of: before.tag(on: ParisDay.today(session)))
    }

    func decide(_ session: borrowing Session, from before: MinistryRecord, in writing: Writing) throws -> Decision? {
        var wanted = before
        wanted.kind = kind ?? before.kind
        wanted.siren = siren.resolved(over: before.siren)
        wanted.siret = siret.resolved(over: before.siret)
        wanted.names = names ?? before.names
        wanted.successions = successions ?? before.successions
        let moved = Set(before.successions).symmetricDifference(wanted.successions)
        let others = Set(moved.flatMap { [$0.predecessor, $0.successor] }).subtracting([code]).sorted()
        let unknown = try MinistryQueries.unknown(session, among: others)
        try Refusal.adding(to: unknown.map { .unknownMinistry($0, member: "successions") }) { () throws(Refusal) in
            try wanted.checkIdentifiers()
        }
        if wanted.changes(from: before).isEmpty { return nil }
        return Decision(wanted: wanted, partners: try others.map { try MinistryQueries.written(session, $0) })
    }

    func store(
        _ session: borrowing Session, _ decision: Decision, over before: MinistryRecord, in writing: Writing
    ) throws -> [NewChange] {
        let wanted = decision.wanted
        try MinistryQueries.update(session, wanted, at: writing.instant)
        if wanted.names != before.names { try MinistryQueries.replaceNames(session, code, wanted.names) }
        if Set(wanted.successions) != Set(before.successions) {
            try MinistryQueries.replaceSuccessions(session, of: code, wanted.successions)
        }
        for partner in decision.partners { try MinistryQueries.update(session, partner, at: writing.instant) }
        return try ([before] + decision.partners).map { earlier in
            let later = try MinistryQueries.written(session, earlier.code)
            return NewChange(.updated, .ministry(earlier.code), version: later.version, later.changes(from: earlier))
        }
    }

    func answer(
        _ session: borrowing Session, _ decision: Decision?, from before: MinistryRecord, in writing: Writing
    ) throws -> Answer {
        let record = decision == nil ? before : try MinistryQueries.written(session, code)
        return record.answer(on: writing.context.today)
    }
}
