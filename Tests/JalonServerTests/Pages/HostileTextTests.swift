import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Texts that would be markup")
struct HostileTextTests {
    /// Closes an attribute and an element, opens a script, and would be another text if it were read as markup.
    private static let hostile = #""><script>x</script>&lt;'"#
    private static let browser = "text/html,application/xhtml+xml,*/*;q=0.8"

    /// In every text that is stored and that a page shows.
    private static func scene(_ server: TestServer) async throws {
        try await server.apply(
            """
            {ministry: JUS, first_year: 2022, state: validee, effective_on: 2022-02-01, actions: [
              {code: A-1, title: Un, theme: achats, target_level: reflexion}]}
            """, to: "JUS-2022")
        try await stored(
            server.send(
                .patch, "/v1/ministries/JUS", as: .admin,
                body: json(["names": [["name": "N\(hostile)", "acronym": hostile, "from": "2020-01-01"]]]),
                fields: ["If-Match": "*"]))
        for more in [[:], ["replaces": "2022-1"]] {
            let snapshot = ["year": 2022, "title": "T\(hostile)", "note": "R\(hostile)"] as [String: Any]
            try await stored(server.send(.post, "/v1/snapshots", body: json(snapshot.merging(more) { $1 })))
        }
        // Only the operator writes these, with SQL.
        let (statement, publisher, title, source) = ("S\(hostile)", "P\(hostile)", "E\(hostile)", "https://x.test/\(hostile)")
        try await server.database.write { session in
            _ = try session.execute(
                """
                update external_figures set statement = \(statement), publisher = \(publisher), title = \(title), source = \(source)
                """)
        }
    }

    private static func json(_ value: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: value), as: UTF8.self)
    }

    private static func stored(_ answer: TestAnswer) throws {
        try #require([200, 201].contains(answer.status), "\(answer.text)")
    }

    /// Where each text is shown.
    private static let places: [(target: String, accept: String, texts: [String])] = [
        ("/v1/barometer?year=2022", browser, ["N\(hostile) (\(hostile))", "T\(hostile)"]),
        ("/v1/barometer?year=2022&lang=en", browser, ["N\(hostile) (\(hostile))", "T\(hostile)"]),
        ("/v1/barometer/ministries.svg?year=2022", "image/*", [hostile, "N\(hostile)"]),
        ("/v1/snapshots", browser, ["T\(hostile)"]), ("/v1/snapshots?lang=en&limit=1", browser, ["T\(hostile)"]),
        (
            "/v1/snapshots/2022-1?lang=en", browser,
            ["T\(hostile)", "R\(hostile)", "S\(hostile)", "P\(hostile), E\(hostile)", "https://x.test/\(hostile)"]
        ),
        ("/v1/snapshots/2022-2", browser, ["T\(hostile)", "R\(hostile)", "S\(hostile)", "P\(hostile), E\(hostile)"]),
        // What was asked for is told again.
        ("/v1/barometer?year=2022&as_of=\(asked)&\(asked)=1", browser, [hostile]), ("/docs/\(asked)?\(asked)", browser, []),
    ]

    private static let asked = PercentEncoding.encoded(hostile)

    @Test("reach each page and picture as the texts they are")
    func escaped() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            for (target, accept, texts) in Self.places {
                let answer = await server.send(.get, target, as: .anonymous, fields: ["Accept": accept])
                Self.expect(texts, in: answer, target)
            }
        }
    }

    private static func expect(_ texts: [String], in answer: TestAnswer, _ target: String) {
        let page = HTMLReading(answer.text)
        #expect(page.errors.isEmpty, "\(target): \(page.errors)")
        #expect(page.counts["html"] == 1 || page.counts["svg"] == 1, "\(target): \(answer.text.prefix(300))")
        #expect(page.counts.keys.allSatisfy { !$0.hasSuffix("script") } && !answer.text.contains("<script"), "\(target)")
        for text in texts { #expect(page.text.contains(text), "\(target) does not show \(text)") }
    }
}
