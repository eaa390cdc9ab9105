import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("A POST sent again with its idempotency key")
struct IdempotencyTests {
    static let action = #"{"code": "IDE-01", "title": "Louer", "theme": "achats", "target_level": "reflexion"}"#
    static let target = "/v1/roadmaps/TE-2023/actions"

    /// With a plan that all see and whose ministry still adds actions to it.
    static func scene(_ server: TestServer) async throws {
        try await ContractCases.scene(server)
        let action = "{code: ACH-01, title: Louer, theme: achats, target_level: reflexion}"
        try await server.apply("{ministry: TE, first_year: 2023, state: soumise, actions: [\(action)]}", to: "TE-2023")
    }
    static let keys: SQL = "select count(*) from idempotency_keys"

    static func send(
        _ server: TestServer, _ key: String, _ target: String = target, as caller: TestServer.Caller = .referent,
        body: String = action, language: String = "fr", on dispatcher: Dispatcher? = nil
    ) async -> TestAnswer {
        await server.send(
            raw: .post, target, as: caller, bytes: Array(body.utf8),
            fields: ["Idempotency-Key": key, "Accept-Language": language], on: dispatcher)
    }

    static func slug(_ answer: TestAnswer) throws -> String? { try answer.json()["type"].text }

    static func isReplayed(_ answer: TestAnswer) -> Bool { answer.field("Idempotency-Replayed") == "true" }

    @Test("each POST of the contract is done once and answered twice the same, without a word of its own code")
    func everyPost() async throws {
        let contract = try ContractDocument.current()
        let posts = contract.operations.filter { $0.method == "POST" }
        #expect(posts.count >= 4)
        try await TestServer.with { server in
            try await Self.scene(server)
            for operation in posts {
                #expect(operation.parameters.contains { $0.name == "Idempotency-Key" }, "\(operation.id) documents no key")
                let good = try #require(ContractCases.find(operation, operation.responses.keys.min() ?? 0))
                let request = good.with { $0.fields["Idempotency-Key"] = "\(operation.id) ".replacing(" ", with: "~") }
                let first = try await server.play(request, operation)
                #expect(first.status < 300 && !Self.isReplayed(first), "\(operation.id): \(first.text)")
                let before = try await server.stored()
                let again = try await server.play(request.with { $0.fields["Accept-Language"] = "en" }, operation)
                #expect(try await server.stored() == before, "\(operation.id) was done twice")
                #expect(Self.isReplayed(again), "\(operation.id) does not say that it repeats itself: \(again.text)")
                try contract.check(again, to: operation)
                #expect(again.status == first.status && again.text == first.text && again.tag == first.tag)
                for field in ["Location", "ETag", "Content-Type", "Content-Language", "Cache-Control"] {
                    #expect(again.field(field) == first.field(field), "\(operation.id) \(field)")
                }
                #expect(again.field("X-Request-Id") != first.field("X-Request-Id"))
            }
        }
    }

    @Test("another body, address or content type under the same key is refused, another token's key is another key")
    func otherRequests() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            #expect(await Self.send(server, "k").status == 201)
            let before = try await server.stored()
            let others = [
                await Self.send(server, "k", body: Self.action + " "),
                await Self.send(server, "k", body: Self.action.replacing("IDE-01", with: "IDE-02")),
                await Self.send(server, "k", "/v1/roadmaps/TE-2024/actions"),
                await Self.send(server, "k", Self.target + "?dry_run=false"),
                await Self.send(server, "k", "/v1/roadmaps", body: #"{"ministry": "TE", "first_year": 2040}"#),
                await server.send(
                    .post, Self.target, as: .referent, body: Self.action, type: "application/json; charset=utf-8",
                    fields: ["Idempotency-Key": "k"]),
            ]
            for answer in others {
                #expect(answer.status == 422, "\(answer.text)")
                #expect(try Self.slug(answer) == "/problems/idempotency-key-reused")
                #expect(try answer.faults() == ["duplicate Idempotency-Key"])
            }
            #expect(try await server.stored() == before)
            let another = await Self.send(
                server, "k", as: .coordinator, body: Self.action.replacing("IDE-01", with: "IDE-02"))
            #expect(another.status == 201 && !Self.isReplayed(another))
            #expect(try await server.count(Self.keys) == 2)
        }
    }

    @Test("a key is 1 to 255 visible characters, bare or quoted, and both ways of writing it are one key")
    func forms() async throws {
        let longest = String(repeating: "k", count: 255)
        try await TestServer.with { server in
            try await Self.scene(server)
            for (index, key) in ["k", longest, "a,b;c=d", "~!#$%&'()*+-./:<=>?@[]^_`{|}", #"a"b\c"#].enumerated() {
                let body = Self.action.replacing("IDE-01", with: "K-\(index)")
                #expect(await Self.send(server, key, body: body).status == 201, "\(key)")
                let quoted = "\"\(key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
                #expect(Self.isReplayed(await Self.send(server, quoted, body: body)), "\(quoted)")
            }
            let before = try await server.stored()
            let bad = [
                "", longest + "k", "a b", "é", "a\tb", "\"", "\"\"", "\"k", "\"a\"b\"", "\"k\";q=1", "\"a\\", "\"a\\b\"",
                "\"a b\"",
                "\"\(longest)k\"", "\"k\", \"l\"", "k, l",
            ]
            for key in bad {
                let answer = await Self.send(server, key)
                #expect(answer.status == 400, "\(key): \(answer.text)")
                #expect(try Self.slug(answer) == "/problems/malformed-request")
                #expect(try answer.faults() == ["invalid-value Idempotency-Key"], "\(key)")
            }
            var fields = HTTPFields([
                HTTPField(name: .idempotencyKey, value: "k"), HTTPField(name: .idempotencyKey, value: "k"),
                HTTPField(name: .contentType, value: "application/json"),
            ])
            fields[.authorization] = "Bearer \(server.secret(of: .referent) ?? "")"
            let twice = TestAnswer(
                await server.dispatcher.answer(
                    IncomingRequest(method: .post, target: Self.target, fields: fields, body: { _ in Array(Self.action.utf8) })))
            #expect(twice.status == 400)
            #expect(try twice.faults() == ["duplicate Idempotency-Key"])
            #expect(try await server.stored() == before)
            // What is no POST has no use for a key, not even for a bad one.
            #expect(await server.send(.get, "/v1/actions", fields: ["Idempotency-Key": "a b"]).status == 200)
        }
    }

    @Test("sixteen at once with one key: one effect, and all are told the same")
    func atOnce() async throws {
        try await TestServer.with(connections: 10) { server async throws in
            try await Self.scene(server)
            for round in 1...10 {
                let body = Self.action.replacing("IDE-01", with: "C-\(round)")
                let answers = await withTaskGroup(of: TestAnswer.self) { group in
                    for _ in 1...16 { group.addTask { await Self.send(server, "tour-\(round)", body: body) } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0.status == 201 }, "\(answers.map(\.status))")
                #expect(Set(answers.map(\.text)).count == 1 && Set(answers.map(\.tag)).count == 1)
                #expect(answers.count { !Self.isReplayed($0) } == 1)
            }
            #expect(try await server.count("select count(*) from changes where code like 'C-%'") == 10)
            #expect(try await server.count("select count(*) from actions where code like 'C-%'") == 10)
            #expect(try await server.count(Self.keys) == 10)
        }
    }

    @Test("while the first is running the second is told so, and has its answer once it has ended")
    func inProgress() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            var hasty = server.configuration
            hasty.lockTimeout = .milliseconds(50)
            try await server.withDispatcher(on: hasty) { dispatcher in
                let ministry =
                    "select pg_advisory_xact_lock(hashtextextended(concat_ws(' ', current_schema(), 'roadmaps', 'TE'), 0))"
                var first: Task<TestAnswer, Never>?
                try await server.holding(ministry) {
                    // The first takes its key, then waits for the ministry.
                    first = Task { await Self.send(server, "k") }
                    var second: TestAnswer?
                    let isTold = try await server.eventually {
                        second = await Self.send(server, "k", on: dispatcher)
                        return second?.status == 409
                    }
                    #expect(isTold, "\(second?.text ?? "")")
                    #expect(try second.flatMap(Self.slug) == "/problems/idempotency-in-progress")
                    #expect(second?.field("Retry-After") == "1")
                    // Under another key it is another request, which only the ministry keeps waiting.
                    #expect(await Self.send(server, "l", on: dispatcher).status == 503)
                }
                let told = try #require(await first?.value)
                #expect(told.status == 201 && !Self.isReplayed(told), "\(told.text)")
                let again = await Self.send(server, "k", on: dispatcher)
                #expect(again.text == told.text && Self.isReplayed(again))
            }
        }
    }

    @Test("what is refused keeps no key: mended, it is done under the same one")
    func refusedThenMended() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let before = try await server.stored()
            let refusals = [
                (422, await Self.send(server, "k", body: "{}")), (400, await Self.send(server, "k", body: "{")),
                (409, await Self.send(server, "k", body: Self.action.replacing("IDE-01", with: "ACH-01"))),
                (400, await Self.send(server, "k", Self.target + "?x=1")), (404, await Self.send(server, "k", "/v1/nulle-part")),
                (404, await Self.send(server, "k", "/v1/roadmaps/TE-2050/actions")),
                (403, await Self.send(server, "k", as: .reader)), (403, await Self.send(server, "k", as: .otherReferent)),
                (401, await Self.send(server, "k", as: .anonymous)),
            ]
            for (status, answer) in refusals { #expect(answer.status == status, "\(answer.text)") }
            #expect(try await server.stored() == before)
            let mended = await Self.send(server, "k")
            #expect(mended.status == 201 && !Self.isReplayed(mended))
            #expect(Self.isReplayed(await Self.send(server, "k")))
        }
    }

    @Test("a dry run neither takes a key nor heeds one")
    func dryRun() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let before = try await server.stored()
            for _ in 1...2 {
                let rehearsal = await Self.send(server, "k", Self.target + "?dry_run=true")
                #expect(rehearsal.status == 201 && !Self.isReplayed(rehearsal))
            }
            #expect(try await server.stored() == before)
            #expect(await Self.send(server, "k").status == 201)
            #expect(await Self.send(server, "k", Self.target + "?dry_run=true").status == 409)
        }
    }

    @Test("a key is good for seven days, and what has expired goes away with the writes that come, a few at a time")
    func expiry() async throws {
        func age(_ server: TestServer, _ age: String) async throws {
            try await server.database.write { session in
                try session.execute("update idempotency_keys set created_at = now() - \(age)::interval")
            }
        }
        try await TestServer.with { server in
            try await Self.scene(server)
            let first = await Self.send(server, "k")
            try await age(server, "6 days 23:59")
            #expect(Self.isReplayed(await Self.send(server, "k")))
            try await age(server, "7 days 00:01")
            let other = Self.action.replacing("IDE-01", with: "IDE-02")
            let fresh = await Self.send(server, "k", body: other)
            #expect(fresh.status == 201 && !Self.isReplayed(fresh) && fresh.text != first.text)
            #expect(await Self.send(server, "k", body: other).text == fresh.text)
            #expect(try await server.count(Self.keys) == 1)
            try await server.database.write { session in
                try session.execute(
                    """
                    insert into idempotency_keys (principal, token, key, request_sha256, created_at, answer)
                    select p.id, '0000000000', 'old-' || n, sha256(''), now() - interval '8 days' - n * interval '1 hour', ''
                    from principals p, generate_series(1, 30) n where p.role = 'reader'
                    """)
            }
            #expect(await Self.send(server, "l", body: Self.action.replacing("IDE-01", with: "IDE-03")).status == 201)
            #expect(try await server.count(Self.keys) == 12)
            #expect(try await server.count("select count(*) from idempotency_keys where key = 'old-30'") == 0)
            #expect(try await server.count("select count(*) from idempotency_keys where key = 'old-1'") == 1)
        }
    }

    @Test("the answer comes back in the language it was first given in")
    func language() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            #expect(await Self.send(server, "k", language: "en").field("Content-Language") == "en")
            let again = await Self.send(server, "k", language: "fr")
            #expect(Self.isReplayed(again) && again.field("Content-Language") == "en")
        }
    }
}
