import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("The order of the feed")
struct FeedOrderTests {
    private static let writers = 8
    private static let writes = 12

    @Test("a follower with small pages receives every change of eight writers once, each action's versions in order")
    func concurrency() async throws {
        try await TestServer.with(connections: 10) { server in
            let ministries = ["TE", "JUS", "EF", "AGR"]
            for ministry in ministries {
                try await server.apply(
                    "{ministry: \(ministry), first_year: 2022, state: soumise, actions: []}", to: "\(ministry)-2022")
            }
            let replica = try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<Self.writers {
                    group.addTask { try await Self.write(server, "\(ministries[writer % ministries.count])-2022", "W\(writer)") }
                }
                var follower = FeedReplica(.reader)
                let wanted = Self.writers * Self.writes
                while follower.received.count(where: { $0.hasPrefix("action") }) < wanted {
                    _ = try await follower.follow(server, limit: 3, wait: 30)
                }
                try await group.waitForAll()
                try await follower.catchUp(server, limit: 3)
                return follower
            }
            for writer in 0..<Self.writers {
                let id = "action \(ministries[writer % ministries.count])-2022-W\(writer)"
                let versions = replica.received.filter { $0.hasPrefix(id + " ") }.compactMap {
                    $0.split(separator: " ").last.flatMap { Int($0) }
                }
                #expect(versions == Array(1...Self.writes), "\(id)")
            }
            let stored = try await server.count("select count(*) from changes")
            #expect(replica.received.count == stored + 14, "each change once, and the ministries of the installation")
        }
    }

    private static func write(_ server: TestServer, _ roadmap: String, _ code: String) async throws {
        let created = await server.send(
            .post, "/v1/roadmaps/\(roadmap)/actions",
            body: #"{"code": "\#(code)", "title": "Première", "theme": "achats", "target_level": "reflexion"}"#,
            fields: ["Idempotency-Key": code])
        try #require(created.status == 201, "\(created.text)")
        for number in 2...writes {
            let answer = await server.send(
                .patch, "/v1/actions/\(roadmap)-\(code)", body: #"{"title": "Titre \#(number)"}"#, fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(answer.text)")
        }
    }

    @Test("what commits first is held back until what began before it has ended, and then both come in the order of their lock")
    func heldBack() async throws {
        try await TestServer.with { server in
            var follower = FeedReplica(.coordinator)
            try await follower.catchUp(server)
            let before = follower.received.count
            // As a request that draws its number for its key, then waits for its lock.
            let changed = try await HeldTransaction.with(on: server.database) { session in
                _ = try session.one("select pg_current_xact_id()::text") { row in try row.next(String.self) }
            } end: { session in
                try session.execute(
                    """
                    insert into changes (ministry, resource, kind, version, recorded_at, effective_on, actor_label, actor_role,
                        before, after)
                    values ('TE', 'ministry', 'updated', 3, clock_timestamp(), paris_today(), 'Test', 'admin', '{}', '{}')
                    """)
            } meanwhile: {
                let changed = await server.send(
                    .patch, "/v1/ministries/TE", as: .admin, body: #"{"kind": "operateur"}"#, fields: ["If-Match": "*"])
                _ = try await follower.follow(server, limit: 100)
                return changed
            }
            #expect(changed.status == 200, "\(changed.text)")
            #expect(follower.received.count == before, "nothing is told that something might still come before")
            try await follower.catchUp(server)
            #expect(follower.received.suffix(2) == ["ministry TE updated 2", "ministry TE updated 3"])
        }
    }
}
