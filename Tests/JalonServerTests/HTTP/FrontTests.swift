import Foundation
import NIOCore
import Postgres
import Testing

@testable import JalonServer

@Suite("On the wire")
struct FrontTests {
    private static let live = "GET /livez HTTP/1.1\r\nHost: jalon\r\n\r\n"
    private static let last = "GET /livez HTTP/1.1\r\nHost: jalon\r\nConnection: close\r\n\r\n"

    /// A server whose patience is short, for what is about patience.
    private static func impatient() -> FrontLimits {
        var front = FrontLimits()
        front.head = .milliseconds(300)
        front.body = .milliseconds(600)
        front.keepAlive = .milliseconds(400)
        front.lingering = .milliseconds(300)
        front.slice = .milliseconds(400)
        front.rateWindow = .milliseconds(200)
        front.tick = .milliseconds(20)
        return front
    }

    private static func with(
        _ front: FrontLimits = FrontLimits(),
        _ body: @escaping @Sendable (_ address: String, _ secret: String) async throws -> Void
    ) async throws {
        try await TestServer.with { server in
            let secret = try #require(server.secret(of: .coordinator))
            try await server.apply(
                "{ministry: TE, first_year: 2022, actions: [{code: A, title: T, theme: achats, target_level: reflexion}]}",
                to: "TE-2022")
            try await LiveServer.with(server.configuration, front: front) { address in try await body(address, secret) }
        }
    }

    private static func post(_ secret: String, _ fields: String, _ body: String = "") -> String {
        "POST /v1/roadmaps HTTP/1.1\r\nHost: jalon\r\nAuthorization: Bearer \(secret)\r\n"
            + "Content-Type: application/json\r\n\(fields)\r\n\(body)"
    }

    @Test("a hundred requests at once are answered in order, whatever goes wrong between them")
    func pipelining() async throws {
        try await Self.with { address, secret in
            let wrong = "GET /nowhere HTTP/1.1\r\nHost: jalon\r\n\r\n"
            let action = "GET /v1/actions/TE-2022-A HTTP/1.1\r\nHost: jalon\r\nAuthorization: Bearer \(secret)\r\n\r\n"
            let requests = (0..<33).map { _ in Self.live + wrong + action }.joined() + Self.last
            let reply = try await RawClient.exchange(address, requests)
            #expect(reply.statuses == (0..<33).flatMap { _ in [200, 404, 200] } + [200])
            #expect(reply.isClosed, "after Connection: close")
        }
    }

    @Test("a client that has finished sending still gets its answers")
    func halfClosed() async throws {
        try await Self.with { address, secret in
            let action = "GET /v1/actions/TE-2022-A HTTP/1.1\r\nHost: jalon\r\nAuthorization: Bearer \(secret)\r\n\r\n"
            let reply = try await RawClient.exchange(address, Self.live + action + Self.live, thenFinish: true)
            #expect(reply.statuses == [200, 200, 200])
        }
    }

    @Test("HEAD tells the length of GET and leaves the connection usable")
    func head() async throws {
        try await Self.with { address, _ in
            let reply = try await RawClient.exchange(
                address, "HEAD /v1/vocabularies HTTP/1.1\r\nHost: jalon\r\n\r\n" + Self.last)
            #expect(reply.statuses == [200, 200])
            #expect(!reply.text.contains(#""themes""#))
        }
    }

    @Test(
        "what is not HTTP/1.1, or could be read in two ways, is refused with a problem and the connection closed",
        arguments: [
            "GET /livez HTTP/1.1\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n", "GET livez HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /livez HTTP/2.0\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}garbage\r\n\r\n",
            "GET /livez HTTP/1.1\r\nHost : a\r\n\r\n", "GET /livez HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
            "POST /v1/roadmaps HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "POST /v1/roadmaps HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /v1/roadmaps HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            "POST /v1/roadmaps HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
            "POST /v1/roadmaps HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
            "POST /v1/roadmaps HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ])
    func refused(_ request: String) async throws {
        try await Self.with { address, _ in
            let reply = try await RawClient.exchange(address, request + Self.live)
            #expect(reply.statuses == [400], "\(reply.text)")
            #expect(reply.text.contains("/problems/malformed-request"))
            #expect(reply.text.contains("Connection: close"))
            #expect(reply.isClosed)
        }
    }

    @Test("too many fields, a field too long or an address too long are refused with 431")
    func headersTooLarge() async throws {
        try await Self.with { address, _ in
            let many = (0...101).map { "X-\($0): a\r\n" }.joined()
            let long = "X-Long: " + String(repeating: "a", count: 33_000) + "\r\n"
            for request in [
                "GET /livez HTTP/1.1\r\nHost: jalon\r\n\(many)\r\n", "GET /livez HTTP/1.1\r\nHost: jalon\r\n\(long)\r\n",
                "GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\nHost: jalon\r\n\r\n",
            ] {
                let reply = try await RawClient.exchange(address, request)
                #expect(reply.statuses == [431], "\(reply.text)")
                #expect(reply.isClosed)
            }
        }
    }

    @Test("a body announced too long is refused before it comes, and one that turns out too long is cut")
    func tooLarge() async throws {
        try await Self.with { address, secret in
            let announced = try await RawClient.exchange(address, Self.post(secret, "Content-Length: 1000000000\r\n"))
            #expect(announced.statuses == [413])
            #expect(announced.isClosed)
            let chunk = "10000\r\n" + String(repeating: "a", count: 65_536) + "\r\n"
            let endless = Self.post(secret, "Transfer-Encoding: chunked\r\n", String(repeating: chunk, count: 20))
            let cut = try await RawClient.exchange(address, endless)
            #expect(cut.statuses == [413], "\(cut.text)")
            #expect(cut.isClosed)
        }
    }

    /// Chunks that no parser can go on from.
    private static let brokenChunks = [
        "zz\r\n", "5\r\nabcdefgh\r\n", "fffffffffffffffffff\r\n",
        "0\r\n" + (0..<2_000).map { "X-\($0): aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" }.joined() + "\r\n",
    ]

    @Test("a body badly chunked is refused as such, at once, even behind a request that is still being answered")
    func brokenChunks() async throws {
        try await Self.with { address, secret in
            let action = "GET /v1/actions/TE-2022-A HTTP/1.1\r\nHost: jalon\r\nAuthorization: Bearer \(secret)\r\n\r\n"
            for (number, chunks) in Self.brokenChunks.enumerated() {
                let post = Self.post(secret, "Transfer-Encoding: chunked\r\n", chunks)
                for (before, statuses) in [("", [400]), (action, [200, 400]), (action + Self.live, [200, 200, 400])] {
                    let reply = try await RawClient.exchange(address, before + post)
                    #expect(reply.statuses == statuses, "\(number): \(reply.text)")
                    #expect(reply.text.contains("mal découpé"), "\(number): \(reply.text)")
                    #expect(reply.isClosed)
                }
            }
            let cut = Self.post(secret, "Transfer-Encoding: chunked\r\n", "5\r\nab")
            for before in ["", action] {
                let reply = try await RawClient.exchange(address, before + cut, thenFinish: true)
                #expect(reply.statuses.last == 400 && reply.text.contains("pas arrivé entier"), "\(reply.text)")
            }
        }
    }

    @Test("what follows a request that is not HTTP is not answered")
    func behindAFault() async throws {
        try await Self.with { address, secret in
            let action = "GET /v1/actions/TE-2022-A HTTP/1.1\r\nHost: jalon\r\nAuthorization: Bearer \(secret)\r\n\r\n"
            let reply = try await RawClient.exchange(address, action + "GET /livez HTTP/1.1\r\n\r\n" + Self.live)
            #expect(reply.statuses == [200, 400], "\(reply.text)")
        }
    }

    @Test("Expect: 100-continue is answered when the body is wanted, and not when it is refused")
    func expectContinue() async throws {
        try await Self.with { address, secret in
            let body = #"{"ministry": "TE", "first_year": 2030}"#
            let fields = "Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n"
            let accepted = try await RawClient.with(address) { exchange in
                try await exchange.send(Self.post(secret, fields))
                let first = try await exchange.reply { !$0.statuses.isEmpty }
                #expect(first.statuses == [100])
                return first
            }
            #expect(accepted.statuses == [100])
            let refused = try await RawClient.exchange(address, Self.post("faux", fields))
            #expect(refused.statuses == [401])
            #expect(refused.isClosed, "the body may or may not follow")
        }
    }

    @Test("slow headers and slow bodies end in 408, silence in a close")
    func slow() async throws {
        try await Self.with(Self.impatient()) { address, secret in
            let headers = try await RawClient.exchange(address, "GET /livez HTTP/1.1\r\nHost:")
            #expect(headers.statuses == [408])
            #expect(headers.isClosed)
            let body = try await RawClient.exchange(address, Self.post(secret, "Content-Length: 100\r\n", "{"))
            #expect(body.statuses == [408], "\(body.text)")
            #expect(body.isClosed)
            let silence = try await RawClient.exchange(address, "")
            #expect(silence.text.isEmpty)
            #expect(silence.isClosed)
            let idle = try await RawClient.exchange(address, Self.live)
            #expect(idle.statuses == [200])
            #expect(idle.isClosed, "when no other request comes")
        }
    }

    @Test("a body nobody asked for is dropped when it is short, and the connection goes on")
    func unreadBody() async throws {
        try await Self.with { address, _ in
            let body = String(repeating: "a", count: 1_000)
            let get = "GET /livez HTTP/1.1\r\nHost: jalon\r\nContent-Length: 1000\r\n\r\n\(body)"
            let post = "POST /v1/roadmaps HTTP/1.1\r\nHost: jalon\r\nContent-Length: 1000\r\n\r\n\(body)"
            let reply = try await RawClient.exchange(address, get + post + get + Self.last)
            #expect(reply.statuses == [200, 401, 200, 200])
            let long = try await RawClient.exchange(
                address, "POST /v1/roadmaps HTTP/1.1\r\nHost: jalon\r\nContent-Length: 1000000\r\n\r\n" + body)
            #expect(long.statuses == [401])
            #expect(long.isClosed)
        }
    }

    @Test("HTTP/1.0 gets one answer, and more when it asks to keep the connection")
    func oldVersion() async throws {
        try await Self.with { address, _ in
            let once = try await RawClient.exchange(address, "GET /livez HTTP/1.0\r\n\r\n" + Self.live)
            #expect(once.statuses == [200])
            let kept = "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            let twice = try await RawClient.exchange(address, kept + kept + "GET /livez HTTP/1.0\r\n\r\n")
            #expect(twice.statuses == [200, 200, 200])
        }
    }

    @Test("an address in absolute form and OPTIONS * are understood")
    func forms() async throws {
        try await Self.with { address, _ in
            let absolute = "GET http://jalon.test/livez?a=1 HTTP/1.1\r\nHost: jalon.test\r\n\r\n"
            let reply = try await RawClient.exchange(address, absolute + "OPTIONS * HTTP/1.1\r\nHost: j\r\n\r\n" + Self.last)
            #expect(reply.statuses == [400, 204, 200])
            #expect(reply.text.contains("Allow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"))
        }
    }

    @Test("a plan is sent in chunks, and to the end of the connection in HTTP/1.0")
    func streamed() async throws {
        try await Self.with { address, secret in
            let fields = "Host: jalon\r\nAuthorization: Bearer \(secret)\r\n\r\n"
            let chunked = try await RawClient.exchange(
                address,
                "GET /v1/roadmaps/TE-2022/plan HTTP/1.1\r\n\(fields)HEAD /v1/roadmaps/TE-2022/plan HTTP/1.1\r\n\(fields)"
                    + Self.last)
            #expect(chunked.statuses == [200, 200, 200])
            #expect(chunked.text.contains("Transfer-Encoding: chunked"))
            #expect(chunked.text.contains("]}\r\n0\r\n\r\nHTTP/1.1 200"), "\(chunked.text)")
            let old = try await RawClient.exchange(address, "GET /v1/roadmaps/TE-2022/plan HTTP/1.0\r\n\(fields)")
            #expect(!old.text.contains("Transfer-Encoding"))
            #expect(old.text.hasSuffix("]}"))
            #expect(old.isClosed)
        }
    }
}
