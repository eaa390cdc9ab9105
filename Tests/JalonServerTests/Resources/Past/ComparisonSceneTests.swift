import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("A comparison of figures, action by action")
struct ComparisonSceneTests {
    private static let dates = "year=2022&from=2022-03-31&to=2022-09-30"

    /// One action of each cause in TE-2022, each named after it.
    private static func scene(_ server: TestServer) async throws {
        func action(_ code: String, _ rest: String = "") -> String {
            "  - {code: \(code), title: Action \(code), theme: achats, target_level: reflexion\(rest)}\n"
        }
        let realisee = ", status: realisee, completed_on: 2022-02-01", abandonnee = ", status: abandonnee, status_reason: Non"
        try await server.apply(
            "ministry: TE\nfirst_year: 2022\nstate: validee\neffective_on: 2022-02-01\nactions:\n"
                + action("LEFT") + action("ENTERED", ", confidential: true").replacing("achats", with: "fin_usage")
                + action("DONE") + action("SECRET", ", confidential: true") + action("ABANDONED", realisee)
                + action("REOPENED", realisee) + action("RESUMED", abandonnee) + action("STARTED")
                + action("PUT-BACK", ", status: en_cours") + action("RECLASSIFIED") + action("UNCHANGED"), to: "TE-2022")
        let changes = [
            ("LEFT", #""theme": "fin_usage""#), ("ENTERED", #""theme": "achats""#), ("DONE", #""status": "realisee""#),
            ("SECRET", #""status": "realisee", "title": "Secrète et faite""#),
            ("ABANDONED", #""status": "abandonnee", "status_reason": "Rompu""#),
            ("REOPENED", #""status": "en_cours""#), ("RESUMED", #""status": "a_faire""#), ("STARTED", #""status": "en_cours""#),
            ("PUT-BACK", #""status": "a_faire""#), ("RECLASSIFIED", #""key_action": true"#),
            ("UNCHANGED", #""title": "Autrement dite", "due_on": "2022-12-31""#),
        ]
        for (code, members) in changes {
            let answer = await server.send(
                .patch, "/v1/actions/TE-2022-\(code)",
                body: "{\(members), \"effective_on\": \"2022-06-01\", \"reason\": \"Motif\"}",
                fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(code) \(answer.text)")
        }
        let created = await server.send(
            .post, "/v1/roadmaps/TE-2022/actions",
            body:
                #"{"code": "NEW", "title": "Neuve", "theme": "achats", "target_level": "reflexion", "effective_on": "2022-07-01", "reason": "Oubliée"}"#
        )
        try #require(created.status == 201, "\(created.text)")
    }

    private static func causes(_ answer: JSONValue) -> [String: Int] {
        Dictionary(
            answer["moves"].items.compactMap { move in
                guard let cause = move["cause"].text, let count = move["count"].number, count > 0 else { return nil }
                return (cause, count)
            }, uniquingKeysWith: +)
    }

    @Test("gives each action the cause that the documentation says, with its effect")
    func everyCause() async throws {
        try await TestServer.with { server async throws in
            try await Self.scene(server)
            let whole = try await server.send(.get, "/v1/figures/compare?\(Self.dates)", as: .anonymous).json()
            let achats = try await server.send(.get, "/v1/figures/compare?\(Self.dates)&theme=achats", as: .anonymous).json()
            #expect(
                Self.causes(achats) == [
                    "new": 1, "entered": 1, "left": 1, "done": 2, "abandoned": 1, "reopened": 1, "resumed": 1, "started": 1,
                    "put_back": 1, "reclassified": 1, "unchanged": 1,
                ])
            #expect(Self.causes(whole)["reclassified"] == 3 && Self.causes(whole)["entered"] == nil, "one theme is no scope here")
            let group = try #require(whole["by_theme"].items.first { $0["code"].text == "achats" })
            #expect(Self.causes(group) == Self.causes(achats), "a theme is the comparison of its own")
            #expect(whole["from"]["realisees_identifiees"]["numerator"].number == 2)
            #expect(whole["to"]["realisees_identifiees"]["numerator"].number == 2)
            #expect(whole["change"]["actions"].number == 1 && whole["change"]["realisees"].number == 0)
            for (cause, effect) in [("done", 2), ("abandoned", -1), ("reopened", -1), ("resumed", 0), ("new", 0)] {
                let move = try #require(whole["moves"].items.first { $0["cause"].text == cause })
                #expect(move["effect"]["realisees"].number == effect, "\(cause)")
            }
            let english = await server.send(
                .get, "/v1/figures/compare?\(Self.dates)", as: .anonymous, fields: ["Accept-Language": "en"])
            #expect(try english.json()["moves"][8]["label"].text == "Started")
            #expect(whole["moves"][8]["label"].text == "Commencées")
        }
    }

    @Test("counts what is confidential, lists it to those who see it, and says to the others how much is withheld")
    func confidential() async throws {
        try await TestServer.with { server async throws in
            try await Self.scene(server)
            let list = "/v1/figures/compare/actions?\(Self.dates)&cause=done&count=true"
            for caller in [TestServer.Caller.coordinator, .referent] {
                let answer = try await server.send(.get, list, as: caller).json()
                #expect(answer["data"].items.compactMap(\.["id"].text) == ["TE-2022-DONE", "TE-2022-SECRET"], "\(caller)")
                #expect(answer["meta"]["hidden"].number == 0)
            }
            for caller in [TestServer.Caller.reader, .otherReferent, .admin] {
                let answer = await server.send(.get, list, as: caller)
                #expect(try answer.json()["data"].items.compactMap(\.["id"].text) == ["TE-2022-DONE"], "\(caller)")
                #expect(try answer.json()["meta"]["hidden"].number == 1 && answer.json()["meta"]["total"].number == 1)
                #expect(!answer.text.contains("SECRET") && !answer.text.contains("Secrète"), "\(caller)")
            }
            // What was confidential on one side alone is withheld too.
            let disclosed = await server.send(
                .patch, "/v1/actions/TE-2022-SECRET", body: #"{"confidential": false, "effective_on": "2022-08-01"}"#,
                fields: ["If-Match": "*"])
            try #require(disclosed.status == 200, "\(disclosed.text)")
            #expect(try await server.send(.get, list, as: .reader).json()["meta"]["hidden"].number == 1)
            let since = list.replacing("2022-03-31", with: "2022-08-31").replacing("cause=done", with: "cause=new")
            #expect(try await server.send(.get, since, as: .reader).json()["meta"]["hidden"].number == 0)
        }
    }

    @Test("tells a draft from nothing only to those who see it")
    func drafts() async throws {
        try await TestServer.with { server async throws in
            let plan = "first_year: 2022\nactions: [{code: A, title: A, theme: achats, target_level: reflexion}]"
            try await server.apply("ministry: TE\neffective_on: 2022-01-10\n\(plan)", to: "TE-2022")
            try await server.apply("ministry: JUS\neffective_on: 2022-01-10\nstate: soumise\n\(plan)", to: "JUS-2022")
            for (roadmap, state) in [("TE-2022", "soumise"), ("JUS-2022", "brouillon")] {
                let moved = await server.send(
                    .patch, "/v1/roadmaps/\(roadmap)", body: #"{"state": "\#(state)", "effective_on": "2022-06-01"}"#,
                    fields: ["If-Match": "*"])
                try #require(moved.status == 200, "\(moved.text)")
            }
            for (caller, expected) in [
                (TestServer.Caller.coordinator, ["entered": 1, "left": 1]), (.referent, ["entered": 1, "removed": 1]),
                (.otherReferent, ["new": 1, "left": 1]), (.reader, ["new": 1, "removed": 1]),
                (.admin, ["new": 1, "removed": 1]), (.anonymous, ["new": 1, "removed": 1]),
            ] {
                let answer = try await server.send(.get, "/v1/figures/compare?\(Self.dates)", as: caller).json()
                #expect(Self.causes(answer) == expected, "\(caller)")
                #expect(answer["change"]["actions"].number == 0, "\(caller)")
                guard caller != .anonymous else { continue }
                let list = try await server.send(.get, "/v1/figures/compare/actions?\(Self.dates)", as: caller).json()
                let drafted = list["data"].items.filter { $0["from"]["roadmap_state"].text == "brouillon" }
                #expect(drafted.count == (expected["entered"] ?? 0), "\(caller)")
                #expect(list["data"].items.count + (list["meta"]["hidden"].number ?? 0) == 2, "\(caller)")
            }
        }
    }

    @Test("compares two knowledges of one evening, and says that two years have no lineage")
    func knowledge() async throws {
        try await TestServer.with { server async throws in
            try await Self.scene(server)
            let first = try await server.database.read { session in
                try session.one("select rfc3339(min(recorded_at)) from changes") { row in try row.next(String.self) }
            }
            let target = "/v1/figures/compare?year=2022&from=2022-09-30&to=2022-09-30&from_known_at=\(first)"
            let answer = try await server.send(.get, target).json()
            #expect(answer["from"]["known_at"].text == first && (answer["to"]["known_at"].text ?? "") > first)
            #expect(Self.causes(answer)["done"] == 2 && Self.causes(answer)["new"] == 1, "what was learnt since")
            #expect(answer["scope"]["lineage"].isNull)
            let years = try await server.send(
                .get, "/v1/figures/compare?from_year=2022&to_year=2023&from=2022-09-30&to=2023-09-30"
            ).json()
            #expect(years["scope"]["lineage"].text == "unknown")
            #expect(Self.causes(years) == ["left": 12], "the plan of 2022 does not cover 2023")
        }
    }

    @Test("a list goes page after page through each action once, and links to what it was on both sides")
    func pages() async throws {
        try await TestServer.with { server async throws in
            try await Self.scene(server)
            var target = "/v1/figures/compare/actions?\(Self.dates)&limit=4&count=true"
            var ids: [String] = []
            for _ in 0..<5 {
                let page = try await server.send(.get, target).json()
                #expect(page["meta"]["total"].number == 11, "all but the unchanged one")
                for action in page["data"].items {
                    ids.append(action["id"].text ?? "")
                    for side in ["from", "to"] {
                        guard let link = action["links"][side].text else {
                            #expect(action[side].isNull)
                            continue
                        }
                        let then = try await server.send(.get, link).json()
                        #expect(then["status"].text == action[side]["status"].text && then["status"].text != nil)
                        #expect(then["theme"].text == action[side]["theme"].text)
                    }
                    #expect(await server.send(.get, action["links"]["history"].text ?? "").status == 200)
                }
                guard let next = page["links"]["next"].text else { break }
                target = next
            }
            #expect(ids.count == 11 && ids == ids.sorted() && Set(ids).count == 11)
            let other = target.replacing("2022-09-30", with: "2022-09-29")
            #expect(await server.send(.get, other).status == 400, "a cursor is of one list")
        }
    }
}
