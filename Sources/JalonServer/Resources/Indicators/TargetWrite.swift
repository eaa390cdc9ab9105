import ActionPlans
import Documents
import Postgres

/// `PUT /v1/indicators/{indicator}/targets`: the whole list, as a member of the indicator's history.
struct TargetWrite: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let code: IndicatorCode
    private let conditions: Conditions
    private let wanted: [IndicatorTarget]?

    init(_ call: Call) throws {
        code = try call.indicatorCode()
        conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(ofNow: call, &members, noting: noted)
        wanted = members.targets()
        members.finish(readOnly: TargetList.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { .indicators }

    func before(_ session: borrowing Session, for actor: Actor) throws -> TargetList {
        guard let list = try TargetList.find(session, code) else { throw Problem.notFound() }
        return list
    }

    func checkPrecondition(_ session: borrowing Session, on before: TargetList) throws {
        try conditions.checkWrite(of: before.tag)
    }

    func decide(_ session: borrowing Session, from before: TargetList, in writing: Writing) throws -> [IndicatorTarget]? {
        guard let wanted else { throw Refusal.invalid([]) }
        let unknown = Set(try MinistryQueries.unknown(session, among: wanted.compactMap(\.ministry)))
        let strangers = wanted.enumerated().compactMap { index, target in
            target.ministry.flatMap {
                unknown.contains($0) ? Fault.unknownMinistry($0, member: "targets/\(index)/ministry") : nil
            }
        }
        let (targets, found) = IndicatorTarget.checked(wanted, before.indicator.last)
        guard (strangers + found).isEmpty else { throw Refusal.invalid(strangers + found) }
        let sorted = targets.map { $0.written(as: before.targets) }.sorted {
            ($0.ministry?.text ?? "", $0.period.description) < ($1.ministry?.text ?? "", $1.period.description)
        }
        return sorted == before.targets ? nil : sorted
    }

    func store(
        _ session: borrowing Session, _ decision: [IndicatorTarget], over before: TargetList, in writing: Writing
    ) throws -> [NewChange] {
        let change = MemberChange(member: "targets", from: Self.value(before.targets), to: Self.value(decision))
        return [NewChange(.updated, .indicator(code), version: before.indicator.version + 1, [change].compactMap(\.self))]
    }

    private static func value(_ targets: [IndicatorTarget]) -> MemberValue {
        .objects(targets.map { MemberValue.Object($0.members) })
    }

    func answer(
        _ session: borrowing Session, _ decision: [IndicatorTarget]?, from before: TargetList, in writing: Writing
    ) throws -> Answer {
        guard let list = try TargetList.find(session, code) else { throw Problem.notFound() }
        return Answer.json { list.write(to: &$0) }.tagged(list.tag)
    }
}
