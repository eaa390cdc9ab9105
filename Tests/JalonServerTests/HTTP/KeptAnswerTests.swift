import HTTPTypes
import NIOCore
import Postgres
import Testing

@testable import JalonServer

@Suite("The answers kept for idempotency keys")
struct KeptAnswerTests {
    @Test("a token's secret is answered again to who issued it, and is nowhere in the database")
    func secret() async throws {
        try await TestServer.with { server in
            let body = #"{"label": "Lecture", "role": "reader"}"#
            let first = await IdempotencyTests.send(server, "k", "/v1/tokens", as: .admin, body: body)
            let secret = try #require(try first.json()["secret"].text)
            let again = await IdempotencyTests.send(server, "k", "/v1/tokens", as: .admin, body: body)
            #expect(try again.json()["secret"].text == secret && again.field("Cache-Control") == "no-store")
            #expect(try await server.count("select count(*) from tokens") == 6)
            let part = String(secret.suffix(20))
            let hexadecimal = part.utf8.map { String($0, radix: 16) }.joined()
            let tables = try await server.database.read { session in
                try session.query(
                    """
                    select c.relname::text, query_to_xml(format('select to_jsonb(t) as row from %I t', c.relname), true, false, '')::text,
                        coalesce((select string_agg(encode(answer, 'hex'), ' ') from idempotency_keys), '')
                    from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
                    """
                ) { row in (name: try row.next(String.self), rows: try row.next(String.self), kept: try row.next(String.self)) }
            }
            #expect(tables.contains { $0.name == "principals" && $0.rows.contains("Lecture") })
            for table in tables {
                #expect(!table.rows.contains(part) && !table.rows.contains(hexadecimal), "\(table.name)")
                #expect(!table.kept.isEmpty && !table.kept.contains(hexadecimal))
            }
        }
    }

    @Test("a status that is only a number goes out with its phrase, as the first answer did")
    func reasonPhrases() throws {
        let statuses = Set(try ContractDocument.current().operations.flatMap { $0.responses.keys })
        #expect(statuses.contains(201) && statuses.contains(428))
        for status in statuses {
            let bytes = AnswerBytes(Answer(.init(code: status)), to: nil, connection: nil, allocator: ByteBufferAllocator())
            let line = String(buffer: bytes.head).prefix { $0 != "\r\n" }
            #expect(line.wholeMatch(of: #/HTTP\/1\.1 \d{3} [A-Z][A-Za-z' -]+/#) != nil, "\(line)")
        }
    }

    @Test("a POST answered again has the status line of the first answer")
    func statusLine() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let secret = try #require(server.secret(of: .referent))
            let request = """
                POST \(IdempotencyTests.target) HTTP/1.1\r\nHost: jalon\r\nConnection: close\r\nIdempotency-Key: k\r
                Authorization: Bearer \(secret)\r\nContent-Type: application/json\r
                Content-Length: \(IdempotencyTests.action.utf8.count)\r\n\r\n\(IdempotencyTests.action)
                """
            try await LiveServer.with(server.configuration) { address in
                for isAgain in [false, true] {
                    let reply = try await RawClient.exchange(address, request)
                    #expect(reply.text.hasPrefix("HTTP/1.1 201 Created\r\n"), "\(reply.text)")
                    #expect(reply.text.contains("Idempotency-Replayed: true") == isAgain)
                }
            }
        }
    }

    @Test("a kept answer opens only with the token, the key and the request it was sealed with")
    func seal() throws {
        let token = TokenSecret.generate()
        let key = try #require(try IdempotencyKey([.idempotencyKey: "k"]))
        let other = try #require(try IdempotencyKey([.idempotencyKey: "l"]))
        let answer = Answer.json { $0.object { $0.member("secret", "S") } }.created(at: "/v1/tokens/a")
        let seal = AnswerSeal(token: token, key: key)
        let sealed = try seal.close(answer, of: [1])
        #expect(TestAnswer(try seal.open(sealed, of: [1])).text == #"{"secret":"S"}"#)
        #expect(try seal.open(sealed, of: [1]).fields == answer.fields)
        #expect(try seal.close(answer, of: [1]) != sealed, "the same answer twice is not the same bytes")
        for (wrong, request) in [
            (AnswerSeal(token: .generate(), key: key), [1]), (AnswerSeal(token: token, key: other), [1]), (seal, [2]),
        ] as [(AnswerSeal, [UInt8])] {
            #expect(throws: (any Error).self) { try wrong.open(sealed, of: request) }
        }
        var broken = sealed
        broken[20] ^= 1
        #expect(throws: (any Error).self) { try seal.open(broken, of: [1]) }
    }

    @Test(
        "after a connection lost during the commit, the retry gives the truth: done before, or done now, never twice",
        arguments: [("perform pg_terminate_backend(pg_backend_pid())", false), ("raise warning 'not sent to the standby'", true)])
    func lostCommit(accident: String, isKept: Bool) async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            try await server.database.write { session in
                try session.script(
                    """
                    create function accident() returns trigger language plpgsql as $$ begin \(accident); return null; end $$;
                    create constraint trigger accident after insert on actions deferrable initially deferred
                        for each row execute function accident();
                    """)
            }
            let lost = await IdempotencyTests.send(server, "k")
            #expect(lost.status == 503, "\(lost.text)")
            try await server.database.write { session in try session.script("drop trigger accident on actions") }
            let retried = await IdempotencyTests.send(server, "k")
            #expect(retried.status == 201 && IdempotencyTests.isReplayed(retried) == isKept, "\(retried.text)")
            #expect(IdempotencyTests.isReplayed(await IdempotencyTests.send(server, "k")))
            #expect(try await server.count("select count(*) from changes where code = 'IDE-01'") == 1)
        }
    }

    @Test("a connection cut before the commit is made good by the service itself, once")
    func cutConnection() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            try await server.database.write { session in
                try session.script(
                    """
                    create sequence cuts;
                    create function cut() returns trigger language plpgsql as $$ begin
                        if nextval('cuts') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
                        return null;
                    end $$;
                    create trigger cut after insert on changes for each row execute function cut();
                    """)
            }
            let first = await IdempotencyTests.send(server, "k")
            #expect(first.status == 201 && !IdempotencyTests.isReplayed(first), "\(first.text)")
            #expect(try await server.count("select last_value from cuts") == 2)
            #expect(await IdempotencyTests.send(server, "k").text == first.text)
            #expect(try await server.count("select count(*) from changes where code = 'IDE-01'") == 1)
            #expect(try await server.count(IdempotencyTests.keys) == 1)
        }
    }
}
