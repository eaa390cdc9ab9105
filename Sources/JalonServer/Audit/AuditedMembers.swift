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
    /// Which of its rows are of today.
    var isOfToday: SQL = "true"
    /// Whether its rows of the past stay, with the instants from which and until which they were known.
    var keepsPast = false

    static let indicators = AuditedTable(
        name: "indicator_definitions", id: "p.code", year: nil, members: .indicator,
        isOfToday: """
            p.known_to = 'infinity' and not exists (
                select from indicator_definitions next
                where next.code = p.code and next.definition > p.definition and next.known_to = 'infinity')
            """, keepsPast: true)
    static let measures = AuditedTable(
        name: "measures", id: "concat_ws('-', p.ministry, p.year, p.indicator || '/' || p.period)", year: "p.year",
        members: .measure,
        isOfToday: "p.known_to = 'infinity'", keepsPast: true)
    static let impactFactors = AuditedTable(
        name: "impact_factors", id: "p.code", year: nil, members: .impactFactor, isOfToday: "p.known_to = 'infinity'",
        keepsPast: true)
    static let impacts = AuditedTable(
        name: "impacts", id: "concat_ws('-', p.ministry, p.first_year, p.action || '/' || p.number)", year: "p.first_year",
        members: .impact, isOfToday: "p.known_to = 'infinity'", keepsPast: true)
    static let recommendations = AuditedTable(
        name: "recommendations", id: "concat_ws('-', p.ministry, p.first_year, p.code)", year: "p.first_year",
        members: .recommendation, isOfToday: "p.known_to = 'infinity'", keepsPast: true)
    static let revisions = AuditedTable(
        name: "revisions", id: "concat_ws('-', p.ministry, p.first_year, p.number)", year: "p.first_year", members: .revision)
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
        names: ["due_on", "expected", "rounds"],
        columns: [
            "p.due_on",
            """
            (select coalesce(jsonb_agg(m.ministry order by m.ministry), '[]')::text from census_ministries m where m.year = p.year)
            """,
            "p.rounds::text",
        ],
        defaults: ["expected": "[]", "rounds": "[]"])

    static let indicator = AuditedMembers(
        names: [
            "definition", "from_period", "title", "description", "kind", "unit", "consolidation", "over_time", "numerator",
            "denominator",
            "perimeter", "perimeter_note", "decimals", "minimum", "maximum", "direction", "periodicity", "days_allowed",
            "first_period",
            "last_period", "source", "themes", "practices", "targets",
        ],
        columns: [
            "p.definition", "p.from_period", "p.title", "p.description", "p.kind", "p.unit", "p.consolidation", "p.over_time",
            "p.numerator", "p.denominator", "to_jsonb(p.perimeter)::text", "p.perimeter_note", "p.decimals", "p.minimum",
            "p.maximum",
            "p.direction", "p.periodicity", "p.days_allowed", "p.first_period", "p.last_period", "p.source",
            "to_jsonb(p.themes)::text", "to_jsonb(p.practices)::text",
            """
            (select coalesce(jsonb_agg(jsonb_build_object('ministry', t.ministry, 'period', t.period, 'value', t.value,
                    'base_period', t.base_period, 'base_value', t.base_value, 'source', t.source, 'note', t.note)
                order by coalesce(t.ministry, '') collate "C", t.period), '[]')::text
            from indicator_targets t where t.indicator = p.code and t.known_to = 'infinity')
            """,
        ],
        defaults: ["themes": "[]", "practices": "[]", "targets": "[]"])

    static let measure = AuditedMembers(
        names: [
            "definition", "value", "numerator", "denominator", "not_applicable", "unavailable", "state", "state_reason",
            "estimated",
            "source", "method", "comment",
        ],
        columns: [
            "p.definition", "p.value", "p.numerator", "p.denominator", "p.not_applicable", "p.unavailable", "p.state",
            "p.state_reason", "p.estimated::text", "p.source", "p.method", "p.comment",
        ],
        defaults: ["estimated": "false"])

    static let impactFactor = AuditedMembers(
        names: [
            "title", "functional_unit", "kg_co2_eq", "kg_sb_eq", "method_family", "hypothesis", "lifetime_years", "data_year",
            "place", "source",
        ],
        columns: [
            "p.title", "p.functional_unit", "p.kg_co2_eq::text", "p.kg_sb_eq::text", "p.method_family", "p.hypothesis",
            "p.lifetime_years", "p.data_year", "p.place", "p.source",
        ],
        defaults: [:])

    static let impact = AuditedMembers(
        names: ["factor", "factor_version", "quantity", "period", "basis", "overlap_group", "source", "comment"],
        columns: [
            "p.factor", "p.factor_version", "p.quantity::text", "p.period", "p.basis", "p.overlap_group", "p.source", "p.comment",
        ],
        defaults: [:])

    static let recommendation = AuditedMembers(
        names: [
            "subject", "theme", "category", "priority", "text", "state", "answered_as", "plan_version", "read_at", "due_on",
            "answer",
            "met_by", "outcome", "carried_from", "sent_on", "answered_on", "closed_on",
        ],
        columns: [
            "p.subject", "p.theme", "p.category", "p.priority", "p.text", "p.state", "p.answered_as", "p.plan_version",
            "rfc3339(p.read_at)", "p.due_on", "p.answer", "p.met_by", "p.outcome", "p.carried_from", "p.sent_on", "p.answered_on",
            "p.closed_on",
        ],
        defaults: [:])
    static let revision = AuditedMembers(
        names: ["state", "state_reason", "actions"], columns: ["p.state", "p.state_reason", "p.actions::text"],
        defaults: ["actions": "[]"])

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

    /// The targets of an indicator stand in a table of their own, with instants of their own: they are compared as of today.
    static let listedApart = "targets"

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
