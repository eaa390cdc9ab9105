import ActionPlans
import Documents
import Postgres

/// Two readings of the figures that differ in their year, their day or what was known, with the same filters.
struct FigureComparison: Sendable {
    var from: FigureScope
    var to: FigureScope

    /// One query names the dates of both sides.
    private static let fromNames = Reading.Names(asOf: "from", knownAt: "from_known_at")
    private static let toNames = Reading.Names(asOf: "to", knownAt: "to_known_at")

    init(from: FigureScope, to: FigureScope) {
        self.from = from
        self.to = to
    }

    init(_ parameters: inout ParameterReader) {
        let years = Self.years(&parameters)
        let from = Reading(&parameters, as: Self.fromNames)
        let to = Reading(&parameters, as: Self.toNames)
        self.from = FigureScope(filters: &parameters, year: years.from, reading: from)
        self.to = self.from
        self.to.year = years.to
        self.to.reading = to
    }

    /// As ``FigureScope/checkDrafts(for:)``: the filters are those of both sides.
    func checkDrafts(for actor: Actor?) throws { try from.checkDrafts(for: actor) }

    /// `year` is that of both sides, unless a side has its own.
    private static func years(_ parameters: inout ParameterReader) -> (from: Int, to: Int) {
        let year = parameters.integer("year", in: RoadmapID.years)
        let from = parameters.integer("from_year", in: RoadmapID.years)
        let to = parameters.integer("to_year", in: RoadmapID.years)
        let isComplete = parameters.isGiven("year") || parameters.isGiven("from_year") && parameters.isGiven("to_year")
        if !isComplete { parameters.fault("year", .required, .requiredParameter("year")) }
        let first = RoadmapID.years.lowerBound
        return (from ?? year ?? first, to ?? year ?? first)
    }

    /// The same with nothing left to the clock: to today, from 1 January of the year, or from the last evening of an earlier
    /// year than that of the other side.
    func settled(by server: ServerState) async throws -> FigureComparison {
        var settled = self
        settled.to.reading = try await to.reading.settled(by: server, as: Self.toNames)
        if settled.to.reading.isNow {
            settled.to.reading = settled.to.reading.on(try await server.database.read { try ParisDay.today($0) })
        }
        guard let last = settled.to.reading.asOf else { return settled }
        let start = CivilDate(year: from.year, month: 1, day: 1)
        let usual = from.year < to.year ? CivilDate(year: from.year, month: 12, day: 31) : start
        let first = from.reading.asOf ?? min(last, usual ?? last)
        settled.from.reading = try await from.reading.on(first).settled(by: server, as: Self.fromNames)
        guard first <= last else {
            let message = Message("« from » suit « to ».", "“from” comes after “to”.")
            var problem = Problem(.invalidParameter, message)
            problem.faults = [Problem.Located(place: .parameter("from"), code: .outOfRange, message: message)]
            throw problem
        }
        return settled
    }

    func narrowed(_ change: (inout FigureScope) -> Void) -> FigureComparison {
        var other = self
        change(&other.from)
        change(&other.to)
        return other
    }

    /// The list of exactly the actions of a cause.
    func actions(of cause: MoveCause) -> String {
        "/v1/figures/compare/actions?\(PercentEncoding.query(parameters + [("cause", cause.code)]))"
    }

    private var parameters: [(String, String)] {
        let years =
            from.year == to.year
            ? [("year", String(from.year))] : [("from_year", String(from.year)), ("to_year", String(to.year))]
        let dates = [
            ("from", from.reading.asOf?.description), ("to", to.reading.asOf?.description),
            ("from_known_at", from.reading.knownAt), ("to_known_at", to.reading.knownAt),
        ]
        return years + dates.compactMap { name, value in value.map { (name, $0) } } + from.filters
    }
}
