import ActionPlans
import Postgres

/// What a change says of a member.
enum Told: Equatable {
    case nothing
    case value(String?)

    /// As ``AuditedMembers/told(_:)`` writes it: absent, null, or a value behind its sign.
    init(_ text: String?) {
        switch text {
        case nil: self = .nothing
        case ""?: self = .value(nil)
        case let text?: self = .value(String(text.dropFirst()))
        }
    }

    var shown: String? {
        if case .value(let value?) = self { value } else { nil }
    }
}

/// The table of today of a resource that is audited by itself.
struct AuditedTable: Sendable {
    let name: SQL
    /// What of a row `p` of it gives the identifier of the thing, as ``ResourceID/text`` does.
    let id: SQL
    /// The column of its year; nil for what is of no year.
    let year: SQL?
    let members: AuditedMembers
}

/// The members of a kind of thing, in one order, each as the text that JSON has of it.
struct AuditedMembers: Sendable {
    let names: [String]
    /// The columns of the tables that hold them, as that text.
    private let columns: [SQL]
    /// What a creation that does not speak of them says.
    private let defaults: [String: String]

    init(names: [String], columns: [SQL], defaults: [String: String]) {
        self.names = names
        self.columns = columns
        self.defaults = defaults
    }

    static let action = AuditedMembers(
        names: ActionMember.allCases.map(\.rawValue),
        columns: ActionMember.allCases.map(column),
        defaults: ["key_action": "false", "contributors": "[]", "practices": "[]", "confidential": "false"])

    static let roadmap = AuditedMembers(
        names: ["last_year", "title", "state", "due_on", "submitted_on", "validated_on"],
        columns: ["p.last_year", "p.title", "p.state", "p.due_on", "p.submitted_on", "p.validated_on"], defaults: [:])

    static let ministry = AuditedMembers(
        names: ["kind", "siren", "siret", "names", "successions"],
        columns: [
            "p.kind", "p.siren", "p.siret",
            """
            (select coalesce(jsonb_agg(n.from_date || ' : ' || coalesce(n.name, '—') || coalesce(' (' || n.acronym || ')', '')
                || coalesce(' ; ' || n.note, '') order by n.from_date), '[]')::text
            from ministry_names n where n.ministry = p.code)
            """,
            """
            (select coalesce(jsonb_agg(s.succeeded_on || ' : ' || s.predecessor || ' → ' || s.successor || ' (' || s.kind || ')'
                || coalesce(' ; ' || s.note, '') order by s.succeeded_on, s.predecessor, s.successor), '[]')::text
            from ministry_successions s where p.code in (s.predecessor, s.successor))
            """,
        ],
        defaults: ["names": "[]", "successions": "[]"])

    static let census = AuditedMembers(
        names: ["due_on", "expected"],
        columns: [
            "p.due_on",
            """
            (select coalesce(jsonb_agg(m.ministry order by m.ministry), '[]')::text from census_ministries m where m.year = p.year)
            """,
        ],
        defaults: ["expected": "[]"])

    private static func column(_ member: ActionMember) -> SQL {
        switch member {
        case .title: "p.title"
        case .description: "p.description"
        case .theme: "p.theme"
        case .targetLevel: "p.target_level"
        case .reachedLevel: "p.reached_level"
        case .status: "p.status"
        case .statusReason: "p.status_reason"
        case .keyAction: "p.key_action::text"
        case .identifiedOn: "p.identified_on"
        case .dueOn: "p.due_on"
        case .completedOn: "p.completed_on"
        case .lead: "p.lead"
        case .contributors: "to_jsonb(p.contributors)::text"
        case .practices: "to_jsonb(p.practices)::text"
        case .confidential: "p.confidential::text"
        }
    }

    var selected: SQL { .joined(columns, separator: ", ") }

    func place(of name: String) -> Int { names.firstIndex(of: name) ?? names.endIndex }

    /// What a new thing is, by the change that creates it.
    func created(by told: [Told]) -> [String?] {
        zip(names, told).map { name, told in
            if case .value(let value) = told { value } else { defaults[name] }
        }
    }

    /// One column for each member that an object speaks of, and one for what else is in it.
    func told(_ object: SQL) -> SQL {
        let columns = names.map { name -> SQL in
            "case when \(object) ? \(name) then coalesce('=' || (\(object) ->> \(name)::text), '') end"
        }
        return .joined(columns + ["nullif(\(object) - \(names)::text[], '{}')::text"], separator: ", ")
    }

    func nextTold(_ row: inout Row) throws -> (told: [Told], strange: String?) {
        let told = try names.map { _ in Told(try row.next(String?.self)) }
        return (told, try row.next())
    }
}

extension [String?] {
    /// With what a change says.
    func changed(by told: [Told]) -> [String?] {
        zip(self, told).map { value, told in
            if case .value(let new) = told { new } else { value }
        }
    }
}
