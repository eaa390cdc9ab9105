import ActionPlans
import Postgres

/// A memo as it is stored: a plain text on a roadmap.
struct MemoRecord: Sendable {
    let roadmap: RoadmapID
    let text: String
    let version: Int
    let createdAt: String
    let updatedAt: String

    var tag: EntityTag { EntityTag("\(version)") }

    init(_ row: inout Row) throws {
        roadmap = try row.nextRoadmapID()
        text = try row.next()
        version = try row.next()
        createdAt = try row.next()
        updatedAt = try row.next()
    }

    func write(to writer: inout JSONWriter) {
        writer.object { memo in
            memo.member("roadmap", roadmap.description)
            memo.member("text", text)
            memo.member("version", version)
            memo.member("created_at", createdAt)
            memo.member("updated_at", updatedAt)
        }
    }

    static let readOnlyMembers: Set<String> = ["roadmap", "version", "created_at", "updated_at"]
}

extension AuditedTable {
    static let memos = AuditedTable(
        name: "memos", id: "concat_ws('-', p.ministry, p.first_year)", year: "p.first_year",
        members: AuditedMembers(names: ["text"], columns: ["p.text"], defaults: [:]))
}
