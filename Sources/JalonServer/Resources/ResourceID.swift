import ActionPlans
import Postgres

/// One thing that has a history.
enum ResourceID: Hashable, Sendable {
    case roadmap(RoadmapID)
    case action(ActionID)
    case ministry(MinistryCode)
    case census(Int)
    case indicator(IndicatorCode)
    case measure(MeasureID)
    case impactFactor(ImpactCode)
    case impact(ImpactID)
    case recommendation(RecommendationID)
    case revision(RevisionID)

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
            case .indicator: code.flatMap { IndicatorCode($0) }.map { .indicator($0) }
            case .measure: body.flatMap { body in code.flatMap { MeasureID(ministry: body, key: $0) }.map { .measure($0) } }
            case .impactFactor: code.flatMap { ImpactCode($0) }.map { .impactFactor($0) }
            case .impact:
                roadmap.flatMap { roadmap in code.flatMap { ImpactID(roadmap: roadmap, key: $0) }.map { .impact($0) } }
            case .recommendation:
                roadmap.flatMap { roadmap in
                    code.flatMap { RecommendationID(roadmap: roadmap, code: $0) }.map { .recommendation($0) }
                }
            case .revision:
                roadmap.flatMap { roadmap in code.flatMap { RevisionID(roadmap: roadmap, key: $0) }.map { .revision($0) } }
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
        case .indicator: .indicator
        case .measure: .measure
        case .impactFactor: .impactFactor
        case .impact: .impact
        case .recommendation: .recommendation
        case .revision: .revision
        }
    }

    /// What addresses, cursors and files call it.
    var text: String {
        switch self {
        case .roadmap(let id): id.description
        case .action(let id): id.description
        case .ministry(let code): code.text
        case .census(let year): String(year)
        case .indicator(let code): code.text
        case .measure(let id): id.description
        case .impactFactor(let code): code.text
        case .impact(let id): id.description
        case .recommendation(let id): id.description
        case .revision(let id): id.description
        }
    }

    /// The name of a file about it.
    var fileName: String {
        switch self {
        case .roadmap, .action, .ministry: text
        case .census: "census-\(text)"
        case .indicator: "indicator-\(text)"
        case .measure(let id): "measure-\(id.indicator)-\(id.ministry)-\(id.period)"
        case .impactFactor: "impact-factor-\(text)"
        case .impact(let id): "impact-\(id.action)-\(id.number)"
        case .recommendation: "recommendation-\(text)"
        case .revision(let id): "revision-\(id.roadmap)"
        }
    }

    var address: String {
        switch self {
        case .roadmap: "/v1/roadmaps/\(text)"
        case .action: "/v1/actions/\(text)"
        case .ministry: "/v1/ministries/\(text)"
        case .census: "/v1/censuses/\(text)"
        case .indicator: "/v1/indicators/\(text)"
        case .measure(let id): "/v1/indicators/\(id.indicator)/measures/\(id.ministry)/\(id.period)"
        case .impactFactor: "/v1/impact-factors/\(text)"
        case .impact(let id): "/v1/actions/\(id.action)/impacts/\(id.number)"
        case .recommendation: "/v1/recommendations/\(text)"
        case .revision(let id): RevisionID.address(of: id.roadmap)
        }
    }

    /// Whether it is there today, for the caller.
    func isThere(_ session: borrowing Session, for actor: Actor) throws -> Bool {
        switch self {
        case .roadmap(let id): try RoadmapQueries.find(session, id, visibleTo: actor) != nil
        case .action(let id): try ActionQueries.find(session, id, visibleTo: actor) != nil
        case .ministry(let code): try MinistryQueries.find(session, code) != nil
        case .census(let year): try CensusQueries.find(session, year) != nil
        case .indicator(let code): try IndicatorQueries.find(session, code) != nil
        case .measure(let id): try MeasureQueries.find(session, id, visibleTo: actor) != nil
        case .impactFactor(let code): try ImpactFactorQueries.last(session, code) != nil
        case .impact(let id): try ImpactQueries.find(session, id, visibleTo: actor) != nil
        case .recommendation(let id): try RecommendationQueries.find(session, id, visibleTo: actor) != nil
        case .revision(let id): try RevisionQueries.last(session, of: id.roadmap, visibleTo: actor) != nil
        }
    }

    var lock: WriteLock {
        switch self {
        case .roadmap(let id): .roadmaps(of: id.ministry)
        case .action(let id): .roadmaps(of: id.roadmap.ministry)
        case .ministry: .ministries
        case .census(let year): .census(year)
        case .indicator: .indicators
        case .measure(let id): .measures(of: [id.ministry])
        case .impactFactor: .impactFactors
        case .impact(let id): .impacts(of: id.action.roadmap.ministry)
        case .recommendation(let id): .roadmaps(of: id.roadmap.ministry)
        case .revision(let id): .roadmaps(of: id.roadmap.ministry)
        }
    }

    /// nil for what belongs to no ministry.
    var ministry: MinistryCode? {
        switch self {
        case .roadmap(let id): id.ministry
        case .action(let id): id.roadmap.ministry
        case .ministry(let code): code
        case .measure(let id): id.ministry
        case .impact(let id): id.action.roadmap.ministry
        case .recommendation(let id): id.roadmap.ministry
        case .revision(let id): id.roadmap.ministry
        case .census, .indicator, .impactFactor: nil
        }
    }

    /// The plan it is of.
    var roadmap: RoadmapID? {
        switch self {
        case .roadmap(let id): id
        case .action(let id): id.roadmap
        case .impact(let id): id.action.roadmap
        case .recommendation(let id): id.roadmap
        case .revision(let id): id.roadmap
        case .ministry, .census, .indicator, .measure, .impactFactor: nil
        }
    }

    var firstYear: Int? {
        switch self {
        case .roadmap(let id): id.firstYear
        case .action(let id): id.roadmap.firstYear
        case .census(let year): year
        case .measure(let id): id.period.year
        case .impact(let id): id.action.roadmap.firstYear
        case .recommendation(let id): id.roadmap.firstYear
        case .revision(let id): id.roadmap.firstYear
        case .ministry, .indicator, .impactFactor: nil
        }
    }

    var code: String? {
        switch self {
        case .action(let id): id.code.text
        case .indicator(let code): code.text
        case .measure(let id): id.key
        case .impactFactor(let code): code.text
        case .impact(let id): id.key
        case .recommendation(let id): id.code
        case .revision(let id): id.key
        case .roadmap, .ministry, .census: nil
        }
    }
}
