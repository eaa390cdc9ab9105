import ActionPlans
import NIOCore
import Yams

/// A roadmap and its actions as one document, in JSON, YAML or CSV: what a PUT of the same document would leave unchanged.
struct PlanExport: Sendable {
    let roadmap: RoadmapRecord
    let actions: [ActionRecord]

    /// Always told, even when they say nothing, because a reader expects them.
    private static let always: Set<ActionMember> = [.status, .keyAction, .confidential]

    private var head: [(name: String, value: MemberValue)] {
        let plan = roadmap.roadmap
        return [
            ("ministry", .text(plan.id.ministry.text)), ("first_year", .number(plan.id.firstYear)),
            ("last_year", .number(plan.lastYear)), ("title", .text(plan.title)), ("state", .text(plan.state.code)),
            ("due_on", MemberValue(plan.dueOn?.description)),
        ].filter { !$0.1.saysNothing }
    }

    private static func members(of record: ActionRecord) -> [(name: String, value: MemberValue)] {
        members(of: record.action, code: record.id.code)
    }

    static func members(of action: Action, code: ActionCode) -> [(name: String, value: MemberValue)] {
        [("code", .text(code.text))]
            + ActionMember.allCases.compactMap { member in
                let value = member.value(in: action)
                return value.saysNothing && !always.contains(member) ? nil : (member.rawValue, value)
            }
    }

    /// Large enough that a piece is worth sending, small enough that many readers at once hold little.
    private static let pieceSize = 48 << 10

    /// - Parameter flush: takes what has been written, whenever it is enough to be sent.
    func writeJSON(to writer: inout JSONWriter, flush: (inout JSONWriter) async throws -> Void) async rethrows {
        writer.begin(.object)
        for (name, value) in head { writer.member(name, value) }
        if writer.key("actions") {
            writer.begin(.list)
            for record in actions {
                writer.object { action in
                    for (name, value) in Self.members(of: record) { action.member(name, value) }
                }
                if writer.count >= Self.pieceSize { try await flush(&writer) }
            }
            writer.end(.list)
        }
        writer.end(.object)
        try await flush(&writer)
    }

    /// The document in one piece.
    func whole(as type: MediaType) async throws -> ByteBuffer {
        switch type {
        case .yaml: return try yaml()
        case .csv: return table
        default:
            var writer = JSONWriter(capacity: 1 << 16)
            await writeJSON(to: &writer) { _ in }
            return writer.buffer
        }
    }

    /// The actions in CSV.
    var table: ByteBuffer { PlanTable.written(actions).buffer }

    private func yaml() throws -> ByteBuffer {
        let lines = try actions.map { record in try Self.mapping(Self.members(of: record)) }
        guard case .mapping(var plan) = try Self.mapping(head) else { return ByteBuffer() }
        plan["actions"] = .sequence(Node.Sequence(lines))
        let text = try Yams.serialize(node: .mapping(plan), width: -1, allowUnicode: true, sortKeys: false)
        return ByteBuffer(string: text)
    }

    private static func mapping(_ members: [(name: String, value: MemberValue)]) throws -> Node {
        .mapping(Node.Mapping(try members.map { (Node($0.name), try node($0.value)) }))
    }

    private static func node(_ value: MemberValue) throws -> Node {
        switch value {
        case .null: Node("null", Tag(.null))
        case .flag(let flag): Node(flag ? "true" : "false", Tag(.bool))
        case .number(let number): Node(String(number), Tag(.int))
        case .text(let text):
            // A date stays plain; any other text that YAML would read as something else is quoted.
            if CivilDate(text) != nil { Node(text, Tag(.timestamp)) } else { try text.represented() }
        case .list(let items):
            .sequence(Node.Sequence(try items.map { try $0.represented() }, Tag(.seq), .flow))
        case .decimal(let number): Node(number.description, Tag(.float))
        case .objects(let objects):
            .sequence(
                Node.Sequence(
                    try objects.map { object in
                        .mapping(Node.Mapping(try object.members.map { (Node($0.name), try node($0.value)) }))
                    }, Tag(.seq)))
        }
    }
}
