import ActionPlans
import HTTPTypes
import OutgoingHTTP
import Postgres
import Testing

@testable import JalonServer

@Suite("A schema that changes under a server")
struct SchemaWatchTests {
    private static let next = Migration.version + 1

    /// As a step to the next version leaves it.
    private static func step(_ database: Database, servesFrom: Int) async throws {
        try await database.write { session in
            try session.execute("delete from schema_versions where version = \(next)")
            try session.execute("insert into schema_versions (version, serves_from) values (\(next), \(servesFrom))")
        }
    }

    private static func stepBack(_ database: Database) async throws {
        try await database.write { session in try session.execute("delete from schema_versions where version = \(next)") }
    }

    /// The statuses of all operations, asked without a body.
    private static func statuses(_ server: TestServer) async -> [String: TestAnswer] {
        var answers: [String: TestAnswer] = [:]
        for operation in Operations.all {
            answers[operation.id] = await server.send(operation.method, operation.path.replacing(#/\{\w+\}/#, with: "x"))
        }
        return answers
    }

    @Test("a later schema that lets it go on changes nothing; one that does not ends all that uses the database")
    func everyOperation() async throws {
        try await TestServer.with { server in
            let before = await Self.statuses(server).mapValues(\.status)
            #expect(!before.values.contains(503))

            try await Self.step(server.database, servesFrom: Migration.version)
            await server.state.schema.look()
            #expect(await Self.statuses(server).mapValues(\.status) == before)

            try await Self.step(server.database, servesFrom: Self.next)
            await server.state.schema.look()
            let refused = await Self.statuses(server)
            for operation in Operations.all {
                let answer = try #require(refused[operation.id])
                guard operation.permission != .public || operation.id == "getReadiness" else {
                    #expect(answer.status == before[operation.id], "\(operation.id)")
                    continue
                }
                #expect(answer.status == 503, "\(operation.id)")
                #expect(answer.fields[.retryAfter] == "5" && answer.fields[.contentType] == "application/problem+json")
                #expect(answer.text.contains("/problems/unavailable") && answer.text.contains("il attend d’être remplacé"))
            }

            try await Self.stepBack(server.database)
            await server.state.schema.look()
            #expect(await Self.statuses(server).mapValues(\.status) == before)
        }
    }

    @Test("a running server sees it by itself, both ways")
    func running() async throws {
        try await TestServer.with { server in
            let secret = try #require(server.secret(of: .reader))
            try await LiveServer.with(server.configuration) { address in
                #expect(try await Self.status(of: address, secret) == 200)
                try await Self.step(server.database, servesFrom: Self.next)
                try await Self.until(503, address, secret)
                try await Self.stepBack(server.database)
                try await Self.until(200, address, secret)
            }
        }
    }

    /// A write of each way that writes have: of what has a history, of snapshots, of tokens.
    private static let writes: [(method: HTTPRequest.Method, target: String, caller: TestServer.Caller, body: String?)] = [
        (.patch, "/v1/actions/TE-2022-ACH-01", .coordinator, #"{"status": "en_cours"}"#),
        (.put, "/v1/censuses/2022", .coordinator, #"{"due_on": "2022-06-30", "expected": ["TE"]}"#),
        (
            .post, "/v1/roadmaps/TE-2022/actions", .coordinator,
            #"{"code": "N", "title": "N", "theme": "achats", "target_level": "reflexion"}"#
        ),
        (.post, "/v1/snapshots", .coordinator, #"{"year": 2022, "title": "Bilan"}"#),
        (.post, "/v1/tokens", .admin, #"{"label": "N", "role": "reader"}"#),
        (.delete, "/v1/tokens/0000000000", .admin, nil),
    ]

    @Test("a write that comes before the server has seen the new schema is refused, and nothing of it is kept")
    func writesBeforeTheLook() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            try await Self.step(server.database, servesFrom: Self.next)
            let before = try await server.stored()
            for (method, target, caller, body) in Self.writes {
                let answer = await server.send(
                    method, target, as: caller, body: body, fields: method == .post ? [:] : ["If-Match": "*"])
                #expect(answer.status == 503 && answer.text.contains("il attend d’être remplacé"), "\(target): \(answer.text)")
            }
            #expect(try await server.stored() == before)
            try await Self.stepBack(server.database)
            let (method, target, caller, body) = Self.writes[0]
            #expect(await server.send(method, target, as: caller, body: body, fields: ["If-Match": "*"]).status == 200)
        }
    }

    @Test("a step waits for the write under way, and the next write finds its schema")
    func stepBesideWrites() async throws {
        try await TestServer.with { server in
            try await server.apply(ActionTests.plan, to: "TE-2022")
            let ministry = try #require(MinistryCode("JUS"))
            let database = server.database
            let step = try await HeldTransaction.with(on: database) { session in
                try WriteLock.roadmaps(of: ministry).take(session)
                _ = try WriteMoment.read(session)
            } meanwhile: {
                let step = Task {
                    try await database.write { session in
                        try session.one("select \(SchemaGate.close)::text") { row in row.skip() }
                        try session.execute(
                            "insert into schema_versions (version, serves_from) values (\(Self.next), \(Self.next))")
                    }
                }
                try await Self.untilAStepWaits(database)
                return step
            }
            try await step.value
            let (method, target, caller, body) = Self.writes[0]
            let answer = await server.send(method, target, as: caller, body: body, fields: ["If-Match": "*"])
            #expect(answer.status == 503, "\(answer.text)")
        }
    }

    private static func untilAStepWaits(_ database: Database) async throws {
        for _ in 0..<300 {
            let waits = try await database.read { session in
                try session.one(
                    """
                    select exists (
                        select from pg_locks
                        where locktype = 'advisory' and not granted and mode = 'ExclusiveLock'
                            and objid = (hashtext(current_schema())::bigint & 4294967295)::oid)
                    """
                ) { row in try row.next(Bool.self) }
            }
            if waits { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the step does not wait")
    }

    private static func until(_ status: Int, _ address: String, _ secret: String) async throws {
        for _ in 0..<600 {
            if try await self.status(of: address, secret) == status { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("never \(status)")
    }

    private static func status(of address: String, _ secret: String) async throws -> Int {
        let request = WebClient.Request("GET", address + "/v1/actions", ["Authorization": "Bearer \(secret)"])
        return try await WebClient.send(request, within: .seconds(20)).status
    }
}
