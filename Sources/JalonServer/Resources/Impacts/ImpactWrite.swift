import ActionPlans
import Documents
import HTTPTypes
import Postgres

/// `POST /v1/actions/{action}/impacts`
struct ImpactCreation: ResourceWrite {
    struct Decision: Sendable {
        let id: ImpactID
        let impact: Impact
    }

    let request: WriteRequest
    let faults: [Fault]
    private let action: ActionID
    private let patch: ImpactPatch

    init(_ call: Call) throws {
        action = try call.actionID()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(ofNow: call, &members, noting: noted)
        patch = ImpactPatch(&members, isNew: true)
        members.finish(readOnly: ImpactRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { .impacts(of: action.roadmap.ministry) }

    func before(_ session: borrowing Session, for actor: Actor) throws -> PlannedAction {
        let planned = try ActionQueries.writable(session, action, for: actor)
        try planned.roadmap.checkOpen()
        return planned
    }

    /// What does not exist yet has no state that the caller could have read.
    func checkPrecondition(_ session: borrowing Session, on before: PlannedAction) throws {}

    func decide(_ session: borrowing Session, from before: PlannedAction, in writing: Writing) throws -> Decision? {
        let impact = try patch.decided(session, over: nil, today: writing.context.today)
        try impact.checkIsAlone(session, of: action, for: writing.actor)
        let numbers = try ImpactQueries.numbers(session, of: action)
        guard numbers.count < Impact.mostOfAction, let id = ImpactID(action: action, number: numbers.last + 1) else {
            throw Refusal.tooManyImpacts(of: action)
        }
        return Decision(id: id, impact: impact)
    }

    func store(
        _ session: borrowing Session, _ decision: Decision, over before: PlannedAction, in writing: Writing
    ) throws -> [NewChange] {
        [NewChange(.created, .impact(decision.id), version: 1, decision.impact.changes(from: nil))]
    }

    func answer(
        _ session: borrowing Session, _ decision: Decision?, from before: PlannedAction, in writing: Writing
    ) throws -> Answer {
        guard let id = decision?.id, let record = try ImpactQueries.find(session, id, visibleTo: writing.actor) else {
            throw Problem.notFound()
        }
        return Answer.json { record.write(to: &$0) }.tagged(record.tag).created(at: ResourceID.impact(id).address)
    }
}

/// An impact with the action that it is of, as a write finds them.
struct PlannedImpact: Sendable {
    let roadmap: Roadmap
    let record: ImpactRecord

    /// - Throws: not found where it may not be seen, outside the ministry where it may only be read.
    init(_ session: borrowing Session, _ id: ImpactID, for actor: Actor) throws {
        guard let record = try ImpactQueries.find(session, id, visibleTo: actor) else { throw Problem.notFound() }
        roadmap = try ActionQueries.writable(session, id.action, for: actor).roadmap
        self.record = record
    }
}

/// `PATCH /v1/actions/{action}/impacts/{number}`
struct ImpactChange: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let id: ImpactID
    private let conditions: Conditions
    private let patch: ImpactPatch

    init(_ call: Call) throws {
        id = try call.impactID()
        conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(ofNow: call, &members, noting: noted)
        patch = ImpactPatch(&members, isNew: false)
        members.finish(readOnly: ImpactRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.impact(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> PlannedImpact {
        try PlannedImpact(session, id, for: actor)
    }

    func checkPrecondition(_ session: borrowing Session, on before: PlannedImpact) throws {
        try conditions.checkWrite(of: before.record.tag)
    }

    func decide(_ session: borrowing Session, from before: PlannedImpact, in writing: Writing) throws -> Impact? {
        let impact = try patch.decided(session, over: before.record.impact, today: writing.context.today)
            .written(as: before.record.impact)
        if impact == before.record.impact { return nil }
        try before.roadmap.checkOpen()
        try impact.checkIsAlone(session, of: id.action, but: id, for: writing.actor)
        return impact
    }

    func store(
        _ session: borrowing Session, _ decision: Impact, over before: PlannedImpact, in writing: Writing
    ) throws -> [NewChange] {
        [
            NewChange(
                .updated, .impact(id), version: before.record.version + 1, decision.changes(from: before.record.impact))
        ]
    }

    func answer(
        _ session: borrowing Session, _ decision: Impact?, from before: PlannedImpact, in writing: Writing
    ) throws -> Answer {
        guard let record = try ImpactQueries.find(session, id, visibleTo: writing.actor) else { throw Problem.notFound() }
        return Answer.json { record.write(to: &$0) }.tagged(record.tag)
    }
}

/// `DELETE /v1/actions/{action}/impacts/{number}`: its history stays, and no other one gets its number.
struct ImpactDeletion: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault] = []
    private let id: ImpactID
    private let conditions: Conditions

    init(_ call: Call) throws {
        id = try call.impactID()
        conditions = try call.conditions()
        request = try WriteRequest(ofNow: call)
    }

    var lock: WriteLock { ResourceID.impact(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> PlannedImpact {
        try PlannedImpact(session, id, for: actor)
    }

    func checkPrecondition(_ session: borrowing Session, on before: PlannedImpact) throws {
        try conditions.checkWrite(of: before.record.tag)
    }

    func decide(_ session: borrowing Session, from before: PlannedImpact, in writing: Writing) throws -> Impact? {
        try before.roadmap.checkOpen()
        return before.record.impact
    }

    func store(
        _ session: borrowing Session, _ decision: Impact, over before: PlannedImpact, in writing: Writing
    ) throws -> [NewChange] {
        [NewChange(.deleted, .impact(id), version: before.record.version + 1, decision.changesOfDeletion())]
    }

    func answer(
        _ session: borrowing Session, _ decision: Impact?, from before: PlannedImpact, in writing: Writing
    ) throws -> Answer {
        Answer(.noContent)
    }
}

extension Impact {
    /// - Parameter changed: the one that it becomes of.
    /// - Throws: a conflict where another one of the action says the same.
    fileprivate func checkIsAlone(
        _ session: borrowing Session, of action: ActionID, but changed: ImpactID? = nil, for actor: Actor
    ) throws {
        let known = try ImpactQueries.list(
            session, action, in: .now, after: 0, limit: Impact.mostOfAction, visibleTo: actor)
        guard let same = known.first(where: { $0.id != changed && saysTheSame(as: $0.impact) }) else { return }
        throw Refusal.sameImpact(as: same.id)
    }
}

extension ImpactPatch {
    /// What becomes of an impact, under the lock of factors.
    /// - Parameter former: nil for a new one.
    fileprivate func decided(_ session: borrowing Session, over former: Impact?, today: CivilDate) throws -> Impact {
        let named = namesVersion(over: former)
        let code = named?.code ?? former?.factor
        let version = named == nil ? former?.factorVersion : named?.version
        var factor: ImpactFactorRecord?
        if let code, let version { factor = try ImpactFactorQueries.find(session, code, version: version) }
        if let code, version == nil { factor = try ImpactFactorQueries.last(session, code) }
        var faults: [Fault] = []
        if let code, factor == nil {
            let last = try ImpactFactorQueries.last(session, code)
            faults.append(last.map { .noVersion(of: code, last: $0.version) } ?? .noFactor(code))
        }
        let checked = code.flatMap { applied(over: former, factor: $0, version: factor?.version ?? 1) }?
            .checked(against: factor?.factor, today: today)
        faults += checked?.faults ?? []
        guard let impact = checked?.impact, faults.isEmpty else { throw Refusal.invalid(faults) }
        return impact
    }
}

extension Fault {
    fileprivate static func noFactor(_ code: ImpactCode) -> Fault {
        Fault(
            "factor", .unknownReference,
            Message(
                "Il n’y a pas de facteur \(code) : voyez /v1/impact-factors, ou demandez-le à la coordination.",
                "There is no factor \(code): see /v1/impact-factors, or ask the coordinators for it."))
    }

    fileprivate static func noVersion(of code: ImpactCode, last: Int) -> Fault {
        Fault(
            "factor_version", .unknownReference,
            Message(
                "Le facteur \(code) a les versions 1 à \(last).", "The factor \(code) has the versions 1 to \(last)."))
    }
}

extension Refusal {
    /// Both would count: what was sent twice is refused, and what is another thing can say so.
    fileprivate static func sameImpact(as id: ImpactID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "", .duplicate,
                Message(
                    """
                    L’impact \(id) dit déjà la même chose, et les deux compteraient : modifiez-le, ou dites dans « comment » ce qui distingue \
                    celui-ci.
                    """,
                    "The impact \(id) says the same already, and both would count: change it, or say in “comment” what tells this one apart."
                )
            ))
    }

    fileprivate static func tooManyImpacts(of action: ActionID) -> Refusal {
        .conflict(
            key: action.description,
            Fault(
                "", .tooMany,
                Message(
                    "Une action a au plus \(Impact.mostOfAction) impacts à la fois, et \(ImpactID.numbers.upperBound) numéros.",
                    "An action has at most \(Impact.mostOfAction) impacts at a time, and \(ImpactID.numbers.upperBound) numbers.")
            ))
    }
}
