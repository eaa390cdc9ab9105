import ActionPlans
import Foundation
import HTTPTypes
import Testing

@testable import JalonServer

/// Indicators and measures as the tests make them, through the API alone.
enum IndicatorScene {
    static let reuse = """
        {"code": "REEMPLOI", "title": "Réemploi des matériels", "kind": "ratio", "unit": "%", "consolidation": "ratio_of_sums",
        "numerator": "matériels réemployés", "denominator": "matériels réformés", "decimals": 1, "minimum": 0, "direction": "increase",
        "periodicity": "year", "days_allowed": 90, "first_period": "2022", "themes": ["fin_usage"], "practices": ["i.2"]}
        """
    static let training = """
        {"code": "FORMATION", "title": "Agents formés", "kind": "count", "unit": "agents", "consolidation": "sum", "direction": "increase",
        "periodicity": "year", "days_allowed": 90, "first_period": "2021"}
        """

    /// Of a year whose census expects some bodies.
    static func expect(_ server: TestServer, _ year: Int, _ bodies: [String]) async throws {
        let list = bodies.map { "\"\($0)\"" }.joined(separator: ", ")
        let answer = await server.send(
            .put, "/v1/censuses/\(year)", body: #"{"due_on": "\#(year + 1)-02-28", "expected": [\#(list)]}"#)
        try #require([200, 201].contains(answer.status), "\(answer.text)")
    }

    static func define(_ server: TestServer, _ definition: String) async throws {
        let answer = await server.send(.post, "/v1/indicators", body: definition)
        try #require(answer.status == 201, "\(answer.text)")
    }

    /// `REEMPLOI/TE/2025`
    static func address(_ key: String) -> String {
        let parts = key.split(separator: "/")
        return "/v1/indicators/\(parts[0])/measures/\(parts[1])/\(parts[2])"
    }

    static func measure(
        _ server: TestServer, _ key: String, _ body: String, as caller: TestServer.Caller = .coordinator, query: String = ""
    ) async -> TestAnswer {
        let there = await server.send(.get, address(key))
        let fields = there.status == 200 ? ["If-Match": there.tag] : [:]
        return await server.send(.put, address(key) + query, as: caller, body: body, fields: fields)
    }

    /// A validated measure.
    static func give(_ server: TestServer, _ key: String, _ answer: String) async throws {
        let given = await measure(server, key, #"{\#(answer), "state": "validee", "reason": "Essai"}"#)
        try #require([200, 201].contains(given.status), "\(given.text)")
    }

    static func figure(
        _ server: TestServer, _ code: String, _ query: String, as caller: TestServer.Caller = .coordinator
    ) async throws -> JSONValue {
        let answer = await server.send(.get, "/v1/indicators/\(code)/figures?\(query)", as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.json()
    }

    /// In words.
    static func auditFinds(_ server: TestServer) async throws -> [String] {
        try await FigureAudit.differences(in: server.database).map {
            "\($0.source) \($0.thing) \($0.measure) \($0.stored) \($0.recounted)"
        }
    }

    /// What stands in a document as the value of its first member of a name, with the zeros at its end.
    static func literal(_ member: String, in text: String) -> String? {
        guard let start = text.range(of: "\"\(member)\":") else { return nil }
        return String(text[start.upperBound...].prefix { !",}".contains($0) })
    }
}
