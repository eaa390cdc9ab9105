import ActionPlans
import NIOCore
import Postgres

/// A change about to be written to history, in the transaction that makes it.
struct NewChange: Sendable {
    enum Resource: String, Sendable {
        case action, roadmap, ministry, census
    }

    enum Kind: String, Sendable {
        case created, updated, deleted
    }

    let resource: Resource
    let kind: Kind
    let ministry: String
    var firstYear: Int?
    var code: String?
    let version: Int
    let members: [MemberChange]
}

/// Who made the changes of one request, when they are true from, and why.
struct ChangeAuthor: Sendable {
    let actor: Actor
    let requestID: String
    let context: ChangeContext
}

enum ChangeQueries {
    /// Writes any number of changes with one statement.
    static func insert(
        _ session: borrowing Session, _ changes: [NewChange], by author: ChangeAuthor, at recordedAt: String
    ) throws {
        guard !changes.isEmpty else { return }
        try session.execute(
            """
            insert into changes (resource, kind, ministry, first_year, code, version, before, after,
                recorded_at, effective_on, reason, actor_token, actor_label, actor_role, request_id)
            select resource, kind, ministry, first_year, code, version, before::jsonb, after::jsonb,
                \(recordedAt)::timestamptz, \(author.context.effectiveOn)::date, \(author.context.reason),
                \(author.actor.token), \(author.actor.label), \(author.actor.role), \(author.requestID)
            from unnest(
                \(changes.map(\.resource.rawValue))::text[], \(changes.map(\.kind.rawValue))::text[],
                \(changes.map(\.ministry))::text[], \(changes.map(\.firstYear))::smallint[],
                \(changes.map(\.code))::text[], \(changes.map(\.version))::int[],
                \(changes.map(before))::text[], \(changes.map(after))::text[]
            ) as change (resource, kind, ministry, first_year, code, version, before, after)
            """)
    }

    private static func before(_ change: NewChange) -> String? {
        change.kind == .created ? nil : json(change.members, \.from)
    }

    private static func after(_ change: NewChange) -> String? {
        change.kind == .deleted ? nil : json(change.members, \.to)
    }

    private static func json(_ members: [MemberChange], _ side: KeyPath<MemberChange, MemberValue>) -> String {
        var writer = JSONWriter(capacity: 128)
        writer.object { object in
            for change in members { object.member(change.member, change[keyPath: side]) }
        }
        return String(buffer: writer.buffer)
    }
}
