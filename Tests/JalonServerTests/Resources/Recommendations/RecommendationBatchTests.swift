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

    @Test("go on in the next plan of the body, what was declined aside: each once, and of a confidential action as drafts")
    func carry() async throws {
        try await TestServer.with { server in
            try await ImpactScene.plan(
                server, "TE-2022", "\(ImpactScene.action("A")), \(ImpactScene.action("B", "confidential: true"))")
            try await ImpactScene.plan(server, "TE-2023", ImpactScene.action("A"), state: "soumise")
            // Of a plan that nobody else sees, nothing comes into sight with the next one.
            try await ImpactScene.plan(server, "TE-2021", ImpactScene.action("A"), state: "brouillon")
            let unseen = try await Scene.give(server, "TE-2021", Scene.advice("plan", text: "invisible"))
            for advice in [Scene.advice("A"), Scene.advice("B", text: "secret"), Scene.advice(), Scene.advice("achats", "")] {
                try await Scene.give(server, "TE-2022", advice)
            }
            try await Scene.must(server, "TE-2022-R03", #"{"state": "close", "outcome": "sans_objet"}"#)
            let amended = #"{"state": "amendee", "answer": "Pour moitié."}"#
            try await Scene.must(server, "TE-2022-R01", amended, as: .referent)
            let declined = try await Scene.give(server, "TE-2022")
            try await Scene.must(server, declined, Scene.declined, as: .referent)
            let carry = "/v1/roadmaps/TE-2023/recommendations/carry"
            let rehearsed = await Self.post(server, "\(carry)?dry_run=true", "{}")
            #expect(try Self.ids(rehearsed) == ["TE-2023-R01", "TE-2023-R02", "TE-2023-R03"], "\(rehearsed.text)")
            let early = await Self.post(server, carry, #"{"effective_on": "2022-01-01"}"#)
            #expect(early.status == 422, "\(early.text)")
            let made = try await Self.post(server, carry, #"{"due_on": "2023-06-30"}"#).json()["data"].items
            #expect(made.map { $0["carried_from"].text } == [unseen, "TE-2022-R01", "TE-2022-R02"])
            #expect(made.map { $0["state"].text } == ["brouillon", "emise", "brouillon"])
            #expect(made.map { $0["subject"].text } == ["plan", "achats", "achats"])
            #expect(made.allSatisfy { $0["due_on"].text == "2023-06-30" && $0["answer"].isNull })
            let former = try await server.send(.get, "/v1/recommendations/TE-2022-R01").json()
            #expect(former["state"].text == "close" && former["outcome"].text == "en_cours")
            let open = try await server.send(.get, "/v1/recommendations?open=true", as: .reader).json()["data"].items
            #expect(open.map { $0["id"].text } == [declined, "TE-2023-R02"] && open.allSatisfy { $0["carried_from"].isNull })
            #expect(try Self.ids(await Self.post(server, carry, "{}")).isEmpty)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("cost as many statements on twenty plans as on one")
    func statements() async throws {
        try await TestServer.with(connections: 1) { server in
            try await server.database.write { session in
                try session.execute("update tokens set last_used_on = paris_today()")
            }
            for ministry in ["TE", "JUS", "EF", "EN"] {
                for year in 2022...2026 { try await ImpactScene.plan(server, "\(ministry)-\(year)", ImpactScene.action("A")) }
            }
            func spent(_ roadmaps: [String]) async throws -> Int {
                let list = roadmaps.map { "\"\($0)\"" }.joined(separator: ", ")
                let before = server.database.health.metrics.statements
                let answer = await Self.post(
                    server, "/v1/recommendations",
                    #"{"roadmaps": [\#(list)], "subject": "plan", "category": "other", "priority": "mineure", "text": "X"}"#)
                try #require(try answer.json()["created"].number == roadmaps.count, "\(answer.text)")
                return Int(server.database.health.metrics.statements - before)
            }
            let all = ["TE", "JUS", "EF", "EN"].flatMap { ministry in (2022...2026).map { "\(ministry)-\($0)" } }
            let few = try await spent(["TE-2022"])
            #expect(try await spent(all) == few)
            let carry = "/v1/roadmaps/TE-2026/recommendations/carry"
            #expect(try await Self.post(server, carry, "{}").json()["created"].number == 0, "drafts are not open")
        }
    }

    @Test("are given page by page in each order, whatever is moved meanwhile, and counted as open in the progress of a census")
    func pages() async throws {
        try await TestServer.with { server in
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("A"), state: "soumise")
            for due in [#""2022-05-01""#, "null", #""2022-03-01""#, #""2022-05-01""#] {
                try await Scene.give(server, "TE-2022", Scene.advice("plan", #""state": "emise", "due_on": \#(due)"#))
            }
            for (sort, expected) in [
                ("id", [1, 2, 3, 4]), ("-id", [4, 3, 2, 1]), ("due_on", [3, 1, 4, 2]), ("-due_on", [2, 4, 1, 3]),
                ("due_on,-id", [3, 4, 1, 2]),
            ] {
                for caller in [TestServer.Caller.coordinator, .reader] {
                    var next: String? = "/v1/roadmaps/TE-2022/recommendations?limit=1&sort=\(sort)"
                    var told: [String?] = []
                    while let page = next {
                        let answer = await server.send(.get, page, as: caller)
                        try #require(answer.status == 200, "\(page): \(answer.text)")
                        told += try Self.ids(answer)
                        next = try answer.json()["links"]["next"].text
                        let due = told.count.isMultiple(of: 2) ? "2022-03-01" : "2022-12-01"
                        if sort.hasSuffix("due_on") {
                            try await Scene.must(server, "TE-2022-R03", #"{"due_on": "\#(due)", "reason": "x"}"#)
                        }
                    }
                    #expect(told == expected.map { "TE-2022-R0\($0)" }, "\(sort) \(caller)")
                    if sort.hasSuffix("due_on") {
                        try await Scene.must(server, "TE-2022-R03", #"{"due_on": "2022-03-01", "reason": "x"}"#)
                    }
                }
            }
            let census = await server.send(
                .put, "/v1/censuses/2022", body: #"{"due_on": "2022-02-28", "expected": ["TE", "JUS"]}"#)
            try #require(census.status == 201)
            try await Scene.must(server, "TE-2022-R01", Scene.closed)
            let bodies = try await server.send(.get, "/v1/censuses/2022/progress", as: .reader).json()["bodies"].items
            #expect(bodies.map { $0["open_recommendations"].number } == [0, 3])
            for body in bodies {
                let link = try #require(body["links"]["open_recommendations"].text)
                let list = try await server.send(.get, "\(link)&count=true", as: .reader).json()
                #expect(list["meta"]["total"].number == body["open_recommendations"].number, "\(link)")
            }
        }
    }

    @Test("may be about every theme there is, as the contract says")
    func subjects() throws {
        let contract = try ContractDocument.current()
        let schema = contract.resolve(.object(["$ref": .text("#/components/schemas/RecommendationSubject")]))
        let pattern = schema["pattern"].text
        for subject in ["plan"] + Theme.allCases.map(\.code) { #expect(pattern.contains(subject), "\(subject): \(pattern)") }
    }
}
