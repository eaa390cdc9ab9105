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

    var tag: EntityTag { EntityTag(Self.tag(String(version), isLate: isLate)) }

    /// Lateness shows in the representation and changes without a write, so it is part of the validator.
    static func tag(_ version: String, isLate: Bool) -> String { isLate ? version + "-late" : version }

    /// The columns `init(_:)` reads, of the table `actions` as `a`.
    static let columns = columns(in: .now)

    /// The same columns of the periods of a past day.
    static func columns(in reading: Reading) -> SQL {
        """
        a.ministry, a.first_year, a.code, \(stateColumns), a.version, a.created_at, a.updated_at,
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
        createdAt = try row.nextInstant()
        updatedAt = try row.nextInstant()
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
