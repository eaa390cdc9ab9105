import ActionPlans
import Documents
import Postgres

/// `PUT /v1/censuses/{year}`: makes the census of a year, or changes it.
struct CensusWrite: ResourceWrite {
    struct Decision: Sendable {
        let dueOn: CivilDate
        let expected: [String]
        let rounds: [CensusRound]
    }

    let request: WriteRequest
    let faults: [Fault]
    private let year: Int
    private let conditions: Conditions
    /// nil, as the list below, where the request gives none that can be read; the faults say so.
    private let dueOn: CivilDate?
    private let expected: [MinistryCode]?
    /// nil where they stay as they are.
    private let rounds: [CensusRound]?

    static let mostExpected = 200

    init(_ call: Call) throws {
        year = try call.year()
        conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        let named = members.integer("year", in: RoadmapID.years)
        if named != .absent, named != .value(year) {
            members.add("year", .inconsistent, Message("L’année est celle de l’adresse.", "The year is that of the address."))
        }
        dueOn = members.required("due_on", members.date("due_on"))
        expected = members.required("expected", members.ministries("expected", 1...Self.mostExpected))
        rounds = members.rounds("rounds", of: year)
        members.finish(readOnly: CensusRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.census(year).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> CensusRecord? {
        try CensusQueries.find(session, year)
    }

    func checkPrecondition(_ session: borrowing Session, on before: CensusRecord?) throws {
        guard let before else { return try conditions.checkCreation() }
        try conditions.checkWrite(of: before.tag)
    }

    func decide(_ session: borrowing Session, from before: CensusRecord?, in writing: Writing) throws -> Decision? {
        var unknown = try MinistryQueries.unknown(session, among: expected ?? [], inList: "expected", noted: faults)
        for (place, round) in (rounds ?? []).enumerated() {
            unknown += try MinistryQueries.unknown(
                session, among: round.expected ?? [], inList: "rounds/\(place)/expected", noted: faults)
        }
        guard unknown.isEmpty, let dueOn, let expected else { throw Refusal.invalid(unknown) }
        let decision = Decision(
            dueOn: dueOn, expected: expected.map(\.text).sorted(), rounds: rounds ?? before?.rounds ?? [])
        let isSame =
            before?.dueOn == decision.dueOn && before?.expected == decision.expected && before?.rounds == decision.rounds
        return isSame ? nil : decision
    }

    func store(
        _ session: borrowing Session, _ decision: Decision, over before: CensusRecord?, in writing: Writing
    ) throws -> [NewChange] {
        if before == nil {
            try CensusQueries.insert(session, year, decision.dueOn, decision.rounds, at: writing.instant)
        } else {
            try CensusQueries.update(session, year, decision.dueOn, decision.rounds, at: writing.instant)
        }
        try CensusQueries.replaceExpected(session, year, decision.expected)
        let changes = [
            MemberChange(
                member: "due_on", from: before.map { .text($0.dueOn.description) } ?? .null,
                to: .text(decision.dueOn.description)),
            MemberChange(member: "expected", from: before.map { .list($0.expected) } ?? .null, to: .list(decision.expected)),
            MemberChange(
                member: "rounds", from: before.map { CensusRound.value($0.rounds) } ?? .null,
                to: CensusRound.value(decision.rounds)),
        ].compactMap { $0 }
        let version = (before?.version ?? 0) + 1
        return [NewChange(before == nil ? .created : .updated, .census(year), version: version, changes)]
    }

    func answer(
        _ session: borrowing Session, _ decision: Decision?, from before: CensusRecord?, in writing: Writing
    ) throws -> Answer {
        guard let record = try CensusQueries.find(session, year) else { throw Problem.notFound() }
        let answer = Answer.json { record.write(to: &$0) }.tagged(record.tag)
        return before == nil ? answer.created(at: ResourceID.census(year).address) : answer
    }
}
