import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Figures asked with both dates")
struct StabilityTests {
    @Test("are the same bytes after a thousand further changes, with their lists")
    func afterManyChanges() async throws {
        let seed = Seed.fresh()
        try await TestServer.with { server async throws in
            var history = RandomHistory(server, seed)
            for _ in 0..<120 { try await history.step() }
            let naive = try await NaiveHistory.read(server.database)
            var answers: [String: String] = [:]
            for _ in 0..<8 {
                let instant = naive.changes[Int.random(in: naive.changes.indices, using: &history.seed)].recordedAt
                for year in [2021, 2022, 2023] {
                    let dates = "as_of=\(history.day())&known_at=\(instant)"
                    for target in [
                        "/v1/figures?year=\(year)&\(dates)&roadmap_state=brouillon,soumise,validee",
                        "/v1/actions?year=\(year)&\(dates)&limit=200&count=true", "/v1/roadmaps?\(dates)",
                    ] {
                        answers[target] = await server.send(.get, target).text
                    }
                }
            }
            let before = try await server.count("select count(*) from changes")
            try await changeMuch(server, &history)
            #expect(try await server.count("select count(*) from changes") >= before + 1_000)
            for (target, text) in answers {
                #expect(await server.send(.get, target).text == text, "\(target) \(seed)")
            }
        }
    }

    /// A thousand changes: all sorts, and entries of any day of the past of what there is.
    private func changeMuch(_ server: TestServer, _ history: inout RandomHistory) async throws {
        var rewritten = 0
        for _ in 0..<80 { try await history.step() }
        for year in [2031, 2032, 2033, 2034, 2035] {
            let lines = (0..<200).map { #"{"code": "A-\#($0)", "title": "T", "theme": "achats", "target_level": "reflexion"}"# }
            let body =
                #"{"ministry": "TE", "first_year": \#(year), "effective_on": "2021-01-01", "actions": [\#(lines.joined(separator: ","))]}"#
            #expect(await server.send(.put, "/v1/roadmaps/TE-\(year)/plan", body: body).status == 201)
        }
        for ministry in ["TE", "EF", "JUS"] {
            for year in [2021, 2022, 2023] {
                let codes = try await server.database.read { session in
                    try session.query("select code from actions where ministry = \(ministry) and first_year = \(year)") { row in
                        try row.next(String.self)
                    }
                }
                for code in codes {
                    for said in [
                        #""title": "Autre""#, #""status": "realisee""#, #""theme": "fin_usage""#, #""key_action": true"#,
                    ] {
                        let answer = await server.send(
                            .patch, "/v1/actions/\(ministry)-\(year)-\(code)",
                            body: #"{\#(said), "effective_on": "2023-12-20", "reason": "Motif"}"#,
                            fields: ["If-Match": "*"])
                        // 422 before the action began.
                        #expect([200, 409, 422].contains(answer.status), "\(answer.text)")
                        if answer.status == 200 { rewritten += 1 }
                    }
                }
            }
        }
        #expect(rewritten >= 20, "\(history.seed)")
    }

    @Test("put a change of 23:30 UTC on 31 December in the next year of Paris")
    func yearBoundary() async throws {
        try await TestServer.with { server async throws in
            try await server.database.write { session in
                try session.execute(
                    """
                    insert into changes (ministry, first_year, code, resource, kind, version, recorded_at, effective_on,
                        actor_label, actor_role, after)
                    select 'TE', 2022, code, resource, 'created', 1, instant, paris_date(instant), 'x', 'x', after
                    from (values ('2022-12-31T23:30:00Z'::timestamptz)) at (instant), (values
                        (null, 'roadmap', '{"title": "T", "state": "soumise", "last_year": 2023, "submitted_on": "2022-12-01"}'::jsonb),
                        ('A', 'action', '{"title": "T", "theme": "achats", "target_level": "reflexion", "status": "a_faire"}')
                    ) new (code, resource, after)
                    """)
            }
            for (dates, actions) in [
                ("as_of=2022-12-31", 0), ("as_of=2023-01-01", 1), ("as_of=2023-01-01&known_at=2022-12-31T23:29:59Z", 0),
                ("as_of=2023-01-01&known_at=2022-12-31T23:30:00Z", 1),
                ("as_of=2023-01-01&known_at=2023-01-01T00:30:00%2B01:00", 1),
            ] {
                let figures = try await server.send(.get, "/v1/figures?year=2023&\(dates)").json()
                #expect(figures["totals"]["actions"].number == actions, "\(dates)")
            }
            let figures = try await server.send(.get, "/v1/figures?year=2022").json()
            #expect(figures["coverage"]["oldest_update"].text == "2023-01-01")
        }
    }

    @Test("say the names of the ministries as they were known, whatever they are called later")
    func names() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(
                "{ministry: TE, first_year: 2022, state: soumise, effective_on: 2022-01-01, actions: []}", to: "TE-2022")
            func name(_ dates: String) async throws -> String? {
                try await server.send(.get, "/v1/figures?year=2022\(dates)").json()["by_ministry"][0]["label"].text
            }
            let known = try #require(await server.send(.get, "/v1/figures?year=2022").json()["scope"]["known_at"].text)
            let before = try await name("&as_of=2022-05-01&known_at=\(known)")
            #expect(before == "Ministère de la Transition écologique")
            @Sendable func barometer(_ dates: String) async -> String {
                await server.send(.get, "/v1/barometer?year=2022\(dates)").text
            }
            let dates = "&as_of=2022-05-01&known_at=\(known)"
            let acronyms = await barometer(dates)
            #expect(acronyms.contains(#""acronym":"MTE""#))
            let renamed = await server.send(
                .patch, "/v1/ministries/TE", as: .admin, body: #"{"names": [{"name": "Tout autre", "from": "2020-01-01"}]}"#,
                fields: ["If-Match": "*"])
            #expect(renamed.status == 200)
            #expect(try await name("") == "Tout autre")
            #expect(await !barometer("").contains(#""acronym":"MTE""#))
            #expect(await barometer(dates) == acronyms)
            #expect(try await name("&as_of=2022-05-01&known_at=\(known)") == before)
            let roadmap = try await server.send(.get, "/v1/roadmaps/TE-2022?as_of=2022-05-01&known_at=\(known)").json()
            #expect(roadmap["ministry_name"].text == before)
        }
    }
}
