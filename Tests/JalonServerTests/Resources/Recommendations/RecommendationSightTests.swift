import ActionPlans
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Who sees recommendations")
struct RecommendationSightTests {
    private typealias Scene = RecommendationScene
    private static let outsiders = [TestServer.Caller.reader, .otherReferent, .admin]

    private static func kinds(_ server: TestServer, as caller: TestServer.Caller) async throws -> [String?] {
        try await FeedReplica.settle(server)
        let feed = await server.send(.get, "/v1/changes?resource=recommendation", as: caller)
        #expect(!feed.text.contains("brouillon secret"), "\(caller): \(feed.text)")
        return try feed.json()["data"].items.map { $0["kind"].text }
    }

    /// What a caller learns of one, in every way there is.
    private static func check(_ server: TestServer, _ id: String, isSeenBy caller: TestServer.Caller, _ isSeen: Bool) async throws
    {
        let instant = try await ImpactScene.now(server)
        let address = "/v1/recommendations/\(id)"
        for question in [address, "\(address)/history", "\(address)?known_at=\(instant)"] {
            let answer = await server.send(.get, question, as: caller)
            #expect(answer.status == (isSeen ? 200 : 404), "\(question) \(caller): \(answer.text)")
            #expect(!answer.text.contains("secret") || caller == .coordinator, "\(question) \(caller)")
        }
        for known in ["", "&known_at=\(instant)", "&as_of=2026-01-01&known_at=\(instant)"]
        where !known.contains("as_of") || !isSeen {
            let list = await server.send(.get, "/v1/recommendations?roadmap=TE-2022&count=true\(known)", as: caller)
            #expect(try list.json()["meta"]["total"].number == (isSeen ? 1 : 0), "\(known) \(caller): \(list.text)")
            let figures = await server.send(.get, "/v1/recommendations/figures?year=2022\(known)", as: caller)
            let states = try list.json()["data"].items.map { $0["state"].text }
            let isCounted = isSeen && states != ["brouillon"]
            #expect(try figures.json()["totals"]["sent"].number == (isCounted ? 1 : 0), "\(known) \(caller): \(figures.text)")
        }
        let change = await server.send(
            .patch, address, as: caller, body: #"{"state": "declinee", "answer": "Non."}"#, fields: ["If-Match": #""autre""#])
        let refused = isSeen ? [403, 412] : caller == .reader || caller == .admin ? [403] : [404]
        #expect(refused.contains(change.status), "\(caller): \(change.text)")
    }

    @Test(
        "who sees the action, or the plan where it is of the whole: others find no trace, and drafts are the coordinators' alone")
    func sight() async throws {
        for subject in ["ACH-01", "achats", "plan"] {
            try await TestServer.with { server in try await Self.follow(server, subject) }
        }
    }

    private static func follow(_ server: TestServer, _ subject: String) async throws {
        try await ImpactScene.plan(
            server, "TE-2022", "\(ImpactScene.action("ACH-01")), \(ImpactScene.action("ACH-02", "confidential: true"))",
            state: "soumise")
        let id = try await Scene.give(server, "TE-2022", Scene.advice(subject, "", text: "brouillon secret"))
        try await Scene.must(server, id, #"{"text": "brouillon secret 2"}"#)
        for caller in outsiders + [.referent] { try await check(server, id, isSeenBy: caller, false) }
        try await check(server, id, isSeenBy: .coordinator, true)
        let draft = try await ImpactScene.now(server)
        try await Scene.must(server, id, #"{"state": "emise", "text": "Publié."}"#)
        try await Scene.must(server, id, #"{"state": "acceptee", "answer": "Oui.", "met_by": "TE-2022-ACH-02"}"#, as: .referent)
        let isOfAction = subject == "ACH-01"
        let steps: [(String, String, Bool)] = [
            ("/v1/actions/TE-2022-ACH-02", #"{"key_action": true}"#, true),
            ("/v1/roadmaps/TE-2022", #"{"state": "brouillon"}"#, false),
            ("/v1/recommendations/\(id)", #"{"text": "Publié 2.", "reason": "Coquille"}"#, false),
            ("/v1/roadmaps/TE-2022", #"{"state": "soumise"}"#, true),
            ("/v1/actions/TE-2022-ACH-01", #"{"confidential": true}"#, !isOfAction),
            ("/v1/recommendations/\(id)", #"{"text": "Publié 3.", "reason": "Coquille"}"#, !isOfAction),
            ("/v1/actions/TE-2022-ACH-01", #"{"confidential": false}"#, true),
        ]
        for (target, body, isSeen) in steps {
            try await Scene.patch(server, target, body)
            for caller in outsiders { try await check(server, id, isSeenBy: caller, isSeen) }
            try await check(server, id, isSeenBy: .referent, true)
        }
        for caller in outsiders {
            for question in [
                "/v1/recommendations/\(id)", "/v1/recommendations/\(id)/history", "/v1/changes", "/v1/recommendations.csv",
            ] {
                let told = await server.send(.get, question, as: caller).text
                #expect(!told.contains("ACH-02"), "the action that meets it is not for all: \(question) \(caller): \(told)")
            }
        }
        let past = await server.send(.get, "/v1/recommendations/\(id)?known_at=\(draft)", as: .referent)
        #expect(past.status == 404)
        #expect(try await kinds(server, as: .coordinator) == ["revealed", "updated", "updated", "updated"])
        #expect(try await kinds(server, as: .referent) == ["revealed", "updated", "updated", "updated"])
        let told = try await kinds(server, as: .reader)
        #expect(told == (isOfAction ? ["withdrawn", "withdrawn", "revealed"] : ["withdrawn", "revealed", "updated"]))
        let found = try await IndicatorScene.auditFinds(server)
        #expect(found == [])
    }

    @Test("a copy that follows the feed has what its reader may see, whatever comes into sight or leaves it")
    func replica() async throws {
        try await TestServer.with { server in
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("A"), state: "brouillon")
            for subject in ["A", "achats", "plan"] { try await Scene.give(server, "TE-2022", Scene.advice(subject)) }
            try await Scene.give(server, "TE-2022", Scene.advice("A", ""))
            #expect(try await Self.kinds(server, as: .reader).isEmpty)
            #expect(try await Self.kinds(server, as: .referent) == ["created", "created", "created"])
            try await Scene.patch(server, "/v1/roadmaps/TE-2022", #"{"state": "soumise"}"#)
            #expect(try await Self.kinds(server, as: .reader) == ["revealed", "revealed", "revealed"])
            try await Scene.patch(server, "/v1/actions/TE-2022-A", #"{"confidential": true}"#)
            #expect(try await Self.kinds(server, as: .reader) == ["revealed", "revealed", "withdrawn"])
            try await Scene.patch(server, "/v1/roadmaps/TE-2022", #"{"state": "brouillon"}"#)
            #expect(try await Self.kinds(server, as: .reader) == ["withdrawn", "withdrawn", "withdrawn"])
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }
}
