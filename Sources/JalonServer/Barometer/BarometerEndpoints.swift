import ActionPlans
import HTTPTypes
import NIOCore
import Postgres

/// `/v1/barometer`: what of the figures a public page shows, as data or as the page itself.
enum BarometerEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let year = parameters.integer("year", in: RoadmapID.years)
        try parameters.finish()
        let facts = try await call.server.database.read { session in try BarometerQueries.facts(session, year) }
        let barometer = Barometer(facts, call.server.vocabularies, call.language)
        guard call.type == .html else {
            return Answer.json { BarometerDocument(barometer).write(to: &$0, target: call.target) }
        }
        return Answer(.ok, ByteBuffer(string: BarometerPage(barometer).text), type: .html)
    }
}
