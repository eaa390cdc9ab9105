import ActionPlans
import Documents
import NIOCore

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
        let bytes = try YAMLWriter.document { (yaml) throws(YAMLWriter.Failure) in
            try yaml.object { () throws(YAMLWriter.Failure) in
                for (name, value) in head { try Self.write(name, value, to: yaml) }
                try yaml.plain("actions")
                try yaml.list { () throws(YAMLWriter.Failure) in
                    for record in actions {
                        try yaml.object { () throws(YAMLWriter.Failure) in
                            for (name, value) in Self.members(of: record) { try Self.write(name, value, to: yaml) }
                        }
                    }
                }
            }
        }
        return ByteBuffer(bytes: bytes)
    }

    private static func write(
        _ name: String, _ value: MemberValue, to yaml: borrowing YAMLWriter
    ) throws(YAMLWriter.Failure) {
        try yaml.plain(name)
        switch value {
        case .null: try yaml.plain("null")
        case .flag(let flag): try yaml.plain(flag ? "true" : "false")
        case .number(let number): try yaml.plain(String(number))
        // A date stays plain; any other text that YAML would read as something else is quoted.
        case .text(let text): if CivilDate(text) != nil { try yaml.plain(text) } else { try yaml.text(text) }
        case .list(let items):
            try yaml.list(.flow) { () throws(YAMLWriter.Failure) in
                for item in items { try yaml.text(item) }
            }
        case .decimal(let number): try yaml.plain(number.description)
        case .objects(let objects):
            try yaml.list { () throws(YAMLWriter.Failure) in
                for object in objects { try write(object, to: yaml) }
            }
        case .object(let object): try write(object, to: yaml)
        }
    }

    private static func write(_ object: MemberValue.Object, to yaml: borrowing YAMLWriter) throws(YAMLWriter.Failure) {
        try yaml.object { () throws(YAMLWriter.Failure) in
            for member in object.members { try write(member.name, member.value, to: yaml) }
        }
    }
}
