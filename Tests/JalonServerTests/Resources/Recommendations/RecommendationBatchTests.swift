import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Recommendations made together")
struct RecommendationBatchTests {
    private typealias Scene = RecommendationScene

    private static func post(_ server: TestServer, _ target: String, _ body: String) async -> TestAnswer {
        await server.send(.post, target, body: body)
    }

    private static func ids(_ answer: TestAnswer) throws -> [String?] { try answer.json()["data"].items.map { $0["id"].text } }

    @Test("are one for each plan of a year without an action in a theme, neither drafts nor closed ones, and rehearsed first")
    func filter() async throws {
        try await TestServer.with { server in
            for (id, theme, state) in [
                ("TE-2022", "achats", "validee"), ("JUS-2022", "fin_usage", "validee"), ("EF-2022", "achats", "brouillon"),
                ("EN-2022", "achats", "close"), ("CUL-2021", "achats", "soumise"),
            ] {
                let own = "{code: A, title: A, theme: \(theme), target_level: reflexion}"
                try await ImpactScene.plan(server, id, own, state: state)
            }
            try await Scene.patch(server, "/v1/roadmaps/CUL-2021", #"{"last_year": 2023}"#)
            let rehearsed = await Self.post(server, "/v1/recommendations?dry_run=true", Scene.toMany)
            #expect(try Self.ids(rehearsed) == ["CUL-2021-R01", "TE-2022-R01"], "\(rehearsed.text)")
            #expect(try rehearsed.json()["dry_run"].flag == true)
            #expect(try await server.send(.get, "/v1/recommendations").json()["data"].items.isEmpty)
            let made = await Self.post(server, "/v1/recommendations", Scene.toMany)
            #expect(try Self.ids(made) == ["CUL-2021-R01", "TE-2022-R01"])
            #expect(try made.json()["data"].items.map { $0["theme"].text } == ["fin_usage", "fin_usage"])
            let listed =
                #"{"roadmaps": ["TE-2022", "JUS-2022"], "subject": "plan", "category": "other", "priority": "mineure", "text": "X"}"#
            #expect(try Self.ids(await Self.post(server, "/v1/recommendations", listed)) == ["JUS-2022-R01", "TE-2022-R02"])
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("are all or none: what is wrong with any is told of each")
    func faults() async throws {
        try await TestServer.with { server in
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("A"))
            try await ImpactScene.plan(server, "EN-2022", ImpactScene.action("A"), state: "close")
            let rest = #""subject": "plan", "category": "other", "priority": "mineure", "text": "X""#
            let cases: [(String, [String])] = [
                (#"{"roadmaps": ["TE-2022", "EN-2022", "JUS-2044"], \#(rest)}"#, ["/roadmaps/1", "/roadmaps/2"]),
                (#"{"roadmaps": ["TE-2022", "TE-2022", "te"], \#(rest)}"#, ["/roadmaps/1", "/roadmaps/2"]),
                (#"{"roadmaps": [], \#(rest)}"#, ["/roadmaps"]), (#"{\#(rest)}"#, ["/roadmaps"]),
                (#"{"roadmaps": ["TE-2022"], "filter": {"year": 2022, "without_theme": "achats"}, \#(rest)}"#, ["/roadmaps"]),
                (
                    #"{"roadmaps": ["TE-2022"], "subject": "A", "category": "other", "priority": "mineure"}"#,
                    ["/subject", "/text"]
                ),
                (#"{"filter": {"year": 2022}, \#(rest)}"#, ["/filter/without_theme"]),
                (#"{"roadmaps": ["TE-2022"], "state": "close", \#(rest)}"#, ["/state"]),
            ]
            for (body, pointers) in cases {
                let answer = await Self.post(server, "/v1/recommendations", body)
                #expect([409, 422].contains(answer.status), "\(body): \(answer.text)")
                let told = try answer.json()["errors"].items.compactMap { $0["pointer"].text }
                #expect(Set(told).isSuperset(of: pointers), "\(body): \(answer.text)")
            }
            #expect(try await server.send(.get, "/v1/recommendations").json()["data"].items.isEmpty)
        }
    }

    @Test("go on in the next plan of the body: each is open once, and those about a confidential action wait as drafts")
    func carry() async throws {
        try await TestServer.with { server in
            try await ImpactScene.plan(
                server, "TE-2022", "\(ImpactScene.action("A")), \(ImpactScene.action("B", "confidential: true"))")
            try await ImpactScene.plan(server, "TE-2023", ImpactScene.action("A"), state: "soumise")
            for advice in [Scene.advice("A"), Scene.advice("B", text: "secret"), Scene.advice(), Scene.advice("achats", "")] {
                try await Scene.give(server, "TE-2022", advice)
            }
            try await Scene.must(server, "TE-2022-R03", #"{"state": "close", "outcome": "sans_objet"}"#)
            try await Scene.must(server, "TE-2022-R01", Scene.declined, as: .referent)
            let carry = "/v1/roadmaps/TE-2023/recommendations/carry"
            let rehearsed = await Self.post(server, "\(carry)?dry_run=true", "{}")
            #expect(try Self.ids(rehearsed) == ["TE-2023-R01", "TE-2023-R02"], "\(rehearsed.text)")
            let early = await Self.post(server, carry, #"{"effective_on": "2022-01-01"}"#)
            #expect(early.status == 422, "\(early.text)")
            let made = try await Self.post(server, carry, #"{"due_on": "2023-06-30"}"#).json()["data"].items
            #expect(made.map { $0["carried_from"].text } == ["TE-2022-R01", "TE-2022-R02"])
            #expect(made.map { $0["state"].text } == ["emise", "brouillon"])
            #expect(made.map { $0["subject"].text } == ["achats", "achats"])
            #expect(made.allSatisfy { $0["due_on"].text == "2023-06-30" && $0["answer"].isNull })
            let former = try await server.send(.get, "/v1/recommendations/TE-2022-R01").json()
            #expect(former["state"].text == "close" && former["outcome"].text == "en_cours")
            let open = try await server.send(.get, "/v1/recommendations?open=true", as: .reader).json()["data"].items
            #expect(open.map { $0["id"].text } == ["TE-2023-R01"] && open[0]["carried_from"].isNull)
            #expect(try Self.ids(await Self.post(server, carry, "{}")).isEmpty)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }
}
