import ActionPlans
import Documents
import Postgres

/// `PUT /v1/measures`: many measures become what a document says; those that it does not list are kept.
struct MeasureApplication: ResourceWrite {
    /// Imports may take longer than other requests.
    static let timeout: Duration? = .seconds(60)
    /// A lock is taken for each, and they are for all the requests of the database.
    private static let mostMinistries = 1_000

    let request: WriteRequest
    let faults: [Fault]
    private let lines: [MeasureLine]
    private let ministries: [MinistryCode]
    /// Those of them that the caller does not write for: they are not locked, and nothing stored of them is read.
    private let foreign: Set<MinistryCode>
    private let acceptsJump: Bool
    private let call: Call

    /// - Throws: ``ProblemKind/invalidParameter`` with every parameter that is wrong or says something else than the document.
    init(_ call: Call) throws {
        var parameters = call.parameters()
        let query = WriteRequest(ofNow: &parameters)
        acceptsJump = parameters.accepts("jump")
        try parameters.finish()
        let noted = FaultList()
        let table = call.document?.table
        for fault in table?.faults ?? [] { noted.add(fault) }
        var members = try call.members(noting: noted)
        let body = WriteRequest(ofNow: &members, noting: noted, dryRun: query.dryRun)
        let read = members.objects("measures", atMost: MeasureLine.most) { line in MeasureLine(&line, of: table) }
        lines = members.required("measures", read) ?? []
        members.finish(readOnly: MeasureRecord.readOnlyMembers)
        var union = PlanRequest.Union()
        let reason = union.of("reason", query.reason, body.reason.map { .value($0) } ?? .absent).given
        for fault in union.faults { parameters.fault(fault.member, fault.code, fault.message) }
        try parameters.finish()
        request = WriteRequest(effectiveOn: nil, reason: reason, dryRun: query.dryRun)
        ministries = Set(lines.compactMap(\.ministry)).sorted()
        guard ministries.count <= Self.mostMinistries else {
            throw Refusal.invalid([Fault("measures", .tooMany, .tooManyMinistries(ministries.count, Self.mostMinistries))])
        }
        foreign = try Self.foreign(ministries, to: call.caller())
        faults = noted.faults
        self.call = call
    }

    /// - Throws: ``Refusal/forbidden`` for a role that writes no measure at all.
    private static func foreign(_ ministries: [MinistryCode], to actor: Actor) throws(Refusal) -> Set<MinistryCode> {
        var foreign: Set<MinistryCode> = []
        for ministry in ministries {
            do throws(Refusal) {
                try actor.checkMayWritePlans(of: ministry)
            } catch {
                guard case .outsideMinistry = error else { throw error }
                foreign.insert(ministry)
            }
        }
        return foreign
    }

    var lock: WriteLock { .measures(of: ministries.filter { !foreign.contains($0) }) }

    /// What is there of all that the lines are about: one statement for each sort of thing, however many lines there are.
    struct Before: Sendable {
        let indicators: [IndicatorCode: IndicatorRecord]
        /// Those of all indicators, where the document names one that there is not.
        let codes: [String]
        let bodies: KnownBodies
        /// The measures that are listed, and those of the periods before.
        let stored: [MeasureID: MeasureRecord]
    }

    func before(_ session: borrowing Session, for actor: Actor) throws -> Before {
        let indicators = try IndicatorQueries.find(session, Set(lines.compactMap(\.indicator)).sorted())
        let isWhole = lines.allSatisfy { line in line.indicator.map { indicators[$0] != nil } ?? false }
        let listed = lines.compactMap { line in line.indicator.flatMap { indicators[$0] }.flatMap { line.id(under: $0) } }
            .filter { !foreign.contains($0.ministry) }
        let asked = Set(listed).union(listed.compactMap(\.previous))
        return Before(
            indicators: indicators, codes: isWhole ? [] : try IndicatorQueries.codes(session),
            bodies: try KnownBodies(session, ministries, in: .now),
            stored: try MeasureQueries.current(session, Array(asked)))
    }

    /// A collection has no version: each line says what it makes of its measure, and may name the version that its author read.
    func checkPrecondition(_ session: borrowing Session, on before: Before) throws {}

    /// A document that changes nothing is a decision too: its answer says so.
    func decide(_ session: borrowing Session, from before: Before, in writing: Writing) throws -> MeasureDifference? {
        let judgement = MeasureJudgement(bodies: before.bodies, today: writing.context.today, acceptsJump: acceptsJump)
        var draft = MeasureDifference.Draft(
            before: before, judgement: judgement, foreign: foreign, role: writing.actor.role, reason: request.reason)
        for (place, line) in lines.enumerated() { draft.add(line, at: place) }
        let difference = draft.judged()
        if let problem = draft.outside(beside: faults, in: call.document) { throw problem }
        guard faults.isEmpty, draft.faults.isEmpty else { throw Refusal.invalid(draft.allFaults) }
        if let problem = draft.conflict(in: call.document) { throw problem }
        return difference
    }

    func store(
        _ session: borrowing Session, _ difference: MeasureDifference, over before: Before, in writing: Writing
    ) throws -> [NewChange] {
        let changed = difference.entries.filter { $0.change != .unchanged }
        let deleted = try MeasureQueries.lastVersions(session, of: changed.filter { $0.former == nil }.map(\.id))
        return changed.map { entry in
            let version = entry.former?.version ?? deleted[entry.id] ?? 0
            return NewChange(of: entry.measure, over: entry.former, version: version + 1)
        }
    }

    func answer(
        _ session: borrowing Session, _ difference: MeasureDifference?, from before: Before, in writing: Writing
    ) throws -> Answer {
        MeasureOutcome(
            entries: difference?.entries ?? [], warnings: Warning.bounded(call.document?.warnings ?? []), dryRun: request.dryRun
        ).answer(in: call.language)
    }
}

extension Message {
    fileprivate static func tooManyMinistries(_ count: Int, _ most: Int) -> Message {
        Message(
            "Le document cite \(count) ministères ; \(most) au plus : envoyez-le en plusieurs fois.",
            "The document names \(count) ministries; \(most) at most: send it in several parts.")
    }
}
