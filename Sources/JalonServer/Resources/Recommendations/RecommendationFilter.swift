import ActionPlans
import Documents
import Postgres

/// The filters of a list of recommendations: read from the query, turned into SQL, and written back as the links of figures.
struct RecommendationFilter: Sendable {
    var ministries: [MinistryCode]?
    var roadmaps: [RoadmapID]?
    var years: [Int]?
    var subjects: [RecommendationSubject]?
    var themes: [Theme]?
    var categories: [RecommendationCategory]?
    var priorities: [RecommendationPriority]?
    var states: [RecommendationState]?
    var outcomes: [RecommendationOutcome]?
    /// Sent and not closed.
    var isOpen: Bool?
    var isAnswered: Bool?
    var dueBefore: CivilDate?
    var reading = Reading.now

    init() {}

    /// - Parameter inRoadmap: the list is already that of one roadmap, whose own filters would make no sense.
    init(_ parameters: inout ParameterReader, inRoadmap: Bool) {
        if !inRoadmap {
            ministries = parameters.ministries()
            roadmaps = parameters.values("roadmap", { RoadmapID($0) }) { text in
                Message(
                    "« \(text.clipped) » n’est pas un identifiant de feuille de route.", "“\(text.clipped)” is not a roadmap id.")
            }
            years = parameters.years()
        }
        subjects = parameters.values("subject", { RecommendationSubject($0) }) { .noSubject($0) }
        themes = parameters.codes("theme")
        categories = parameters.codes("category")
        priorities = parameters.codes("priority")
        states = parameters.codes("state")
        outcomes = parameters.codes("outcome")
        isOpen = parameters.flag("open")
        isAnswered = parameters.flag("answered")
        dueBefore = parameters.date("due_before")
        reading = Reading(&parameters)
    }

    /// Of ``RecommendationQueries/table(in:)``.
    var condition: SQL {
        var parts: [SQL] = ["true"]
        if let ministries { parts.append(.isOne("rec.ministry", of: ministries.map(\.text))) }
        if let roadmaps {
            parts.append(
                """
                (rec.ministry, rec.first_year) in (
                    select * from unnest(\(roadmaps.map(\.ministry.text))::text[], \(roadmaps.map(\.firstYear))::smallint[]))
                """)
        }
        if let years { parts.append(isOfYear(years)) }
        if let subjects { parts.append(.isOne("rec.subject", of: subjects.map(\.text))) }
        if let themes { parts.append(.isOne("rec.theme", of: themes.map(\.code))) }
        if let categories { parts.append(.isOne("rec.category", of: categories.map(\.code))) }
        if let priorities { parts.append(.isOne("rec.priority", of: priorities.map(\.code))) }
        if let states { parts.append(.isOne("rec.state", of: states.map(\.code))) }
        if let outcomes { parts.append(.isOne("rec.outcome", of: outcomes.map(\.code))) }
        let open: SQL = "rec.state = any(\(RecommendationState.open.map(\.code))::text[])"
        if let isOpen { parts.append(isOpen ? open : "not \(open)") }
        if let isAnswered { parts.append(isAnswered ? "rec.answered_on is not null" : "rec.answered_on is null") }
        if let dueBefore { parts.append("rec.due_on < \(dueBefore)::date") }
        return .joined(parts, separator: " and ")
    }

    /// Of a plan that has one of some years, as its last year is known.
    private func isOfYear(_ years: [Int]) -> SQL {
        """
        exists (
            select from roadmap_periods plan
            where plan.ministry = rec.ministry and plan.first_year = rec.first_year and plan.valid_to = 'infinity'
                and \(reading.isKnown("plan")) and \(SQL.covers("plan", oneOf: years)))
        """
    }

    /// The query string that asks for exactly this list.
    var query: String {
        var query = PercentEncoding.Query()
        query.add("ministry", ministries) { $0.text }
        query.add("roadmap", roadmaps) { $0.description }
        query.add("year", years) { String($0) }
        query.add("subject", subjects) { $0.text }
        query.add("theme", themes) { $0.code }
        query.add("category", categories) { $0.code }
        query.add("state", states) { $0.code }
        query.add("outcome", outcomes) { $0.code }
        query.add("open", isOpen)
        query.add("answered", isAnswered)
        for (name, value) in reading.parameters { query.add(name, value) }
        return query.text
    }

    /// The address of exactly this list.
    var address: String { "/v1/recommendations?\(query)" }
}

/// The order of a list of recommendations, always total: the id breaks ties, in the direction of the first key unless it is given its own.
struct RecommendationOrder: Sendable {
    static let words = ["id", "-id", "due_on", "-due_on"]

    /// Whether a write may move one in it.
    let byDueOn: Bool
    private let dueDescends: Bool
    private let idDescends: Bool

    init(_ parameters: inout ParameterReader) {
        let words =
            parameters.values("sort", most: Self.words.count / 2, { Self.words.contains($0) ? $0 : nil }) {
                .notOneOf($0, Self.words)
            } ?? []
        byDueOn = words.first?.hasSuffix("due_on") == true
        dueDescends = words.first == "-due_on"
        idDescends = (words.first { $0.hasSuffix("id") } ?? words.first)?.hasPrefix("-") == true
    }

    /// How many values a position in this order has.
    var width: Int { byDueOn ? 2 : 1 }

    private static let due: SQL = "coalesce(rec.due_on, 'infinity'::date)"

    var clause: SQL {
        let id: SQL =
            idDescends ? "rec.ministry desc, rec.first_year desc, rec.number desc" : "rec.ministry, rec.first_year, rec.number"
        guard byDueOn else { return id }
        return Self.due + (dueDescends ? " desc, " : ", ") + id
    }

    /// One without a due date comes after every date.
    func position(of record: RecommendationRecord) -> [String] {
        (byDueOn ? [record.recommendation.dueOn?.description ?? "infinity"] : []) + [record.id.description]
    }

    /// The condition of coming after a position; nil for values that are none.
    func condition(after values: [String]) -> SQL? {
        guard values.count == width, let id = values.last.flatMap({ RecommendationID($0) }) else { return nil }
        let key: SQL = "(\(id.roadmap.ministry)::text, \(id.roadmap.firstYear)::smallint, \(id.number)::smallint)"
        let beyond: SQL = "(rec.ministry, rec.first_year, rec.number) " + (idDescends ? "< " : "> ") + key
        guard byDueOn else { return beyond }
        guard values[0] == "infinity" || CivilDate(values[0]) != nil else { return nil }
        let day: SQL = "\(values[0])::date"
        return "(" + Self.due + (dueDescends ? " < " : " > ") + day + " or (" + Self.due + " = " + day + " and " + beyond + "))"
    }
}

extension Message {
    static func noSubject(_ text: String) -> Message {
        Message(
            "« \(text.clipped) » n’est ni « plan », ni une thématique, ni un code d’action.",
            "“\(text.clipped)” is neither “plan”, nor a theme, nor an action code.")
    }
}
