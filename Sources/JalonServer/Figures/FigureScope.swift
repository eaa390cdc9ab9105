import ActionPlans
import Postgres

/// What a set of figures is about: echoed in the answer, so that no filter is hidden.
struct FigureScope: Sendable {
    let year: Int
    let ministries: [MinistryCode]?
    let themes: [Theme]?
    let targetLevels: [EngagementLevel]?
    let states: [RoadmapState]
    var reading: Reading

    /// All of a year.
    init(year: Int, reading: Reading) {
        self.year = year
        self.reading = reading
        (ministries, themes, targetLevels) = (nil, nil, nil)
        states = RoadmapState.published
    }

    /// - Parameter days: reads the days of the question, where there may be more than one.
    init(_ call: Call, days: ((inout ParameterReader) -> Void)? = nil) throws {
        var parameters = call.parameters()
        let year = parameters.integer("year", in: RoadmapID.years)
        if !parameters.isGiven("year") { parameters.fault("year", .required, .requiredParameter("year")) }
        ministries = parameters.ministries()
        themes = parameters.codes("theme")
        targetLevels = parameters.codes("target_level")
        reading = days == nil ? Reading(&parameters) : Reading(ofManyDays: &parameters)
        days?(&parameters)
        let states: [RoadmapState]? = parameters.codes("roadmap_state")
        try parameters.finish()
        self.year = year ?? RoadmapID.years.lowerBound
        // Each state once, in official order, however they were asked for.
        self.states = states.map { wanted in RoadmapState.allCases.filter(wanted.contains) } ?? RoadmapState.published
        try checkDrafts(for: call.actor)
    }

    /// Drafts are counted only for those who may see them all.
    private func checkDrafts(for actor: Actor?) throws {
        guard states.contains(.brouillon) else { return }
        guard let actor else { throw Problem.authenticationRequired() }
        if actor.role == .coordinator { return }
        guard let ministries, ministries.allSatisfy(actor.seesAll) else {
            throw Refusal.forbidden(
                Message(
                    "Les brouillons ne se comptent que pour vos propres ministères (paramètre « ministry »).",
                    "Drafts are counted only for your own ministries (parameter “ministry”)."))
        }
    }

    /// The list of exactly the actions in scope.
    var actions: ActionFilter {
        var filter = ActionFilter()
        filter.ministries = ministries
        filter.years = [year]
        filter.roadmapStates = states
        filter.themes = themes
        filter.targetLevels = targetLevels
        filter.reading = reading
        return filter
    }

    /// The condition on the roadmaps `r` apart from their state.
    var roadmaps: SQL {
        let base: SQL = "\(year) between r.first_year and r.last_year"
        guard let ministries else { return base }
        return base + " and r.ministry = any(\(ministries.map(\.text))::text[])"
    }
}
