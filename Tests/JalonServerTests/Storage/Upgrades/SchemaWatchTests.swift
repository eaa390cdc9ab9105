import ActionPlans
import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1
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

    private static func until(_ status: Int, _ address: String, _ secret: String) async throws {
        for _ in 0..<600 {
            if try await self.status(of: address, secret) == status { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("never \(status)")
    }

    private static func status(of address: String, _ secret: String) async throws -> Int {
        var request = HTTPClientRequest(url: address + "/v1/actions")
        request.headers.add(name: "Authorization", value: "Bearer \(secret)")
        return Int(try await HTTPClient.shared.execute(request, timeout: .seconds(20)).status.code)
    }
}
