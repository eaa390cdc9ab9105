import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Tokens")
struct TokenTests {
    private static func status(_ authorization: String, _ server: TestServer, on dispatcher: Dispatcher? = nil) async
        -> TestAnswer
    {
        await server.send(
            raw: .get, "/v1/practices?limit=1", as: .anonymous, fields: ["Authorization": authorization], on: dispatcher)
    }

    @Test("the checksum tells every misspelt token without asking the database")
    func checksum() async throws {
        try await TestServer.with { server in
            let secret = try #require(server.secret(of: .reader))
            var away = DatabaseConfiguration(connectionString: "postgresql://127.0.0.1:1/nowhere")
            away.queueWait = .milliseconds(50)
            try await server.withDispatcher(on: away) { dispatcher in
                for index in secret.indices {
                    var misspelt = secret
                    misspelt.replaceSubrange(index...index, with: secret[index] == "a" ? "b" : "a")
                    let answer = await Self.status("Bearer \(misspelt)", server, on: dispatcher)
                    #expect(answer.status == 401, "\(misspelt)")
                }
                // Well spelt, it would have needed the database.
                #expect(await Self.status("Bearer \(secret)", server, on: dispatcher).status == 503)
            }
        }
    }

    @Test("a header that is not one bearer token of the service is refused, and says how to authenticate")
    func malformed() async throws {
        try await TestServer.with { server in
            let secret = try #require(server.secret(of: .reader))
            let refused = [
                "", "Bearer", "Bearer ", secret, "Basic \(secret)", "Bearer \(secret) x", "Bearer \(secret)x",
                "Bearer x\(secret)",
                "Bearer \(secret.uppercased())", "Bearer \(secret.dropLast())", "Bearer jalon__",
                "Bearer \(secret.replacing("_", with: "-"))",
                "Bearer \"\(secret)\"", "Bearer jalon_\(String(repeating: "a", count: 100_000))",
                "Bearer \(TokenSecret.generate().text)",
            ]
            for header in refused {
                let answer = await Self.status(header, server)
                #expect(answer.status == 401, "\(header.prefix(40))")
                #expect(try answer.json()["type"].text == "/problems/invalid-token", "\(header.prefix(40))")
                #expect(answer.field("WWW-Authenticate")?.contains("error=\"invalid_token\"") == true)
            }
            for header in ["Bearer \(secret)", "bearer \(secret)", "BEARER  \(secret)"] {
                #expect(await Self.status(header, server).status == 200, "\(header.prefix(8))")
            }
            let missing = await server.send(.get, "/v1/practices", as: .anonymous)
            #expect(try missing.json()["type"].text == "/problems/authentication-required")
            #expect(missing.field("WWW-Authenticate") == "Bearer realm=\"jalon\"")
        }
    }

    @Test("two credentials in one request are none")
    func twoHeaders() async throws {
        try await TestServer.with { server in
            var fields = HTTPFields()
            let secret = try #require(server.secret(of: .admin))
            fields.append(HTTPField(name: .authorization, value: "Bearer \(secret)"))
            fields.append(HTTPField(name: .authorization, value: "Bearer \(secret)"))
            let request = IncomingRequest(method: .get, target: "/v1/me", fields: fields, body: { _ in [] })
            #expect(await server.dispatcher.answer(request).status.code == 401)
        }
    }

    @Test("the secret of another token does not open a token of which one knows the id")
    func otherSecret() async throws {
        try await TestServer.with { server in
            let stranger = TokenSecret.generate()
            let reader = try #require(server.secret(of: .reader).flatMap { TokenSecret($0) })
            try await server.database.write { session in
                // The stranger's token carries the reader's proof, and not its own.
                try session.execute(
                    """
                    insert into tokens (id, secret_sha256, principal, expires_at)
                    select \(stranger.id), secret_sha256, principal, expires_at from tokens where id = \(reader.id)
                    """)
            }
            #expect(await Self.status("Bearer \(stranger.text)", server).status == 401)
        }
    }

    @Test("an expired token says so, to its very second")
    func expired() async throws {
        try await TestServer.with { server in
            let reader = try #require(server.secret(of: .reader).flatMap { TokenSecret($0) })
            try await server.database.write { session in
                try session.execute(
                    "update tokens set created_at = now() - interval '2 days', expires_at = now() - interval '1 second' where id = \(reader.id)"
                )
            }
            let answer = await Self.status("Bearer \(reader.text)", server)
            #expect(answer.status == 401)
            #expect(try answer.json()["type"].text == "/problems/expired-token")
            // It is still listed, and a token that is sent must be good even for public figures.
            #expect(await server.send(.get, "/v1/figures?year=2022", as: .reader).status == 401)
            #expect(await server.send(.get, "/v1/figures?year=2022", as: .anonymous).status == 200)
        }
    }

    @Test("the secret is told once and kept only as its SHA-256")
    func secretToldOnce() async throws {
        try await TestServer.with { server in
            let issued = await server.send(
                .post, "/v1/tokens", as: .admin, body: #"{"label": "Suivi de TE", "role": "referent", "ministries": ["TE"]}"#)
            #expect(issued.status == 201, "\(issued.text)")
            let document = try issued.json()
            let secret = try #require(document["secret"].text)
            let id = try #require(document["id"].text)
            #expect(issued.field("Cache-Control") == "no-store")
            #expect(TokenSecret(secret)?.id == id)
            #expect(secret.split(separator: "_").last?.utf8.count == 38)
            let list = await server.send(.get, "/v1/tokens", as: .admin)
            #expect(list.text.contains(id) && !list.text.contains(secret.suffix(38)) && !list.text.contains("secret"))
            let kept = try await server.count(
                "select count(*) from tokens where id = \(id) and secret_sha256 = sha256(convert_to(\(secret), 'UTF8'))")
            #expect(kept == 1)
            #expect(
                try await server.count(
                    "select count(*) from tokens t where t::text like '%' || \(String(secret.suffix(38))) || '%'") == 0)
            let me = await server.send(raw: .get, "/v1/me", as: .anonymous, fields: ["Authorization": "Bearer \(secret)"])
            #expect(try me.json()["token"].text == id)
            #expect(!me.text.contains(secret.suffix(38)))
        }
    }

    @Test("a rehearsed issue gives no secret and keeps nothing")
    func dryRun() async throws {
        try await TestServer.with { server in
            let before = try await server.stored()
            let answer = await server.send(
                .post, "/v1/tokens?dry_run=true", as: .admin, body: #"{"label": "A", "role": "reader"}"#)
            #expect(answer.status == 201)
            #expect(try answer.json()["secret"].isNull)
            #expect(try await server.stored() == before)
        }
    }

    @Test("a token's last day ends at midnight in Paris, and is a year away at most")
    func lastDay() async throws {
        try await TestServer.with { server in
            let today = try await server.database.read { session in try ParisDay.today(session) }
            let issued = await server.send(
                .post, "/v1/tokens", as: .admin, body: #"{"label": "A", "role": "reader", "expires_on": "\#(today)"}"#)
            let id = try #require(try issued.json()["id"].text, "\(issued.text)")
            #expect(
                try await server.count(
                    """
                    select count(*) from tokens
                    where id = \(id) and expires_at = (paris_today() + 1)::timestamp at time zone 'Europe/Paris'
                    """) == 1)
            let byDefault = await server.send(.post, "/v1/tokens", as: .admin, body: #"{"label": "B", "role": "reader"}"#)
            #expect(byDefault.status == 201)
            #expect(
                try await server.count("select count(*) from tokens where expires_at > now() + interval '366 days'") == 0)
            let late = CivilDate(year: today.year + 1, month: 12, day: 31)
            let refused = await server.send(
                .post, "/v1/tokens", as: .admin,
                body:
                    #"{"label": "C", "role": "reader", "expires_on": "\#(today.month == 12 ? "2199-01-01" : "\(try #require(late))")"}"#
            )
            #expect(try refused.faults() == ["out-of-range /expires_on"])
        }
    }

    @Test("the list says that the token which asks for it is used today")
    func ownUse() async throws {
        try await TestServer.with { server in
            let list = try await server.send(.get, "/v1/tokens", as: .admin).json()
            let today = try await server.database.read { session in try ParisDay.today(session).description }
            let own = list["data"].items.filter { $0["role"].text == "admin" }
            #expect(own.map { $0["last_used_on"].text } == [today])
        }
    }

    @Test("me says whose the token is and what it permits")
    func me() async throws {
        let scopes: [(TestServer.Caller, String, [String], [String])] = [
            (.reader, "reader", [], ["figures", "read"]), (.referent, "referent", ["TE"], ["figures", "read", "write-roadmap"]),
            (.coordinator, "coordinator", [], ["figures", "read", "write-roadmap", "coordinate"]),
            (.admin, "admin", [], ["figures", "read", "administer"]),
        ]
        try await TestServer.with { server in
            for (caller, role, ministries, expected) in scopes {
                let me = try await server.send(.get, "/v1/me", as: caller).json()
                #expect(me["role"].text == role)
                #expect(me["label"].text == "Test \(caller.rawValue)")
                #expect(me["ministries"].items.compactMap(\.text) == ministries)
                #expect(Set(me["scopes"].items.compactMap(\.text)) == Set(expected))
                #expect(me["links"]["actions"].text == (ministries.isEmpty ? "/v1/actions" : "/v1/actions?ministry=TE"))
            }
            let noted = try await server.eventually {
                try await server.count("select count(*) from tokens where last_used_on = paris_today()") == 4
            }
            #expect(noted, "the day of last use is not noted")
        }
    }
}
