import ActionPlans
import HTTPTypes
import NIOCore
import Testing

@testable import JalonServer

@Suite("Pages of other origins")
struct CrossOriginTests {
    private static let named = "https://tableau.exemple.gouv.fr"
    private static let other = "https://ailleurs.exemple"

    private func policy(naming list: String = named) throws -> CrossOriginPolicy { try CrossOriginPolicy(list) }

    private func answerFields(
        _ policy: CrossOriginPolicy, from origin: String?, _ readers: CrossOriginPolicy.Readers
    ) -> HTTPFields {
        var request = HTTPFields()
        request[.origin] = origin
        var fields = HTTPFields()
        policy.admit(request, readers, to: &fields)
        return fields
    }

    @Test("any page reads what needs no token, on every operation and on no other")
    func everyOperation() async throws {
        try await TestServer.with { server in
            for operation in Operations.all {
                let path = operation.path.replacing(#/\{[a-z]+\}/#, with: "x")
                let answer = await server.send(
                    operation.method, path, as: .anonymous, body: operation.body.types.isEmpty ? nil : "{}",
                    fields: ["Origin": Self.other])
                let isOpen = [.public, .figures].contains(operation.permission) && operation.purpose != .monitoring
                #expect(
                    answer.fields[.accessControlAllowOrigin] == (isOpen ? "*" : nil),
                    "\(operation.id) answered \(answer.status)")
                #expect(answer.fields[.accessControlAllowCredentials] == nil)
                #expect((answer.fields[.accessControlExposeHeaders]?.contains("ETag") ?? false) == isOpen)
            }
        }
    }

    @Test("what only the operator looks at is for no page, named or not")
    func monitoring() async throws {
        try await TestServer.with { server in
            let policy = try policy()
            let dispatcher = try server.variant { $0.crossOrigin = policy }
            let metrics = await server.send(raw: .get, "/metrics", fields: ["Origin": Self.named], on: dispatcher)
            #expect(metrics.status == 200 && metrics.fields[.accessControlAllowOrigin] == nil)
            let asked = await server.send(
                raw: .options, "/metrics", fields: ["Origin": Self.named, "Access-Control-Request-Method": "GET"], on: dispatcher)
            #expect(asked.status == 204 && asked.fields[.accessControlAllowOrigin] == nil)
            let admin = Dispatcher(operations: Operations.served(on: .admin, hasAdminPort: true), server: server.state)
            for target in ["/livez", "/metrics", "/v1/figures"] {
                let answer = await server.send(raw: .get, target, fields: ["Origin": Self.other], on: admin)
                #expect(answer.fields[.accessControlAllowOrigin] == nil, "\(target)")
            }
        }
    }

    @Test("what is no request at all is refused like the rest: for any page, with the path before its addresses")
    func notRequests() async throws {
        try await TestServer.with { server in
            let base = try #require(BasePath("/jalon"))
            let dispatcher = try server.variant { $0.basePath = base }
            let answer = dispatcher.refusal(Problem(.headersTooLarge, Message("Trop long.", "Too long.")), to: "127.0.0.1")
            #expect(answer.fields[.accessControlAllowOrigin] == "*")
            #expect(String(buffer: answer.body).contains(#""type":"/jalon/problems/headers-too-large""#))
        }
    }

    @Test("figures that the operator has closed are for the origins that he names")
    func closedFigures() async throws {
        try await TestServer.with(publicFigures: false) { server in
            let answer = await server.send(.get, "/v1/figures?year=2022", as: .reader, fields: ["Origin": Self.other])
            #expect(answer.status == 200)
            #expect(answer.fields[.accessControlAllowOrigin] == nil)
        }
    }

    @Test("a page that reads figures again is told 304, and may read that too; so are problems")
    func unchanged() async throws {
        try await TestServer.with { server in
            let first = await server.send(.get, "/v1/figures?year=2022", as: .anonymous, fields: ["Origin": Self.other])
            let tag = try #require(first.fields[.eTag])
            let again = await server.send(
                .get, "/v1/figures?year=2022", as: .anonymous, fields: ["Origin": Self.other, "If-None-Match": tag])
            #expect(again.status == 304)
            #expect(again.fields[.accessControlAllowOrigin] == "*")
            let problem = await server.send(.get, "/v1/figures?year=22", as: .anonymous, fields: ["Origin": Self.other])
            #expect(problem.status == 400)
            #expect(problem.fields[.accessControlAllowOrigin] == "*")
        }
    }

    @Test("a browser that asks first learns what a page of any origin may send to read figures")
    func publicPreflight() async throws {
        try await TestServer.with { server in
            let answer = await server.send(
                .options, "/v1/figures", as: .anonymous,
                fields: [
                    "Origin": Self.other, "Access-Control-Request-Method": "GET",
                    "Access-Control-Request-Headers": "if-none-match",
                ])
            #expect(answer.status == 204)
            #expect(answer.fields[.allow] == "GET, HEAD, OPTIONS")
            #expect(answer.fields[.accessControlAllowOrigin] == "*")
            #expect(answer.fields[.accessControlAllowMethods] == "GET, HEAD, OPTIONS")
            let allowed = try #require(answer.fields[.accessControlAllowHeaders])
            #expect(allowed.contains("If-None-Match"))
            #expect(!allowed.contains("Authorization"))
            #expect(answer.fields[.accessControlMaxAge] == "7200")
        }
    }

    @Test("a browser that asks first is not told that a page of any origin may write or use a token")
    func refusedPreflight() async throws {
        try await TestServer.with { server in
            for (path, method) in [
                ("/v1/actions", "GET"), ("/v1/actions/TE-2022-1", "PATCH"), ("/v1/snapshots", "POST"), ("/metrics", "GET"),
            ] {
                let answer = await server.send(
                    .options, path, as: .anonymous,
                    fields: ["Origin": Self.other, "Access-Control-Request-Method": method])
                #expect(answer.status == 204)
                #expect(answer.fields[.accessControlAllowOrigin] == nil, "\(method) \(path)")
                #expect(answer.fields[.accessControlAllowMethods] == nil)
            }
            let plain = await server.send(.options, "/v1/figures", as: .anonymous, fields: ["Origin": Self.other])
            #expect(plain.fields[.accessControlAllowOrigin] == nil)
        }
    }

    @Test("a named origin reads everything that its token may; others learn nothing of it")
    func namedOrigin() throws {
        let policy = try policy(naming: "\(Self.named), http://localhost:5173")
        #expect(answerFields(policy, from: Self.named, .namedPages)[.accessControlAllowOrigin] == Self.named)
        #expect(
            answerFields(policy, from: "http://localhost:5173", .namedPages)[.accessControlAllowOrigin]
                == "http://localhost:5173")
        for stranger in [Self.other, Self.named + ".ailleurs.exemple", "http://tableau.exemple.gouv.fr", "null", nil] {
            let fields = answerFields(policy, from: stranger, .namedPages)
            #expect(fields[.accessControlAllowOrigin] == nil, "\(stranger ?? "no origin")")
            #expect(fields[.vary]?.contains("Origin") == true, "a cache must not give one origin the answer to another")
        }
        #expect(answerFields(policy, from: Self.named, .anyPage)[.accessControlAllowOrigin] == "*")
    }

    @Test("a page of a named origin may send its token, also to read figures")
    func namedPreflight() throws {
        let policy = try policy()
        for readers in [CrossOriginPolicy.Readers.anyPage, .namedPages] {
            var request = HTTPFields()
            request[.origin] = Self.named
            request[.accessControlRequestMethod] = "GET"
            var fields = HTTPFields()
            policy.preflight(request, methods: "GET, HEAD, OPTIONS", readers: { _ in readers }, to: &fields)
            #expect(fields[.accessControlAllowOrigin] == (readers == .anyPage ? "*" : Self.named))
            #expect(fields[.accessControlAllowHeaders]?.contains("Authorization") == true)
            #expect(fields[.accessControlAllowHeaders]?.contains("Idempotency-Key") == true)
        }
    }

    @Test(
        "what is no origin is refused by name",
        arguments: [
            "", "*", "null", "tableau.exemple.gouv.fr", "https://tableau.exemple.gouv.fr/", "https://a.exemple/page",
            "HTTPS://a.exemple", "https://A.exemple", "ftp://a.exemple", "https://a.exemple:0", "https://a.exemple:99999999",
            "https://user@a.exemple", "https://a.exemple https://b.exemple",
        ])
    func notOrigins(item: String) throws {
        do {
            _ = try CrossOriginPolicy("https://bon.exemple,\(item)")
            Issue.record("accepted: \(item)")
        } catch {
            #expect(error.items == [item])
        }
    }

    @Test("origins are written with or without a port, by name or by address")
    func origins() throws {
        for item in [
            "https://a.exemple", "http://a.exemple:8080", "http://127.0.0.1:3000", "http://[::1]:3000", "https://a-b.c1.exemple",
        ] {
            let fields = answerFields(try policy(naming: " \(item)\t"), from: item, .namedPages)
            #expect(fields[.accessControlAllowOrigin] == item)
        }
    }
}
