import ActionPlans
import Documents
import Postgres

/// The filters of a list of actions: read from the query, turned into SQL, and written back as the links of figures.
struct ActionFilter: Sendable {
    var ministries: [MinistryCode]?
    var years: [Int]?
    var roadmaps: [RoadmapID]?
    var roadmapStates: [RoadmapState]?
    var themes: [Theme]?
    var statuses: [ActionStatus]?
    var targetLevels: [EngagementLevel]?
    /// nil among the values is an action that has reached no level yet.
    var reachedLevels: [EngagementLevel?]?
    var keyAction: Bool?
    var late: Bool?
    var confidential: Bool?
    var targetReached: Bool?
    var validationCohort: Bool?
    var withImpact: Bool?
    var leads: [String]?
    var practices: [String]?
    var dueFrom: CivilDate?
    var dueTo: CivilDate?
    var words: [String]?
    var reading = Reading.now
    /// Where the list is that of the present, as it was when its first page was read.
    var list: ListInstant?

    /// How a query names the absence of a reached level.
    static let noLevel = "aucun"

    /// Whether an action as `a` is late on the day in question.
    static func isLate(in reading: Reading) -> SQL {
        "coalesce(a.due_on < \(reading.dayOfAllRows), false) and a.status in (\(ActionStatus.openLiterals))"
    }

    init() {}

    /// The same list, as it was when its first page was read.
    func pinned(to list: ListInstant?) -> ActionFilter {
        guard let list else { return self }
        var filter = self
        if reading.isNow { filter.list = list } else { filter.reading = reading.pinned(to: list) }
        return filter
    }

    /// - Parameter inRoadmap: the list is already that of one roadmap, whose own filters would make no sense.
    init(_ parameters: inout ParameterReader, inRoadmap: Bool) {
        if !inRoadmap {
            ministries = parameters.ministries()
            years = parameters.years()
            roadmaps = parameters.values("roadmap", { RoadmapID($0) }) { text in
                Message(
                    "« \(text.clipped) » n’est pas un identifiant de feuille de route.", "“\(text.clipped)” is not a roadmap id.")
            }
            roadmapStates = parameters.codes("roadmap_state")
        }
        themes = parameters.codes("theme")
        statuses = parameters.codes("status")
        targetLevels = parameters.codes("target_level")
        reachedLevels = parameters.values(
            "reached_level", { $0 == Self.noLevel ? .some(nil) : EngagementLevel(rawValue: $0).map { .some($0) } }
        ) { .notOneOf($0, EngagementLevel.codes + [Self.noLevel]) }
        keyAction = parameters.flag("key_action")
        late = parameters.flag("late")
        confidential = parameters.flag("confidential")
        targetReached = parameters.flag("target_reached")
        validationCohort = parameters.flag("validation_cohort")
        withImpact = parameters.flag("with_impact")
        leads = parameters.values("lead", separatedBy: .bareCommas, { $0.isEmpty || $0.unicodeScalars.count > 200 ? nil : $0 }) {
            _ in
            Message("Un pilote compte de 1 à 200 caractères.", "A lead has 1 to 200 characters.")
        }
        practices = parameters.values("practice", { $0.isEmpty || $0.utf8.count > 10 ? nil : $0 }) { text in
            Message("« \(text.clipped) » n’est pas un identifiant de bonne pratique.", "“\(text.clipped)” is not a practice id.")
        }
        dueFrom = parameters.date("due_on_from")
        dueTo = parameters.date("due_on_to")
        words = parameters.words("q")
        reading = Reading(&parameters)
    }

    /// The actions `a`, with their roadmaps `r` where ``condition`` or what the caller may see asks for these.
    func actions(visibleTo actor: Actor) -> SQL {
        reading.actions(withRoadmaps: asksRoadmaps || Visibility.asksRoadmaps(of: actor))
    }

    /// Whether the indexes of an order and of the usual filters find a page, whatever the values: one plan is then as good as another.
    /// Words, leads, practices, days, states of roadmaps and several values of a filter are for PostgreSQL to judge, as some are of
    /// many actions and some of few.
    func isAnswered(inOrder order: ActionOrder) -> Bool {
        let isSelective =
            words != nil || leads != nil || practices != nil || dueFrom != nil || dueTo != nil || roadmapStates != nil
        let counts = [ministries?.count, years?.count, roadmaps?.count, themes?.count, statuses?.count]
        return reading.isNow && list == nil && !isSelective && withImpact == nil && targetLevels == nil && reachedLevels == nil
            && counts.allSatisfy { $0 ?? 1 == 1 } && (order.isByID || themes == nil && statuses == nil)
    }

    var asksRoadmaps: Bool { years != nil || roadmapStates != nil }

    /// The condition on the actions `a` and, where it ``asksRoadmaps``, their roadmaps `r`.
    var condition: SQL {
        var parts: [SQL] = []
        if let ministries { parts.append(.isOne("a.ministry", of: ministries.map(\.text))) }
        if let years { parts.append(.covers("r", oneOf: years)) }
        if let roadmaps, roadmaps.count == 1 {
            parts.append("a.ministry = \(roadmaps[0].ministry) and a.first_year = \(roadmaps[0].firstYear)")
        } else if let roadmaps {
            parts.append(
                """
                (a.ministry, a.first_year) in (
                    select * from unnest(\(roadmaps.map(\.ministry.text))::text[], \(roadmaps.map(\.firstYear))::smallint[]))
                """)
        }
        if let roadmapStates { parts.append(.isOne("r.state", of: roadmapStates.map(\.code))) }
        if let themes { parts.append(.isOne("a.theme", of: themes.map(\.code))) }
        if let statuses { parts.append(.isOne("a.status", of: statuses.map(\.code))) }
        if let targetLevels { parts.append(.isOne("a.target_level", of: targetLevels.map(\.code))) }
        if let reachedLevels {
            parts.append(
                """
                (a.reached_level = any(\(reachedLevels.compactMap { $0?.code })::text[])
                    or (a.reached_level is null and \(reachedLevels.contains(nil))::boolean))
                """)
        }
        if let keyAction { parts.append(keyAction ? "a.key_action" : "not a.key_action") }
        if let late { parts.append((late ? "(" : "not (") + Self.isLate(in: reading) + ")") }
        if let confidential { parts.append(confidential ? "a.confidential" : "not a.confidential") }
        if let targetReached { parts.append(targetReached ? "a.target_reached" : "not a.target_reached") }
        if let validationCohort { parts.append(validationCohort ? "a.in_validation_cohort" : "not a.in_validation_cohort") }
        if let withImpact {
            let hasImpact = ImpactFacts.hasImpact(in: list.map(Reading.now.pinned) ?? reading)
            parts.append(withImpact ? hasImpact : "not \(hasImpact)")
        }
        if let leads { parts.append(.isOne("a.lead", of: leads)) }
        if let practices { parts.append("a.practices && \(practices)::text[]") }
        if let dueFrom { parts.append("a.due_on >= \(dueFrom)::date") }
        if let dueTo { parts.append("a.due_on <= \(dueTo)::date") }
        for word in words ?? [] {
            parts.append(
                "action_search_text(a.code, a.title, a.description, a.lead) like '%' || like_literal(searchable(\(word))) || '%'")
        }
        return parts.isEmpty ? "true" : .joined(parts, separator: " and ")
    }

    /// A practice nobody knows is a typing error, not an empty list.
    func checkPractices(against catalogue: PracticeCatalogue, _ parameters: inout ParameterReader) {
        for practice in practices ?? [] where !catalogue.contains(practice) {
            parameters.fault("practice", .unknownReference, catalogue.unknown(practice))
        }
    }

    /// The query string that asks for exactly this list. Figures bear hundreds of them: it is put together in one pass.
    var query: String {
        var query = PercentEncoding.Query()
        query.add("ministry", ministries) { $0.text }
        query.add("year", years) { String($0) }
        query.add("roadmap", roadmaps) { $0.description }
        query.add("roadmap_state", roadmapStates) { $0.rawValue }
        query.add("theme", themes) { $0.rawValue }
        query.add("status", statuses) { $0.rawValue }
        query.add("target_level", targetLevels) { $0.rawValue }
        query.add("reached_level", reachedLevels) { $0?.rawValue ?? Self.noLevel }
        query.add("key_action", keyAction)
        query.add("late", late)
        query.add("confidential", confidential)
        query.add("target_reached", targetReached)
        query.add("validation_cohort", validationCohort)
        query.add("with_impact", withImpact)
        for (name, value) in reading.parameters { query.add(name, value) }
        return query.text
    }
}

extension ParameterReader {
    /// The words of a search: all must be found, whatever their case and accents.
    mutating func words(_ name: String) -> [String]? {
        guard let text = text(name) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard !words.isEmpty, words.count <= 10, text.unicodeScalars.count <= 200 else {
            fault(
                name, .outOfRange,
                Message("Cherchez de 1 à 10 mots, 200 caractères au plus.", "Search for 1 to 10 words, 200 characters at most."))
            return nil
        }
        if let word = words.first(where: { !$0.contains { $0.isLetter || $0.isNumber } }) {
            fault(
                name, .invalidValue,
                Message(
                    "« \(word.clipped) » : chaque mot cherché contient au moins une lettre ou un chiffre.",
                    "“\(word.clipped)”: each word to search for needs a letter or a digit."))
            return nil
        }
        return words
    }
}

extension SQL {
    /// A column among some values. One value is compared as such: an index then also gives the order behind it.
    static func isOne(_ column: SQL, of values: [String]) -> SQL {
        values.count == 1 ? "\(column) = \(values[0])" : "\(column) = any(\(values)::text[])"
    }

    /// A roadmap that has one of some years. One year is compared as such; several are a set of ranges, so that nothing is unfolded for
    /// each roadmap.
    static func covers(_ roadmap: SQL, oneOf years: [Int]) -> SQL {
        if years.count == 1 { return "\(years[0]) between \(roadmap).first_year and \(roadmap).last_year" }
        let ranges = "{" + years.map { "[\($0),\($0)]" }.joined(separator: ",") + "}"
        return "int4range(\(roadmap).first_year, \(roadmap).last_year, '[]') && \(ranges)::int4multirange"
    }
}
