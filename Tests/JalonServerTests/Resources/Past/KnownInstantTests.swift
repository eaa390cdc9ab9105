import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("The instant of the last change that a figure depends on")
struct KnownInstantTests {
    /// What figures take of the roadmaps of a year that a caller may have counted, on a day as known at an instant.
    private struct Picture: Equatable {
        var roadmaps: [String: [String]] = [:]
        /// How many actions there are of each sort in each roadmap, and how many late ones.
        var sorts: [String: Int] = [:]

        init(_ world: NaiveHistory.World, year: Int, day: String, withDrafts: Bool) {
            for (id, roadmap) in world.roadmaps
            where roadmap.firstYear <= year && year <= roadmap.lastYear && (withDrafts || roadmap.state != "brouillon") {
                roadmaps[id] = [roadmap.state, "\(roadmap.lastYear)", roadmap.members["submitted_on"] ?? ""]
            }
            for action in world.actions.values where roadmaps[action.roadmap] != nil {
                let cell = [action.roadmap, action["theme"], action["target_level"], action["status"]]
                let rest = [action["reached_level"], "\(action.isKey)", "\(action.isConfidential)", "\(action.inCohort)"]
                sorts[(cell + rest).joined(separator: " "), default: 0] += 1
                if action.isLate(on: day) { sorts[(["late"] + cell).joined(separator: " "), default: 0] += 1 }
            }
        }
    }

    /// Tells it again from the changes alone, one instant after another.
    private static func expected(
        _ naive: NaiveHistory, _ names: [(ministry: String, instant: String)], year: Int, day: String, withDrafts: Bool
    ) -> String? {
        var last: String?
        var standing = Picture(NaiveHistory.World(), year: year, day: day, withDrafts: withDrafts)
        let instants = Set(naive.changes.map(\.recordedAt)).sorted()
        for instant in instants {
            let picture = Picture(naive.world(on: day, knownAt: instant), year: year, day: day, withDrafts: withDrafts)
            if picture != standing { last = instant }
            standing = picture
        }
        let censuses = naive.changes.filter { $0.resource == "census" && $0.firstYear == year }.map(\.recordedAt)
        let world = naive.world(on: day, knownAt: nil)
        let asked = Set((world.censuses[year]?["expected"] ?? "").split(separator: ",").map(String.init))
        let named = asked.union(standing.roadmaps.keys.map { String($0.prefix { $0 != "-" }) })
        return ([last].compactMap(\.self) + censuses + names.filter { named.contains($0.ministry) }.map(\.instant)).max()
    }

    @Test("is what the changes tell, replayed one by one, whoever asks, of any day")
    func exact() async throws {
        let seed = Seed.fresh()
        try await TestServer.with { server async throws in
            var history = RandomHistory(server, seed)
            for _ in 0..<5 {
                for _ in 0..<30 { try await history.step() }
                let naive = try await NaiveHistory.read(server.database)
                let names = try await server.database.read { session in
                    try session.query(
                        "select ministry, rfc3339(recorded_at) from changes where resource = 'ministry' and after ? 'names'"
                    ) { row in (ministry: try row.next(String.self), instant: try row.next(String.self)) }
                }
                for _ in 0..<6 {
                    let (year, day) = (Int.random(in: 2021...2024, using: &history.seed), history.day())
                    for caller in [TestServer.Caller.coordinator, .anonymous] {
                        let target = "/v1/figures?year=\(year)&as_of=\(day)"
                        let told = try await server.send(.get, target, as: caller).json()["scope"]["known_at"].text
                        let instant = Self.expected(naive, names, year: year, day: day, withDrafts: caller == .coordinator)
                        let installed = try await server.database.read { session in
                            try session.one("select rfc3339(min(applied_at)) from schema_versions") { try $0.next(String.self) }
                        }
                        #expect(told == instant ?? installed, "\(target) \(caller) \(seed)")
                    }
                }
                #expect(try await FigureAudit.differences(in: server.database).map { "\($0)" } == [], "\(seed)")
            }
        }
    }

    private static let questions = [
        "/v1/figures?year=2022", "/v1/figures?year=2022&ministry=TE", "/v1/barometer?year=2022",
        "/v1/figures/series?year=2022&from=2022-03-31&step=quarter", "/v1/figures/compare?year=2022&from=2022-06-30",
        "/v1/figures?year=2022&as_of=2022-06-30", "/v1/figures?year=2022&perimeter=today",
    ]

    private static func scene(_ server: TestServer) async throws {
        let census = await server.send(.put, "/v1/censuses/2022", body: #"{"due_on": "2022-02-28", "expected": ["TE", "AGR"]}"#)
        try #require(census.status == 201)
        try await server.apply(
            """
            {ministry: TE, first_year: 2022, state: validee, effective_on: 2022-02-01, actions: [
              {code: A, title: Un, theme: achats, target_level: reflexion, status: realisee, completed_on: 2022-02-01},
              {code: B, title: Deux, theme: achats, target_level: reflexion, due_on: 2022-05-01},
              {code: S, title: Secret, theme: fin_usage, target_level: realisation, confidential: true}]}
            """, to: "TE-2022")
        try await server.apply("{ministry: JUS, first_year: 2022, actions: []}", to: "JUS-2022")
    }

    private static func answers(_ server: TestServer, as caller: TestServer.Caller) async throws -> [String: TestAnswer] {
        var answers: [String: TestAnswer] = [:]
        for target in questions {
            answers[target] = await server.send(.get, target, as: caller)
            try #require(answers[target]?.status == 200)
        }
        return answers
    }

    private static func send(_ server: TestServer, _ target: String, _ body: String, as caller: TestServer.Caller) async throws {
        let answer = await server.send(.patch, target, as: caller, body: body, fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(target) \(body): \(answer.text)")
    }

    @Test("what no number depends on moves neither the instant, nor the body, nor the tag, hidden or not")
    func texts() async throws {
        try await TestServer.with { server async throws in
            try await Self.scene(server)
            let edits: [(String, String)] = [
                ("actions/TE-2022-A", #"{"title": "Une", "reason": "Coquille"}"#),
                ("actions/TE-2022-S", #"{"title": "Secrète", "reason": "Coquille"}"#),
                ("actions/TE-2022-S", #"{"description": "Longue", "lead": "DSI"}"#),
                ("actions/TE-2022-B", #"{"contributors": ["DAF"], "practices": ["e.1"], "identified_on": "2021-01-01"}"#),
                ("actions/TE-2022-A", #"{"completed_on": "2022-01-15"}"#),
                ("actions/TE-2022-B", #"{"title": "Autre", "effective_on": "2022-03-01", "reason": "Coquille"}"#),
                ("actions/TE-2022-A", #"{"due_on": "2030-01-01"}"#),
                ("roadmaps/TE-2022", #"{"title": "Feuille", "due_on": "2022-12-31"}"#),
                ("ministries/TE", #"{"siren": null, "siret": null}"#),
                ("ministries/CUL", #"{"names": [{"name": "Tout autre", "from": "2020-01-01"}]}"#),
                ("roadmaps/JUS-2022", #"{"title": "Brouillon"}"#),
            ]
            let before = try await Self.answers(server, as: .anonymous)
            for (place, body) in edits {
                try await Self.send(server, "/v1/\(place)", body, as: place.hasPrefix("ministries") ? .admin : .coordinator)
                let after = try await Self.answers(server, as: .anonymous)
                for target in Self.questions {
                    // What ministries have become may lead to any of them.
                    if place == "ministries/CUL", target.hasSuffix("perimeter=today") { continue }
                    #expect(after[target]?.text == before[target]?.text, "\(place) \(body) \(target)")
                    #expect(after[target]?.tag == before[target]?.tag, "\(place) \(body) \(target)")
                }
                if place == "ministries/CUL" { return }
            }
        }
    }

    @Test("what a number depends on moves the instant of the answers that tell that number, and of no other")
    func numbers() async throws {
        let edits: [(String, String, moved: Set<Int>)] = [
            ("actions/TE-2022-B", #"{"status": "en_cours"}"#, [0, 1, 2, 3, 4, 6]),
            ("actions/TE-2022-S", #"{"theme": "achats", "reason": "Erreur"}"#, [0, 1, 2, 3, 4, 6]),
            (
                "actions/TE-2022-S", #"{"key_action": true, "effective_on": "2022-03-15", "reason": "Erreur"}"#,
                [0, 1, 2, 3, 4, 5, 6]
            ),
            ("actions/TE-2022-S", #"{"confidential": false}"#, [0, 1, 2, 3, 4, 6]),
            ("actions/TE-2022-B", #"{"reached_level": "reflexion"}"#, [0, 1, 2, 3, 4, 6]),
            // Late by then, and no longer on the days between.
            ("actions/TE-2022-B", #"{"due_on": "2022-09-01", "effective_on": "2022-02-01"}"#, [3, 5]),
            ("roadmaps/TE-2022", #"{"last_year": 2023}"#, [0, 1, 2, 3, 4, 6]),
        ]
        for (place, body, moved) in edits {
            try await TestServer.with { server async throws in
                try await Self.scene(server)
                let before = try await Self.answers(server, as: .anonymous)
                try await Self.send(server, "/v1/\(place)", body, as: .coordinator)
                let after = try await Self.answers(server, as: .anonymous)
                for (number, target) in Self.questions.enumerated() {
                    let isMoved = after[target]?.text != before[target]?.text
                    #expect(isMoved == moved.contains(number), "\(place) \(body) \(target)")
                }
            }
        }
    }

    @Test("an exchange between two actions moves a comparison, which tells it, and figures, which do not, stay")
    func exchange() async throws {
        try await TestServer.with { server async throws in
            let line = { (code: String, theme: String) in
                #"{"code": "\#(code)", "title": "T", "theme": "\#(theme)", "target_level": "reflexion"}"#
            }
            func plan(_ themes: [String]) -> String {
                #"{"ministry": "TE", "first_year": 2022, "actions": [\#(line("A", themes[0])),\#(line("B", themes[1]))]"#
            }
            try await server.apply(
                plan(["achats", "fin_usage"]) + #", "state": "soumise", "effective_on": "2022-02-01"}"#, to: "TE-2022")
            let target = "/v1/figures/compare?year=2022&from=2022-06-30"
            let figures = await server.send(.get, "/v1/figures?year=2022")
            let compared = try await server.send(.get, target).json()
            try await server.apply(plan(["fin_usage", "achats"]) + "}", to: "TE-2022", ifMatch: "*")
            #expect(await server.send(.get, "/v1/figures?year=2022").text == figures.text)
            let after = try await server.send(.get, target).json()
            #expect(after["to"]["known_at"].text ?? "" > compared["to"]["known_at"].text ?? "9")
            #expect(after["from"]["known_at"].text == compared["from"]["known_at"].text)
            let known = compared["to"]["known_at"].text ?? ""
            let again = try await server.send(.get, "\(target)&to_known_at=\(known)").json()
            #expect(again["moves"].description != after["moves"].description)
        }
    }
}
