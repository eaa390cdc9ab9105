import ActionPlans
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Renewal of tokens")
struct RenewalTests {
    static let target = "/v1/me/tokens"

    /// A request with a secret of one's own.
    static func send(
        _ server: TestServer, _ method: HTTPRequest.Method, _ target: String, with secret: String, body: String? = nil,
        key: String? = nil, on dispatcher: Dispatcher? = nil
    ) async -> TestAnswer {
        var fields = ["Authorization": "Bearer \(secret)"]
        if let key { fields["Idempotency-Key"] = key }
        return await server.send(
            raw: method, target, as: .anonymous, bytes: body.map { Array($0.utf8) }, type: body == nil ? nil : "application/json",
            fields: fields, on: dispatcher)
    }

    /// - Returns: the new secret.
    static func renewed(_ server: TestServer, _ secret: String, on dispatcher: Dispatcher? = nil) async throws -> String {
        let answer = await send(server, .post, target, with: secret, on: dispatcher)
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.tree()["secret"].text
    }

    static func id(_ secret: String) throws -> String { try #require(TokenSecret(secret)).id }

    @Test("a new secret with the same rights, for a year, and a day more for the old one")
    func renew() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            let old = try #require(server.secret(of: .referent))
            let answer = await Self.send(server, .post, Self.target, with: old)
            #expect(answer.status == 201 && answer.field("Cache-Control") == "no-store", "\(answer.text)")
            try contract.check(answer, to: contract.operation("renewToken"))
            let new = try answer.tree()["secret"].text
            let address = try #require(answer.field("Location"))
            #expect(address == "/v1/me/tokens/\(try Self.id(new))")
            #expect(await Self.send(server, .delete, address + "?dry_run=true", with: old).status == 204)
            #expect(try answer.tree()["renewed_from"].text == Self.id(old))
            let today = try await server.database.read { session in try ParisDay.today(session).description }
            var seen: [JSONTree] = []
            for secret in [old, new] {
                let me = try await Self.send(server, .get, "/v1/me", with: secret).tree()
                #expect(me["token"].text == (try Self.id(secret)) && me["ministries"].items.map { $0.text } == ["TE"])
                #expect(me["tokens"].items.map { $0["id"].text } == [try Self.id(new), try Self.id(old)])
                // The first use of a token is a use of today, before it is noted.
                let own = try #require(me["tokens"].items.first { $0["id"] == me["token"] })
                #expect(me["last_used_on"].text == today && own["last_used_on"].text == today)
                seen.append(me["principal"])
            }
            #expect(seen[0] == seen[1] && seen[0] != .null)
            #expect(
                try await server.count(
                    """
                    select count(*) from tokens where id = \(try Self.id(old)) and expires_at between now() + interval '23 hours'
                        and now() + interval '1 day'
                    """) == 1)
            #expect(
                try await server.count(
                    "select count(*) from tokens where id = \(try Self.id(new)) and expires_at > now() + interval '364 days'")
                    == 1)
        }
    }

    @Test("the old token is never good for longer than it was, and a chosen day is heeded or refused by name")
    func days() async throws {
        try await TestServer.with { server in
            let old = try #require(server.secret(of: .reader))
            try await server.database.write { session in
                try session.execute(
                    "update tokens set expires_at = now() + interval '1 hour' where id = \(TokenSecret(old)?.id)")
            }
            let today = try await server.database.read { session in try ParisDay.today(session) }
            let answer = await Self.send(server, .post, Self.target, with: old, body: #"{"expires_on": "\#(today)"}"#)
            #expect(answer.status == 201, "\(answer.text)")
            #expect(
                try await server.count(
                    "select count(*) from tokens where id = \(try Self.id(old)) and expires_at <= now() + interval '1 hour'") == 1
            )
            for (body, fault) in [
                (#"{"expires_on": "2199-01-01"}"#, "out-of-range /expires_on"),
                (#"{"role": "admin"}"#, "read-only-member /role"), (#"{"x": 1}"#, "unknown-member /x"),
            ] {
                let refused = await Self.send(server, .post, Self.target, with: old, body: body)
                #expect(try refused.status == 422 && refused.faults() == [fault], "\(refused.text)")
            }
            // Some clients label what they do not send.
            let unsaid = await Self.send(server, .post, Self.target, with: old, body: "")
            #expect(unsaid.status == 201, "\(unsaid.text)")
            let before = try await server.stored()
            let rehearsed = await Self.send(server, .post, Self.target + "?dry_run=true", with: old)
            #expect(try rehearsed.status == 201 && rehearsed.tree()["secret"] == .null)
            #expect(try await server.stored() == before)
        }
    }

    @Test("a revoked or an expired token renews nothing, and nobody reaches another's tokens")
    func refused() async throws {
        try await TestServer.with { server in
            let reader = try #require(server.secret(of: .reader))
            let admin = try #require(server.secret(of: .admin))
            let before = try await server.count("select count(*) from tokens")
            for id in [try Self.id(admin), "0000000000"] {
                #expect(await Self.send(server, .delete, "\(Self.target)/\(id)", with: reader).status == 404)
            }
            #expect(await server.send(.get, "/v1/me", as: .admin).status == 200)
            #expect(await Self.send(server, .delete, "\(Self.target)/\(try Self.id(reader))", with: reader).status == 204)
            #expect(await Self.send(server, .post, Self.target, with: reader).status == 401)
            let referent = try #require(server.secret(of: .referent))
            try await server.database.write { session in
                try session.execute(
                    """
                    update tokens set created_at = now() - interval '2 days', expires_at = now() - interval '1 second'
                    where id = \(TokenSecret(referent)?.id)
                    """)
            }
            let expired = await Self.send(server, .post, Self.target, with: referent)
            #expect(try expired.status == 401 && expired.tree()["type"].text == "/problems/expired-token")
            #expect(try await server.count("select count(*) from tokens") == before)
        }
    }

    @Test("of many renewals at once each gives a working token or says that there are ten, and nothing is half done")
    func race() async throws {
        try await TestServer.with { server in
            let old = try #require(server.secret(of: .reader))
            let answers = await withTaskGroup(of: TestAnswer.self) { group in
                for number in 0..<14 {
                    group.addTask { await Self.send(server, .post, Self.target, with: old, key: "k\(number)") }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let made = answers.filter { $0.status == 201 }
            #expect(made.count == 9, "\(answers.map(\.status))")
            for answer in answers where answer.status != 201 {
                #expect(answer.status == 409)
                #expect(try answer.tree()["type"].text == "/problems/conflict")
                #expect(try answer.tree()["errors"].items.first?["code"].text == "too-many", "\(answer.text)")
            }
            for answer in made {
                let secret = try answer.tree()["secret"].text
                #expect(await Self.send(server, .get, "/v1/me", with: secret).status == 200)
            }
            #expect(
                try await server.count(
                    "select count(*) from tokens where principal = (select principal from tokens where id = \(try Self.id(old)))")
                    == 10)
            // One revoked makes room for one.
            let some = try #require(made.first).tree()["id"].text
            #expect(await Self.send(server, .delete, "\(Self.target)/\(some)", with: old).status == 204)
            #expect(await Self.send(server, .post, Self.target, with: old).status == 201)
        }
    }

    @Test("one quota for all the tokens of a principal: a renewal does not fill it up")
    func quota() async throws {
        try await TestServer.with { server in
            // One request comes back in half a minute.
            let dispatcher = try server.variant { $0.rateLimit = 2 }
            let old = try #require(server.secret(of: .reader))
            let new = try await Self.renewed(server, old, on: dispatcher)
            let last = await Self.send(server, .get, "/v1/me", with: new, on: dispatcher)
            #expect(last.status == 200 && last.field("RateLimit")?.hasPrefix(#""token";r=0;"#) == true)
            for secret in [old, new] {
                #expect(await Self.send(server, .get, "/v1/me", with: secret, on: dispatcher).status == 429)
            }
            #expect(await server.send(raw: .get, "/v1/me", as: .admin, on: dispatcher).status == 200)
        }
    }

    @Test("history and snapshots go on under the same principal, whatever tokens it bears")
    func identity() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            var seed = Seed.fresh()
            var secrets = [try #require(server.secret(of: .coordinator))]
            let principal = try await Self.send(server, .get, "/v1/me", with: secrets[0]).tree()["principal"].text
            var used: [String] = []
            for number in 1...4 {
                secrets.append(try await Self.renewed(server, try #require(secrets.randomElement(using: &seed))))
                let secret = try #require(secrets.randomElement(using: &seed))
                used.append(try Self.id(secret))
                let body =
                    #"{"code": "R-\#(number)", "title": "Louer", "theme": "achats", "target_level": "reflexion", "reason": "R"}"#
                let done = await Self.send(server, .post, "/v1/roadmaps/TE-2022/actions", with: secret, body: body)
                #expect(done.status == 201, "\(done.text), \(seed)")
            }
            let history = try await server.send(.get, "/v1/roadmaps/TE-2022/history?limit=4").tree()["data"].items
            #expect(history.map { $0["actor"]["token"].text } == used.reversed(), "\(seed)")
            #expect(history.allSatisfy { $0["actor"]["principal"].text == principal })
            let hidden = try await server.send(.get, "/v1/roadmaps/TE-2022/history?limit=1", as: .reader).tree()["data"].items
            #expect(hidden.allSatisfy { $0["actor"]["principal"] == .null && $0["actor"]["role"] != .null })
            let snapshot = await Self.send(
                server, .post, "/v1/snapshots", with: try #require(secrets.last), body: #"{"year": 2022, "title": "Bilan"}"#)
            #expect(try snapshot.tree()["author"]["principal"].text == principal, "\(snapshot.text)")
        }
    }
}

extension TestAnswer {
    func tree() throws -> JSONTree { try JSONTree(json: text) }
}
