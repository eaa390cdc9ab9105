import ActionPlans
import Documents
import Postgres

/// `PUT /v1/roadmaps/{roadmap}/memo`: writes the memo of a roadmap, or changes it.
struct MemoWrite: ResourceWrite {
    struct Before: Sendable {
        let roadmap: RoadmapRecord
        let memo: MemoRecord?
    }

    let request: WriteRequest
    let faults: [Fault]
    private let id: RoadmapID
    private let conditions: Conditions
    /// nil where the request gives none that can be read; the faults say so.
    private let text: String?

    private static let rule = TextRule(longest: 2_000, multiline: true)

    init(_ call: Call) throws {
        id = try call.roadmapID()
        conditions = try call.conditions()
        let noted = FaultList()
        var members = try call.members(noting: noted)
        request = try WriteRequest(call, &members, noting: noted)
        var found: [Fault] = []
        text = members.required("text", members.text("text"))
            .flatMap { Self.rule.checked($0, member: "text", faults: &found) }
        for fault in found { noted.add(fault) }
        members.finish(readOnly: MemoRecord.readOnlyMembers)
        faults = noted.faults
    }

    var lock: WriteLock { ResourceID.memo(id).lock }

    func before(_ session: borrowing Session, for actor: Actor) throws -> Before {
        let roadmap = try RoadmapQueries.writable(session, id, for: actor)
        return Before(roadmap: roadmap, memo: try MemoQueries.find(session, id, visibleTo: actor))
    }

    func checkPrecondition(_ session: borrowing Session, on before: Before) throws {
        guard let memo = before.memo else { return try conditions.checkCreation() }
        try conditions.checkWrite(of: memo.tag)
    }

    func decide(_ session: borrowing Session, from before: Before, in writing: Writing) throws -> String? {
        try before.roadmap.roadmap.checkOpen()
        guard let text else { throw Refusal.invalid([]) }
        return text == before.memo?.text ? nil : text
    }

    func store(
        _ session: borrowing Session, _ text: String, over before: Before, in writing: Writing
    ) throws -> [NewChange] {
        let version = try MemoQueries.store(session, id, text, at: writing.instant)
        let changes = [MemberChange(member: "text", from: MemberValue(before.memo?.text), to: .text(text))].compactMap(\.self)
        return [NewChange(before.memo == nil ? .created : .updated, .memo(id), version: version, changes)]
    }

    func answer(
        _ session: borrowing Session, _ text: String?, from before: Before, in writing: Writing
    ) throws -> Answer {
        guard let record = try MemoQueries.find(session, id, visibleTo: writing.actor) else { throw Problem.notFound() }
        let answer = Answer.json { record.write(to: &$0) }.tagged(record.tag)
        return before.memo == nil ? answer.created(at: ResourceID.memo(id).address) : answer
    }
}
