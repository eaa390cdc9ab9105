import ActionPlans
import Documents
import Postgres

/// `/v1/impact-factors`, `/v1/impact-factors/{factor}` and its history
enum ImpactFactorEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        var filter = ImpactFactorQueries.Filter()
        filter.families = parameters.values("method_family", { ImpactCode($0) }) { text in .noImpactCode(text) }
        filter.reading = Reading(ofManyDays: &parameters)
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        filter.reading = try await filter.reading.settled(by: call.server)
        let page = try await call.server.database.read { [filter] session in
            Page(
                try ImpactFactorQueries.list(session, filter, after: paging.after?.first ?? "", limit: paging.limit + 1),
                paging: paging, total: paging.wantsTotal ? try ImpactFactorQueries.count(session, filter) : nil,
                position: { [$0.factor.code.text] })
        }
        return call.answer(page, paging) { $1.write(to: &$0) }
    }

    /// All its versions.
    @Sendable static func get(_ call: Call) async throws -> Answer {
        let code = try call.impactFactorCode()
        let reading = try await call.indicatorReading()
        let versions = try await call.server.database.fetch { session in
            try ImpactFactorQueries.versions(session, code, in: reading)
        }
        guard let last = versions.first else { throw Problem.notFound() }
        guard reading.isNow else { return Answer.json { write(versions, of: code, to: &$0) } }
        return try call.answer(last.tag) { write(versions, of: code, to: &$0) }
    }

    private static func write(_ versions: [ImpactFactorRecord], of code: ImpactCode, to writer: inout JSONWriter) {
        writer.object { object in
            object.member("code", code.text)
            object.member("versions", listOf: versions) { $1.write(to: &$0) }
            object.member("links") { links in
                links.member("self", ResourceID.impactFactor(code).address)
                links.member("history", "\(ResourceID.impactFactor(code).address)/history")
            }
        }
    }

    @Sendable static func history(_ call: Call) async throws -> Answer {
        try await HistoryEndpoints.list(call, of: .impactFactor(call.impactFactorCode()))
    }
}

/// `POST /v1/impact-factors`: a new factor, or the next version of one that is there. What says exactly what its last version says
/// writes nothing, so that a script may send its factors again.
struct ImpactFactorCreation: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let code: ImpactCode?
    private let wanted: ImpactFactor?

    init(_ call: Call) throws {
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(ofNow: call, &members, noting: noted)
        code = members.required("code", members.impactCode("code"))
        wanted = members.impactFactor(code)
        members.finish(readOnly: ImpactFactorRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { .impactFactors }

    func before(_ session: borrowing Session, for actor: Actor) throws -> ImpactFactorRecord? {
        try code.flatMap { try ImpactFactorQueries.last(session, $0) }
    }

    /// A version is added to whatever there is.
    func checkPrecondition(_ session: borrowing Session, on before: ImpactFactorRecord?) throws {}

    func decide(_ session: borrowing Session, from before: ImpactFactorRecord?, in writing: Writing) throws -> ImpactFactor? {
        guard let wanted else { throw Refusal.invalid([]) }
        let (checked, faults) = wanted.checked()
        guard faults.isEmpty else { throw Refusal.invalid(faults) }
        let factor = before.map { checked.written(as: $0.factor) } ?? checked
        return factor == before?.factor ? nil : factor
    }

    func store(
        _ session: borrowing Session, _ decision: ImpactFactor, over before: ImpactFactorRecord?, in writing: Writing
    ) throws -> [NewChange] {
        [
            NewChange(
                before == nil ? .created : .updated, .impactFactor(decision.code), version: (before?.version ?? 0) + 1,
                decision.changes(from: before?.factor))
        ]
    }

    func answer(
        _ session: borrowing Session, _ decision: ImpactFactor?, from before: ImpactFactorRecord?, in writing: Writing
    ) throws -> Answer {
        guard let code, let record = try ImpactFactorQueries.last(session, code) else { throw Problem.notFound() }
        let answer = Answer.json { record.write(to: &$0) }.tagged(record.tag)
        return decision == nil ? answer : answer.created(at: ResourceID.impactFactor(code).address)
    }
}

extension MemberReader {
    mutating func impactCode(_ name: String) -> Assignment<ImpactCode> {
        let assignment = text(name)
        guard let text = assignment.given else { return assignment == .null ? .null : .absent }
        if let code = ImpactCode(text) { return .value(code) }
        add(name, .invalidValue, .noImpactCode(text))
        return .absent
    }

    /// - Returns: nil where a member that it needs is missing, which is noted.
    fileprivate mutating func impactFactor(_ code: ImpactCode?) -> ImpactFactor? {
        let title = required("title", text("title"))
        let functionalUnit = required("functional_unit", text("functional_unit"))
        var amounts: [ImpactIndicator: BoundedNumber] = [:]
        for indicator in ImpactIndicator.allCases {
            amounts[indicator] = boundedNumber(indicator.rawValue, isNew: true).given?.applied(over: nil)
        }
        if !ImpactIndicator.allCases.contains(where: { isGiven($0.rawValue) }) {
            let missing = ImpactFactor.noAmount
            add(missing.member, missing.code, missing.message)
        }
        let family = required("method_family", impactCode("method_family"))
        let hypothesis = text("hypothesis").given
        let lifetimeYears = decimal("lifetime_years").given
        let dataYear = integer("data_year", in: ImpactFactor.dataYears).given
        let place = text("place").given
        let source = required("source", text("source"))
        guard let code, let title, let functionalUnit, let family, let source else { return nil }
        return ImpactFactor(
            code: code, title: title, functionalUnit: functionalUnit, amounts: amounts, methodFamily: family,
            hypothesis: hypothesis, lifetimeYears: lifetimeYears, dataYear: dataYear, place: place, source: source)
    }
}

extension Message {
    static func noImpactCode(_ text: String) -> Message {
        Message(
            "« \(text.clipped) » n’est pas un code : \(ImpactCode.form).", "“\(text.clipped)” is not a code: \(ImpactCode.form).")
    }
}

extension Call {
    /// The one that the address names.
    func impactFactorCode() throws -> ImpactCode {
        guard let code = ImpactCode(pathValue("factor")) else { throw Problem.notFound() }
        return code
    }
}
