import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("A dashboard that asks again")
struct ValidatorMemoryTests {
    private static let targets = [
        "/v1/figures?year=2022", "/v1/actions?theme=achats", "/v1/roadmaps", "/v1/roadmaps/TE-2022/actions",
        "/v1/actions/TE-2022-ACH-01/history", "/v1/ministries", "/v1/practices",
    ]

    private static func statements(_ server: TestServer) -> Int { Int(server.database.health.metrics.statements) }

    @Test("costs one statement while nothing is written, whatever it asks for")
    func oneStatement() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for target in Self.targets {
                let tag = await server.send(.get, target).tag
                _ = await server.send(.get, target, fields: ["If-None-Match": tag])
                let before = Self.statements(server)
                let again = await server.send(.get, target, fields: ["If-None-Match": tag])
                #expect(again.status == 304)
                #expect(again.tag == tag)
                // One for the token, which a process that listens for revocations remembers, and one for the versions.
                #expect(Self.statements(server) - before == 2, "\(target)")
            }
        }
    }

    @Test("hears of what shows in its answer, and is not answered for another question")
    func afterWrites() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let target = "/v1/figures?year=2022"
            let tag = await server.send(.get, target).tag
            func again() async -> Int { await server.send(.get, target, fields: ["If-None-Match": tag]).status }
            #expect(await again() == 304)
            let other = await server.send(.get, "/v1/figures?year=2024", fields: ["If-None-Match": tag])
            #expect(other.status == 200, "the validator of another request")
            let renamed = await server.send(
                .patch, "/v1/ministries/TE", as: .admin,
                body: #"{"names": [{"name": "Ministère des exemples", "from": "2020-01-01"}]}"#, fields: ["If-Match": "*"])
            #expect(renamed.status == 200, "\(renamed.text)")
            #expect(await again() == 200, "the name of a ministry shows in the figures")
        }
    }

    @Test("is told apart from callers who see more or less")
    func otherCallers() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let target = "/v1/roadmaps"
            let tag = await server.send(.get, target, as: .coordinator).tag
            _ = await server.send(.get, target, as: .coordinator, fields: ["If-None-Match": tag])
            #expect(await server.send(.get, target, as: .reader, fields: ["If-None-Match": tag]).status == 200)
            #expect(await server.send(.get, target, as: .coordinator, fields: ["If-None-Match": tag]).status == 304)
        }
    }
}
