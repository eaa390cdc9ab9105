import HTTPTypes
import Testing

@testable import JalonServer

/// Revisions as the tests make them, through the API alone.
enum RevisionScene {
    static func address(_ roadmap: String) -> String { "/v1/roadmaps/\(roadmap)/revision" }

    @discardableResult
    static func open(
        _ server: TestServer, _ roadmap: String, as caller: TestServer.Caller = .coordinator
    ) async throws -> TestAnswer {
        let answer = await server.send(.post, address(roadmap), as: caller, body: "{}")
        try #require(answer.status == 201, "\(answer.text)")
        return answer
    }

    /// Writes to the open revision, in whatever state it is.
    static func send(
        _ server: TestServer, _ roadmap: String, _ code: String, _ body: String, as caller: TestServer.Caller = .coordinator
    ) async -> TestAnswer {
        await server.send(
            .patch, "\(address(roadmap))/actions/\(code)", as: caller, body: body, fields: ["If-Match": "*"])
    }

    @discardableResult
    static func revise(
        _ server: TestServer, _ roadmap: String, _ code: String, _ body: String, as caller: TestServer.Caller = .coordinator
    ) async throws -> TestAnswer {
        let answer = await send(server, roadmap, code, body, as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        return answer
    }

    static func move(
        _ server: TestServer, _ roadmap: String, to state: String, _ more: String = "",
        as caller: TestServer.Caller = .coordinator
    ) async -> TestAnswer {
        await server.send(
            .patch, address(roadmap), as: caller, body: #"{"state": "\#(state)"\#(more)}"#, fields: ["If-Match": "*"])
    }

    @discardableResult
    static func moved(
        _ server: TestServer, _ roadmap: String, to state: String, _ more: String = "",
        as caller: TestServer.Caller = .coordinator
    ) async throws -> TestAnswer {
        let answer = await move(server, roadmap, to: state, more, as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        return answer
    }

    static func read(_ server: TestServer, _ roadmap: String, as caller: TestServer.Caller = .referent) async throws -> JSONValue
    {
        let answer = await server.send(.get, address(roadmap), as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.json()
    }

    /// Opens one with a commitment of an action revised, and brings it to a state.
    static func prepare(_ server: TestServer, _ roadmap: String, _ code: String, state: String = "en_preparation") async throws {
        try await open(server, roadmap)
        try await revise(server, roadmap, code, #"{"title": "Révisée"}"#)
        guard state != "en_preparation" else { return }
        try await moved(server, roadmap, to: state, #", "reason": "Relecture""#)
    }
}
