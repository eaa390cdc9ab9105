import HTTPTypes
import Postgres
import PrivatePostgres
import Testing

@testable import JalonServer

@Suite("A server that reads a standby", .serialized)
struct StandbyTests {
    private static let plan = """
        {ministry: TE, first_year: 2022, state: soumise, effective_on: 2022-01-01,
         actions: [{code: A, title: T, theme: achats, target_level: reflexion}]}
        """
    private static let writes: [(HTTPRequest.Method, String, String?)] = [
        (.patch, "/v1/roadmaps/TE-2022", #"{"title": "Autre"}"#), (.delete, "/v1/actions/TE-2022-A", nil),
        (.post, "/v1/roadmaps", #"{"ministry": "JUS", "first_year": 2022}"#),
        (.post, "/v1/roadmaps?dry_run=true", #"{"ministry": "JUS", "first_year": 2022}"#),
        (.put, "/v1/censuses/2022", #"{"due_on": "2022-02-28", "expected": ["TE"]}"#),
        (.put, "/v1/roadmaps/JUS-2022/plan", #"{"ministry": "JUS", "first_year": 2022, "actions": []}"#),
        (.post, "/v1/snapshots", #"{"year": 2022, "title": "Bilan"}"#),
        (.post, "/v1/snapshots?dry_run=true", #"{"year": 2022, "title": "Bilan"}"#),
    ]

    @Test("answers with what it has replayed, refuses writes and instants, and is all there from the promotion on")
    func standby() async throws {
        try await PrivateServer.with { primary in
            try await TestServer.with(url: primary.url) { server in
                try await server.apply(Self.plan, to: "TE-2022")
                let follower = try primary.standby()
                defer { follower.destroy() }
                var configuration = server.configuration
                configuration.connectionString = follower.url
                try await server.withDispatcher(on: configuration, listening: true) { dispatcher in
                    let client = Client(server: server, dispatcher: dispatcher)
                    #expect(try await server.eventually { await client.send(.get, "/v1/actions/TE-2022-A").status == 200 })
                    let cursor = try await client.checkReads()
                    try await client.checkRefusals(Self.writes)
                    try await client.checkRevocation(of: .reader)
                    try primary.kill()
                    try follower.promote()
                    try await client.checkPromoted(cursor, Self.writes)
                    // Its own schema is dropped where it can be.
                    try primary.start()
                }
            }
        }
    }

    private struct Client {
        let server: TestServer
        let dispatcher: Dispatcher

        func send(
            _ method: HTTPRequest.Method, _ target: String, _ body: String? = nil, as caller: TestServer.Caller = .coordinator,
            fields: [String: String] = ["If-Match": "*"]
        ) async -> TestAnswer {
            let fields = method == .get ? [:] : method == .post ? ["Idempotency-Key": "\(target)"] : fields
            return await server.send(
                raw: method, target, as: caller, bytes: body.map { Array($0.utf8) }, type: "application/json", fields: fields,
                on: dispatcher)
        }

        /// - Returns: a cursor of the feed.
        func checkReads() async throws -> String {
            for target in [
                "/v1/roadmaps/TE-2022", "/v1/actions", "/v1/actions?as_of=2022-06-01", "/v1/figures?year=2022",
                "/v1/figures?year=2022&as_of=2022-06-01", "/v1/roadmaps/TE-2022/plan", "/v1/barometer", "/readyz", "/livez",
                "/v1/actions/TE-2022-A/history",
            ] {
                let answer = await send(.get, target)
                #expect(answer.status == 200, "\(target): \(answer.text)")
            }
            let ready = try await send(.get, "/readyz").json()
            #expect(ready["database"].text == "standby")
            let feed = try await send(.get, "/v1/changes?limit=1000").json()
            #expect(feed["data"].items.contains { $0["id"].text == "TE-2022-A" })
            // An answer is not remembered there: the next one may come from another standby, not as far.
            let tag = await send(.get, "/v1/actions").tag
            let again = await server.send(raw: .get, "/v1/actions", fields: ["If-None-Match": tag], on: dispatcher)
            #expect(again.status == 304)
            return try #require(feed["meta"]["cursor"].text)
        }

        func checkRefusals(_ writes: [(HTTPRequest.Method, String, String?)]) async throws {
            for (method, target, body) in writes {
                let answer = await send(method, target, body)
                #expect(answer.status == 503 && answer.fields[.retryAfter] == "5", "\(method) \(target): \(answer.text)")
                #expect(try answer.json()["detail"].text?.contains("base secondaire") == true, "\(answer.text)")
            }
            for target in [
                "/v1/figures?year=2022&known_at=2022-07-01T00:00:00Z", "/v1/actions?known_at=2022-07-01T00:00:00Z",
                "/v1/figures/compare?year=2022&from=2022-01-01&to=2022-06-01&to_known_at=2022-07-01T00:00:00Z",
                "/readyz?writes=true",
            ] {
                let answer = await send(.get, target)
                #expect(answer.status == 503 && answer.fields[.retryAfter] == "5", "\(target): \(answer.text)")
            }
            // What is wrong with the question itself is told first.
            #expect(await send(.get, "/v1/figures?year=2022&known_at=2999-07-01T00:00:00Z").status == 400)
        }

        /// A token revoked at the primary is refused once that is replayed, though no notification tells a standby.
        func checkRevocation(of caller: TestServer.Caller) async throws {
            #expect(await send(.get, "/v1/practices?limit=1", as: caller).status == 200)
            let id = try #require(server.secret(of: caller).flatMap { TokenSecret($0) }).id
            #expect(await server.send(.delete, "/v1/tokens/\(id)", as: .admin).status == 204)
            #expect(try await server.eventually { await send(.get, "/v1/practices?limit=1", as: caller).status == 401 })
        }

        func checkPromoted(_ cursor: String, _ writes: [(HTTPRequest.Method, String, String?)]) async throws {
            let first = await send(.patch, "/v1/roadmaps/TE-2022", #"{"title": "Autre"}"#)
            #expect(first.status == 200, "\(first.text)")
            let ready = try await send(.get, "/readyz?writes=true").json()
            #expect(ready["database"].text == "primary")
            #expect(await send(.get, "/v1/figures?year=2022&known_at=2022-07-01T00:00:00Z").status == 200)
            // What the cursor names came over: whoever followed the old primary goes on, with what has changed since.
            let feed = await send(.get, "/v1/changes?after=\(cursor)&wait=30")
            let told = try feed.json()["data"].items.map { $0["id"].text }
            #expect(feed.status == 200 && told == ["TE-2022"], "\(feed.text)")
            for (method, target, body) in writes where method == .post && !target.contains("dry_run") {
                let answer = await send(method, target, body)
                #expect(answer.status == 201, "\(target): \(answer.text)")
            }
        }
    }
}
