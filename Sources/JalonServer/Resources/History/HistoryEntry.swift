import ActionPlans
import Postgres

/// One change as history tells it.
struct HistoryEntry: Sendable {
    let id: Int
    let kind: String
    let resource: ResourceID
    let version: Int
    let recordedAt: String
    let effectiveOn: CivilDate
    let reason: String?
    /// Of what was written before there were principals, that which bears the id of the token.
    let actorPrincipal: String?
    let actorToken: String?
    let actorLabel: String
    let actorRole: String
    let requestID: String?
    /// `{"member": {"from": …, "to": …}}`, as the database wrote it.
    let changes: String

    /// Reads the columns of ``HistoryQueries/selection(where:for:members:order:)``.
    init(_ row: inout Row) throws {
        id = try row.next()
        kind = try row.next()
        resource = try ResourceID(&row)
        version = try row.next()
        recordedAt = try row.nextInstant()
        effectiveOn = try row.next()
        reason = try row.next()
        actorPrincipal = try row.next()
        actorToken = try row.next()
        actorLabel = try row.next()
        actorRole = try row.next()
        requestID = try row.next()
        changes = try row.next()
    }

    /// - Parameter more: further members.
    func write(to writer: inout JSONWriter, seesAuthor: Bool, more: (inout JSONWriter) -> Void = { _ in }) {
        writer.object { entry in
            entry.member("id", id)
            entry.member("kind", kind)
            entry.member("resource") { member in
                member.member("type", resource.resource.rawValue)
                member.member("id", resource.text)
            }
            entry.member("version", version)
            entry.member("recorded_at", recordedAt)
            entry.member("effective_on", effectiveOn)
            entry.member("reason", reason)
            entry.member("actor") { actor in
                actor.member("principal", seesAuthor ? actorPrincipal : nil)
                actor.member("token", seesAuthor ? actorToken : nil)
                actor.member("label", seesAuthor ? actorLabel : nil)
                actor.member("role", actorRole)
            }
            entry.member("request_id", requestID)
            entry.member("changes", json: changes)
            more(&entry)
        }
    }
}
