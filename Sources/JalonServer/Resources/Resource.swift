import ActionPlans
import Postgres

/// All that has a history, in the order in which the contract names it. Everything that depends on the sort of a thing asks this
/// list, and none of its questions has a default: a new case does not compile until each is answered.
enum Resource: String, CaseIterable, Sendable {
    case roadmap, action, ministry, census

    /// Which columns of `changes` name one; the constraint `changes_key_complete` says the same.
    enum Key: Sendable {
        /// `ministry` and `first_year`.
        case roadmap
        /// `ministry`, `first_year` and `code`.
        case partOfRoadmap
        /// `ministry`.
        case ministry
        /// `first_year`, with an empty `ministry`.
        case year
    }

    /// Who may see a thing and its history.
    enum Audience: Sendable {
        /// Whoever may read at all.
        case all
        /// Those who see its roadmap.
        case ofRoadmap
        /// Those who see its roadmap, unless it is confidential itself.
        case ofAction
    }

    /// How the feed tells its changes; `keep_feed` in the schema does it.
    enum Telling: Sendable {
        /// As they were recorded, to all.
        case changes
        /// As they were recorded, and when it comes into sight of all, or leaves it.
        case sight
        /// Not at all.
        case untold
    }

    /// How the audit compares it with its changes.
    enum Auditing: Sendable {
        /// With the roadmap that it is of, day by day.
        case withItsPlan
        /// By itself, as it is today.
        case alone(AuditedTable)
    }

    var key: Key {
        switch self {
        case .roadmap: .roadmap
        case .action: .partOfRoadmap
        case .ministry: .ministry
        case .census: .year
        }
    }

    var audience: Audience {
        switch self {
        case .roadmap: .ofRoadmap
        case .action: .ofAction
        case .ministry, .census: .all
        }
    }

    var telling: Telling {
        switch self {
        case .roadmap, .action: .sight
        case .ministry, .census: .changes
        }
    }

    var auditing: Auditing {
        switch self {
        case .roadmap, .action: .withItsPlan
        case .ministry: .alone(AuditedTable(name: "ministries", id: "p.code", year: nil, members: .ministry))
        case .census: .alone(AuditedTable(name: "censuses", id: "p.year::text", year: "p.year", members: .census))
        }
    }

    /// Whether a change of it is one of its plan, so that `plan_version` counts it.
    var isOfPlan: Bool {
        switch self {
        case .roadmap, .action: true
        case .ministry, .census: false
        }
    }

    /// Whether it is a part of what figures count in, whatever the number of actions; the index `changes_of_frame` has these.
    var framesFigures: Bool {
        switch self {
        case .roadmap, .action: false
        case .ministry, .census: true
        }
    }

    /// Its name in a statement: not as a bind, so that PostgreSQL can choose an index of this resource alone.
    var literal: SQL {
        switch self {
        case .roadmap: "'roadmap'"
        case .action: "'action'"
        case .ministry: "'ministry'"
        case .census: "'census'"
        }
    }
}

extension Resource {
    /// Whether a column names one of the resources that have a property.
    static func isOne(_ column: SQL, where property: (Resource) -> Bool) -> SQL {
        "\(column) in (\(.joined(allCases.filter(property).map(\.literal), separator: ", ")))"
    }

    /// A condition of its own for each resource that a column may name.
    static func each(_ column: SQL, _ condition: (Resource) -> SQL) -> SQL {
        let cases = allCases.map { resource -> SQL in "when \(resource.literal) then \(condition(resource))" }
        return "case \(column) \(.joined(cases, separator: " ")) end"
    }
}

/// One thing that has a history.
enum ResourceID: Hashable, Sendable {
    case roadmap(RoadmapID)
    case action(ActionID)
    case ministry(MinistryCode)
    case census(Int)

    /// As the columns of `changes` name it.
    /// - Returns: nil for columns that name no such resource.
    init?(_ resource: Resource, ministry: String?, firstYear: Int?, code: String?) {
        let body = ministry.flatMap { MinistryCode($0) }
        let roadmap = body.flatMap { body in firstYear.flatMap { RoadmapID(ministry: body, firstYear: $0) } }
        let id: ResourceID? =
            switch resource {
            case .roadmap: roadmap.map { .roadmap($0) }
            case .action:
                roadmap.flatMap { roadmap in
                    code.flatMap { ActionCode($0) }.map { .action(ActionID(roadmap: roadmap, code: $0)) }
                }
            case .ministry: body.map { .ministry($0) }
            case .census: firstYear.map { .census($0) }
            }
        guard let id else { return nil }
        self = id
    }

    /// Reads the columns of ``columns(_:)``.
    init(_ row: inout Row) throws {
        let name: String = try row.next()
        let ministry: String? = try row.next()
        let firstYear: Int? = try row.next()
        let code: String? = try row.next()
        let resource = Resource(rawValue: name)
        guard let resource, let id = ResourceID(resource, ministry: ministry, firstYear: firstYear, code: code) else {
            throw DatabaseError(.decoding, "a change of no known thing: \(name)")
        }
        self = id
    }

    static func columns(_ table: SQL) -> SQL {
        "\(table).resource, nullif(\(table).ministry, ''), \(table).first_year, \(table).code"
    }

    /// Whether a row of `changes` or of a table with the same key is of this very thing.
    func isNamed(by table: SQL) -> SQL {
        let ministry: SQL = "\(table).ministry = \(self.ministry?.text ?? "")"
        let year: SQL = firstYear.map { "\(table).first_year = \($0)" } ?? "\(table).first_year is null"
        let code: SQL = self.code.map { "\(table).code = \($0)" } ?? "\(table).code is null"
        return "\(ministry) and \(year) and \(code) and \(table).resource = \(resource.literal)"
    }

    var resource: Resource {
        switch self {
        case .roadmap: .roadmap
        case .action: .action
        case .ministry: .ministry
        case .census: .census
        }
    }

    /// What addresses, cursors and files call it.
    var text: String {
        switch self {
        case .roadmap(let id): id.description
        case .action(let id): id.description
        case .ministry(let code): code.text
        case .census(let year): String(year)
        }
    }

    /// The name of a file about it.
    var fileName: String {
        switch self {
        case .roadmap, .action, .ministry: text
        case .census: "census-\(text)"
        }
    }

    var address: String {
        switch self {
        case .roadmap: "/v1/roadmaps/\(text)"
        case .action: "/v1/actions/\(text)"
        case .ministry: "/v1/ministries/\(text)"
        case .census: "/v1/censuses/\(text)"
        }
    }

    var lock: WriteLock {
        switch self {
        case .roadmap(let id): .roadmaps(of: id.ministry)
        case .action(let id): .roadmaps(of: id.roadmap.ministry)
        case .ministry: .ministries
        case .census(let year): .census(year)
        }
    }

    /// nil for what belongs to no ministry.
    var ministry: MinistryCode? {
        switch self {
        case .roadmap(let id): id.ministry
        case .action(let id): id.roadmap.ministry
        case .ministry(let code): code
        case .census: nil
        }
    }

    /// The plan it is of.
    var roadmap: RoadmapID? {
        switch self {
        case .roadmap(let id): id
        case .action(let id): id.roadmap
        case .ministry, .census: nil
        }
    }

    var firstYear: Int? {
        switch self {
        case .roadmap(let id): id.firstYear
        case .action(let id): id.roadmap.firstYear
        case .ministry: nil
        case .census(let year): year
        }
    }

    var code: String? {
        switch self {
        case .action(let id): id.code.text
        case .roadmap, .ministry, .census: nil
        }
    }
}
