import ActionPlans
import Postgres

/// `/v1/impacts/figures`
enum ImpactFigureEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        if !parameters.isGiven("year") { parameters.fault("year", .required, .requiredParameter("year")) }
        let year = parameters.integer("year", in: Period.years)
        let wanted = Reading(ofManyDays: &parameters)
        try parameters.finish()
        guard let year, let period = Period(.year, year: year) else { throw Problem.notFound() }
        let settled = try await wanted.settled(by: call.server)
        let (reading, facts) = try await call.server.database.read { session in
            let reading = try settled.onItsDay(session)
            return (reading, try ImpactFacts(session, of: period, in: reading))
        }
        let document = ImpactFigureDocument(facts: facts, year: year, reading: reading, language: call.language)
        return Answer.json { document.write(to: &$0, target: call.target) }
    }
}

extension Reading {
    /// The same, of the day of its instant: what was known then of that day never changes.
    fileprivate func onItsDay(_ session: borrowing Session) throws -> Reading {
        guard let knownAt else { return self }
        let day = try session.one("select paris_date(\(knownAt)::timestamptz)") { row in try row.next(CivilDate.self) }
        return Reading(of: day, knownAt: knownAt)
    }
}
