import ActionPlans
import Postgres

/// One change as the feed tells it to one reader.
struct FeedEntry: Sendable {
    let position: FeedPosition
    private let kind: String
    private let resource: String
    private let ministry: String?
    private let firstYear: Int?
    private let code: String?
    private let version: Int
    private let recordedAt: String
    private let effectiveOn: CivilDate?
    private let reason: String?
    private let actorLabel: String?
    private let actorRole: String?
    /// `{"member": {"from": …, "to": …}}`, as the database wrote it; nil where the content is not told.
    private let fields: String?

    /// The columns `init(_:)` reads, of the entry `f` of the kind `k` and its change `c`. What comes into sight or leaves it
    /// says nothing of how.
    static let columns: SQL = """
        \(FeedPosition.columns), k.kind, f.resource, nullif(f.ministry, ''), f.first_year, f.code, f.version,
        rfc3339(f.recorded_at), c.effective_on, c.reason, c.actor_label, c.actor_role,
        case k.kind
            when 'created' then (select coalesce(jsonb_object_agg(key, jsonb_build_object('from', null, 'to', value)), '{}')
                from jsonb_each(c.after))
            when 'revealed' then (select jsonb_object_agg(key, jsonb_build_object('from', null, 'to', value)) from jsonb_each(f.state))
            when 'updated' then (
                select coalesce(jsonb_object_agg(key, jsonb_build_object('from', coalesce(f.before, c.before) -> key, 'to', value)),
                    '{}') from jsonb_each(c.after))
        end
        """

    init(_ row: inout Row) throws {
        position = try FeedPosition(&row)
        kind = try row.next()
        resource = try row.next()
        ministry = try row.next()
        firstYear = try row.next()
        code = try row.next()
        version = try row.next()
        recordedAt = try row.next()
        effectiveOn = try row.next()
        reason = try row.next()
        actorLabel = try row.next()
        actorRole = try row.next()
        fields = try row.next()
    }

    private var roadmap: String? {
        guard resource == "action" || resource == "roadmap", let ministry, let firstYear else { return nil }
        return "\(ministry)-\(firstYear)"
    }

    private var id: String {
        switch resource {
        case "census": firstYear.map(String.init) ?? ""
        case "ministry": ministry ?? ""
        default: [roadmap, code].compactMap { $0 }.joined(separator: "-")
        }
    }

    private var address: String {
        switch resource {
        case "census": "/v1/censuses/\(id)"
        case "ministry": "/v1/ministries/\(id)"
        case "roadmap": "/v1/roadmaps/\(id)"
        default: "/v1/actions/\(id)"
        }
    }

    func write(to writer: inout JSONWriter, cursor: String, seenBy actor: Actor) {
        let seesAll = ministry.flatMap { MinistryCode($0) }.map { actor.seesAll(of: $0) } ?? (actor.role == .coordinator)
        let isTold = kind == "created" || kind == "updated" || (kind == "deleted" && seesAll)
        writer.object { entry in
            entry.member("cursor", cursor)
            entry.member("kind", kind)
            entry.member("resource", resource)
            entry.member("id", id)
            entry.member("ministry", ministry)
            entry.member("roadmap", roadmap)
            entry.member("version", kind == "withdrawn" ? nil : version)
            entry.member("recorded_at", recordedAt)
            entry.member("effective_on", isTold ? effectiveOn : nil)
            entry.member("reason", isTold ? reason : nil)
            if isTold, let actorRole {
                entry.member("actor") { actor in
                    actor.member("label", seesAll ? actorLabel : nil)
                    actor.member("role", actorRole)
                }
            } else {
                entry.member("actor", json: "null")
            }
            entry.member("fields", json: fields ?? "null")
            entry.member("links") { links in
                links.member("resource", fields == nil ? nil : address)
            }
        }
    }
}
