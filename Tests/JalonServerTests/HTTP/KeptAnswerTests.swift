import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

/// Pages that are made of many measures are kept while nothing is written.
@Suite("Answers that are kept")
struct KeptAnswerTests {
    private static let page = "/v1/indicators/figures?year=2023"

    @Test("are given again from memory, and made anew after any change, whoever made it")
    func anew() async throws {
        try await TestServer.with { server in
            let other = try server.variant()
            try await IndicatorScene.define(server, IndicatorScene.training)
            let first = await server.send(.get, Self.page, as: .reader)
            let spent = try await Self.statements(server) {
                let again = await server.send(.get, Self.page, as: .reader)
                #expect(again.text == first.text && again.tag == first.tag && again.status == 200)
            }
            let made = try await Self.statements(server) { _ = await server.send(.get, Self.page, as: .coordinator) }
            #expect(spent < made, "\(spent) statements from memory, \(made) without")

            let given = await server.send(
                raw: .put, IndicatorScene.address("FORMATION/TE/2023"), bytes: Array(#"{"value": 40, "state": "validee"}"#.utf8),
                on: other)
            #expect(given.status == 201, "\(given.text)")
            let after = await server.send(.get, Self.page, as: .reader)
            #expect(after.text != first.text && after.tag != first.tag)
            #expect(try after.json()["indicators"][0]["value"].number == 40)
        }
    }

    @Test("are not those of another caller, language or question")
    func apart() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            for (place, value) in [("TE", 40), ("JUS", 50)] {
                _ = await IndicatorScene.measure(server, "FORMATION/\(place)/2023", #"{"value": \#(value), "state": "validee"}"#)
            }
            let address = "/v1/indicators/FORMATION/figures?period=2023"
            var seen: Set<String> = []
            for target in [address, address + "&ministry=TE", address + "&ministry=JUS"] {
                for language in ["fr", "en"] {
                    let answer = await server.send(.get, target, as: .reader, fields: ["Accept-Language": language])
                    let again = await server.send(.get, target, as: .reader, fields: ["Accept-Language": language])
                    #expect(answer.status == 200 && answer.text == again.text)
                    #expect(seen.insert(answer.text).inserted, "\(target) \(language)")
                }
            }
        }
    }

    @Test("are given under the conditions that the caller sets")
    func conditions() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            let tag = await server.send(.get, Self.page, as: .reader).tag
            for (name, value, status) in [
                ("If-None-Match", tag, 304), ("If-None-Match", "\"other\"", 200), ("If-Match", tag, 200),
                ("If-Match", "\"other\"", 412),
            ] {
                let answer = await server.send(.get, Self.page, as: .reader, fields: [name: value])
                #expect(answer.status == status, "\(name): \(value)")
            }
        }
    }

    private static func statements(_ server: TestServer, _ body: () async throws -> Void) async throws -> UInt64 {
        let before = server.database.health.metrics.statements
        try await body()
        return server.database.health.metrics.statements - before
    }
}
