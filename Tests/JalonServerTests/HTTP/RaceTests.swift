import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Races that a row lock does not settle")
struct RaceTests {
    @Test("a census put by many at once keeps a history in which each change begins where the one before ended")
    func census() async throws {
        try await TestServer.with(connections: 6) { server async throws in
            await withTaskGroup(of: Void.self) { group in
                for writer in 1...6 {
                    group.addTask {
                        for round in 1...15 {
                            let expected = (0...(writer + round) % 4).map {
                                ["TE", "JUS", "EF", "INT"][(writer * round + $0) % 4]
                            }
                            let codes = expected.map { "\"\($0)\"" }.joined(separator: ",")
                            let put = await server.send(
                                .put, "/v1/censuses/2070", body: #"{"due_on": "2070-01-0\#(writer)", "expected": [\#(codes)]}"#,
                                fields: round == 1 ? [:] : ["If-Match": "*"])
                            #expect([200, 201, 428].contains(put.status), "\(put.text)")
                        }
                    }
                }
            }
            let broken = try await server.count(
                """
                select count(*) from (
                    select before -> 'expected' as old, lag(after -> 'expected') over (order by id) as new, kind,
                        recorded_at < lag(recorded_at) over (order by id) as backwards
                    from changes where resource = 'census' and (after ? 'expected' or kind = 'created')
                ) as step
                where kind = 'updated' and (old is distinct from new or backwards)
                """)
            #expect(broken == 0)
            #expect(
                try await server.count("select count(distinct version) - count(*) from changes where resource = 'census'") == 0)
        }
    }

    @Test("a draft deleted and created again by many at once never has the same version twice")
    func recreatedDraft() async throws {
        try await TestServer.with(connections: 6) { server async throws in
            for _ in 1...15 {
                async let gone = server.send(.delete, "/v1/roadmaps/TE-2098", fields: ["If-Match": "*"])
                async let first = create(server, 2098)
                async let second = create(server, 2098)
                for answer in await [gone, first, second] {
                    #expect([201, 204, 404, 409].contains(answer.status), "\(answer.text)")
                }
            }
            let reused = try await server.count(
                "select count(*) - count(distinct version) from changes where resource = 'roadmap'")
            #expect(reused == 0)
            let backwards = try await server.count(
                "select count(*) from (select recorded_at < lag(recorded_at) over (order by id) as b from changes) as step where b"
            )
            #expect(backwards == 0)
        }
    }

    @Test("overlapping roadmaps created by many at once: one of each overlap stays, and nobody waits for nothing")
    func overlaps() async throws {
        try await TestServer.with(connections: 6) { server async throws in
            let statuses = await withTaskGroup(of: Int.self) { group in
                for year in 2060...2067 {
                    group.addTask { await create(server, year, span: 4).status }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(statuses).isSubset(of: [201, 409]), "\(statuses)")
            #expect(try await server.count("select count(*) from roadmaps") == statuses.count { $0 == 201 })
        }
    }

    @Test("a succession changed for one body is changed for the other, with its version and a line of history")
    func successions() async throws {
        try await TestServer.with { server async throws in
            let before = await server.send(.get, "/v1/ministries/ESR")
            #expect(try before.json()["successions"].items.count == 2)
            let changed = await server.send(
                .patch, "/v1/ministries/EN", as: .admin,
                body: #"{"successions": [{"predecessor": "ESR", "successor": "EN", "on": "2024-12-23", "kind": "fusion"}]}"#,
                fields: ["If-Match": "*"])
            #expect(changed.status == 200, "\(changed.text)")
            let after = await server.send(.get, "/v1/ministries/ESR", fields: ["If-None-Match": before.tag])
            #expect(after.status == 200 && after.tag != before.tag)
            #expect(try after.json()["successions"].items.count == 1)
            #expect(try await server.count("select count(*) from changes where resource = 'ministry' and version = 2") == 2)
        }
    }

    private func create(_ server: TestServer, _ year: Int, span: Int = 0) async -> TestAnswer {
        await server.send(
            .post, "/v1/roadmaps", body: #"{"ministry": "TE", "first_year": \#(year), "last_year": \#(year + span)}"#)
    }
}
