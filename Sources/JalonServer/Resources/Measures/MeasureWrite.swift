import ActionPlans
import Documents
import HTTPTypes
import Postgres

/// `PUT /v1/indicators/{indicator}/measures/{ministry}/{period}`: a body's answer, given or given anew.
struct MeasureWrite: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let id: MeasureID
    private let conditions: Conditions
    private let statement: MeasureStatement
    private let acceptsJump: Bool

    struct Before: Sendable {
        let record: MeasureRecord?
        let indicator: IndicatorRecord
        let bodies: KnownBodies
    }

    init(_ call: Call) throws {
        id = try call.measureID()
        conditions = try call.conditions()
        let noted = FaultList()
        var parameters = call.parameters()
        acceptsJump = parameters.accepts("jump")
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        var members = try call.members(noting: noted)
        request = WriteRequest(ofNow: &members, noting: noted, dryRun: dryRun)
        statement = MeasureStatement(&members)
        members.finish(readOnly: MeasureRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.measure(id).lock }

    /// A measure that the caller may not see is treated as what it may not write: it is of another ministry.
    func before(_ session: borrowing Session, for actor: Actor) throws -> Before {
        guard let indicator = try IndicatorQueries.find(session, id.indicator) else { throw Problem.notFound() }
        let bodies = try KnownBodies(session, [id.ministry], in: .now)
        guard bodies.isKnown(id.ministry) else { throw Problem.notFound() }
        try actor.checkMayWritePlans(of: id.ministry)
        return Before(record: try MeasureQueries.current(session, id), indicator: indicator, bodies: bodies)
    }

    func checkPrecondition(_ session: borrowing Session, on before: Before) throws {
        guard let record = before.record else { return try conditions.checkCreation() }
        try conditions.checkWrite(of: record.tag)
    }

    func decide(_ session: borrowing Session, from before: Before, in writing: Writing) throws -> Measure? {
        guard let answer = statement.answer else { throw Refusal.invalid([]) }
        let former = before.record?.measure
        let definition = before.indicator.definition(of: id.period) ?? before.indicator.last
        let wanted = statement.measure(id, answer, definition: definition.number, over: former)
        let previous = try id.previous.flatMap { try MeasureQueries.current(session, $0)?.measure }
        let judgement = MeasureJudgement(bodies: before.bodies, today: writing.context.today, acceptsJump: acceptsJump)
        let (measure, found) = judgement.judged(wanted, against: definition, over: former, previous: previous)
        guard found.isEmpty else { throw Refusal.invalid(found) }
        if measure == former { return nil }
        try measure.checkWrite(over: former, by: writing.actor.role, reason: request.reason)
        return measure
    }

    func store(
        _ session: borrowing Session, _ decision: Measure, over before: Before, in writing: Writing
    ) throws -> [NewChange] {
        let version = try before.record?.version ?? MeasureQueries.lastVersions(session, of: [id])[id] ?? 0
        return [NewChange(of: decision, over: before.record, version: version + 1)]
    }

    func answer(
        _ session: borrowing Session, _ decision: Measure?, from before: Before, in writing: Writing
    ) throws -> Answer {
        guard let record = try MeasureQueries.current(session, id) else { throw Problem.notFound() }
        let answer = Answer.json { record.write(to: &$0) }.tagged(record.tag)
        return before.record == nil ? answer.created(at: ResourceID.measure(id).address) : answer
    }
}

/// `DELETE /v1/indicators/{indicator}/measures/{ministry}/{period}`: only a draft can be deleted; its history stays.
struct MeasureDeletion: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let id: MeasureID
    private let conditions: Conditions

    init(_ call: Call) throws {
        id = try call.measureID()
        conditions = try call.conditions()
        request = try WriteRequest(ofNow: call)
        faults = []
    }

    var lock: WriteLock { ResourceID.measure(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> MeasureRecord {
        guard let record = try MeasureQueries.current(session, id),
            Visibility.isVisible(record.measure.state, of: id.ministry, to: actor)
        else { throw Problem.notFound() }
        try actor.checkMayWritePlans(of: id.ministry)
        return record
    }

    func checkPrecondition(_ session: borrowing Session, on before: MeasureRecord) throws {
        try conditions.checkWrite(of: before.tag)
    }

    func decide(_ session: borrowing Session, from before: MeasureRecord, in writing: Writing) throws -> Measure? {
        guard before.measure.state == .brouillon else { throw Refusal.measureIsNoDraft(id) }
        return before.measure
    }

    func store(
        _ session: borrowing Session, _ decision: Measure, over before: MeasureRecord, in writing: Writing
    ) throws -> [NewChange] {
        [NewChange(.deleted, .measure(id), version: before.version + 1, decision.changesOfDeletion())]
    }

    func answer(
        _ session: borrowing Session, _ decision: Measure?, from before: MeasureRecord, in writing: Writing
    ) throws -> Answer {
        Answer(.noContent)
    }
}

extension ParameterReader {
    /// Whether `accept` names what the service would ask to confirm.
    mutating func accepts(_ risk: String) -> Bool {
        guard let text = text("accept") else { return false }
        if text != risk { fault("accept", .invalidValue, .notOneOf(text, [risk])) }
        return text == risk
    }
}

extension Refusal {
    static func measureIsNoDraft(_ id: MeasureID) -> Refusal {
        .conflict(
            key: id.description,
            Fault(
                "", .notADraft,
                Message(
                    "La mesure \(id) n’est plus un brouillon : elle ne se supprime pas. Corrigez-la par PUT, ou demandez qu’elle vous soit renvoyée.",
                    "The measure \(id) is no longer a draft: it is not deleted. Correct it by PUT, or ask that it be returned to you."
                )))
    }
}
