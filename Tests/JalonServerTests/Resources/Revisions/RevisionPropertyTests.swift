import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Random revisions against what was validated plus follow-up")
struct RevisionPropertyTests {
    /// What a reader is given of the plan, with its validators.
    private struct Sight: Equatable {
        var tags: [String] = []
        var actions: [String: String] = [:]

        init(_ server: TestServer, codes: [String]) async {
            let targets = [
                "/v1/actions?ministry=TE", "/v1/roadmaps/TE-2022", "/v1/roadmaps?ministry=TE", "/v1/roadmaps/TE-2022/plan",
                "/v1/figures?year=2022", "/v1/figures/series?year=2022", "/v1/roadmaps/TE-2022/history",
            ]
            for target in targets { tags.append(await server.send(.get, target, as: .reader).fields[.eTag] ?? "none") }
            for code in codes {
                let answer = await server.send(.get, "/v1/actions/TE-2022-\(code)", as: .reader)
                actions[code] = answer.fields[.eTag] ?? "\(answer.status)"
            }
        }
    }

    @Test("a reader sees it after each step, in lists, figures and feed; nothing that waits moves a validator")
    func sight() async throws {
        var dice = Seed.fresh()
        let start = dice
        try await TestServer.with { server in
            var story = try await RevisionStory(server: server, dice: dice)
            var copy = FeedReplica(.reader)
            var instants: [String] = []
            for step in 0..<120 {
                let before = await Sight(server, codes: story.naive.codes)
                let told = try await server.count("select count(*) from feed_entries")
                let mayChange = try await story.step()
                try await Self.checkLists(server, story, "step \(step), \(start)")
                let after = await Sight(server, codes: story.naive.codes)
                if !mayChange {
                    #expect(after == before, "step \(step), \(start)")
                    #expect(try await server.count("select count(*) from feed_entries") == told, "step \(step), \(start)")
                }
                if step % 6 == 0 { instants.append(try await story.now()) }
            }
            try await copy.catchUp(server)
            #expect(copy.plans == (try await FeedReplica.ofLists(server, .reader)), "\(start)")
            for _ in 0..<40 {
                let day = "202\([2, 3].randomElement(using: &dice) ?? 2)-0\(Int.random(in: 1...9, using: &dice))-15"
                guard let instant = instants.randomElement(using: &dice) else { continue }
                try await Self.checkFigures(server, story, on: day, at: instant, "\(start)")
            }
            let found = try await FigureAudit.differences(in: server.database)
            #expect(found.isEmpty, "\(found) \(start)")
            #expect(story.done.contains("follow-up") && story.done.contains("correction") && story.validations > 0, "\(start)")
        }
    }

    private static func checkLists(_ server: TestServer, _ story: RevisionStory, _ place: String) async throws {
        let expected = story.present()
        let list = try await server.send(.get, "/v1/actions?ministry=TE&limit=200", as: .reader).json()["data"].items
        var found: [String: [String: String]] = [:]
        for item in list {
            var members: [String: String] = [:]
            for name in ["title", "theme", "target_level", "reached_level", "status"] { members[name] = item[name].text ?? "" }
            members["key_action"] = item["key_action"].flag == true ? "true" : "false"
            found[item["code"].text ?? ""] = members
        }
        #expect(found == expected, "\(place)")
        try await checkFigures(server, expected, "", place)
    }

    private static func checkFigures(
        _ server: TestServer, _ story: RevisionStory, on day: String, at instant: String, _ place: String
    ) async throws {
        let expected = story.naive.states(on: day, at: instant)
        try await checkFigures(server, expected, "&as_of=\(day)&known_at=\(instant)", "\(day) \(instant) \(place)")
    }

    private static func checkFigures(
        _ server: TestServer, _ expected: [String: [String: String]], _ query: String, _ place: String
    ) async throws {
        let answer = await server.send(.get, "/v1/figures?year=2022\(query)", as: .anonymous)
        try #require(answer.status == 200, "\(answer.text)")
        let figures = try answer.json()
        #expect(figures["totals"]["actions"].number == expected.count, "\(place)")
        #expect(figures["totals"]["key_actions"].number == expected.values.count { $0["key_action"] == "true" }, "\(place)")
        for (list, member) in [("by_theme", "theme"), ("by_target_level", "target_level"), ("by_status", "status")] {
            for line in figures[list].items {
                let count = expected.values.count { $0[member] == line["code"].text }
                #expect(line["actions"].number == count, "\(list) \(line["code"]) \(place)")
            }
        }
    }
}
