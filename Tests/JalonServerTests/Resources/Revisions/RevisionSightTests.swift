import HTTPTypes
import Testing

@testable import JalonServer

@Suite("What waits in a revision")
struct RevisionSightTests {
    private static let secret = "ZZSECRETZZ"

    @Test("shows in no operation that reads, to a reader, to another ministry or to nobody, before it is submitted and after")
    func hidden() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for body in [
                #"{"title": "\#(Self.secret)"}"#,
                #"{"title": "\#(Self.secret)", "theme": "achats", "target_level": "reflexion", "lead": "\#(Self.secret)", "description": "\#(Self.secret)"}"#,
            ] {
                let code = body.contains("lead") ? Self.secret : "ACH-02"
                try await RevisionScene.revise(server, "TE-2022", code, body, as: .referent)
            }
            for state in ["en_preparation", "soumise"] {
                if state == "soumise" { try await RevisionScene.moved(server, "TE-2022", to: state, as: .referent) }
                try await FeedReplica.settle(server)
                var asked = 0
                for operation in contract.operations where operation.method == "GET" {
                    guard let good = ContractCases.good[operation.id]?[200] else { continue }
                    for caller in [TestServer.Caller.reader, .otherReferent, .anonymous] {
                        let answer = try await server.play(good.with { $0.caller = caller }, operation)
                        #expect(!answer.text.contains(Self.secret), "\(operation.id) \(caller)")
                        #expect(!answer.text.contains("\"revision\":\""), "\(operation.id) \(caller)")
                        asked += 1
                    }
                }
                #expect(asked > 150, "\(asked)")
                // The test can fail.
                #expect(await server.send(.get, "/v1/roadmaps/TE-2022/revision", as: .referent).text.contains(Self.secret))
            }
        }
    }

    @Test("is told on the roadmap to those who see all of the ministry, today, with a validator of its own")
    func roadmap() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            let before = await Self.tags(server)
            try await RevisionScene.prepare(server, "TE-2022", "ACH-01")
            let prepared = await Self.tags(server)
            try await RevisionScene.moved(server, "TE-2022", to: "soumise")
            let submitted = await Self.tags(server)
            for place in 0..<2 { #expect(Set([before[place], prepared[place], submitted[place]]).count == 3) }
            for place in 2..<4 { #expect(Set([before[place], prepared[place], submitted[place]]).count == 1) }
            let told = [TestServer.Caller.referent, .coordinator]
            for caller in [TestServer.Caller.referent, .coordinator, .reader, .otherReferent] {
                let expected = told.contains(caller) ? "soumise" : nil
                #expect(try await server.send(.get, "/v1/roadmaps/TE-2022", as: caller).json()["revision"].text == expected)
                let list = try await server.send(.get, "/v1/roadmaps?sort=updated_at", as: caller).json()["data"]
                #expect(list[0]["revision"].text == expected)
                let past = try await server.send(.get, "/v1/roadmaps/TE-2022?as_of=2022-02-01", as: caller).json()
                #expect(past["revision"].isNull)
                let lines = await server.send(.get, "/v1/roadmaps.csv", as: caller).text
                #expect(lines.contains(";soumise;") == told.contains(caller), "\(lines)")
            }
            let written = await server.send(
                .patch, "/v1/roadmaps/TE-2022", body: #"{"revision": null}"#, fields: ["If-Match": "*"])
            #expect(written.status == 422 && written.text.contains("read-only-member"))
        }
    }

    private static func tags(_ server: TestServer) async -> [String] {
        var tags: [String] = []
        for caller in [TestServer.Caller.referent, .coordinator, .reader, .otherReferent] {
            tags.append(await server.send(.get, "/v1/roadmaps/TE-2022", as: caller).fields[.eTag] ?? "")
        }
        return tags
    }
}
