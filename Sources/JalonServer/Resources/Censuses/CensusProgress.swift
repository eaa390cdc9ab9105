import ActionPlans
import Documents
import Postgres

/// Where each body that a census expects stands, in the evening of a day.
struct CensusProgress: Sendable {
    struct Body: Sendable {
        let code: MinistryCode
        let name: String
        let stage: PlanStage
        /// nil where there is nothing.
        let since: CivilDate?
        let roadmap: RoadmapID?
        let submittedOn: CivilDate?
        /// How many days after it was due what is collected was given, or has not been yet; 0 in time.
        let daysLate: Int
        let measures: MeasureTally
        /// Those on the plan that the reader may see.
        let openRecommendations: Int
        /// nil where there is nothing that the reader may see.
        let tally: Tally?
        let lastChange: FigureFacts.Change?
    }

    let year: Int
    /// nil for the census as a whole, which asks for plans.
    let round: CensusRound?
    let dueOn: CivilDate
    let day: CivilDate
    let bodies: [Body]
    let reading: Reading

    /// - Parameters:
    ///   - round: of the census; nil for the census as a whole.
    ///   - actor: plans and measures that they may not see are as if there were none.
    /// - Throws: not found for a year without a census, an invalid parameter for a round that it does not have.
    init(
        _ session: borrowing Session, of year: Int, _ asked: CensusRoundCode?, in reading: Reading, for actor: Actor
    ) throws {
        let scope = FigureScope(
            year: year, ministries: nil, themes: nil, targetLevels: nil, states: RoadmapState.allCases, reading: reading)
        let facts = try FigureQueries.facts(session, scope, for: actor)
        guard let census = facts.census else { throw Problem.noCensus(of: year) }
        let round = try asked.map { try Self.round($0, try CensusQueries.rounds(session, of: year, in: reading)) }
        let expected = round?.expected ?? census.expected.sorted()
        let courses = try Self.courses(session, of: year, expected, in: reading)
        let measures = try MeasureTally.each(session, of: year, expected, in: reading, for: actor)
        let advice = try RecommendationQueries.open(session, in: reading, of: year, for: actor)
        self.year = year
        self.reading = reading
        self.round = round
        let dueOn = round?.dueOn ?? census.dueOn
        self.dueOn = dueOn
        day = facts.asOf
        bodies = expected.map { code in
            Body(
                code, facts, courses, measures[code] ?? MeasureTally(), advice, dueOn: dueOn, round?.collects ?? .plans,
                for: actor)
        }
    }

    private static func round(_ code: CensusRoundCode, _ rounds: [CensusRound]) throws -> CensusRound {
        if let round = rounds.first(where: { $0.code == code }) { return round }
        let codes = rounds.map(\.code.text).joined(separator: ", ")
        let message =
            rounds.isEmpty
            ? Message("Ce recensement n’a pas de campagnes.", "This census has no rounds.")
            : Message("Ce recensement a les campagnes \(codes).", "This census has the rounds \(codes).")
        var problem = Problem(.invalidParameter, message)
        problem.faults = [Problem.Located(place: .parameter("round"), code: .unknownReference, message: message)]
        throw problem
    }

    func bodies(in stage: PlanStage) -> [Body] { bodies.filter { $0.stage == stage } }
    var late: [Body] { bodies.filter { $0.daysLate > 0 } }

    /// What each roadmap of the year went through, up to the evening in question.
    private static func courses(
        _ session: borrowing Session, of year: Int, _ bodies: [MinistryCode], in reading: Reading
    ) throws -> [RoadmapID: PlanCourse] {
        let spans = try session.query(
            """
            select p.ministry, p.first_year, p.state, p.valid_from, nullif(p.valid_to, 'infinity') from roadmap_periods p
            where p.ministry = any(\(bodies.map(\.text))::text[]) and \(year) between p.first_year and p.last_year
                and \(reading.isKnown("p")) and p.valid_from <= \(reading.day)
            order by p.ministry, p.first_year, p.valid_from
            """
        ) { row in
            (
                id: try row.nextRoadmapID(),
                span: PlanCourse.Span(try row.next(), from: try row.next(), until: try row.next())
            )
        }
        return Dictionary(grouping: spans, by: \.id).compactMapValues { PlanCourse($0.map(\.span)) }
    }
}

extension CensusProgress.Body {
    fileprivate init(
        _ code: MinistryCode, _ facts: FigureFacts, _ courses: [RoadmapID: PlanCourse], _ measures: MeasureTally,
        _ advice: [MinistryCode: Int], dueOn: CivilDate, _ collects: Collected, for actor: Actor
    ) {
        self.code = code
        name = facts.names[code] ?? code.text
        let plans = facts.roadmaps.filter { $0.id.ministry == code }
        submittedOn = plans.compactMap(\.submittedOn).min()
        self.measures = measures
        openRecommendations = advice[code] ?? 0
        // Of a plan it is known when it was given; measures are late as long as one is owed.
        let planGiven = collects.asksPlans ? submittedOn ?? facts.asOf : dueOn
        let measuresGiven = collects.asksMeasures && measures.isOwed ? facts.asOf : dueOn
        daysLate = max(0, max(planGiven, measuresGiven).dayNumber - dueOn.dayNumber)
        let seen = plans.compactMap { plan in courses[plan.id].map { (plan: plan, course: $0) } }
            .filter { !$0.course.stage.isHidden || actor.seesAll(of: code) }
        // A year has one plan of a ministry.
        guard let own = seen.first else {
            (stage, since, roadmap, tally, lastChange) = (.nothing, nil, nil, nil, nil)
            return
        }
        stage = own.course.stage
        since = own.course.since
        roadmap = own.plan.id
        tally = Tallies([code: own.plan.cells], nil, nil).total
        lastChange = own.plan.lastChange
    }
}

extension Problem {
    fileprivate static func noCensus(of year: Int) -> Problem {
        Problem(
            .notFound,
            Message(
                "Il n’y a pas de recensement pour \(year) : la coordination l’ouvre par PUT /v1/censuses/\(year).",
                "There is no census of \(year): the coordinators open it with PUT /v1/censuses/\(year)."))
    }
}
