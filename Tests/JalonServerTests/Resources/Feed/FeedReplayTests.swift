import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("The feed of changes, replayed")
struct FeedReplayTests {
    private static let callers: [TestServer.Caller] = [.reader, .referent, .otherReferent, .coordinator, .admin]

    @Test("a copy kept by following the feed, or made from its beginning, is what the lists show, for every role")
    func replay() async throws {
        let steps = ProcessInfo.processInfo.environment["JALON_TEST_STEPS"].flatMap { Int($0) } ?? 150
        let seed = Seed.fresh()
        var choices = Seed(seed.value &+ 1)
        try await TestServer.with { server in
            var history = RandomHistory(server, seed)
            var followers = Self.callers.map { FeedReplica($0) }
            while try !history.isLong(tried: steps, accepted: steps / 4) {
                try await history.step()
                let follower = followers.indices.randomElement(using: &choices) ?? 0
                _ = try await followers[follower].follow(server, limit: Int.random(in: 1...20, using: &choices))
            }
            for follower in followers {
                var follower = follower
                try await follower.catchUp(server, limit: 7)
                var fresh = FeedReplica(follower.caller)
                try await fresh.catchUp(server)
                let lists = try await FeedReplica.ofLists(server, follower.caller)
                Self.compare(follower.plans, lists, "followed by \(follower.caller), \(seed)")
                Self.compare(fresh.plans, lists, "replayed by \(follower.caller), \(seed)")
                try await compareMinistries(fresh, server)
            }
        }
    }

    private static func compare(_ copy: [String: FeedReplica.Thing], _ lists: [String: FeedReplica.Thing], _ event: String) {
        for id in Set(copy.keys).union(lists.keys).sorted() where copy[id] != lists[id] {
            Issue.record(
                "\(id) \(event): \(copy[id].map { "\($0)" } ?? "missing") is not \(lists[id].map { "\($0)" } ?? "there")")
        }
    }

    private func compareMinistries(_ copy: FeedReplica, _ server: TestServer) async throws {
        let list = try await server.send(.get, "/v1/ministries?limit=200", as: copy.caller).json()["data"].items
        #expect(list.count == copy.things.keys.count { $0.hasPrefix("ministry ") })
        for ministry in list {
            let thing = try #require(copy.things["ministry \(ministry["code"].text ?? "")"])
            #expect(thing.version == ministry["version"].number)
            for name in ["kind", "siren", "siret"] { #expect(thing.members[name] == ministry[name].text) }
        }
    }

    @Test("the lines of application/x-ndjson are the changes of the JSON pages, and reading goes on from any of them")
    func lines() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            try await FeedReplica.settle(server)
            let page = await server.send(.get, "/v1/changes?limit=1000", as: .reader)
            let all = try await lines(server, "")
            #expect(all.count >= 20)
            #expect(page.text.contains("[" + all.joined(separator: ",") + "]"))
            for (index, line) in all.enumerated() {
                let change = JSONValue(try JSONSerialization.jsonObject(with: Data(line.utf8)))
                let rest = try await lines(server, "?after=\(try #require(change["cursor"].text))")
                #expect(rest == Array(all.dropFirst(index + 1)))
            }
            #expect(try await lines(server, "?limit=3") == Array(all.prefix(3)))
        }
    }

    private func lines(_ server: TestServer, _ query: String) async throws -> [String] {
        let answer = await server.send(
            .get, "/v1/changes\(query)", as: .reader, fields: ["Accept": "application/x-ndjson"])
        #expect(answer.status == 200 && answer.fields[.contentType] == "application/x-ndjson")
        #expect(answer.text.isEmpty || answer.text.hasSuffix("\n"))
        return answer.text.split(separator: "\n").map(String.init)
    }

    @Test("filters keep the changes of some ministries and resources, and a cursor is good for the same ones only")
    func filters() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            try await FeedReplica.settle(server)
            let roadmaps = try await server.send(.get, "/v1/changes?resource=roadmap&ministry=JUS,TE").json()["data"].items
            #expect(
                Set(roadmaps.compactMap { $0["id"].text }) == ["TE-2022", "TE-2024", "TE-2025", "TE-2021", "TE-2018", "JUS-2022"])
            let other = try await server.send(.get, "/v1/changes?resource=census").json()
            #expect(other["data"].items.map { $0["id"].text } == ["2022"])
            let cursor = try #require(other["meta"]["cursor"].text)
            for (target, caller) in [
                ("/v1/changes?after=\(cursor)", TestServer.Caller.coordinator),
                ("/v1/changes?resource=census&after=\(cursor)", .reader),
                ("/v1/changes?resource=census&after=nimportequoi", .coordinator),
            ] {
                let refused = await server.send(.get, target, as: caller)
                #expect(refused.status == 400 && refused.text.contains("/problems/invalid-cursor"), "\(target) \(refused.text)")
            }
            #expect(await server.send(.get, "/v1/changes?resource=census&after=\(cursor)").status == 200)
        }
    }
}
