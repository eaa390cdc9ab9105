import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Rate limits")
struct RateLimitTests {
    private static let second: UInt64 = 1_000_000_000
    /// Any instant of the monotonic clock.
    private static let start = 12_345 * second

    @Test("a bucket gives a window's worth at once, then refills evenly")
    func bucket() {
        let buckets = Buckets<String>(.token, limit: 6)
        let now = Self.start
        for used in 1...6 {
            let standing = buckets.take("a", at: now)
            #expect(standing.retryAfter == nil && standing.remaining == 6 - used)
            #expect(standing.resetsIn == used * 10 && standing.limit == 6)
        }
        for _ in 1...3 {
            #expect(buckets.take("a", at: now).retryAfter == 10, "refused requests cost nothing")
        }
        #expect(buckets.take("b", at: now).remaining == 5, "others have their own")
        #expect(buckets.take("a", at: now + Self.second).retryAfter == 9)
        #expect(buckets.take("a", at: now + 9 * Self.second + 1).retryAfter == 1, "rounded up")
        let again = buckets.take("a", at: now + 10 * Self.second)
        #expect(again.retryAfter == nil && again.remaining == 0 && again.resetsIn == 60)
        let rested = buckets.take("a", at: now + 1_000 * Self.second)
        #expect(rested.remaining == 5, "no more than a window's worth is ever saved")
    }

    @Test("no window lets more through than its worth and what refills meanwhile, whatever the pace")
    func randomPace() {
        var seed = Seed.fresh()
        for _ in 1...50 {
            let limit = Int.random(in: 1...40, using: &seed)
            let buckets = Buckets<String>(.token, limit: limit)
            var now = Self.start
            var passed: [UInt64] = []
            for _ in 1...400 {
                now += UInt64.random(in: 0...(4 * Self.second), using: &seed)
                if let wait = buckets.take("a", at: now).retryAfter {
                    now += UInt64(wait) * Self.second
                    #expect(buckets.take("a", at: now).retryAfter == nil, "what Retry-After says is enough; \(limit), \(seed)")
                }
                passed.append(now)
            }
            for first in passed {
                let inWindow = passed.count { $0 >= first && $0 < first + 60 * Self.second }
                #expect(inWindow <= 2 * limit, "\(limit), \(seed)")
            }
        }
    }

    @Test("buckets are bounded, and whoever calls often keeps its own")
    func bounded() {
        let buckets = Buckets<Int>(.anonymous, limit: 10, most: 1_000)
        for round in 1...10 { #expect(buckets.take(-1, at: Self.start).remaining == 10 - round) }
        for other in 1...100_000 {
            _ = buckets.take(other, at: Self.start)
            if other.isMultiple(of: 100) { #expect(buckets.take(-1, at: Self.start).retryAfter != nil) }
            if other.isMultiple(of: 1_000) { #expect(buckets.count <= 1_000) }
        }
    }

    @Test("an address is one peer, an IPv6 network of 64 bits too, and what is no address is the same for all")
    func peers() {
        func peer(_ address: String?) -> Peer { Peer(NetworkAddress(peer: address)) }
        #expect(peer("192.0.2.1") == peer("192.0.2.1") && peer("192.0.2.1") != peer("192.0.2.2"))
        #expect(peer("::ffff:192.0.2.1") == peer("192.0.2.1"))
        #expect(peer("2001:db8::1") == peer("2001:db8:0:0:ffff::2") && peer("2001:db8::1") != peer("2001:db8:0:1::1"))
        #expect(peer("fe80::1%eth0") == peer("fe80::1"))
        #expect(
            peer(nil) == peer("") && peer(nil) == peer("nonsense") && peer(nil) == peer("a:b") && peer(nil) != peer("0.0.0.0"))
    }

    @Test("each token has its own, told on every answer, by /v1/me and by the metrics")
    func tokens() async throws {
        try await TestServer.with { server in
            let dispatcher = try server.variant { $0.rateLimit = 3 }
            func send(_ target: String, _ caller: TestServer.Caller) async -> TestAnswer {
                await server.send(raw: .get, target, as: caller, on: dispatcher)
            }
            let first = await send("/v1/me", .reader)
            #expect(first.field("RateLimit-Policy") == #""token";q=3;w=60"# && first.field("RateLimit") == #""token";r=2;t=20"#)
            let quota = try JSONTree(json: first.text)["quota"]
            #expect(quota["limit"] == .number(3) && quota["window_seconds"] == .number(60))
            #expect(quota["remaining"] == .number(2) && quota["resets_in_seconds"] == .number(20))
            try ContractDocument.current().check(first, to: ContractDocument.current().operation("getMe"))
            #expect(await send("/v1/tokens", .reader).field("RateLimit")?.hasPrefix(#""token";r=1;"#) == true, "a 403 counts")
            #expect(await send("/v1/ministries/NUL", .reader).field("RateLimit")?.hasPrefix(#""token";r=0;"#) == true)
            let refused = await send("/v1/me", .reader)
            #expect(refused.status == 429 && refused.field("RateLimit")?.hasPrefix(#""token";r=0;"#) == true)
            #expect(try refused.json()["type"].text == "/problems/rate-limited")
            #expect((1...20).contains(Int(refused.field("Retry-After") ?? "") ?? 0))
            #expect(await send("/v1/me", .coordinator).status == 200, "another token is not concerned")
            #expect(await send("/v1/vocabularies", .reader).field("RateLimit") == nil, "no limit for anonymous callers")
            for target in ["/livez", "/readyz", "/metrics", "/docs", "/", "/openapi.json", "/nothing"] {
                let answer = await send(target, .reader)
                #expect(answer.status != 429 && answer.field("RateLimit") == nil, "\(target)")
            }
            let page = try MetricsPage(await send("/metrics", .anonymous).text)
            #expect(try page.value("jalon_rate_limited_total", ["policy": "token"]) == 1)
            #expect(try page.value("jalon_rate_limited_total", ["policy": "anonymous"]) == 0)
        }
    }

    @Test("whoever has no good token is limited by address, and does no harm to those who have one")
    func anonymous() async throws {
        try await TestServer.with { server in
            let dispatcher = try server.variant { $0.anonymousRateLimit = 4 }
            func send(_ target: String, _ token: String?, from peer: String?) async -> TestAnswer {
                var fields = HTTPFields()
                if let token { fields[.authorization] = "Bearer \(token)" }
                return await TestAnswer.whole(
                    await dispatcher.answer(
                        IncomingRequest(method: .get, target: target, fields: fields, peer: peer, body: { _ in [] })))
            }
            let good = try #require(server.secret(of: .reader))
            #expect(await send("/v1/vocabularies", nil, from: "192.0.2.1").field("RateLimit") == #""anonymous";r=3;t=15"#)
            #expect(await send("/v1/figures?year=2022", nil, from: "192.0.2.1").status == 200)
            #expect(await send("/v1/me", nil, from: "192.0.2.1").status == 401)
            let invented = await send("/v1/me", TokenSecret.generate().text, from: "192.0.2.1")
            #expect(invented.status == 401 && invented.field("RateLimit")?.hasPrefix(#""anonymous";r=0;"#) == true)
            for token in [nil, TokenSecret.generate().text, TokenSecret.generate().text, "nonsense"] {
                #expect(await send("/v1/me", token, from: "192.0.2.1").status == 429)
            }
            #expect(await send("/v1/me", good, from: "192.0.2.1").status == 200)
            #expect(await send("/v1/me", nil, from: "192.0.2.2").status == 401)
            #expect(await send("/v1/me", nil, from: nil).status == 401)
        }
    }

    @Test("are off at zero: nothing is counted, and nothing is told")
    func off() async throws {
        try await TestServer.with { server in
            for _ in 1...50 {
                let answer = await server.send(.get, "/v1/me", as: .reader)
                #expect(answer.status == 200 && answer.field("RateLimit") == nil && answer.field("RateLimit-Policy") == nil)
                #expect(answer.text.contains(#""quota":null"#))
            }
        }
    }
}
