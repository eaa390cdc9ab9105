import HTTPTypes
import Postgres
import Synchronization
import Testing

@testable import JalonServer

@Suite("Waiting for a change")
struct FeedWaitTests {
    private static let plan = "{ministry: TE, first_year: 2022, state: soumise, actions: []}"

    /// A place at the end of the feed.
    private func end(_ server: TestServer, _ caller: TestServer.Caller = .reader) async throws -> String {
        var follower = FeedReplica(caller)
        try await follower.catchUp(server)
        return try #require(follower.cursor)
    }

    @Test("a request that waits is answered by the write, not by the end of its time, and holds no connection")
    func woken() async throws {
        try await TestServer.with(connections: 2) { server in
            let cursor = try await end(server)
            let began = ContinuousClock.now
            async let first = server.send(.get, "/v1/changes?wait=60&after=\(cursor)", as: .reader)
            async let lines = server.send(
                .get, "/v1/changes?wait=60&after=\(cursor)", as: .reader, fields: ["Accept": "application/x-ndjson"])
            async let third = server.send(.get, "/v1/changes?wait=60&after=\(cursor)", as: .admin)
            #expect(await third.status == 400, "the rights of another")
            let areWaiting = try await server.eventually { server.state.feed.waiting == 2 }
            #expect(areWaiting)
            try await server.apply(Self.plan, to: "TE-2022")
            #expect(try await first.json()["data"][0]["id"].text == "TE-2022")
            #expect(await lines.text.contains("TE-2022"))
            // Other tests hold back the feed while they write; alone, it takes a fifth of a second.
            let elapsed = ContinuousClock.now - began
            #expect(elapsed < .seconds(30), "\(elapsed)")
            #expect(server.state.feed.waiting == 0)
        }
    }

    @Test("a request that waits in vain gets an empty page and the same cursor, when its time is over")
    func vain() async throws {
        try await TestServer.with { server in
            let cursor = try await end(server)
            let began = ContinuousClock.now
            async let waiting = server.send(.get, "/v1/changes?wait=2&after=\(cursor)", as: .reader)
            let isWaiting = try await server.eventually { server.state.feed.waiting == 1 }
            #expect(isWaiting)
            // A draft wakes it for nothing.
            try await server.apply("{ministry: TE, first_year: 2022, actions: []}", to: "TE-2022")
            let page = try await waiting.json()
            #expect(ContinuousClock.now - began >= .seconds(2))
            #expect(page["data"].items.isEmpty && page["meta"]["more"].flag == false)
            #expect(page["meta"]["cursor"].text == cursor)
            #expect(page["links"]["next"].isNull)
        }
    }

    @Test("a token that is revoked while it waits is told nothing more")
    func revoked() async throws {
        try await TestServer.with { server in
            let cursor = try await end(server, .referent)
            async let waiting = server.send(.get, "/v1/changes?wait=60&after=\(cursor)", as: .referent)
            let isWaiting = try await server.eventually { server.state.feed.waiting == 1 }
            #expect(isWaiting)
            let id = try #require(server.secret(of: .referent).flatMap { TokenSecret($0) }).id
            #expect(await server.send(.delete, "/v1/tokens/\(id)", as: .admin).status == 204)
            try await server.apply("{ministry: TE, first_year: 2022, actions: []}", to: "TE-2022")
            let answer = await waiting
            #expect(answer.status == 401 && !answer.text.contains("TE-2022"), "\(answer.text)")
        }
    }

    @Test("a stop answers all who wait at once, and nobody waits afterwards")
    func stop() async throws {
        try await TestServer.with { server in
            let cursor = try await end(server)
            let target = "/v1/changes?wait=60&after=\(cursor)"
            async let waiting = server.send(.get, target, as: .reader)
            let isWaiting = try await server.eventually { server.state.feed.waiting == 1 }
            #expect(isWaiting)
            let began = ContinuousClock.now
            server.state.feed.stop()
            #expect(await waiting.status == 200)
            #expect(await server.send(.get, target, as: .reader).status == 200)
            #expect(ContinuousClock.now - began < .seconds(20))
        }
    }

    @Test("one who hangs up waits no more, and only so many may wait")
    func hangUp() async throws {
        try await TestServer.with { server in
            let cursor = try await end(server)
            let head = try await server.database.fetch { session in try FeedQueries.head(session) }
            let waiters = (0..<WaitingRoom<FeedPosition>.most).map { _ in
                Task { try await server.state.feed.wait(beyond: head, until: .now + .seconds(60)) }
            }
            let areWaiting = try await server.eventually { server.state.feed.waiting == WaitingRoom<FeedPosition>.most }
            #expect(areWaiting)
            let refused = await server.send(.get, "/v1/changes?wait=60&after=\(cursor)", as: .reader)
            #expect(refused.status == 503 && refused.fields[.retryAfter] == "5")
            #expect(await server.send(.get, "/v1/changes?wait=0&after=\(cursor)", as: .reader).status == 200)
            for waiter in waiters { waiter.cancel() }
            for waiter in waiters {
                await #expect(throws: CancellationError.self) { try await waiter.value }
            }
            #expect(server.state.feed.waiting == 0)
        }
    }

    @Test("over the wire, a client that hangs up is forgotten and a stop answers the others")
    func wire() async throws {
        try await TestServer.with { server in
            let cursor = try await end(server)
            let request = """
                GET /v1/changes?wait=60&after=\(cursor) HTTP/1.1\r
                Host: x\r
                Authorization: Bearer \(server.secret(of: .reader) ?? "")\r
                \r

                """
            let began = ContinuousClock.now
            let waiting = Mutex<Task<RawClient.Reply, any Error>?>(nil)
            try await LiveServer.with(server.configuration) { address in
                waiting.withLock { $0 = Task { try await RawClient.exchange(address, request) } }
                let gone = try await RawClient.exchange(address, request, thenFinish: true)
                #expect(gone.isClosed)
            }
            let reply = try #require(try await waiting.withLock { $0 }?.value)
            #expect(reply.statuses == [200] && reply.text.contains(#""data":[]"#), "\(reply.text)")
            #expect(ContinuousClock.now - began < .seconds(30))
        }
    }
}
