import HTTPTypes
import Testing

@testable import JalonServer

@Suite("The history of ministries and censuses")
struct HistoryOfBodiesTests {
    @Test("tells each change with its author to those it concerns, newest first, page by page, and nothing of another's")
    func lines() async throws {
        try await TestServer.with { server in
            let unchanged = await server.send(.get, "/v1/ministries/TE/history", as: .reader)
            #expect(try unchanged.status == 200 && unchanged.json()["data"].items.isEmpty)
            let links =
                #"{"successions": [{"predecessor": "TE", "successor": "CUL", "on": "2024-01-01", "kind": "fusion"}], "reason": "Décret"}"#
            for (target, body) in [("TE", #"{"siren": null, "siret": null}"#), ("TE", links)] {
                let answer = await server.send(
                    .patch, "/v1/ministries/\(target)", as: .admin, body: body, fields: ["If-Match": "*"])
                try #require(answer.status == 200, "\(answer.text)")
            }
            for due in ["2022-02-28", "2022-03-31"] {
                let answer = await server.send(
                    .put, "/v1/censuses/2022", body: #"{"due_on": "\#(due)", "expected": ["TE"], "reason": "Report"}"#,
                    fields: due == "2022-02-28" ? [:] : ["If-Match": "*"])
                try #require(answer.status < 300, "\(answer.text)")
            }
            let lines = try await server.send(.get, "/v1/ministries/TE/history?count=true", as: .referent).json()
            #expect(lines["data"].items.map { $0["changes"].members.keys.sorted() } == [["successions"], ["siren", "siret"]])
            #expect(lines["meta"]["total"].number == 2)
            #expect(lines["data"][0]["resource"]["id"].text == "TE" && lines["data"][0]["reason"].text == "Décret")
            #expect(lines["data"][0]["actor"]["label"].text == "Test admin")
            let others = try await server.send(.get, "/v1/ministries/CUL/history", as: .otherReferent).json()
            #expect(others["data"].items.count == 1 && others["data"][0]["actor"]["label"].text == nil)

            let first = try await server.send(.get, "/v1/censuses/2022/history?limit=1").json()
            #expect(first["data"].items.map(\.["kind"].text) == ["updated"])
            #expect(first["data"][0]["changes"]["due_on"]["from"].text == "2022-02-28")
            #expect(
                first["data"][0]["resource"]["id"].text == "2022" && first["data"][0]["actor"]["label"].text == "Test coordinator"
            )
            let next = try await server.send(.get, try #require(first["links"]["next"].text), as: .reader).json()
            #expect(next["data"].items.map(\.["kind"].text) == ["created"] && next["links"]["next"].text == nil)
            #expect(next["data"][0]["actor"]["label"].text == nil)
            for target in ["/v1/ministries/NUL/history", "/v1/censuses/2023/history"] {
                #expect(await server.send(.get, target).status == 404, "\(target)")
            }
        }
    }
}
