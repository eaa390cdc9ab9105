import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Idempotency keys over a renewal")
struct RenewedKeyTests {
    private static func add(_ server: TestServer, _ secret: String, key: String = "k") async -> TestAnswer {
        await RenewalTests.send(
            server, .post, IdempotencyTests.target, with: secret, body: IdempotencyTests.action, key: key)
    }

    @Test("a request sent again with the renewed token gets the answer that was kept for the old one")
    func replay() async throws {
        try await TestServer.with { server in
            try await IdempotencyTests.scene(server)
            let old = try #require(server.secret(of: .referent))
            let first = await Self.add(server, old)
            #expect(first.status == 201)
            let new = try await RenewalTests.renewed(server, old)
            for secret in [old, new, new] {
                let again = await Self.add(server, secret)
                #expect(again.text == first.text && IdempotencyTests.isReplayed(again), "\(again.text)")
            }
            #expect(try await server.count(IdempotencyTests.keys) == 1)
            // It is kept with the old token even once that one is revoked.
            let id = try RenewalTests.id(old)
            #expect(await RenewalTests.send(server, .delete, "\(RenewalTests.target)/\(id)", with: new).status == 204)
            #expect(await Self.add(server, old).status == 401)
            #expect(await Self.add(server, new).text == first.text)
        }
    }

    @Test("a renewal sent again with its key is one renewal, and its secret stands nowhere in the database")
    func renewalItself() async throws {
        try await TestServer.with { server in
            let old = try #require(server.secret(of: .reader))
            let first = await RenewalTests.send(server, .post, RenewalTests.target, with: old, key: "k")
            let again = await RenewalTests.send(server, .post, RenewalTests.target, with: old, key: "k")
            #expect(again.text == first.text && IdempotencyTests.isReplayed(again))
            #expect(try await server.count("select count(*) from tokens") == 6)
            let new = try first.tree()["secret"].text
            let kept = try await server.database.fetch { session in
                try session.one(
                    """
                    select (select string_agg(t::text, ' ') from tokens t) || encode((select predecessor from tokens
                        where predecessor is not null), 'escape') || (select string_agg(k::text, ' ') from idempotency_keys k)
                    """
                ) { row in try row.next(String.self) }
            }
            for secret in [old, new] {
                let part = String(secret.suffix(20))
                let hexadecimal = part.utf8.map { String($0, radix: 16) }.joined()
                #expect(!kept.contains(part) && !kept.contains(hexadecimal))
            }
        }
    }

    @Test("another token of the principal is told which one opens the answer, and nothing is done twice")
    func sealed() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await IdempotencyTests.scene(server)
            let first = try #require(server.secret(of: .referent))
            let second = try await RenewalTests.renewed(server, first)
            let third = try await RenewalTests.renewed(server, second)
            #expect(await Self.add(server, first).status == 201)
            let before = try await server.stored()
            // The answer is the predecessor's, or another's.
            #expect(await Self.add(server, second).status == 201)
            let refused = await Self.add(server, third)
            #expect(refused.status == 409, "\(refused.text)")
            #expect(try IdempotencyTests.slug(refused) == "/problems/idempotency-answer-sealed")
            #expect(try refused.tree()["detail"].text.contains(RenewalTests.id(first)))
            try contract.check(refused, to: contract.operation("createAction"))
            // Nor does the old one open what was given to the new one.
            let action = IdempotencyTests.action.replacing("IDE-01", with: "IDE-02")
            func add(_ secret: String) async -> TestAnswer {
                await RenewalTests.send(server, .post, IdempotencyTests.target, with: secret, body: action, key: "l")
            }
            #expect(try await server.stored() == before)
            #expect(await add(second).status == 201)
            #expect(try IdempotencyTests.slug(await add(first)) == "/problems/idempotency-answer-sealed")
            #expect(IdempotencyTests.isReplayed(await add(third)))
            #expect(try await server.count("select count(*) from changes where code = 'IDE-02'") == 1)
        }
    }

    @Test("a predecessor opens only with the token that it was renewed into")
    func predecessor() throws {
        let (old, new) = (TokenSecret.generate(), TokenSecret.generate())
        let sealed = try PredecessorSeal.close(old, with: new)
        #expect(try PredecessorSeal.open(sealed, of: old.id, with: new) == old)
        #expect(try PredecessorSeal.close(old, with: new) != sealed)
        for (id, token) in [(old.id, TokenSecret.generate()), (new.id, new), (old.id, old)] {
            #expect(throws: (any Error).self) { try PredecessorSeal.open(sealed, of: id, with: token) }
        }
    }
}
