import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("A figures answer asked again with the two dates that it gave")
struct FrozenQuestionTests {
    private static let callers: [TestServer.Caller] = [.anonymous, .referent, .coordinator]

    /// What must stay: all but the addresses and the instants.
    private static func figures(_ answer: JSONTree) -> JSONTree {
        switch answer {
        case .object(let members):
            .object(members.filter { !["links", "known_at"].contains($0.key) }.mapValues(figures))
        case .list(let items): .list(items.map(figures))
        default: answer
        }
    }

    private static func ask(_ server: TestServer, _ target: String, as caller: TestServer.Caller) async throws -> JSONTree {
        let answer = await server.send(.get, target, as: caller)
        try #require(answer.status == 200, "\(target) \(answer.text)")
        return try JSONTree(json: answer.text)
    }

    /// Asks a question of figures, and asks it again with the dates of the answer.
    /// - Returns: the instant that the answer gave.
    @discardableResult
    private static func check(
        _ server: TestServer, _ question: String, day: String? = nil, as caller: TestServer.Caller = .coordinator,
        _ comment: String = ""
    ) async throws -> String {
        let target = "/v1/figures?\(question)"
        let first = try await ask(server, day.map { "\(target)&as_of=\($0)" } ?? target, as: caller)
        let scope = first["scope"]
        let dates = "as_of=\(scope["as_of"].text)&known_at=\(scope["known_at"].text)"
        let again = try await ask(server, "\(target)&\(dates)", as: caller)
        #expect(figures(again) == figures(first), "\(target) \(dates) \(caller) \(comment)")
        return scope["known_at"].text
    }

    @Test("has the same figures, as have series and comparisons, whatever was written")
    func everyQuestion() async throws {
        let seed = Seed.fresh()
        try await TestServer.with { server async throws in
            var history = RandomHistory(server, seed)
            for _ in 0..<8 {
                for _ in 0..<25 { try await history.step() }
                for _ in 0..<12 {
                    let question = Self.question(&history)
                    let caller = Self.callers[Int.random(in: Self.callers.indices, using: &history.seed)]
                    let day = Int.random(in: 0...3, using: &history.seed) == 0 ? nil : history.day()
                    try await Self.check(server, question, day: day, as: caller, "\(seed)")
                    let days = [history.day(), history.day()].sorted()
                    try await Self.checkSeries(server, "\(question)&from=\(days[0])&to=\(days[1])", as: caller, seed)
                    try await Self.checkComparison(server, "\(question)&from=\(days[0])&to=\(days[1])", as: caller, seed)
                }
            }
        }
    }

    private static func question(_ history: inout RandomHistory) -> String {
        var parts = ["year=\(Int.random(in: 2021...2024, using: &history.seed))"]
        let filters = ["ministry=TE", "ministry=EF,AGR", "roadmap_state=validee", "roadmap_state=soumise,close", "theme=achats"]
        for filter in filters where Int.random(in: 0...3, using: &history.seed) == 0 {
            if !parts.contains(where: { $0.prefix(5) == filter.prefix(5) }) { parts.append(filter) }
        }
        return parts.joined(separator: "&")
    }

    private static func checkSeries(
        _ server: TestServer, _ question: String, as caller: TestServer.Caller, _ seed: Seed
    ) async throws {
        let target = "/v1/figures/series?\(question)&step=quarter"
        let first = try await ask(server, target, as: caller)
        let again = try await ask(server, "\(target)&known_at=\(first["known_at"].text)", as: caller)
        #expect(figures(again) == figures(first), "\(target) \(caller) \(seed)")
    }

    private static func checkComparison(
        _ server: TestServer, _ question: String, as caller: TestServer.Caller, _ seed: Seed
    ) async throws {
        let target = "/v1/figures/compare?\(question)"
        let first = try await ask(server, target, as: caller)
        let instants = "from_known_at=\(first["from"]["known_at"].text)&to_known_at=\(first["to"]["known_at"].text)"
        let again = try await ask(server, "\(target)&\(instants)", as: caller)
        #expect(figures(again) == figures(first), "\(target)&\(instants) \(caller) \(seed)")
    }

    private static func send(
        _ server: TestServer, _ method: HTTPRequest.Method, _ target: String, _ body: String,
        as caller: TestServer.Caller = .coordinator
    ) async throws {
        let answer = await server.send(method, target, as: caller, body: body, fields: ["If-Match": "*"])
        try #require([200, 201].contains(answer.status), "\(target) \(answer.text)")
    }

    /// One plan, counted in 2022, under a census of two.
    private static func scene(_ server: TestServer) async throws {
        let census = await server.send(.put, "/v1/censuses/2022", body: #"{"due_on": "2022-02-28", "expected": ["TE", "AGR"]}"#)
        try #require(census.status == 201, "\(census.text)")
        for (code, state) in [("TE", "validee"), ("JUS", "soumise")] {
            try await server.apply(
                """
                {ministry: \(code), first_year: 2022, state: \(state), effective_on: 2022-02-01,
                 actions: [{code: A-1, title: Un, theme: achats, target_level: reflexion, status: realisee}]}
                """, to: "\(code)-2022")
        }
    }

    @Test(
        "has the same figures after a change that took something out of them",
        arguments: [
            ("/v1/roadmaps/JUS-2022", #"{"state": "brouillon"}"#, "year=2022"),
            ("/v1/roadmaps/JUS-2022", #"{"state": "brouillon"}"#, "year=2022&ministry=JUS"),
            ("/v1/roadmaps/TE-2022", #"{"state": "close"}"#, "year=2022&roadmap_state=validee"),
            ("/v1/roadmaps/TE-2022", #"{"state": "close"}"#, "year=2022&ministry=TE&roadmap_state=validee"),
            ("/v1/censuses/2022", #"{"due_on": "2022-03-31", "expected": ["TE", "JUS", "CUL"]}"#, "year=2022"),
            ("/v1/ministries/TE", #"{"names": [{"name": "Tout autre", "from": "2020-01-01"}]}"#, "year=2022"),
            ("/v1/ministries/TE", #"{"names": [{"name": "Tout autre", "from": "2020-01-01"}]}"#, "year=2022&ministry=TE"),
        ])
    func leaving(_ target: String, _ body: String, _ question: String) async throws {
        try await TestServer.with { server async throws in
            try await Self.scene(server)
            let before = try await Self.check(server, question, as: .anonymous)
            let isPut = target.hasPrefix("/v1/censuses")
            try await Self.send(
                server, isPut ? .put : .patch, target, body, as: target.hasPrefix("/v1/ministries") ? .admin : .coordinator)
            let last = try await server.database.read { session in
                try session.one("select rfc3339(max(recorded_at)) from changes") { row in try row.next(String.self) }
            }
            for caller in Self.callers {
                #expect(try await Self.check(server, question, as: caller) == last, "\(caller)")
            }
            #expect(before < last)
            if question == "year=2022" {
                #expect(try await Self.ask(server, "/v1/barometer?year=2022", as: .anonymous)["last_change"].text == last)
            }
        }
    }

    @Test("has the same figures when the years of a roadmap moved away and back")
    func years() async throws {
        try await TestServer.with { server async throws in
            try await Self.scene(server)
            var instants = [try await Self.check(server, "year=2023", as: .anonymous)]
            for lastYear in [2023, 2022, 2023] {
                try await Self.send(server, .patch, "/v1/roadmaps/TE-2022", #"{"last_year": \#(lastYear)}"#)
                instants.append(try await Self.check(server, "year=2023", as: .anonymous))
            }
            #expect(Set(instants).count == 4 && instants == instants.sorted())
        }
    }

    @Test("has an instant that does not move when nothing was ever recorded, and whole tags with it")
    func nothing() async throws {
        try await TestServer.with { server async throws in
            for (target, ministry) in [
                ("/v1/figures?year=2022", "TE"), ("/v1/figures/series?year=2022&from=2022-01-01&to=2022-06-30", "EF"),
                ("/v1/figures/compare?year=2022&from=2022-01-01&to=2022-06-30", "JUS"),
            ] {
                let first = await server.send(.get, target, as: .anonymous)
                try await server.apply("{ministry: \(ministry), first_year: 2022, actions: []}", to: "\(ministry)-2022")
                let second = await server.send(.get, target, as: .anonymous)
                #expect(first.status == 200 && first.text == second.text && first.tag == second.tag, "\(target)")
            }
            try await Self.check(server, "year=2022", as: .anonymous)
        }
    }

    @Test("tells nobody of a draft that they may not see, one that was shown before included")
    func drafts() async throws {
        try await TestServer.with { server async throws in
            try await Self.scene(server)
            try await Self.send(server, .patch, "/v1/roadmaps/JUS-2022", #"{"state": "brouillon"}"#)
            var before: [TestServer.Caller: String] = [:]
            for caller in TestServer.Caller.allCases { before[caller] = try await Self.check(server, "year=2022", as: caller) }
            #expect(Set(before.values).count == 1, "they all saw it leave")
            try await Self.send(server, .patch, "/v1/actions/JUS-2022-A-1", #"{"status": "abandonnee", "status_reason": "Non"}"#)
            try await server.apply("{ministry: EF, first_year: 2022, actions: []}", to: "EF-2022")
            #expect(
                await server.send(.delete, "/v1/roadmaps/EF-2022", as: .coordinator, fields: ["If-Match": "*"]).status == 204)
            for caller in [TestServer.Caller.anonymous, .reader, .admin] {
                #expect(try await Self.check(server, "year=2022", as: caller) == before[caller], "\(caller)")
            }
            let coordinators = try await Self.check(server, "year=2022", as: .coordinator)
            #expect(coordinators > (before[.coordinator] ?? ""), "their figures say how many drafts are left out")
        }
    }
}
