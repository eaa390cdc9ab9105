import ActionPlans
import HTTPTypes
import Postgres

/// `/v1/barometer`: what of the figures a public page shows, as data, as the page itself, or as one of its pictures.
enum BarometerEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        let barometer = try await read(call)
        guard call.type == .html else {
            return Answer.json { BarometerDocument(barometer).write(to: &$0, target: call.target) }
        }
        return .page(BarometerPage(barometer, in: call.frame).page)
    }

    @Sendable static func picture(_ call: Call) async throws -> Answer {
        guard let kind = BarometerPicture.Kind(fileName: call.pathValue("picture")) else { throw Problem.notFound() }
        return .picture(BarometerPicture(kind, of: try await read(call)).alone)
    }

    private static func read(_ call: Call) async throws -> Barometer {
        var parameters = call.parameters()
        let year = parameters.integer("year", in: RoadmapID.years)
        let asked = Reading(&parameters)
        try parameters.finish()
        let reading = try await asked.settled(by: call.server)
        let facts = try await call.server.database.read { session in try BarometerQueries.facts(session, year, reading) }
        return Barometer(facts, call.server.vocabularies, call.language)
    }
}
