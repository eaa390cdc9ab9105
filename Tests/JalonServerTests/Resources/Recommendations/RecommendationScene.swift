import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

/// Recommendations as the tests make them, through the API alone.
enum RecommendationScene {
    static func advice(_ subject: String = "plan", _ more: String = #""state": "emise""#, text: String = "Visez plus haut.")
        -> String
    {
        #"""
        {"subject": "\#(subject)", "category": "level_too_low", "priority": "majeure", "text": "\#(text)"\#(more.isEmpty ? "" : ", " + more)}
        """#
    }

    static let toMany = #"""
        {"filter": {"year": 2022, "without_theme": "fin_usage"}, "category": "missing_theme", "priority": "majeure", "text": "Ajoutez.",
        "state": "emise"}
        """#

    static let declined = #"{"state": "declinee", "answer": "Hors de notre périmètre."}"#
    static let closed = #"{"state": "close", "outcome": "mise_en_oeuvre"}"#

    /// - Returns: its id.
    @discardableResult
    static func give(_ server: TestServer, _ roadmap: String, _ advice: String = advice()) async throws -> String {
        let answer = await server.send(.post, "/v1/roadmaps/\(roadmap)/recommendations", body: advice)
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(try answer.json()["id"].text)
    }

    static func change(
        _ server: TestServer, _ id: String, _ body: String, as caller: TestServer.Caller = .coordinator
    ) async -> TestAnswer {
        await server.send(.patch, "/v1/recommendations/\(id)", as: caller, body: body, fields: ["If-Match": "*"])
    }

    static func must(
        _ server: TestServer, _ id: String, _ body: String, as caller: TestServer.Caller = .coordinator
    ) async throws {
        let answer = await change(server, id, body, as: caller)
        try #require(answer.status == 200, "\(id) \(body): \(answer.text)")
    }

    static func patch(_ server: TestServer, _ target: String, _ body: String) async throws {
        let answer = await server.send(.patch, target, body: body, fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(target) \(body): \(answer.text)")
    }
}
