import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Indicators in what is published of a year")
struct SnapshotIndicatorTests {
    private static func scene(_ server: TestServer) async throws {
        try await IndicatorScene.expect(server, 2023, ["TE", "JUS"])
        try await IndicatorScene.define(server, IndicatorScene.reuse)
        try await IndicatorScene.give(server, "REEMPLOI/TE/2023", #""numerator": 9, "denominator": 10"#)
        try await IndicatorScene.give(server, "REEMPLOI/JUS/2023", #""numerator": 100, "denominator": 1000"#)
    }

    private static func freeze(_ server: TestServer, _ more: String = "") async throws -> JSONValue {
        let answer = await server.send(.post, "/v1/snapshots", body: #"{"year": 2023, "title": "Bilan"\#(more)}"#)
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.json()
    }

    private static func verified(_ server: TestServer, as caller: TestServer.Caller = .coordinator) async throws -> JSONValue {
        try await server.send(.get, "/v1/snapshots/2023-1/verification", as: caller).json()
    }

    @Test("are frozen with every body that counts, and every one that does not")
    func frozen() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let returned = await IndicatorScene.measure(
                server, "REEMPLOI/JUS/2023",
                #"{"numerator": 100, "denominator": 1000, "state": "renvoyee", "state_reason": "à revoir"}"#)
            #expect(returned.status == 200, "\(returned.text)")
            let document = try await Self.freeze(server)["document"]
            let indicator = document["indicators"][0]
            #expect(indicator["code"].text == "REEMPLOI" && indicator["value"].text == "90.0", "\(indicator)")
            #expect(indicator["contributors"].items.map { $0["code"].text } == ["TE"])
            #expect(indicator["contributors"][0]["numerator"].text == "9")
            // What was sent back is missing for who may not see it.
            #expect(
                indicator["not_counted"].items.map { "\($0["code"].text ?? "") \($0["standing"].text ?? "")" } == [
                    "JUS/2023 missing"
                ])
            let verification = try await Self.verified(server)
            #expect(verification["intact"].flag == true && verification["identical"].flag == true, "\(verification)")
            let part = try await Self.freeze(server, #", "themes": ["achats"]"#)
            #expect(part["document"]["indicators"].isNull)
        }
    }

    @Test("are told to differ after a correction, with the body, the indicator, the period, who and when")
    func corrected() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            _ = try await Self.freeze(server)
            try await IndicatorScene.give(server, "REEMPLOI/TE/2023", #""numerator": 5, "denominator": 10"#)
            let verification = try await Self.verified(server)
            #expect(verification["intact"].flag == true && verification["identical"].flag == false)
            let pointers = verification["as_known_now"]["differences"].items.compactMap { $0["pointer"].text }
            #expect(
                pointers == [
                    "/indicators/0/contributors/1/numerator", "/indicators/0/contributors/1/value", "/indicators/0/numerator",
                    "/indicators/0/value",
                ], "\(pointers)")
            let cause = verification["as_known_now"]["causes"][0]
            #expect(cause["resource"]["id"].text == "REEMPLOI/TE/2023", "\(cause)")
            #expect(
                cause["changes"]["numerator"]["from"].number == 9 && cause["changes"]["numerator"]["to"].number == 5, "\(cause)")
            #expect(!cause["actor"].isNull && cause["recorded_at"].text != nil, "\(cause)")
            #expect(verification["as_known_now"]["cause_count"].number == 1)
        }
    }

    @Test("with another title now are told to differ, with who gave it and when; what is not frozen of them causes nothing")
    func renamed() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            _ = try await Self.freeze(server)
            for body in [#"{"direction": "decrease"}"#, #"{"title": "Réemploi"}"#] {
                let changed = await server.send(.patch, "/v1/indicators/REEMPLOI", body: body, fields: ["If-Match": "*"])
                try #require(changed.status == 200, "\(changed.text)")
            }
            let now = try await Self.verified(server)["as_known_now"]
            #expect(now["differences"].items.map { $0["pointer"].text } == ["/indicators/0/title"], "\(now)")
            #expect(now["causes"].items.count == 1 && now["cause_count"].number == 1, "\(now)")
            let cause = now["causes"][0]
            #expect(cause["resource"]["id"].text == "REEMPLOI" && cause["changes"]["title"]["to"].text == "Réemploi", "\(cause)")
            #expect(cause["actor"]["label"].text != nil && cause["recorded_at"].text != nil && cause["factor"].isNull, "\(cause)")
        }
    }

    @Test("that are provisional are warned of when they are frozen, by name, with how many bodies are missing")
    func warnings() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let figures = try await Self.freeze(server)["warnings"].items
            #expect(figures.map { $0["code"].text } == ["provisional-figures"])
            #expect(figures.first?["detail"].text?.contains("il manque Ministère de la Justice") == true, "\(figures)")
            let page = await server.send(.get, "/v1/snapshots/2023-1", fields: ["Accept": "text/html"])
            #expect(page.text.contains("Chiffres provisoires.") && page.text.contains("Plans de 0 ministères sur 2."))
            try await IndicatorScene.define(server, IndicatorScene.training)
            let pending = await IndicatorScene.measure(server, "FORMATION/TE/2023", #"{"value": 4, "state": "soumise"}"#)
            #expect(pending.status == 201)
            let rehearsed = await server.send(.post, "/v1/snapshots?dry_run=true", body: #"{"year": 2023, "title": "Bilan"}"#)
            let warnings = try rehearsed.json()["warnings"].items
            #expect(warnings.map { $0["code"].text } == ["provisional-figures", "provisional-indicator"], "\(rehearsed.text)")
            #expect(
                warnings.last?["detail"].text
                    == "L’indicateur FORMATION est provisoire : 1 organisme manque, 1 réponse n’est pas validée. "
                    + "Quand il ne le sera plus, arrêtez une nouvelle édition.")
            let english = await server.send(
                .post, "/v1/snapshots", body: #"{"year": 2023, "title": "Bilan"}"#, fields: ["Accept-Language": "en"])
            #expect(
                english.text.contains("The indicator FORMATION is provisional: 1 body is missing, 1 answer is not validated."))
            // It is told once: what is read later is what was frozen.
            #expect(try await server.send(.get, "/v1/snapshots/2023-2").json()["warnings"].isNull)
            let part = try await Self.freeze(server, #", "themes": ["achats"]"#)
            #expect(part["warnings"].items.map { $0["code"].text } == ["provisional-figures"])
        }
    }

    @Test("differ by an answer that was submitted since and does not count yet, told as the cause, and by no value of it")
    func submitted() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 41"#)
            try await IndicatorScene.expect(server, 2023, ["TE", "EF"])
            _ = try await Self.freeze(server)
            for (value, status) in [("1", 201), ("2", 200)] {
                let given = await IndicatorScene.measure(
                    server, "FORMATION/EF/2023", #"{"value": \#(value), "state": "soumise"}"#)
                try #require(given.status == status, "\(given.text)")
            }
            let now = try await Self.verified(server)["as_known_now"]
            let pointers = now["differences"].items.compactMap { $0["pointer"].text }
            #expect(pointers == ["/indicators/0/not_counted/0/standing"], "\(now)")
            #expect(now["cause_count"].number == 1, "\(now)")
            #expect(now["causes"][0]["changes"]["state"]["to"].text == "soumise", "\(now)")
        }
    }

    @Test("differ by no draft, whose existence nobody else may know")
    func drafts() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            _ = try await Self.freeze(server)
            let draft = await IndicatorScene.measure(
                server, "REEMPLOI/EF/2023", #"{"numerator": 1, "denominator": 10}"#, as: .coordinator)
            #expect(draft.status == 201)
            let verification = try await Self.verified(server, as: .reader)
            #expect(
                verification["as_known_now"]["cause_count"].number == 0
                    && verification["as_known_now"]["hidden_causes"].number == 0)
            #expect(verification["identical"].flag == true, "\(verification)")
        }
    }

    @Test("stand on the barometer, as data and as a page, beside what was printed of them")
    func barometer() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let data = try await server.send(.get, "/v1/barometer?year=2023", as: .anonymous).json()
            let indicator = data["indicators"][0]
            #expect(indicator["indicator"]["code"].text == "REEMPLOI" && indicator["value"].decimal == 10.8, "\(indicator)")
            let page = await server.send(.get, "/v1/barometer?year=2023", as: .anonymous, fields: ["Accept": "text/html"]).text
            for words in ["Réemploi des matériels", "10,8\u{A0}%", "2 sur 2", "<h2 id=\"indicators\">Indicateurs</h2>"] {
                #expect(page.contains(words), "\(words)")
            }
            let without = await server.send(.get, "/v1/barometer?year=2020", as: .anonymous, fields: ["Accept": "text/html"]).text
            #expect(!without.contains("id=\"indicators\""))
            let frozen = try await Self.freeze(server)["id"].text ?? ""
            let snapshot = await server.send(.get, "/v1/snapshots/\(frozen)", as: .anonymous, fields: ["Accept": "text/html"])
                .text
            #expect(snapshot.contains("Réemploi des matériels") && snapshot.contains("10,8"))
        }
    }
}
