import HTTPTypes
import Testing

@testable import JalonServer

@Suite("What others may not see of the past")
struct HiddenPastTests {
    private static let secret = "Projet Ombrelle"

    @Test("a deleted action, a deleted draft or a confidential time does not show through the history of what came after")
    func history() async throws {
        try await TestServer.with { server async throws in
            try await deleteAndRecreate(server)
            try await discloseLater(server)
            for caller in [TestServer.Caller.reader, .otherReferent, .admin] {
                for path in [
                    "/v1/actions/TE-2030-X-01/history", "/v1/roadmaps/TE-2030/history", "/v1/actions/TE-2030-X-02/history",
                    "/v1/roadmaps/TE-2030/plan", "/v1/actions?ministry=TE",
                ] {
                    let answer = await server.send(.get, path, as: caller)
                    #expect(answer.status == 200, "\(path) as \(caller): \(answer.text)")
                    #expect(!answer.text.contains(Self.secret), "\(path) as \(caller)")
                }
            }
            let own = await server.send(.get, "/v1/actions/TE-2030-X-01/history", as: .referent)
            #expect(own.text.contains(Self.secret), "its own ministry keeps the whole history")
            let after = await server.send(
                .patch, "/v1/actions/TE-2030-X-02", body: #"{"lead": "Cabinet"}"#, fields: ["If-Match": "*"])
            #expect(after.status == 200)
            let seen = try await server.send(.get, "/v1/actions/TE-2030-X-02/history", as: .reader).json()
            #expect(seen["data"].items.count == 1, "what happened since is seen")
        }
    }

    /// A confidential action deleted from a draft, then a public one of the same code.
    private func deleteAndRecreate(_ server: TestServer) async throws {
        _ = await server.send(.post, "/v1/roadmaps", as: .referent, body: #"{"ministry": "TE", "first_year": 2030}"#)
        let path = "/v1/roadmaps/TE-2030/actions"
        for body in [
            #"{"code": "X-01", "title": "\#(Self.secret)", "theme": "achats", "target_level": "reflexion", "confidential": true, "reason": "\#(Self.secret)"}"#,
            #"{"code": "X-02", "title": "\#(Self.secret)", "theme": "achats", "target_level": "reflexion", "confidential": true}"#,
        ] {
            let created = await server.send(.post, path, as: .referent, body: body)
            try #require(created.status == 201, "\(created.text)")
        }
        let deleted = await server.send(.delete, "/v1/actions/TE-2030-X-01", as: .referent, fields: ["If-Match": "*"])
        try #require(deleted.status == 204)
        let again = await server.send(
            .post, path, as: .referent,
            body: #"{"code": "X-01", "title": "Public", "theme": "achats", "target_level": "reflexion"}"#)
        try #require(again.status == 201)
        let submitted = await server.send(
            .patch, "/v1/roadmaps/TE-2030", as: .referent, body: #"{"state": "soumise"}"#, fields: ["If-Match": "*"])
        try #require(submitted.status == 200)
    }

    private func discloseLater(_ server: TestServer) async throws {
        let disclosed = await server.send(
            .patch, "/v1/actions/TE-2030-X-02", as: .referent, body: #"{"title": "Public aussi", "confidential": false}"#,
            fields: ["If-Match": "*"])
        try #require(disclosed.status == 200)
    }

    @Test("a plan's validator does not move for others when a confidential action changes")
    func validator() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(ActionTests.plan, to: "TE-2022")
            for type in ["application/json", "application/yaml"] {
                let before = await server.send(.get, "/v1/roadmaps/TE-2022/plan", as: .reader, fields: ["Accept": type])
                let changed = await server.send(
                    .patch, "/v1/actions/TE-2022-FIN-01", body: #"{"lead": "Service \#(type)"}"#, fields: ["If-Match": "*"])
                #expect(changed.status == 200)
                let after = await server.send(.get, "/v1/roadmaps/TE-2022/plan", as: .reader, fields: ["Accept": type])
                #expect(after.tag == before.tag && after.text == before.text)
            }
        }
    }
}
