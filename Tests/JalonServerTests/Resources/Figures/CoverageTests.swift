import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Who is late for the census")
struct CoverageTests {
    /// Four ministries expected by the end of February: one in time, one after, one that never sent, one that sent and took back.
    private static func scene(_ server: TestServer) async throws {
        let census = await server.send(
            .put, "/v1/censuses/2022", body: #"{"due_on": "2022-02-28", "expected": ["TE", "EF", "AGR", "JUS"]}"#)
        try #require(census.status == 201)
        for (code, state, day) in [
            ("TE", "validee", "2022-02-28"), ("EF", "soumise", "2022-03-01"), ("JUS", "soumise", "2022-02-01"),
            ("CUL", "soumise", "2022-06-01"),
        ] {
            try await server.apply(
                "{ministry: \(code), first_year: 2022, state: \(state), effective_on: \(day), actions: []}", to: "\(code)-2022")
        }
        let back = await server.send(
            .patch, "/v1/roadmaps/JUS-2022", body: #"{"state": "brouillon", "effective_on": "2022-04-01"}"#,
            fields: ["If-Match": "*"])
        try #require(back.status == 200, "\(back.text)")
    }

    private static func late(_ server: TestServer, _ query: String) async throws -> [String] {
        let coverage = try await server.send(.get, "/v1/figures?year=2022\(query)", as: .anonymous).json()["coverage"]
        let late = coverage["late_ministries"].items.map {
            "\($0["code"].text ?? "") \($0["submitted_on"].text ?? "rien")"
        }
        #expect(coverage["late"].number == late.count, "\(query)")
        return late
    }

    @Test("is told by name from the day after the date, whether anything has come since or not, whatever is counted")
    func names() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let all = ["AGR rien", "EF 2022-03-01", "JUS rien"]
            #expect(try await Self.late(server, "") == all)
            #expect(try await Self.late(server, "&as_of=2022-02-28") == [])
            #expect(try await Self.late(server, "&as_of=2022-03-01") == ["AGR rien", "EF 2022-03-01"])
            #expect(try await Self.late(server, "&as_of=2022-04-01") == all)
            // Sent is sent, though it is not what is counted.
            #expect(try await Self.late(server, "&roadmap_state=validee") == all)
            #expect(try await Self.late(server, "&roadmap_state=close") == all)
            #expect(try await Self.late(server, "&ministry=EF,TE") == ["EF 2022-03-01"])
            #expect(try await Self.late(server, "&theme=achats") == all)
            let figures = try await server.send(.get, "/v1/figures?year=2022").json()
            let agriculture = figures["coverage"]["late_ministries"][0]
            #expect(agriculture["name"].text == figures["coverage"]["missing"][0]["name"].text)
        }
    }

    @Test("depends on what was known of the date")
    func known() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let before = try #require(await server.send(.get, "/v1/figures?year=2022").json()["scope"]["known_at"].text)
            let moved = await server.send(
                .put, "/v1/censuses/2022", body: #"{"due_on": "2100-01-01", "expected": ["TE", "EF", "AGR", "JUS"]}"#,
                fields: ["If-Match": "*"])
            #expect(moved.status == 200)
            #expect(try await Self.late(server, "") == [])
            #expect(try await Self.late(server, "&known_at=\(before)") == ["AGR rien", "EF 2022-03-01", "JUS rien"])
        }
    }

    @Test("is said by the barometer too, in words, in French and in English")
    func barometer() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let coverage = try await server.send(.get, "/v1/barometer?year=2022", as: .anonymous).json()["coverage"]
            #expect(coverage["due_on"].text == "2022-02-28" && coverage["late"].number == 3)
            #expect(coverage["late_ministries"].items.compactMap(\.["code"].text) == ["AGR", "EF", "JUS"])
            let text = coverage["text"].text ?? ""
            #expect(text.contains("En retard sur l’échéance du 28 février 2022 :") && text.contains("(rien reçu)"))
            #expect(text.contains("(remis le 1er mars 2022)"), "\(text)")
            let english = await server.send(
                .get, "/v1/barometer?year=2022", as: .anonymous, fields: ["Accept": "text/html", "Accept-Language": "en"])
            #expect(english.text.contains("Late, due on 28 February 2022:"), "\(english.text)")
            let none = try await server.send(.get, "/v1/barometer?year=2023", as: .anonymous).json()["coverage"]
            #expect(none["late"].number == 0 && none["due_on"].isNull)
        }
    }

    @Test("figures frozen under the first rule are found as they were published")
    func frozen() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            #expect(await server.send(.post, "/v1/snapshots", body: #"{"year": 2022, "title": "Bilan"}"#).status == 201)
            // A title edited since the last number moved was an update by the first rule.
            let edited = await server.send(
                .patch, "/v1/roadmaps/TE-2022", body: #"{"title": "Autre"}"#, fields: ["If-Match": "*"])
            #expect(edited.status == 200)
            try await server.database.write { session in
                try session.execute(
                    """
                    insert into snapshots (year, number, title, author_token, author_label, created_at, as_of, known_at, roadmap_states,
                        salt, document, sha256)
                    select year, 2, title, author_token, author_label, created_at, as_of, known_at, roadmap_states, salt,
                        older.document, sha256(convert_to(older.document, 'UTF8'))
                    from snapshots, lateral (select replace(replace(
                        regexp_replace(document, '"late_ministries":[[][^]]*[]],', ''),
                        ',"version":2,', ','), '"late":3,"missing"', '"late":1,"missing"') as document) older
                    """)
            }
            for id in ["2022-1", "2022-2"] {
                let verification = try await server.send(.get, "/v1/snapshots/\(id)/verification").json()
                #expect(verification["as_published"]["differences"].items.map(\.description) == [], "\(id)")
                #expect(verification["as_published"]["identical"].flag == true, "\(id)")
            }
            let document = try await server.send(.get, "/v1/snapshots/2022-2/document").json()["figures"]["coverage"]
            #expect(document["version"].isNull && document["late"].number == 1 && document["late_ministries"].isNull)
        }
    }
}
