import NIOCore
import Postgres
import Synchronization
import Testing

@testable import JalonServer

@Suite("The port that the service listens on")
struct ListenerTests {
    private static let question = "GET /livez HTTP/1.1\r\nHost: jalon\r\n\r\n"

    @Sendable private static func isAnswered(_ reply: RawClient.Reply) -> Bool { reply.statuses == [200] }

    @Test("above the limit of connections the next ones wait, and are answered as soon as others leave")
    func limit() async throws {
        try await TestServer.with { server in
            var front = FrontLimits()
            front.connections = 3
            try await LiveServer.with(server.configuration, front: front) { address in
                for round in 1...3 { try await Self.fill(address, round) }
            }
        }
    }

    /// Three clients that stay, and a fourth that is answered once they have left.
    private static func fill(_ address: String, _ round: Int) async throws {
        let (fourth, left) = try await hold(3, of: address) {
            let fourth = Task { try await answered(address) }
            try await Task.sleep(for: .milliseconds(300))
            return (fourth, ContinuousClock.now)
        }
        let (statuses, instant) = try await fourth.value
        #expect(statuses == [200] && instant > left, "round \(round): \(statuses)")
    }

    /// The answer to a question over a connection of its own, and when it came.
    private static func answered(_ address: String) async throws -> (statuses: [Int], at: ContinuousClock.Instant) {
        let reply = try await RawClient.exchange(address, question, until: isAnswered)
        return (reply.statuses, ContinuousClock.now)
    }

    /// Runs `body` while so many clients, each of which was answered, keep their connection.
    private static func hold<Result: Sendable>(
        _ count: Int, of address: String, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard count > 0 else { return try await body() }
        return try await RawClient.with(address) { exchange in
            try await exchange.send(question)
            let reply = try await exchange.reply(until: isAnswered)
            #expect(reply.statuses == [200])
            return try await hold(count - 1, of: address, body)
        }
    }

    @Test("a stop ends idle connections, and lets what was asked be answered")
    func stop() async throws {
        try await TestServer.with { server in
            let secret = try #require(server.secret(of: .reader))
            var follower = FeedReplica(.reader)
            try await follower.catchUp(server)
            let target = "/v1/changes?wait=60&after=\(try #require(follower.cursor))"
            let (asked, hasAsked) = AsyncStream<Void>.makeStream()
            let waiting = Mutex<Task<[RawClient.Reply], any Error>?>(nil)
            try await LiveServer.with(server.configuration) { address in
                let task = Task { try await Self.askAndStay(address, target, secret, hasAsked) }
                waiting.withLock { $0 = task }
                for await _ in asked { break }
                try await Task.sleep(for: .milliseconds(200))
            }
            let replies = try #require(await waiting.withLock(\.self)?.value)
            try #require(replies.count == 2)
            for reply in replies { #expect(reply.statuses == [200] && reply.isClosed, "\(reply.text)") }
        }
    }

    /// One connection that has had its answer, and one that waits for a change of the feed: what each of them gets until its end.
    private static func askAndStay(
        _ address: String, _ target: String, _ secret: String, _ hasAsked: AsyncStream<Void>.Continuation
    ) async throws -> [RawClient.Reply] {
        try await RawClient.with(address) { idle in
            try await idle.send(question)
            return try await RawClient.with(address) { asking in
                try await asking.send(
                    "GET \(target) HTTP/1.1\r\nHost: jalon\r\nAuthorization: Bearer \(secret)\r\n\r\n")
                hasAsked.yield()
                return [try await idle.reply(), try await asking.reply()]
            }
        }
    }
}
