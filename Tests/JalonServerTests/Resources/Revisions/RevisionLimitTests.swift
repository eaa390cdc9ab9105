import HTTPTypes
import Testing

@testable import JalonServer

@Suite("What a revision may be, and be taken for")
struct RevisionLimitTests {
    private static let plan = RevisionTests.plan
    private static let address = RevisionTests.address

    @Test("holds so many bytes at most, since history keeps them with each change")
    func bytes() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            try await RevisionScene.open(server, Self.plan)
            let description = String(repeating: "a", count: 9_000)
            let added = #"{"title": "T", "theme": "achats", "target_level": "reflexion", "description": "\#(description)"}"#
            var held = 0
            var answer = await RevisionScene.send(server, Self.plan, "N0", added)
            while answer.status == 200, held < 30 {
                held += 1
                answer = await RevisionScene.send(server, Self.plan, "N\(held)", added)
            }
            #expect(answer.status == 409 && answer.text.contains("200000"), "\(answer.text.prefix(500))")
            #expect(held > 10 && held < 25)
            let kept = try await RevisionScene.read(server, Self.plan)["actions"].items
            #expect(kept.count == held)
        }
    }

    @Test("has a tag of its own: one of an earlier revision neither shows nor changes it")
    func tags() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            try await RevisionScene.open(server, Self.plan, as: .referent)
            let earlier = await server.send(.get, Self.address, as: .referent).tag
            try await RevisionScene.moved(server, Self.plan, to: "abandonnee", #", "reason": "Trop tôt""#, as: .referent)
            try await RevisionScene.open(server, Self.plan, as: .referent)
            let read = await server.send(.get, Self.address, as: .referent, fields: ["If-None-Match": earlier])
            #expect(read.status == 200, "\(read.text)")
            let written = await server.send(
                .patch, Self.address, as: .referent, body: #"{"state": "soumise"}"#, fields: ["If-Match": earlier])
            #expect(written.status == 412, "\(written.text)")
        }
    }

    @Test("is not the way around: the years of a validated plan, which decide where it counts, are the coordinators' to change")
    func years() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            let body = #"{"last_year": 2023}"#
            let target = "/v1/roadmaps/\(Self.plan)"
            let refused = await server.send(.patch, target, as: .referent, body: body, fields: ["If-Match": "*"])
            #expect(refused.status == 403, "\(refused.text)")
            let plan = await server.send(.get, target + "/plan", as: .referent, fields: ["Accept": "application/yaml"])
            let whole = await server.send(
                .put, target + "/plan", as: .referent, body: plan.text.replacing("last_year: 2022", with: "last_year: 2023"),
                type: "application/yaml", fields: ["If-Match": "*"])
            #expect(plan.text.contains("last_year: 2022") && whole.status == 403, "\(whole.text)")
            #expect(try await server.send(.get, target).json()["last_year"].number == 2022)
            let corrected = await server.send(.patch, target, body: body, fields: ["If-Match": "*"])
            #expect(corrected.status == 200, "\(corrected.text)")
        }
    }
}
