import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Revocation of tokens")
struct RevocationTests {
    private static func reads(_ server: TestServer, _ caller: TestServer.Caller, on dispatcher: Dispatcher? = nil) async -> Int {
        await server.send(raw: .get, "/v1/practices?limit=1", as: caller, on: dispatcher).status
    }

    private static func id(of caller: TestServer.Caller, _ server: TestServer) throws -> String {
        try #require(server.secret(of: caller).flatMap { TokenSecret($0) }).id
    }

    @Test("a revoked token is refused by the very next request, and stays listed with its first date")
    func atOnce() async throws {
        try await TestServer.with { server in
            let id = try Self.id(of: .reader, server)
            #expect(await Self.reads(server, .reader) == 200)
            #expect(await server.send(.delete, "/v1/tokens/\(id)?dry_run=true", as: .admin).status == 204)
            #expect(await Self.reads(server, .reader) == 200)
            let revoked = await server.send(.delete, "/v1/tokens/\(id)", as: .admin)
            #expect(revoked.status == 204 && revoked.text.isEmpty)
            #expect(await Self.reads(server, .reader) == 401)
            let first = try await Self.revokedAt(id, server)
            #expect(await server.send(.delete, "/v1/tokens/\(id)", as: .admin).status == 204)
            #expect(try await Self.revokedAt(id, server) == first)
        }
    }

    private static func revokedAt(_ id: String, _ server: TestServer) async throws -> String {
        let list = try await server.send(.get, "/v1/tokens", as: .admin).json()["data"].items
        return try #require(list.first { $0["id"].text == id }?["revoked_at"].text)
    }

    @Test("a process that remembers a token refuses it once it is revoked there, elsewhere, or in plain SQL")
    func remembered() async throws {
        try await TestServer.with { server in
            var configuration = server.configuration
            configuration.statementTimeout = .milliseconds(200)
            configuration.lockTimeout = .milliseconds(200)
            try await server.withDispatcher(on: configuration, listening: true) { here in
                try await server.withDispatcher(on: configuration, listening: true) { elsewhere in
                    for dispatcher in [here, elsewhere] {
                        for caller in [TestServer.Caller.reader, .referent, .coordinator, .admin] {
                            try await Self.letRemember(caller, server, dispatcher)
                        }
                    }
                    // Revoked here: refused here by the next request, and elsewhere soon.
                    let reader = try Self.id(of: .reader, server)
                    #expect(await server.send(raw: .delete, "/v1/tokens/\(reader)", as: .admin, on: here).status == 204)
                    #expect(await Self.reads(server, .reader, on: here) == 401)
                    #expect(try await server.eventually { await Self.reads(server, .reader, on: elsewhere) == 401 })
                    // Revoked by hand: refused by both soon.
                    let referent = try Self.id(of: .referent, server)
                    try await server.database.write { session in
                        try session.execute("update tokens set revoked_at = now() where id = \(referent)")
                    }
                    // A role taken away or a date brought forward counts as much.
                    let coordinator = try Self.id(of: .coordinator, server)
                    try await server.database.write { session in
                        try session.execute(
                            "update principals set role = 'reader' where id = (select principal from tokens where id = \(coordinator))"
                        )
                    }
                    for dispatcher in [here, elsewhere] {
                        #expect(try await server.eventually { await Self.reads(server, .referent, on: dispatcher) == 401 })
                        let census = try await server.eventually {
                            await server.send(raw: .put, "/v1/censuses/2022", bytes: Array("{}".utf8), on: dispatcher).status
                                == 403
                        }
                        #expect(census)
                    }
                    #expect(await Self.reads(server, .admin, on: elsewhere) == 200)
                }
            }
        }
    }

    /// Until the token is answered for without reading its table, which is then locked.
    private static func letRemember(
        _ caller: TestServer.Caller, _ server: TestServer, _ dispatcher: Dispatcher
    ) async throws {
        let isRemembered = try await server.eventually {
            guard await reads(server, caller, on: dispatcher) == 200 else { return false }
            var status = 0
            try await server.holding("lock table tokens in access exclusive mode") {
                status = await reads(server, caller, on: dispatcher)
            }
            return status == 200
        }
        try #require(isRemembered, "the token of \(caller.rawValue) is never remembered")
    }
}
