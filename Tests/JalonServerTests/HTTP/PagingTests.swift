import ActionPlans
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Pages of lists")
struct PagingTests {
    @Test(
        "following next gives every action once, in order, whatever the page size",
        arguments: ["id", "-id", "due_on", "-due_on", "updated_at", "-updated_at,id", "due_on,-id", "-due_on,updated_at"])
    func everyItemOnce(sort: String) async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            for ministry in ["TE", "EF"] {
                let plan = RandomPlan(ministry, 2022...2022, .validee, actions: 30, using: &seed)
                #expect(await server.send(.put, "/v1/roadmaps/\(ministry)-2022/plan", body: plan.json).status == 201)
            }
            let whole = try await ids(server, "/v1/actions?sort=\(sort)&limit=200")
            #expect(whole.count == 60 && Set(whole).count == 60)
            for limit in [1, 7, Int.random(in: 2...59, using: &seed)] {
                #expect(try await ids(server, "/v1/actions?sort=\(sort)&limit=\(limit)") == whole, "\(seed)")
            }
        }
    }

    @Test("what is created or deleted meanwhile makes no other action appear twice or be skipped")
    func stableUnderWrites() async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            let plan = RandomPlan("TE", 2022...2022, .brouillon, actions: 40, using: &seed)
            #expect(await server.send(.put, "/v1/roadmaps/TE-2022/plan", body: plan.json).status == 201)
            let before = try await ids(server, "/v1/actions?limit=200")
            let doomed = before[Int.random(in: 0..<40, using: &seed)]
            var seen: [String] = []
            var next: String? = "/v1/actions?limit=5"
            while let page = next {
                let answer = try await server.send(.get, page).json()
                seen += answer["data"].items.compactMap(\.["id"].text)
                next = answer["links"]["next"].text
                let code = "Z\(Int.random(in: 0...99_999, using: &seed))"
                _ = await server.send(
                    .post, "/v1/roadmaps/TE-2022/actions",
                    body: #"{"code": "\#(code)", "title": "T", "theme": "achats", "target_level": "reflexion", "reason": "Tour"}"#
                )
                _ = await server.send(.delete, "/v1/actions/\(doomed)?reason=Tour", fields: ["If-Match": "*"])
            }
            #expect(Set(seen).count == seen.count, "\(seed)")
            #expect(Set(before).subtracting([doomed]).isSubset(of: seen), "\(seed)")
        }
    }

    @Test(
        "what may not stand in an address is escaped in links, which ask for the same list",
        arguments: [
            (#"x>;rel="prev",<http://evil.example/?"#, "x%3E;rel=%22prev%22,%3Chttp://evil.example/?"),
            ("\u{e9}^{|}\\`[]", "%C3%A9%5E%7B%7C%7D%5C%60%5B%5D"), ("a b\u{1}\t", "a%20b%01%09"),
            ("%3e%C3%A9+%2B", "%3e%C3%A9+%2B"),
        ])
    func links(sent: String, linked: String) async throws {
        try await TestServer.with { server in
            let lines = ["A", "B", "C"].map {
                #"{"code": "\#($0)", "title": "T", "theme": "achats", "target_level": "reflexion", "lead": "DSI"}"#
            }
            let plan = #"{"ministry": "TE", "first_year": 2022, "actions": [\#(lines.joined(separator: ","))]}"#
            #expect(await server.send(.put, "/v1/roadmaps/TE-2022/plan", body: plan).status == 201)
            let target = "/v1/actions?limit=1&lead=DSI,"
            let first = await server.send(.get, target + sent)
            let page = try first.json()["links"]
            #expect(page["self"].text == target + linked)
            let next = try #require(page["next"].text)
            let start = "\(target)\(linked)&cursor="
            #expect(
                next.hasPrefix(start)
                    && next.dropFirst(start.count).allSatisfy { $0.isLetter || $0.isNumber || "-_".contains($0) })
            #expect(first.fields[.link] == "<\(next)>; rel=\"next\"")
            #expect(try await ids(server, target + sent) == ["TE-2022-A", "TE-2022-B", "TE-2022-C"])
        }
    }

    private func ids(_ server: TestServer, _ first: String) async throws -> [String] {
        var ids: [String] = []
        var next: String? = first
        while let page = next {
            let answer = await server.send(.get, page)
            try #require(answer.status == 200, "\(answer.text)")
            let list = try answer.json()
            ids += list["data"].items.compactMap(\.["id"].text)
            next = list["links"]["next"].text
            #expect(answer.fields[.link] == next.map { "<\($0)>; rel=\"next\"" })
        }
        return ids
    }
}
