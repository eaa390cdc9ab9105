import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Figures that were published elsewhere")
struct PublishedFigureTests {
    private static let address = "/v1/published-figures"

    private static func printed(_ numbers: String, year: Int = 2023, more: String = "") -> String {
        """
        {"year": \(year), "statement": "40 agents formés", "publisher": "DINUM", "title": "Bilan", "published_on": "2024-06-01",
        "source": "https://www.example.org/bilan.pdf", "page": "p. 4", "numbers": [\(numbers)]\(more)}
        """
    }

    private static func tell(_ server: TestServer, _ body: String) async throws -> JSONValue {
        let answer = await server.send(.post, address, body: body)
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.json()
    }

    private static func list(_ server: TestServer, _ query: String) async throws -> [JSONValue] {
        let answer = await server.send(.get, "\(address)?\(query)", as: .reader)
        try #require(answer.status == 200, "\(answer.text)")
        return try answer.json()["data"].items
    }

    @Test("stand beside the number that is computed, with the difference, in the list and in the indicator")
    func beside() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 41"#)
            let number = #"{"indicator": "FORMATION", "relation": "rounded", "value": 40.50}"#
            let told = try await Self.tell(server, Self.printed(number))
            #expect(told["id"].text == "2023-101" && told["page"].text == "p. 4")
            let listed = try await Self.list(server, "indicator=FORMATION&year=2023")
            #expect(listed.count == 1)
            let shown = listed[0]["numbers"][0]
            #expect(shown["computed"].number == 41 && shown["measure"].isNull && shown["relation"].text == "rounded")
            let figure = await server.send(.get, "/v1/indicators/FORMATION/figures?period=2023", as: .reader)
            #expect(IndicatorScene.literal("difference", in: figure.text) == "0.50", "\(figure.text)")
            #expect(figure.text.contains(#""value":40.50"#))
            let page = try await server.send(.get, "/v1/indicators/figures?year=2023", as: .reader).json()
            #expect(page["indicators"][0]["published"][0]["title"].text == "Bilan")
            // Of one ministry nothing was printed.
            let ofOne = try await IndicatorScene.figure(server, "FORMATION", "period=2023&ministry=TE")
            #expect(ofOne["published"].items.isEmpty)
        }
    }

    @Test("are told once they are published, and each number once")
    func past() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            let number = #"{"indicator": "FORMATION", "value": 40}"#
            let future = Self.printed(number).replacing("2024-06-01", with: "2199-06-01")
            for (body, place) in [(future, "/published_on"), (Self.printed("\(number), \(number)"), "/numbers/1")] {
                let answer = await server.send(.post, Self.address, body: body)
                #expect(answer.status == 422 && answer.text.contains("\"\(place)\""), "\(answer.text)")
            }
            #expect(try await Self.list(server, "year=2023").isEmpty)
            for wrong in ["", "x", "A,B"] {
                let answer = await server.send(.get, "\(Self.address)?indicator=\(wrong)")
                #expect(answer.status == 400 && answer.text.contains("\"indicator\""), "\(wrong): \(answer.text)")
            }
        }
    }

    @Test("of actions stand beside the figures of the plans")
    func ofActions() async throws {
        try await TestServer.with { server in
            try await server.apply(
                """
                ministry: TE
                first_year: 2022
                effective_on: 2022-02-01
                state: soumise
                actions:
                - {code: A-1, title: Un, theme: achats, target_level: reflexion, status: realisee}
                - {code: A-2, title: Deux, theme: achats, target_level: reflexion}
                """, to: "TE-2022")
            let listed = try await Self.list(server, "year=2022")
            let numbers = listed[0]["numbers"].items
            #expect(numbers.map { $0["measure"].text } == ["actions", "percent_realisees"])
            #expect(numbers.map { $0["computed"].number } == [2, 50])
            #expect(numbers.map { $0["difference"].number } == [-298, 20])
        }
    }

    @Test("are corrected by another one, and what was known before the correction is answered as it was")
    func corrected() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            let first = try await Self.tell(server, Self.printed(#"{"indicator": "FORMATION", "value": 4}"#))
            let instant = try await server.database.read { session in
                try session.one("select rfc3339(clock_timestamp())") { row in try row.next(String.self) }
            }
            let question = "\(Self.address)?year=2023&known_at=\(instant)"
            let before = await server.send(.get, question, as: .reader).text
            let second = try await Self.tell(
                server, Self.printed(#"{"indicator": "FORMATION", "value": 40}"#, more: #", "replaces": "2023-101""#))
            #expect(second["replaces"].text == first["id"].text)
            #expect(try await Self.list(server, "year=2023").map { $0["id"].text } == ["2023-102"])
            #expect(await server.send(.get, "\(Self.address)/2023-101", as: .reader).status == 404)
            #expect(await server.send(.get, question, as: .reader).text == before)
            let again = await server.send(
                .post, Self.address,
                body: Self.printed(#"{"indicator": "FORMATION", "value": 41}"#, more: #", "replaces": "2023-101""#))
            #expect(again.status == 422 && again.text.contains("/replaces"))
        }
    }

    @Test("are refused by name when they say nothing that can be compared")
    func refused() async throws {
        try await TestServer.with { server in
            // The rank of one is a small number in the database.
            #expect(await server.send(.get, "\(Self.address)/2023-32768", as: .reader).status == 404)
            for (body, pointer) in [
                (Self.printed(#"{"measure": "actions", "value": 1}"#, more: #", "replaces": "2023-32768""#), "/replaces"),
                (Self.printed(""), "/numbers"), (Self.printed(#"{"value": 1}"#), "/numbers/0"),
                (Self.printed(#"{"measure": "actions", "indicator": "FORMATION", "value": 1}"#), "/numbers/0"),
                (Self.printed(#"{"measure": "arbres", "value": 1}"#), "/numbers/0/measure"),
                (Self.printed(#"{"indicator": "NUL", "value": 1}"#), "/numbers"),
                (Self.printed(#"{"measure": "actions", "value": "beaucoup"}"#), "/numbers/0/value"),
                (Self.printed(#"{"measure": "actions", "value": 1}"#, year: 1999), "/year"),
                (Self.printed(#"{"measure": "actions", "value": 1}"#, more: #", "replaces": "2022-1""#), "/replaces"),
                (Self.printed(#"{"measure": "actions", "value": 1}"#).replacing("https", with: "http"), "/source"),
                (Self.printed(#"{"measure": "actions", "value": 1}"#).replacing("www.", with: "www .é"), "/source"),
                (
                    Self.printed(#"{"measure": "actions", "value": 1}"#).replacing("www.example.org/bilan.pdf", with: ""),
                    "/source"
                ),
            ] {
                let answer = await server.send(.post, Self.address, body: body)
                #expect(answer.status == 422 && answer.text.contains("\"\(pointer)\""), "\(body): \(answer.text)")
            }
            let kept = try await Self.list(server, "year=2023")
            #expect(kept.isEmpty)
        }
    }
}
