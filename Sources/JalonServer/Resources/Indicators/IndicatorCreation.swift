import ActionPlans
import Documents
import Postgres

/// `POST /v1/indicators`
struct IndicatorCreation: ResourceWrite {
    let request: WriteRequest
    let faults: [Fault]
    private let wanted: IndicatorDefinition?
    private let practices: PracticeCatalogue
    private let language: Language

    init(_ call: Call) throws {
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(ofNow: call, &members, noting: noted)
        let code = members.newIndicatorCode()
        let patch = members.indicator()
        if patch.fromPeriod != .absent {
            members.add(
                "from_period", .inconsistent,
                Message(
                    "Un nouvel indicateur commence à « first_period » : ne donnez pas « from_period ».",
                    "A new indicator begins at “first_period”: do not give “from_period”."))
        }
        patch.noteNulls(members)
        wanted = code.flatMap { patch.created($0, &members) }
        members.finish(readOnly: IndicatorRecord.readOnlyMembers.subtracting(["code"]))
        practices = call.server.catalogue
        language = call.language
        faults = noted.faults
    }

    var lock: WriteLock { .indicators }

    func before(_ session: borrowing Session, for actor: Actor) throws {}

    func decide(_ session: borrowing Session, from before: Void, in writing: Writing) throws -> IndicatorDefinition? {
        guard let wanted else { throw Refusal.invalid([]) }
        let unknown = try MinistryQueries.unknown(session, among: wanted.perimeter ?? [], inList: "perimeter", noted: faults)
        let (definition, faults) = wanted.checked(practices)
        guard (unknown + faults).isEmpty else { throw Refusal.invalid(unknown + faults) }
        guard try IndicatorQueries.find(session, definition.code) == nil else { throw Refusal.indicatorExists(definition.code) }
        return definition
    }

    func store(
        _ session: borrowing Session, _ decision: IndicatorDefinition, over before: Void, in writing: Writing
    ) throws -> [NewChange] {
        [NewChange(.created, .indicator(decision.code), version: 1, decision.changes(from: nil))]
    }

    func answer(
        _ session: borrowing Session, _ decision: IndicatorDefinition?, from before: Void, in writing: Writing
    ) throws -> Answer {
        guard let code = wanted?.code, let record = try IndicatorQueries.find(session, code) else { throw Problem.notFound() }
        return Answer.json { record.write(to: &$0, in: language) }.tagged(record.tag(language))
            .created(at: ResourceID.indicator(code).address)
    }
}

extension Refusal {
    static func indicatorExists(_ code: IndicatorCode) -> Refusal {
        .conflict(
            key: code.text,
            Fault(
                "code", .duplicate,
                Message(
                    "L’indicateur \(code) existe déjà : modifiez-le par PATCH \(ResourceID.indicator(code).address).",
                    "The indicator \(code) already exists: change it by PATCH \(ResourceID.indicator(code).address).")))
    }
}
