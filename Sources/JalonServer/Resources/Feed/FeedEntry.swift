import ActionPlans
import Postgres

/// One change as the feed tells it to one reader.
struct FeedEntry: Sendable {
    let position: FeedPosition
    private let kind: String
    private let resource: ResourceID
    private let version: Int
    private let recordedAt: String
    private let effectiveOn: CivilDate?
    private let reason: String?
    private let actorLabel: String?
    private let actorRole: String?
    /// `{"member": {"from": …, "to": …}}`, as the database wrote it; nil where the content is not told.
    private let fields: String?

    /// The columns `init(_:)` reads, of the entry `f` of the kind `k` and its change `c`. What comes into sight or leaves it
    /// says nothing of how. What no longer holds today is nothing to a copy of today's state.
    static func columns(for actor: Actor) -> SQL {
        let untold = Visibility.untoldOfFeed(to: actor)
        return """
            \(FeedPosition.columns), k.kind, \(ResourceID.columns("f")), f.version,
            f.recorded_at, c.effective_on, c.reason, c.actor_label, c.actor_role,
            case k.kind
                when 'created' then (select coalesce(jsonb_object_agg(key, jsonb_build_object('from', null, 'to', value)), '{}')
                    from jsonb_each(c.after - \(untold)))
                when 'revealed' then (select jsonb_object_agg(key, jsonb_build_object('from', null, 'to', value)) from jsonb_each(f.state - \(untold)))
                when 'updated' then (
                    select coalesce(jsonb_object_agg(key, jsonb_build_object('from', coalesce(f.before, c.before) -> key, 'to', value)),
                        '{}') from jsonb_each(c.after - array(select jsonb_object_keys(c.until)) - \(untold)))
            end
            """
    }

    init(_ row: inout Row) throws {
        position = try FeedPosition(&row)
        kind = try row.next()
        resource = try ResourceID(&row)
        version = try row.next()
        recordedAt = try row.nextInstant()
        effectiveOn = try row.next()
        reason = try row.next()
        actorLabel = try row.next()
        actorRole = try row.next()
        fields = try row.next()
    }

    func write(to writer: inout JSONWriter, cursor: String, seenBy actor: Actor) {
        let seesAuthors = Visibility.seesAuthors(of: resource.ministry, actor)
        // What holds on days of the past alone may hold on none that others may ask for: they are told that there is a version more.
        let isOfToday = seesAuthors || fields != "{}"
        let isTold = kind == "created" || (kind == "updated" && isOfToday) || (kind == "deleted" && seesAuthors)
        writer.object { entry in
            entry.member("cursor", cursor)
            entry.member("kind", kind)
            entry.member("resource", resource.resource.rawValue)
            entry.member("id", resource.text)
            entry.member("ministry", resource.ministry?.text)
            entry.member("roadmap", resource.roadmap?.description)
            entry.member("version", kind == "withdrawn" ? nil : version)
            entry.member("recorded_at", recordedAt)
            entry.member("effective_on", isTold ? effectiveOn : nil)
            entry.member("reason", isTold ? reason : nil)
            if isTold, let actorRole {
                entry.member("actor") { actor in
                    actor.member("label", seesAuthors ? actorLabel : nil)
                    actor.member("role", actorRole)
                }
            } else {
                entry.member("actor", json: "null")
            }
            entry.member("fields", json: fields ?? "null")
            entry.member("links") { links in
                links.member("resource", fields == nil ? nil : resource.address)
            }
        }
    }
}
