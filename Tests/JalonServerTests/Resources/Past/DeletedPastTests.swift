import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("What was deleted from a draft")
struct DeletedPastTests {
    private static let action =
        #"{"code": "A1", "title": "T", "theme": "achats", "target_level": "reflexion", "effective_on": "2025-01-01"}"#

    private static func send(
        _ server: TestServer, _ method: HTTPRequest.Method, _ target: String, _ body: String? = nil,
        as caller: TestServer.Caller = .referent
    ) async -> TestAnswer {
        await server.send(method, target, as: caller, body: body, fields: method == .post ? [:] : ["If-Match": "*"])
    }

    /// A draft of one action, since 1 January 2025.
    private static func draft(_ server: TestServer) async throws {
        for (target, body) in [
            ("/v1/roadmaps", #"{"ministry": "TE", "first_year": 2071, "effective_on": "2025-01-01"}"#),
            ("/v1/roadmaps/TE-2071/actions", action),
        ] {
            let answer = await send(server, .post, target, body)
            try #require(answer.status == 201, "\(answer.text)")
        }
    }

    private static func delete(_ server: TestServer, _ target: String) async throws {
        let answer = await send(server, .delete, target)
        try #require(answer.status == 204, "\(answer.text)")
    }

    /// The draft submitted once and sent back: what it held has counted.
    private static func submitAndReturn(_ server: TestServer) async throws {
        for body in [
            #"{"state": "soumise", "effective_on": "2025-01-10"}"#, #"{"state": "brouillon", "effective_on": "2025-01-20"}"#,
        ] {
            let answer = await send(server, .patch, "/v1/roadmaps/TE-2071", body)
            try #require(answer.status == 200, "\(answer.text)")
        }
    }

    /// The actions that anybody is told of, on 1 June 2025 and today.
    private static func counted(_ server: TestServer) async throws -> [Int?] {
        #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        var counts: [Int?] = []
        for query in ["&as_of=2025-06-01", ""] {
            let answer = await server.send(.get, "/v1/figures?year=2071\(query)", as: .anonymous)
            counts.append(try answer.json()["totals"]["actions"].number)
        }
        return counts
    }

    private static func expectRefusal(_ answer: TestAnswer, telling day: String) throws {
        #expect(answer.status == 422, "\(answer.text)")
        let words = try #require(CivilDate(day)).inWords.french
        #expect(try answer.faults() == ["inconsistent /effective_on"] && answer.text.contains(words), "\(answer.text)")
    }

    private static func put(_ server: TestServer, _ members: String, ifMatch: Bool) async -> TestAnswer {
        await server.send(
            .put, "/v1/roadmaps/TE-2071/plan", as: .referent,
            body: #"{"ministry": "TE", "first_year": 2071, "actions": [], \#(members)}"#,
            fields: ifMatch ? ["If-Match": "*"] : [:])
    }

    private static func today(_ server: TestServer) async throws -> String {
        try await server.database.read { session in try ParisDay.today(session).description }
    }

    @Test("with a draft that had been submitted does not count in a plan created again, which cannot begin earlier than it ended")
    func roadmap() async throws {
        try await TestServer.with { server in
            try await Self.draft(server)
            try await Self.submitAndReturn(server)
            try await Self.delete(server, "/v1/roadmaps/TE-2071")
            let today = try await Self.today(server)
            for state in ["brouillon", "soumise"] {
                let members = #""state": "\#(state)", "effective_on": "2025-02-01""#
                let posted = await Self.send(
                    server, .post, "/v1/roadmaps", #"{"ministry": "TE", "first_year": 2071, \#(members)}"#)
                try Self.expectRefusal(posted, telling: today)
                try Self.expectRefusal(await Self.put(server, members, ifMatch: false), telling: today)
            }
            let again = await Self.put(server, #""state": "soumise", "effective_on": "\#(today)""#, ifMatch: false)
            #expect(again.status == 201, "\(again.text)")
            #expect(try await Self.counted(server) == [0, 0])
        }
    }

    @Test("does not count in a plan submitted before, which cannot be so again as of an earlier day, nor told to have been")
    func action() async throws {
        try await TestServer.with { server in
            try await Self.draft(server)
            try await Self.submitAndReturn(server)
            try await Self.delete(server, "/v1/actions/TE-2071-A1")
            let today = try await Self.today(server)
            let early = #""state": "soumise", "effective_on": "2025-02-01""#
            func expectRefusals() async throws {
                try Self.expectRefusal(await Self.send(server, .patch, "/v1/roadmaps/TE-2071", "{\(early)}"), telling: today)
                #expect(try await Self.counted(server) == [0, 0])
            }
            try await expectRefusals()
            try Self.expectRefusal(await Self.put(server, early, ifMatch: true), telling: today)
            let title = await Self.send(
                server, .patch, "/v1/roadmaps/TE-2071", #"{"title": "Autre", "effective_on": "2025-02-01"}"#)
            #expect(title.status == 200, "\(title.text)")
            let submitted = await Self.send(server, .patch, "/v1/roadmaps/TE-2071", #"{"state": "soumise"}"#)
            #expect(submitted.status == 200, "\(submitted.text)")
            try await expectRefusals()
        }
    }

    @Test("leaves the days free from that of its deletion on, and a plan that counted before as it was")
    func laterDays() async throws {
        try await TestServer.with { server in
            try await Self.draft(server)
            try await Self.delete(server, "/v1/actions/TE-2071-A1?effective_on=2025-03-01")
            try await Self.delete(server, "/v1/roadmaps/TE-2071?effective_on=2025-02-01")
            let body = { (day: String) in
                #"{"ministry": "TE", "first_year": 2071, "state": "soumise", "effective_on": "\#(day)"}"#
            }
            // The action was known until March, whatever was said of its roadmap.
            try Self.expectRefusal(await Self.send(server, .post, "/v1/roadmaps", body("2025-02-28")), telling: "2025-03-01")
            let created = await Self.send(server, .post, "/v1/roadmaps", body("2025-03-01"))
            #expect(created.status == 201, "\(created.text)")
            #expect(try await Self.counted(server) == [0, 0])
            let other = await Self.send(
                server, .patch, "/v1/roadmaps/TE-2071", #"{"state": "en_relecture", "effective_on": "2025-03-02"}"#,
                as: .coordinator)
            #expect(other.status == 200, "\(other.text)")
        }
    }

    @Test(
        "of a draft never submitted, leaves nothing: the plan is made again as of an earlier day, and no figure counts the first")
    func neverSubmitted() async throws {
        try await TestServer.with { server in
            try await Self.draft(server)
            let other = await Self.send(
                server, .post, "/v1/roadmaps/TE-2071/actions", Self.action.replacing("A1", with: "A2"))
            try #require(other.status == 201, "\(other.text)")
            let known = try await server.database.read { session in
                try session.one("select rfc3339(clock_timestamp())") { row in try row.next(String.self) }
            }
            try await Self.delete(server, "/v1/actions/TE-2071-A2")
            try await Self.delete(server, "/v1/roadmaps/TE-2071")
            let again = await server.send(
                .put, "/v1/roadmaps/TE-2071/plan", as: .referent,
                body: """
                    {"ministry": "TE", "first_year": 2071, "effective_on": "2024-03-01",
                     "actions": [{"code": "A2", "title": "U", "theme": "fin_usage", "target_level": "realisation"}]}
                    """)
            try #require(again.status == 201, "\(again.text)")
            let submitted = await Self.send(
                server, .patch, "/v1/roadmaps/TE-2071", #"{"state": "soumise", "effective_on": "2024-03-02"}"#)
            try #require(submitted.status == 200, "\(submitted.text)")
            #expect(try await Self.counted(server) == [1, 1])
            for (day, count) in [("2024-03-01", 0), ("2024-03-02", 1), ("2024-12-31", 1)] {
                let figures = await server.send(.get, "/v1/figures?year=2071&as_of=\(day)", as: .anonymous)
                #expect(try figures.json()["totals"]["actions"].number == count, "\(day)")
            }
            let listed = try await server.send(.get, "/v1/actions?year=2071&as_of=2025-06-01").json()["data"].items
            #expect(listed.map { $0["theme"].text } == ["fin_usage"])
            // What was known then stays as it was known: the draft of two actions, for whoever sees drafts.
            let before = "as_of=2025-06-01&known_at=\(known)"
            let draft = try await server.send(.get, "/v1/actions?year=2071&\(before)").json()["data"]
            #expect(draft.items.count == 2, "\(draft)")
            let published = try await server.send(.get, "/v1/figures?year=2071&\(before)", as: .anonymous).json()
            #expect(published["totals"]["actions"].number == 0)
            // Nobody outside is told of what was never shown.
            try await FeedReplica.settle(server)
            let feed = try await server.send(.get, "/v1/changes?limit=200", as: .reader).json()["data"].items
            #expect(feed.filter { $0["roadmap"].text == "TE-2071" }.map { $0["id"].text } == ["TE-2071", "TE-2071-A2"])
        }
    }

    @Test("of a draft never submitted, does not keep it from being submitted as of an earlier day")
    func actionOfDraft() async throws {
        try await TestServer.with { server in
            try await Self.draft(server)
            try await Self.delete(server, "/v1/actions/TE-2071-A1")
            let early = await Self.send(
                server, .patch, "/v1/roadmaps/TE-2071", #"{"state": "soumise", "effective_on": "2025-02-01"}"#)
            #expect(early.status == 200, "\(early.text)")
            #expect(try await Self.counted(server) == [0, 0])
        }
    }

    @Test("as of a day of its own, was there until then, even in a draft never submitted")
    func dated() async throws {
        try await TestServer.with { server in
            try await Self.draft(server)
            try await Self.delete(server, "/v1/roadmaps/TE-2071?effective_on=2025-03-01")
            let created = #"{"ministry": "TE", "first_year": 2071, "effective_on": "2025-02-01"}"#
            try Self.expectRefusal(await Self.send(server, .post, "/v1/roadmaps", created), telling: "2025-03-01")
        }
    }
}
