import ActionPlans
import Documents
import Postgres

/// As which bodies ministries are counted.
enum Perimeter: String, Vocabulary {
    /// Each under its own code, by its name of the time.
    case then
    /// Those that were merged under what they have become.
    case today

    static let listName = Message("périmètre", "perimeter")
}

/// What a set of figures is about: echoed in the answer, so that no filter is hidden.
struct FigureScope: Sendable {
    /// In order, at least one: figures of several years are asked for at once.
    private(set) var years: [Int]
    var ministries: [MinistryCode]?
    var themes: [Theme]?
    var targetLevels: [EngagementLevel]?
    let states: [RoadmapState]
    private(set) var perimeter = Perimeter.then
    var reading: Reading

    /// Of a question about one year.
    var year: Int {
        get { years[0] }
        set { years = [newValue] }
    }

    /// All of a year.
    init(year: Int, reading: Reading) {
        years = [year]
        self.reading = reading
        (ministries, themes, targetLevels) = (nil, nil, nil)
        states = RoadmapState.published
    }

    /// Whether it is about all plans of the year, and not about some of their actions.
    var isOfAll: Bool { ministries == nil && themes == nil && targetLevels == nil }

    /// As it was read from elsewhere than a query.
    init(
        year: Int, ministries: [MinistryCode]?, themes: [Theme]?, targetLevels: [EngagementLevel]?, states: [RoadmapState],
        reading: Reading
    ) {
        years = [year]
        self.ministries = ministries
        self.themes = themes
        self.targetLevels = targetLevels
        self.states = states
        self.reading = reading
    }

    /// As many years as a question may have.
    static let mostYears = 10

    /// - Parameters:
    ///   - mostYears: how many years the question may have.
    ///   - days: reads the days of the question, where there may be more than one.
    ///   - more: reads what is no part of the scope.
    init(
        _ call: Call, mostYears: Int = 1, days: ((inout ParameterReader) -> Void)? = nil,
        more: (inout ParameterReader) -> Void = { _ in }
    ) throws {
        var parameters = call.parameters()
        let years = parameters.figureYears(most: mostYears)
        let perimeter: Perimeter? = parameters.code("perimeter")
        let reading = days == nil ? Reading(&parameters) : Reading(ofManyDays: &parameters)
        days?(&parameters)
        more(&parameters)
        self.init(filters: &parameters, year: RoadmapID.years.lowerBound, reading: reading)
        try parameters.finish()
        self.perimeter = perimeter ?? .then
        if !years.isEmpty { self.years = years }
        try checkDrafts(for: call.actor)
    }

    /// The filters of a query on a year and days that were read apart.
    init(filters parameters: inout ParameterReader, year: Int, reading: Reading) {
        years = [year]
        self.reading = reading
        ministries = parameters.ministries()
        themes = parameters.codes("theme")
        targetLevels = parameters.codes("target_level")
        let states: [RoadmapState]? = parameters.codes("roadmap_state")
        // In official order, however they were asked for.
        self.states = states.map { wanted in RoadmapState.allCases.filter(wanted.contains) } ?? RoadmapState.published
    }

    /// Drafts are counted only for those who may see them all.
    func checkDrafts(for actor: Actor?) throws {
        guard states.contains(.brouillon) else { return }
        guard let actor else { throw Problem.authenticationRequired() }
        guard Visibility.mayCountDrafts(of: ministries, actor) else {
            throw Refusal.forbidden(
                actor.role == .referent
                    ? Message(
                        "Les brouillons ne se comptent que pour vos propres ministères (paramètre « ministry »).",
                        "Drafts are counted only for your own ministries (parameter “ministry”).")
                    : Message(
                        "Les brouillons ne se comptent que pour la coordination et les référents de leur ministère.",
                        "Drafts are counted only for coordinators and for the référents of their ministry."))
        }
    }

    /// The list of exactly the actions in scope.
    var actions: ActionFilter {
        var filter = ActionFilter()
        filter.ministries = ministries
        filter.years = years
        filter.roadmapStates = states
        filter.themes = themes
        filter.targetLevels = targetLevels
        filter.reading = reading
        return filter
    }

    /// The query that asks for the figures of this scope.
    var query: String {
        PercentEncoding.query([("year", years.map(String.init).joined(separator: ","))] + filters + reading.parameters)
    }

    /// The filters as query parameters.
    var filters: [(String, String)] {
        var pairs = [("roadmap_state", states.map(\.code).joined(separator: ","))]
        if let ministries { pairs.append(("ministry", ministries.map(\.text).joined(separator: ","))) }
        if let themes { pairs.append(("theme", themes.map(\.code).joined(separator: ","))) }
        if let targetLevels { pairs.append(("target_level", targetLevels.map(\.code).joined(separator: ","))) }
        if perimeter != .then { pairs.append(("perimeter", perimeter.code)) }
        return pairs
    }

    /// As each answer repeats them: null where there is no filter.
    func writeFilters(to writer: inout JSONWriter) {
        func list(_ name: String, _ codes: [String]?) {
            if let codes { writer.member(name, codes) } else { writer.member(name, nil as String?) }
        }
        list("ministries", ministries?.map(\.text))
        list("themes", themes?.map(\.code))
        list("target_levels", targetLevels?.map(\.code))
        writer.member("roadmap_states", states.map(\.code))
    }

    /// Where all that is in scope is listed or counted.
    var links: (figures: String, actions: String) { ("/v1/figures?\(query)", "/v1/actions?\(actions.query)") }

    /// The day whose names ministries bear: the one in question, or else the day of the year that is nearest to it.
    var nameDay: SQL { nameDay(in: "\(year)") }

    func nameDay(in year: SQL) -> SQL {
        "least(greatest(\(reading.day), make_date(\(year), 1, 1)), make_date(\(year), 12, 31))"
    }

    /// The condition on the roadmaps `r` apart from their state: one that covers several of the years is there once.
    var roadmaps: SQL {
        let base = SQL.covers("r", oneOf: years)
        guard let ministries else { return base }
        return base + " and r.ministry = any(\(ministries.map(\.text))::text[])"
    }
}

extension ParameterReader {
    /// The years of a question about figures, in order.
    mutating func figureYears(most: Int) -> [Int] {
        guard isGiven("year") else {
            _ = text("year")
            fault("year", .required, .requiredParameter("year"))
            return []
        }
        guard most > 1 else { return integer("year", in: RoadmapID.years).map { [$0] } ?? [] }
        let words = values("year", most: most, { $0 }, or: { _ in .outOfRange(RoadmapID.years) }) ?? []
        let years = words.compactMap { RoadmapID.year($0) }.filter(RoadmapID.years.contains)
        if years.count < words.count { fault("year", .outOfRange, .outOfRange(RoadmapID.years)) }
        return years.sorted()
    }
}
