import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Writers at the same time")
struct ConcurrencyTests {
    @Test("of two writers who read the same action, one wins and the other is told")
    func lostUpdate() async throws {
        try await TestServer.with { server in
            try await server.apply(ActionTests.submitted, to: "TE-2022")
            for round in 1...20 {
                let tag = await server.send(.get, "/v1/actions/TE-2022-ACH-02").tag
                async let first = server.send(
                    .patch, "/v1/actions/TE-2022-ACH-02", as: .referent, body: #"{"title": "Premier \#(round)"}"#,
                    fields: ["If-Match": tag])
                async let second = server.send(
                    .patch, "/v1/actions/TE-2022-ACH-02", as: .coordinator, body: #"{"lead": "Direction \#(round)"}"#,
                    fields: ["If-Match": tag])
                let answers = await [first, second]
                #expect(answers.map(\.status).sorted() == [200, 412])
                let winner = try #require(answers.first { $0.status == 200 })
                let loser = try #require(answers.first { $0.status == 412 })
                #expect(loser.tag == winner.tag, "the refusal gives the current validator")
            }
            #expect(try await server.count("select version from actions where code = 'ACH-02'") == 21)
            #expect(try await server.count("select count(*) from changes where code = 'ACH-02'") == 21)
        }
    }

    @Test("eight writers on five actions: every acknowledged change is a version and a line of history")
    func manyWriters() async throws {
        try await TestServer.with(connections: 8) { server in
            let lines = (1...5).map { "  - {code: A\($0), title: Action \($0), theme: achats, target_level: reflexion}" }
            try await server.apply(
                "ministry: TE\nfirst_year: 2022\nactions:\n" + lines.joined(separator: "\n"), to: "TE-2022")
            let successes = await withTaskGroup(of: Int.self) { group in
                for writer in 1...8 {
                    group.addTask {
                        var won = 0
                        for round in 1...25 {
                            let path = "/v1/actions/TE-2022-A\((writer + round) % 5 + 1)"
                            let tag = await server.send(.get, path).tag
                            let answer = await server.send(
                                .patch, path, body: #"{"title": "De \#(writer), tour \#(round)"}"#, fields: ["If-Match": tag])
                            if answer.status == 200 { won += 1 } else if answer.status != 412 { return -1_000_000 }
                        }
                        return won
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(try await server.count("select sum(version - 1) from actions") == successes)
            #expect(try await server.count("select count(*) from changes where kind = 'updated'") == successes)
            #expect(try await server.count("select plan_version - 1 from roadmaps") == 5 + successes)
        }
    }

    @Test("two plans put at once over what exists: both are applied whole, one after the other")
    func twoPlans() async throws {
        try await TestServer.with { server in
            try await server.apply(ActionTests.submitted, to: "TE-2022")
            for round in 1...10 {
                async let first = put(server, codes: ["ACH-01", "ACH-02", "N\(round)-1", "N\(round)-2"], title: "A\(round)", "*")
                async let second = put(
                    server, codes: ["N\(round)-2", "N\(round)-1", "ACH-02", "ACH-01"], title: "B\(round)", "*")
                let statuses = await [first.status, second.status]
                #expect(statuses == [200, 200])
                let titles = try await server.count(
                    "select count(distinct title) from actions where code like 'N' || \(round)::text || '-%' or code like 'ACH-%'"
                )
                #expect(titles == 1, "one plan's titles, never a mixture")
            }
            try await checkCounters(server)
        }
    }

    @Test("two plans put at once where there was nothing: one creates, the other is told to read first")
    func twoCreations() async throws {
        try await TestServer.with { server in
            for year in 2030...2039 {
                async let first = put(server, year: year, codes: ["A1", "A2"], title: "A", nil)
                async let second = put(server, year: year, codes: ["A2", "A3"], title: "B", nil)
                let statuses = await [first.status, second.status].sorted()
                #expect(statuses == [201, 428])
                #expect(try await server.count("select count(*) from actions where first_year = \(year)") == 2)
            }
            try await checkCounters(server)
        }
    }

    @Test("actions created, plans put and drafts deleted at once leave exact counters")
    func counters() async throws {
        try await TestServer.with(connections: 6) { server in
            try await server.apply("ministry: TE\nfirst_year: 2022\nactions: []", to: "TE-2022")
            await withTaskGroup(of: Void.self) { group in
                for writer in 1...4 {
                    group.addTask {
                        for round in 1...10 {
                            let code = "W\(writer)-\(round)"
                            _ = await server.send(
                                .post, "/v1/roadmaps/TE-2022/actions",
                                body: #"{"code": "\#(code)", "title": "T", "theme": "achats", "target_level": "reflexion"}"#)
                            if round.isMultiple(of: 2) {
                                _ = await server.send(.delete, "/v1/actions/TE-2022-\(code)", fields: ["If-Match": "*"])
                            }
                        }
                    }
                }
                group.addTask {
                    for round in 1...10 { _ = await put(server, codes: ["P\(round)"], title: "P", "*") }
                }
            }
            #expect(try await server.count("select action_count from roadmaps") == 4 * 5 + 10)
            try await checkCounters(server)
        }
    }

    private func put(
        _ server: TestServer, year: Int = 2022, codes: [String], title: String, _ ifMatch: String?
    ) async -> TestAnswer {
        let lines = codes.map { "  - {code: \($0), title: \(title), theme: achats, target_level: reflexion}" }
        return await server.send(
            .put, "/v1/roadmaps/TE-\(year)/plan",
            body: "ministry: TE\nfirst_year: \(year)\nactions:\n" + lines.joined(separator: "\n"), type: "application/yaml",
            fields: ifMatch.map { ["If-Match": $0] } ?? [:])
    }

    private func checkCounters(_ server: TestServer) async throws {
        let wrong = try await server.count(
            """
            select count(*) from roadmaps r
            where action_count <> (select count(*) from actions a where (a.ministry, a.first_year) = (r.ministry, r.first_year))
            """)
        #expect(wrong == 0)
    }
}
