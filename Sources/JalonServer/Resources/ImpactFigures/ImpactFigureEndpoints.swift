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
        let reading = try await wanted.settled(by: call.server)
        let facts = try await call.server.database.read { session in try ImpactFacts(session, of: period, in: reading) }
        let document = ImpactFigureDocument(facts: facts, language: call.language)
        return Answer.json { document.write(to: &$0, target: call.target) }
    }
}
