import ActionPlans
import Postgres

/// `/v1/censuses/{year}`
enum CensusEndpoints {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        let year = try call.year()
        var parameters = call.parameters()
        try parameters.finish()
        guard let record = try await CensusQueries.find(call.server.database, year) else {
            throw Problem.notFound()
        }
        return try call.answer(record.tag) { record.write(to: &$0) }
    }
}

extension Call {
    /// That of the census that the address names.
    func year() throws -> Int {
        guard let year = RoadmapID.year(pathValue("year")), RoadmapID.years.contains(year) else { throw Problem.notFound() }
        return year
    }
}
