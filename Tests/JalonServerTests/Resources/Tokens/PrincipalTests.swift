import HTTPTypes
import Postgres
import Testing
import VersionOne

@testable import JalonServer

@Suite("Principals")
struct PrincipalTests {
    private static func issue(_ server: TestServer, _ body: String) async -> TestAnswer {
        await server.send(.post, "/v1/tokens", as: .admin, body: body)
    }

    @Test("an administrator gives a token to a new principal or to one that is there, which says all of it")
    func issue() async throws {
        try await TestServer.with { server in
            let first = await Self.issue(server, #"{"label": "Suivi", "role": "referent", "ministries": ["TE"]}"#)
            let principal = try first.tree()["principal"].text
            let second = await Self.issue(server, #"{"principal": "\#(principal)"}"#)
            #expect(second.status == 201, "\(second.text)")
            for member in ["principal", "label", "role", "ministries", "contact"] {
                #expect(try second.tree()[member] == first.tree()[member], "\(member)")
            }
            #expect(try second.tree()["renewed_from"] == .null && second.tree()["secret"] != first.tree()["secret"])
            for (body, faults) in [
                (#"{"principal": "0000000000"}"#, ["unknown-reference /principal"]), (#"{"label": "x"}"#, ["required /role"]),
                (
                    #"{"principal": "\#(principal)", "label": "x", "role": "admin", "ministries": ["TE"], "contact": "a@b"}"#,
                    ["inconsistent /label", "inconsistent /role", "inconsistent /ministries", "inconsistent /contact"]
                ),
            ] {
                let refused = await Self.issue(server, body)
                #expect(try refused.status == 422 && refused.faults() == faults, "\(refused.text)")
            }
            for _ in 3...10 { #expect(await Self.issue(server, #"{"principal": "\#(principal)"}"#).status == 201) }
            let tooMany = await Self.issue(server, #"{"principal": "\#(principal)"}"#)
            #expect(try tooMany.status == 409 && tooMany.tree()["key"].text == principal, "\(tooMany.text)")
            let list = try await server.send(.get, "/v1/tokens?limit=200", as: .admin).tree()["data"].items
            #expect(list.count { $0["principal"].text == principal } == 10)
        }
    }

    @Test("one token revoked leaves the others of its principal good; all revoked leaves none, wherever they are remembered")
    func shutOut() async throws {
        try await TestServer.with { server in
            try await server.withDispatcher(on: server.configuration, listening: true) { elsewhere in
                func reads(_ secret: String) async -> Int {
                    await RenewalTests.send(server, .get, "/v1/me", with: secret, on: elsewhere).status
                }
                let first = try #require(server.secret(of: .reader))
                let second = try await RenewalTests.renewed(server, first)
                let third = try await RenewalTests.renewed(server, second)
                for secret in [first, second, third] { #expect(await reads(secret) == 200) }
                let id = try RenewalTests.id(first)
                #expect(await server.send(.delete, "/v1/tokens/\(id)", as: .admin).status == 204)
                #expect(try await server.eventually { await reads(first) == 401 })
                for secret in [second, third] { #expect(await reads(secret) == 200) }
                #expect(await server.send(.delete, "/v1/tokens/\(id)?all=true&dry_run=true", as: .admin).status == 204)
                #expect(await reads(third) == 200)
                #expect(await server.send(.delete, "/v1/tokens/\(id)?all=true", as: .admin).status == 204)
                for secret in [second, third] { #expect(try await server.eventually { await reads(secret) == 401 }) }
                #expect(await RenewalTests.send(server, .post, RenewalTests.target, with: third, on: elsewhere).status == 401)
            }
        }
    }

    @Test("what a principal may do is forgotten with its tokens, all of them, when it is changed by hand")
    func announced() async throws {
        try await TestServer.with { server in
            try await server.withDispatcher(on: server.configuration, listening: true) { elsewhere in
                let old = try #require(server.secret(of: .referent))
                let new = try await RenewalTests.renewed(server, old)
                func me(_ secret: String) async throws -> JSONTree {
                    try await RenewalTests.send(server, .get, "/v1/practices?limit=1", with: secret, on: elsewhere).status == 200
                        ? RenewalTests.send(server, .get, "/v1/roadmaps/TE-2024", with: secret, on: elsewhere).tree() : .null
                }
                try await server.apply("{ministry: TE, first_year: 2024, actions: []}", to: "TE-2024")
                for secret in [old, new] { #expect(try await me(secret)["id"].text == "TE-2024") }
                try await server.database.write { session in
                    try session.execute("update principal_ministries set ministry = 'EF' where ministry = 'TE'")
                }
                for secret in [old, new] { #expect(try await server.eventually { try await me(secret)["status"].number == 404 }) }
            }
        }
    }

    @Test("each token of version 1 becomes the only one of a principal that bears its id, and its history says so")
    func upgraded() async throws {
        let tokens = try VersionOne.tokens()
        try await TestServer.with(setUp: VersionOne.restore) { server in
            #expect(try await Migration.apply(to: server.database) == .upgraded(from: 1))
            #expect(
                try await server.count("select count(*) from tokens t join principals p on p.id = t.id and p.id = t.principal")
                    == server.count("select count(*) from tokens"))
            #expect(try await server.count("select count(*) from changes where actor_principal is not null") == 0)
            let secret = try #require(tokens["coordinator"])
            let history = try await RenewalTests.send(server, .get, "/v1/roadmaps/CUL-2022/history", with: secret).tree()
            #expect(!history["data"].items.isEmpty)
            for entry in history["data"].items {
                #expect(entry["actor"]["principal"] == entry["actor"]["token"] && entry["actor"]["token"] != .null)
            }
            let snapshots = try await RenewalTests.send(server, .get, "/v1/snapshots", with: secret).tree()["data"].items
            #expect(snapshots.allSatisfy { $0["author"]["principal"] == $0["author"]["token"] } && !snapshots.isEmpty)
            let renewed = try await RenewalTests.renewed(server, secret)
            let me = try await RenewalTests.send(server, .get, "/v1/me", with: renewed).tree()
            #expect(me["principal"].text == (try RenewalTests.id(secret)))
        }
    }
}
