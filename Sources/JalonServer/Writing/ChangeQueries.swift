import ActionPlans
import NIOCore
import Postgres

/// A change about to be written to history, in the transaction that makes it.
struct NewChange: Sendable {
    enum Kind: String, Sendable {
        case created, updated, deleted
    }

    let kind: Kind
    let id: ResourceID
    /// The version that the change leaves.
    let version: Int
    let members: [MemberChange]

    init(_ kind: Kind, _ id: ResourceID, version: Int, _ members: [MemberChange]) {
        self.kind = kind
        self.id = id
        self.version = version
        self.members = members
    }
}

enum ChangeQueries {
    /// Writes any number of changes with one statement.
    static func insert(_ session: borrowing Session, _ changes: [NewChange], in writing: Writing) throws {
        guard !changes.isEmpty else { return }
        try session.executeLater(
            """
            insert into changes (resource, kind, ministry, first_year, code, version, before, after, until,
                recorded_at, effective_on, reason, actor_principal, actor_token, actor_label, actor_role, request_id)
            select resource, kind, ministry, first_year, code, version, before::jsonb, after::jsonb, until::jsonb,
                \(writing.instant)::timestamptz, \(writing.context.effectiveOn)::date, \(writing.context.reason),
                \(writing.actor.principal), \(writing.actor.token), \(writing.actor.label), \(writing.actor.role), \(writing.requestID)
            from unnest(
                \(changes.map(\.id.resource.rawValue))::text[], \(changes.map(\.kind.rawValue))::text[],
                \(changes.map { $0.id.ministry?.text ?? "" })::text[], \(changes.map(\.id.firstYear))::smallint[],
                \(changes.map(\.id.code))::text[], \(changes.map(\.version))::int[],
                \(changes.map(before))::text[], \(changes.map(after))::text[], \(changes.map(until))::text[]
            ) as change (resource, kind, ministry, first_year, code, version, before, after, until)
            """)
    }

    private static func before(_ change: NewChange) -> String? {
        change.kind == .created ? nil : json(change.members, \.from)
    }

    private static func after(_ change: NewChange) -> String? {
        change.kind == .deleted ? nil : json(change.members, \.to)
    }

    private static func until(_ change: NewChange) -> String? {
        let placed = change.members.filter { $0.until != nil }
        guard !placed.isEmpty else { return nil }
        var writer = JSONWriter(capacity: 64)
        writer.object { object in
            for member in placed { object.member(member.member, member.until) }
        }
        return String(buffer: writer.buffer)
    }

    private static func json(_ members: [MemberChange], _ side: KeyPath<MemberChange, MemberValue>) -> String {
        var writer = JSONWriter(capacity: 128)
        writer.object { object in
            for change in members { object.member(change.member, change[keyPath: side]) }
        }
        return String(buffer: writer.buffer)
    }
}
