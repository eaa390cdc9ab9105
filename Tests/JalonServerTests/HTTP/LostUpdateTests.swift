import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Lost updates")
struct LostUpdateTests {
    private static let clients = 16
    private static let ministries = ["TE", "JUS", "EF", "INT"]

    private struct Tally: Sendable {
        /// Each action with the tag its change was made on.
        var changed: [String] = []
        var lost = 0
        var other: [Int] = []
    }

    /// `JALON_TEST_PATCHES=10000` makes it longer.
    @Test("sixteen clients, twenty actions: each change that is acknowledged is one version, all others are told 412")
    func manyClients() async throws {
        let wanted = ProcessInfo.processInfo.environment["JALON_TEST_PATCHES"].flatMap { Int($0) } ?? 2_000
        let seed = Seed.fresh()
        try await TestServer.with(connections: 8) { server in
            for ministry in Self.ministries {
                let lines = (1...5).map { "  - {code: A\($0), title: T, theme: achats, target_level: reflexion}" }
                try await server.apply(
                    "ministry: \(ministry)\nfirst_year: 2022\nactions:\n" + lines.joined(separator: "\n"), to: "\(ministry)-2022")
            }
            let tally = await withTaskGroup(of: Tally.self) { group in
                for client in 0..<Self.clients {
                    group.addTask {
                        await Self.patch(server, client, times: wanted / Self.clients, Seed(seed.value &+ UInt64(client)))
                    }
                }
                return await group.reduce(into: Tally()) {
                    $0.changed += $1.changed
                    $0.lost += $1.lost
                    $0.other += $1.other
                }
            }
            let won = tally.changed.count
            #expect(tally.other == [], "\(seed)")
            #expect(Set(tally.changed).count == won, "\(seed): two changes were made on one state")
            #expect(won + tally.lost == wanted / Self.clients * Self.clients)
            #expect(won > 0 && tally.lost > 0, "\(won) won, \(tally.lost) lost")
            #expect(try await server.count("select sum(version - 1) from actions") == won, "\(seed)")
            #expect(try await server.count("select count(*) from changes where kind = 'updated'") == won)
            #expect(try await server.count("select sum(plan_version - 1 - action_count) from roadmaps") == won)
            let broken = try await server.count(
                """
                select count(*) from (
                    select before ->> 'title' as old, lag(after ->> 'title') over (partition by ministry, code order by id) as new
                    from changes where resource = 'action'
                ) step where old is distinct from new
                """)
            #expect(broken == 0, "each change begins where the one before ended")
        }
    }

    @Test("a change of an action waits for the database four times, and a reading of it for no worker")
    func roundTrips() async throws {
        try await TestServer.with(connections: 1) { server in
            try await server.apply(ActionTests.submitted, to: "TE-2022")
            let code = try await server.send(.get, "/v1/actions?limit=1").json()["data"].items.first?["code"].text ?? ""
            var changing = UInt64.max
            var reading = UInt64.max
            // What is new on a connection is prepared first, and what is slow is read by a worker after all: some take more.
            for title in 1...100 where changing > 4 || reading > 0 {
                let start = server.database.health.metrics.roundTrips
                let answer = await server.send(
                    .patch, "/v1/actions/TE-2022-\(code)", body: #"{"title": "\#(title)"}"#, fields: ["If-Match": "*"])
                let middle = server.database.health.metrics.roundTrips
                let read = await server.send(.get, "/v1/actions/TE-2022-\(code)")
                changing = min(changing, middle - start)
                reading = min(reading, server.database.health.metrics.roundTrips - middle)
                #expect(answer.status == 200 && read.status == 200)
            }
            #expect(changing == 4 && reading == 0)
        }
    }

    /// Some changes are made on what was just read, some on the tag that the last answer told: those may be stale.
    private static func patch(_ server: TestServer, _ client: Int, times: Int, _ start: Seed) async -> Tally {
        var seed = start
        var tally = Tally()
        var known: [String: String] = [:]
        for round in 0..<times {
            let ministry = ministries[Int.random(in: 0..<ministries.count, using: &seed)]
            let target = "/v1/actions/\(ministry)-2022-A\(Int.random(in: 1...5, using: &seed))"
            if known[target] == nil || Bool.random(using: &seed) { known[target] = await server.send(.get, target).tag }
            let answer = await server.send(
                .patch, target, body: #"{"title": "De \#(client), tour \#(round)"}"#, fields: ["If-Match": known[target] ?? ""])
            switch answer.status {
            case 200: tally.changed.append("\(target) \(known[target] ?? "")")
            case 412: tally.lost += 1
            default: tally.other.append(answer.status)
            }
            known[target] = answer.tag
        }
        return tally
    }
}
