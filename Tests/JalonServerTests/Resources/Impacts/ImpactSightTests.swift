import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Who sees impacts")
struct ImpactSightTests {
    private static let outsiders = [TestServer.Caller.reader, .otherReferent, .admin]

    private static func change(_ server: TestServer, _ target: String, _ body: String) async throws {
        let answer = await server.send(.patch, target, body: body, fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(target) \(body): \(answer.text)")
    }

    private static func kinds(_ server: TestServer, as caller: TestServer.Caller) async throws -> [String?] {
        try await FeedReplica.settle(server)
        let feed = await server.send(.get, "/v1/changes?resource=impact", as: caller)
        #expect(!feed.text.contains("secret"), "\(feed.text)")
        return try feed.json()["data"].items.map { $0["kind"].text }
    }

    @Test(
        "who sees the action: those of drafts and confidential actions leave no trace in lists, histories, the feed and figures")
    func sight() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"), state: "brouillon")
            try await ImpactScene.plan(server, "JUS-2022", ImpactScene.action("ACH-01"))
            let group = ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", #"{"central": 1000}"#, group: "GROUPE-SECRET")
            let address = try await ImpactScene.give(server, "TE-2022-ACH-01", group)
            for comment in ["secret", "public 1"] { try await Self.change(server, address, #"{"comment": "\#(comment)"}"#) }
            let steps = [
                (nil, nil, false), ("/v1/roadmaps/TE-2022", #"{"state": "soumise"}"#, true),
                (address, #"{"comment": "public 2"}"#, true),
                ("/v1/actions/TE-2022-ACH-01", #"{"confidential": true}"#, false), (address, #"{"comment": "secret"}"#, false),
                (address, #"{"comment": "public"}"#, false),
                ("/v1/actions/TE-2022-ACH-01", #"{"confidential": false}"#, true),
            ]
            var instants: [String] = []
            for (target, body, isSeen) in steps {
                if let target, let body { try await Self.change(server, target, body) }
                let instant = try await ImpactScene.now(server)
                instants.append(instant)
                for caller in Self.outsiders {
                    for question in [address, "\(address)/history", "\(address)?known_at=\(instant)"] {
                        let answer = await server.send(.get, question, as: caller)
                        #expect(answer.status == (isSeen ? 200 : 404), "\(body ?? "") \(question) \(caller)")
                        #expect(!answer.text.contains("secret"), "\(body ?? "") \(question) \(caller): \(answer.text)")
                    }
                    let list = await server.send(.get, "/v1/actions/TE-2022-ACH-01/impacts", as: caller)
                    #expect(list.status == (isSeen ? 200 : 404))
                    let estimated = try await server.send(.get, "/v1/actions?with_impact=true", as: caller).json()["data"].items
                    #expect(estimated.count == (isSeen ? 1 : 0))
                }
                #expect(await server.send(.get, address, as: .referent).status == 200)
                let figures = await server.send(.get, "/v1/impacts/figures?year=2022", as: .anonymous).text
                #expect(figures.contains("GROUPE-SECRET") == isSeen, "\(figures)")
                #expect(figures.contains("ACH-01") == isSeen, "\(figures)")
            }
            // What it said while it was hidden is not told of that time either.
            for instant in instants {
                for question in [address, "/v1/actions/TE-2022-ACH-01/impacts"] {
                    let past = await server.send(.get, "\(question)?known_at=\(instant)", as: .reader)
                    #expect([200, 404].contains(past.status) && !past.text.contains("secret"), "\(instant): \(past.text)")
                    let own = await server.send(.get, "\(question)?known_at=\(instant)", as: .referent)
                    #expect(own.status == 200, "\(instant): \(own.text)")
                }
            }
            let kinds = try await Self.kinds(server, as: .reader)
            #expect(kinds == ["withdrawn", "revealed"])
            let own = try await server.send(.get, "/v1/changes?resource=impact", as: .referent).json()["data"].items
            #expect(own.map { $0["kind"].text } == ["created", "updated", "updated", "updated", "updated", "updated"])
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("of a draft do not count, and of a confidential action count without its name, as in all figures")
    func figures() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(
                server, "TE-2022", "\(ImpactScene.action("PUB-1")), \(ImpactScene.action("CON-1", "confidential: true"))")
            try await ImpactScene.plan(server, "JUS-2022", ImpactScene.action("BRO-1"), state: "brouillon")
            let given = ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", #"{"central": 10}"#, group: "MARCHE")
            let larger = ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", #"{"central": 20}"#, group: "MARCHE")
            let draft = ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", #"{"central": 30}"#, group: "MARCHE")
            for (action, impact) in [("TE-2022-PUB-1", given), ("TE-2022-CON-1", larger), ("JUS-2022-BRO-1", draft)] {
                try await ImpactScene.give(server, action, impact)
            }
            for caller in [TestServer.Caller.anonymous] + Self.outsiders + [.coordinator] {
                let answer = await server.send(.get, "/v1/impacts/figures?year=2022", as: caller)
                #expect(!answer.text.contains("CON-1") && !answer.text.contains("JUS"), "\(answer.text)")
                let figures = try answer.json()
                #expect(figures["families"].items[0]["estimated"]["kg_co2_eq"]["central"].number == 1_098)
                let group = figures["overlap_groups"].items[0]
                #expect(group["counted"].isNull && group["left_out"].items.map { $0["action"].text } == ["TE-2022-PUB-1"])
            }
        }
    }

    @Test("a copy that follows the feed has the impacts of what comes into sight with its plan, and loses those that leave it")
    func feed() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(
                server, "TE-2022", "\(ImpactScene.action("A")), \(ImpactScene.action("B"))", state: "brouillon")
            for (number, action) in ["A", "A", "B"].enumerated() {
                try await ImpactScene.give(server, "TE-2022-\(action)", ImpactScene.ofLaptops(number))
            }
            #expect(await server.send(.delete, "/v1/actions/TE-2022-B", fields: ["If-Match": "*"]).status == 204)
            #expect(try await Self.kinds(server, as: .reader).isEmpty)
            try await Self.change(server, "/v1/roadmaps/TE-2022", #"{"state": "soumise"}"#)
            #expect(try await Self.kinds(server, as: .reader) == ["revealed", "revealed"])
            try await Self.change(server, "/v1/roadmaps/TE-2022", #"{"state": "brouillon"}"#)
            // What was told before they left is told no more.
            #expect(try await Self.kinds(server, as: .reader) == ["withdrawn", "withdrawn"])
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }
}
