import ActionPlans
import HTTPTypes
import NIOCore
import Postgres
import Testing

@testable import JalonServer

@Suite("The barometer")
struct BarometerTests {
    private static let secret = "Secret & <confidentiel>"

    /// Two plans of 2022 under a census of three, with a renaming in the year, and a draft of 2023.
    private static func scene(_ server: TestServer) async throws {
        try await server.apply(
            """
            {ministry: TE, first_year: 2022, state: validee, effective_on: 2022-02-01, actions: [
              {code: A-1, title: Un, theme: achats, target_level: reflexion, reached_level: realisation, status: realisee},
              {code: A-2, title: "\(secret)", theme: achats, target_level: realisation, confidential: true},
              {code: A-3, title: Trois, theme: fin_usage, target_level: experimentation, status: abandonnee, status_reason: Non}]}
            """, to: "TE-2022")
        try await server.apply(
            """
            {ministry: JUS, first_year: 2022, state: soumise, effective_on: 2022-05-01, actions: [
              {code: B-1, title: Quatre, theme: achats, target_level: reflexion, status: en_cours}]}
            """, to: "JUS-2022")
        try await server.apply("{ministry: JUS, first_year: 2023, actions: []}", to: "JUS-2023")
        let census = await server.send(
            .put, "/v1/censuses/2022", body: #"{"due_on": "2022-02-28", "expected": ["TE", "JUS", "AGR"]}"#)
        try #require(census.status == 201, "\(census.text)")
    }

    @Test("it refers to the last edition of the figures frozen for the whole year")
    func snapshot() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            for body in [
                #"{"year": 2022, "title": "Bilan"}"#, #"{"year": 2022, "title": "Bilan de TE", "ministries": ["TE"]}"#,
                #"{"year": 2022, "title": "Bilan corrigé", "replaces": "2022-1"}"#,
            ] {
                let frozen = await server.send(.post, "/v1/snapshots", body: body)
                try #require(frozen.status == 201, "\(frozen.text)")
            }
            let snapshot = try await server.send(.get, "/v1/barometer?year=2022", as: .anonymous).json()["snapshot"]
            #expect(snapshot["id"].text == "2022-3")
            #expect(snapshot["title"].text == "Bilan corrigé")
            let stored = try await server.send(.get, "/v1/snapshots/2022-3").json()
            #expect(snapshot["sha256"].text == stored["sha256"].text)
        }
    }

    @Test("its numbers are those of the figures, and nothing in it names an action")
    func numbers() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let answer = await server.send(.get, "/v1/barometer", as: .anonymous)
            try #require(answer.status == 200, "\(answer.text)")
            let (barometer, figures) = (try answer.json(), try await server.send(.get, "/v1/figures?year=2022").json())
            #expect(barometer["year"].number == 2022, "the draft of 2023 makes no year")
            #expect(barometer["headline"]["text"].text == figures["headline"]["text"].text)
            #expect(barometer["last_change"].text == figures["scope"]["known_at"].text)
            for member in ["value", "numerator", "denominator"] {
                let both = [barometer, figures].map { $0["rates"].items.map(\.[member].decimal) }
                #expect(both[0] == both[1] && both[0].count == 5, "\(member)")
            }
            for member in ["by_status", "by_theme", "by_target_level", "by_reached_level"] {
                let (mine, theirs) = (barometer[member].items, figures[member].items)
                #expect(mine.map(\.["code"].text) == theirs.map(\.["code"].text), "\(member)")
                #expect(mine.map(\.["actions"].number) == theirs.map(\.["actions"].number), "\(member)")
                guard member != "by_status" else { continue }
                #expect(mine.map(\.["realisees"].number) == theirs.map(\.["by_status"]["realisee"].number), "\(member)")
                for status in ActionStatus.allCases {
                    let both = [mine, theirs].map { $0.map(\.["by_status"][status.code].number) }
                    #expect(both[0] == both[1], "\(member) \(status)")
                }
                #expect(
                    mine.map(\.["realisees_identifiees"].decimal) == theirs.map(\.["realisees_identifiees"].decimal), "\(member)")
            }
            let (mine, theirs) = (barometer["ministries"].items, figures["by_ministry"].items)
            #expect(mine.map(\.["name"].text) == theirs.map(\.["label"].text))
            #expect(mine.map(\.["plan"]["code"].text) == ["manquante", "soumise", "validee"])
            #expect(mine.map(\.["actions"].number) == [nil, 1, 3])
            #expect(mine[1]["late"].flag == true && mine[2]["late"].flag == false, "JUS sent its plan after February")
            #expect(barometer["coverage"]["late_ministries"].items.map(\.["code"].text).contains("JUS"))
            #expect(barometer["coverage"]["due_on"].text == "2022-02-28")
            #expect(barometer["coverage"]["missing"].items.map(\.["code"].text) == ["AGR"])
            #expect(
                barometer["coverage"]["text"].text
                    == "2 plans reçus sur 3 attendus. Manque : \(mine[0]["name"].text ?? ""). Les chiffres sont provisoires. "
                    + "En retard sur l’échéance du 28 février 2022 : \(mine[0]["name"].text ?? "") (rien reçu), "
                    + "\(mine[1]["name"].text ?? "") (remis le 1er mai 2022).")
            #expect(barometer["snapshot"].text == nil && barometer["licence"]["code"].text == "etalab-2.0")
            for title in ["Secret", "Un\"", "Quatre"] { #expect(!answer.text.contains("\"\(title)"), "\(title)") }
            let series = barometer["series"].items
            // January had no action yet.
            let ends = ["02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30", "12-31"]
            #expect(series.map(\.["as_of"].text) == ends.map { "2022-\($0)" })
            #expect(series.map(\.["actions"].number) == [3, 3, 3] + Array(repeating: 4, count: 8))
            let theirSeries = try await server.send(.get, "/v1/figures/series?year=2022&from=2022-01-31&to=2022-12-31")
                .json()["data"].items.dropFirst()
            #expect(series.map(\.["actions"].number) == theirSeries.map(\.["actions"].number))
            #expect(
                series.map(\.["realisees"].number) == theirSeries.map(\.["by_status"]["realisee"].number))
        }
    }

    @Test("kept some minutes without a token and by nobody with one; its tag moves with the data alone")
    func caching() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let shared = "public, max-age=300, stale-while-revalidate=3600"
            let first = await server.send(.get, "/v1/barometer", as: .anonymous)
            #expect(first.field("Cache-Control") == shared)
            #expect(await server.send(.get, "/v1/barometer", as: .reader).field("Cache-Control") == "private, no-cache")
            #expect(await server.send(.get, "/v1/barometer?an=1", as: .anonymous).field("Cache-Control") == "no-cache")
            let tag = try #require(first.field("ETag"))
            #expect(!tag.hasPrefix("W/"))
            for _ in 0..<3 {
                let again = await server.send(.get, "/v1/barometer", as: .anonymous, fields: ["If-None-Match": tag])
                #expect(again.status == 304 && again.field("ETag") == tag && again.field("Cache-Control") == shared)
            }
            // A draft is none of the public's business.
            try await server.apply("{ministry: TE, first_year: 2024, actions: []}", to: "TE-2024")
            #expect(await server.send(.get, "/v1/barometer", as: .anonymous).field("ETag") == tag)
            let done = await server.send(
                .patch, "/v1/actions/JUS-2022-B-1", body: #"{"status": "realisee"}"#, fields: ["If-Match": "*"])
            try #require(done.status == 200, "\(done.text)")
            let changed = await server.send(.get, "/v1/barometer", as: .anonymous, fields: ["If-None-Match": tag])
            #expect(changed.status == 200 && changed.field("ETag") != tag)
        }
    }

    @Test("the page is well formed, accessible, small, in French and English, and tells the same facts", arguments: ["fr", "en"])
    func page(_ language: String) async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let renamed = await server.send(
                .patch, "/v1/ministries/JUS", as: .admin, body: #"{"names": [{"name": "R & D <\"x\">", "from": "2020-01-01"}]}"#,
                fields: ["If-Match": "*"])
            try #require(renamed.status == 200, "\(renamed.text)")
            let snapshot = await server.send(.post, "/v1/snapshots", body: #"{"year": 2022, "title": "Bilan & suite"}"#)
            try #require(snapshot.status == 201, "\(snapshot.text)")
            let fields = ["Accept": "text/html", "Accept-Language": language]
            let answer = await server.send(.get, "/v1/barometer", as: .anonymous, fields: fields)
            try #require(answer.status == 200, "\(answer.text)")
            #expect(answer.field("Content-Type") == "text/html; charset=utf-8")
            #expect(try #require(ContentCoding.compressed(ByteBuffer(string: answer.text))).readableBytes < 20_000)
            let page = HTMLReading(answer.text)
            page.expectAccessible(in: language)
            #expect(page.counts["table"] == 6 && page.counts["caption"] == 6)
            #expect(!answer.text.contains("Secret") && page.text.contains("R & D <\"x\">"))
            let barometer = try await server.send(.get, "/v1/barometer", as: .anonymous, fields: ["Accept-Language": language])
                .json()
            for text in [
                barometer["headline"]["text"], barometer["coverage"]["text"], barometer["source"], barometer["rates"][0]["rule"],
                barometer["ministries"][0]["plan"]["label"], barometer["licence"]["name"],
                barometer["snapshot"]["title"], barometer["snapshot"]["sha256"],
            ] {
                #expect(page.text.contains(try #require(text.text)))
            }
            #expect(page.text.firstMatch(of: /20\d\d-\d\d-\d\d/) == nil, "days are in words")
            #expect(page.text.contains(language == "fr" ? "25,0\u{A0}%" : "25.0%"))
        }
    }

    @Test("an empty service has an empty barometer of the current year")
    func empty() async throws {
        try await TestServer.with { server in
            let barometer = try await server.send(.get, "/v1/barometer", as: .anonymous).json()
            let year = try await server.count("select extract(year from paris_today())::int8")
            #expect(barometer["year"].number == year)
            #expect(barometer["headline"]["actions"].number == 0 && barometer["as_of"].text == nil)
            #expect(barometer["series"].items.isEmpty && barometer["rates"].items.allSatisfy { $0["value"].decimal == nil })
        }
    }

    @Test("months end on their last days, and the year's last point is the day of the data while it lasts")
    func months() throws {
        func days(_ last: String, of year: Int = 2022) throws -> [String] {
            try BarometerQueries.months(of: year, until: try #require(CivilDate(last))).map {
                String($0.description.dropFirst(5))
            }
        }
        #expect(try days("2021-12-31") == [])
        #expect(try days("2022-01-01") == ["01-01"])
        #expect(try days("2022-02-28") == ["01-31", "02-28"])
        #expect(try days("2022-03-14") == ["01-31", "02-28", "03-14"])
        #expect(try days("2024-03-31", of: 2024) == ["01-31", "02-29", "03-31"])
        let all = ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30", "12-31"]
        #expect(try days("2022-12-31") == all)
        #expect(try days("2026-05-05") == all)
    }

    @Test("with both dates it never changes, and without a picture or a link that would")
    func past() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let known = try #require(try await server.send(.get, "/v1/barometer?year=2022").json()["last_change"].text)
            let query = "year=2022&as_of=2022-03-15&known_at=\(known)"
            let first = await server.send(.get, "/v1/barometer?\(query)", as: .anonymous)
            try #require(first.status == 200, "\(first.text)")
            let barometer = try first.json()
            #expect(barometer["as_of"].text == "2022-03-15" && barometer["known_at"].text == known)
            #expect(barometer["last_change"].isNull && barometer["headline"]["actions"].number == 3)
            #expect(barometer["series"].items.map(\.["as_of"].text) == ["2022-02-28", "2022-03-15"])
            let addresses = barometer["links"]["pictures"].members.compactMapValues(\.text)
            #expect(addresses.count == 4)
            var pictures: [String: String] = [:]
            for (name, address) in addresses {
                #expect(address.contains("as_of=2022-03-15&known_at="), "\(address)")
                pictures[name] = await server.send(.get, address, as: .anonymous).text
            }
            try await server.apply(
                "{ministry: TE, first_year: 2022, effective_on: 2022-03-01, actions: [{code: A-2, status: realisee}]}",
                to: "TE-2022", ifMatch: "*")
            let frozen = await server.send(.post, "/v1/snapshots", body: #"{"year": 2022, "title": "Bilan"}"#)
            try #require(frozen.status == 201, "\(frozen.text)")
            let again = await server.send(.get, "/v1/barometer?\(query)", as: .anonymous)
            #expect(again.tag == first.tag && again.text == first.text)
            for (name, address) in addresses {
                #expect(await server.send(.get, address, as: .anonymous).text == pictures[name], "\(name)")
            }
            let now = try await server.send(.get, "/v1/barometer?year=2022&as_of=2022-03-15", as: .anonymous).json()
            #expect(now["headline"]["percent"].number == 67)
            let future = await server.send(.get, "/v1/barometer?year=2022&as_of=2190-01-01", as: .anonymous)
            #expect(future.status == 400)
            #expect(try future.faults() == ["in-the-future as_of"])
        }
    }
}
