import ActionPlans
import Postgres

/// An action as it is stored, with what the service adds to it.
package struct ActionRecord: Sendable {
    package let id: ActionID
    package let action: Action
    package let version: Int
    package let createdAt: String
    package let updatedAt: String
    package let isLate: Bool

    /// Lateness shows in the representation and changes without a write, so it is part of the validator.
    var tag: EntityTag { EntityTag(isLate ? "\(version)-late" : "\(version)") }

    /// The columns `init(_:)` reads, of the table `actions` as `a`.
    static let columns = columns(in: .now)

    /// The same columns of the periods of a past day.
    static func columns(in reading: Reading) -> SQL {
        """
        a.ministry, a.first_year, a.code, \(stateColumns), a.version, rfc3339(a.created_at), rfc3339(a.updated_at),
        \(ActionFilter.isLate(in: reading))
        """
    }

    /// The columns of what a plan says of an action.
    static let stateColumns: SQL = """
        a.title, a.description, a.theme, a.target_level, a.reached_level, a.status, a.status_reason, a.key_action,
        a.identified_on, a.due_on, a.completed_on, a.lead, a.contributors, a.practices, a.confidential
        """

    init(_ row: inout Row) throws {
        id = try row.nextActionID()
        action = try Action(&row)
        version = try row.next()
        createdAt = try row.next()
        updatedAt = try row.next()
        isLate = try row.next()
    }

    /// The members of the representation, in order; `fields` picks among them.
    static let members = [
        "id", "roadmap", "ministry", "code", "title", "description", "theme", "target_level", "reached_level", "status",
        "status_reason", "key_action", "identified_on", "due_on", "completed_on", "lead", "contributors", "practices",
        "confidential", "late", "version", "created_at", "updated_at", "links",
    ]

    /// The members a write may not set.
    static let readOnlyMembers: Set<String> = [
        "id", "roadmap", "ministry", "late", "version", "created_at", "updated_at", "links",
    ]

    func write(to writer: inout JSONWriter, selecting fields: Set<String>? = nil) {
        writer.object(selecting: fields) { object in
            object.member("id", id.description)
            object.member("roadmap", id.roadmap.description)
            object.member("ministry", id.roadmap.ministry.text)
            object.member("code", id.code.text)
            object.member("title", action.title)
            object.member("description", action.description)
            object.member("theme", action.theme.code)
            object.member("target_level", action.targetLevel.code)
            object.member("reached_level", action.reachedLevel?.code)
            object.member("status", action.status.code)
            object.member("status_reason", action.statusReason)
            object.member("key_action", action.keyAction)
            object.member("identified_on", action.identifiedOn)
            object.member("due_on", action.dueOn)
            object.member("completed_on", action.completedOn)
            object.member("lead", action.lead)
            object.member("contributors", action.contributors)
            object.member("practices", action.practices)
            object.member("confidential", action.confidential)
            object.member("late", isLate)
            object.member("version", version)
            object.member("created_at", createdAt)
            object.member("updated_at", updatedAt)
            object.member("links") { links in
                links.member("self", "/v1/actions/\(id)")
                links.member("roadmap", "/v1/roadmaps/\(id.roadmap)")
                links.member("history", "/v1/actions/\(id)/history")
            }
        }
    }
}

extension Action {
    /// Reads ``ActionRecord/stateColumns``.
    init(_ row: inout Row) throws {
        self.init(
            title: try row.next(), description: try row.next(), theme: try row.next(), targetLevel: try row.next(),
            reachedLevel: try row.next(), status: try row.next(), statusReason: try row.next(),
            keyAction: try row.next(), identifiedOn: try row.next(), dueOn: try row.next(),
            completedOn: try row.next(), lead: try row.next(), contributors: try row.next(),
            practices: try row.next(), confidential: try row.next())
    }
}
