import ActionPlans
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("The life of a recommendation")
struct RecommendationLifeTests {
    private typealias Scene = RecommendationScene

    private static func plan(_ server: TestServer, state: String = "validee") async throws {
        try await ImpactScene.plan(
            server, "TE-2022", "\(ImpactScene.action("ACH-01")), \(ImpactScene.action("ACH-02"))", state: state)
    }

    private static func moves(_ answer: TestAnswer) throws -> [String] {
        try answer.json()["transitions"].items.map { item in
            "\(item["to"].text ?? "") \(item["allowed"].flag ?? false) \(item["asks"].text ?? "-")"
        }
    }

    @Test("goes from the coordinators' draft to the body's answer, and ends with an outcome, each move dated and signed")
    func life() async throws {
        try await TestServer.with { server in
            try await Self.plan(server)
            let id = try await Scene.give(server, "TE-2022", Scene.advice("ACH-01", #""due_on": "2022-06-30""#))
            #expect(id == "TE-2022-R01")
            try await Scene.must(server, id, #"{"text": "Visez la réalisation."}"#)
            try await Scene.must(server, id, #"{"state": "emise", "effective_on": "2022-03-01"}"#)
            let sent = await server.send(.get, "/v1/recommendations/\(id)", as: .referent)
            #expect(
                try Self.moves(sent) == [
                    "acceptee true answer", "amendee true answer", "declinee true answer", "close false outcome",
                ])
            #expect(try sent.json()["theme"].text == "achats")
            try await Scene.must(
                server, id,
                #"{"state": "acceptee", "answer": "Oui.", "met_by": "TE-2022-ACH-02", "effective_on": "2022-03-11"}"#,
                as: .referent)
            try await Scene.must(server, id, #"{"state": "amendee", "answer": "À moitié."}"#, as: .referent)
            let answered = try await server.send(.get, "/v1/recommendations/\(id)", as: .referent).json()
            #expect(answered["answered_on"].text == "2022-03-11" && answered["met_by"].isNull)
            try await Scene.must(server, id, Scene.closed)
            let closed = try await server.send(.get, "/v1/recommendations/\(id)", as: .reader).json()
            #expect(closed["state"].text == "close" && closed["answered_as"].text == "amendee")
            #expect(closed["outcome"].text == "mise_en_oeuvre" && closed["transitions"].items.isEmpty)
            let history = try await server.send(.get, "/v1/recommendations/\(id)/history", as: .referent).json()["data"].items
            #expect(
                history.map { $0["changes"]["state"]["to"].text } == ["close", "amendee", "acceptee", "emise"],
                "the draft is the coordinators' own")
            #expect(history[3]["changes"].members.map(\.key).sorted() == ["sent_on", "state"])
            #expect(history.map { $0["actor"]["role"].text } == ["coordinator", "referent", "referent", "coordinator"])
            let whole = try await server.send(.get, "/v1/recommendations/\(id)/history").json()["data"].items
            #expect(whole.count == 6)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("refuses what a move needs and lacks, who may not make it, and what does not follow, with all the faults")
    func refusals() async throws {
        try await TestServer.with { server in
            try await Self.plan(server)
            try await ImpactScene.plan(server, "JUS-2022", ImpactScene.action("A"))
            let id = try await Scene.give(
                server, "TE-2022", Scene.advice("plan", #""state": "emise", "effective_on": "2022-03-01""#))
            let cases: [(TestServer.Caller, String, Int, [String])] = [
                (.referent, #"{"state": "acceptee"}"#, 422, ["/answer"]),
                (.referent, #"{"answer": "Oui."}"#, 422, ["/answer"]),
                (.referent, #"{"state": "close", "outcome": "sans_objet"}"#, 403, []),
                (.referent, #"{"text": "Autre."}"#, 403, []),
                (.referent, #"{"priority": "mineure", "state": "declinee", "answer": "Non."}"#, 403, []),
                (.coordinator, #"{"state": "close"}"#, 422, ["/outcome"]),
                (.coordinator, #"{"outcome": "sans_objet"}"#, 422, ["/outcome"]),
                (.coordinator, #"{"text": "Autre."}"#, 422, ["/reason"]),
                (.coordinator, #"{"subject": "achats", "reason": "Erreur"}"#, 422, ["/subject"]),
                (.coordinator, #"{"state": "brouillon"}"#, 409, ["/state"]),
                (.coordinator, #"{"state": null, "text": null, "due_on": null}"#, 422, ["/state", "/text"]),
                (.referent, #"{"state": "declinee", "answer": "Non.", "met_by": "TE-2022-ACH-01"}"#, 422, ["/met_by"]),
                (.referent, #"{"state": "acceptee", "answer": "Oui.", "met_by": "JUS-2022-A"}"#, 422, ["/met_by"]),
                (.referent, #"{"state": "acceptee", "answer": "Oui.", "met_by": "TE-2022-NON"}"#, 422, ["/met_by"]),
                (.referent, #"{"state": "acceptee", "answer": "Oui.", "effective_on": "2022-02-01"}"#, 422, ["/effective_on"]),
                (.referent, #"{"state": "acceptee", "answer": "  "}"#, 422, ["/answer"]),
                (.coordinator, #"{"read_at": "2199-01-01T00:00:00Z", "reason": "x"}"#, 422, ["/read_at"]),
                (.coordinator, #"{"plan_version": 77, "reason": "x"}"#, 422, ["/plan_version"]),
                (.coordinator, #"{"read_at": "2001-01-01T00:00:00Z", "reason": "x"}"#, 422, ["/read_at"]),
                (.coordinator, #"{"due_on": "2022-07-01", "reason": "x", "effective_on": "2022-03-02"}"#, 422, ["/effective_on"]),
            ]
            for (caller, body, status, pointers) in cases {
                let answer = await Scene.change(server, id, body, as: caller)
                #expect(answer.status == status, "\(body): \(answer.text)")
                let told = try answer.json()["errors"].items.compactMap { $0["pointer"].text }
                #expect(told == pointers, "\(body): \(answer.text)")
            }
            #expect(try await server.send(.get, "/v1/recommendations/\(id)").json()["version"].number == 1)
            let draft = try await Scene.give(server, "TE-2022", Scene.advice("ACH-01", ""))
            #expect(await Scene.change(server, draft, Scene.declined).status == 409)
            #expect(await server.send(.delete, "/v1/recommendations/\(id)", fields: ["If-Match": "*"]).status == 409)
            #expect(await server.send(.delete, "/v1/recommendations/\(draft)", fields: ["If-Match": "*"]).status == 204)
            #expect(try await Scene.give(server, "TE-2022", Scene.advice("plan", "")) == "TE-2022-R03", "a number serves once")
        }
    }

    @Test("takes answers and outcomes after its plan was closed, which gets no other one, nor is a plan deleted from under one")
    func closedPlan() async throws {
        try await TestServer.with { server in
            try await Self.plan(server)
            let id = try await Scene.give(server, "TE-2022")
            let draft = try await Scene.give(server, "TE-2022", Scene.advice("plan", ""))
            try await Scene.patch(server, "/v1/roadmaps/TE-2022", #"{"state": "close"}"#)
            let more = await server.send(.post, "/v1/roadmaps/TE-2022/recommendations", body: Scene.advice())
            #expect(more.status == 409)
            #expect(await Scene.change(server, draft, #"{"state": "emise"}"#).status == 409, "nor is a draft sent any more")
            let blocked = await server.send(.get, "/v1/recommendations/\(draft)")
            #expect(try Self.moves(blocked) == ["emise false -"] && blocked.text.contains("est close"), "\(blocked.text)")
            try await Scene.must(server, id, Scene.declined, as: .referent)
            try await Scene.must(server, id, #"{"state": "close", "outcome": "non_mise_en_oeuvre"}"#)
            #expect(await Scene.change(server, id, #"{"answer": "Si."}"#, as: .referent).status == 409)
            #expect(await Scene.change(server, id, #"{"outcome": "incomplete"}"#).status == 422)
            try await Scene.must(server, id, #"{"outcome": "incomplete", "reason": "Preuve reçue"}"#)

            try await ImpactScene.plan(server, "JUS-2022", ImpactScene.action("A"), state: "soumise")
            try await Scene.give(server, "JUS-2022")
            try await Scene.patch(server, "/v1/roadmaps/JUS-2022", #"{"state": "brouillon"}"#)
            let kept = await server.send(.delete, "/v1/roadmaps/JUS-2022", fields: ["If-Match": "*"])
            #expect(kept.status == 409, "\(kept.text)")
            try await ImpactScene.plan(server, "EF-2022", ImpactScene.action("A"), state: "brouillon")
            try await Scene.give(server, "EF-2022", Scene.advice("A", ""))
            try await ImpactScene.plan(server, "EN-2022", ImpactScene.action("A"), state: "brouillon")
            let orphan = try await Scene.give(server, "EN-2022", Scene.advice("A", ""))
            #expect(await server.send(.delete, "/v1/actions/EN-2022-A", fields: ["If-Match": "*"]).status == 204)
            #expect(await Scene.change(server, orphan, #"{"state": "emise"}"#).status == 422, "the action is gone")
            #expect(await server.send(.delete, "/v1/roadmaps/EF-2022", fields: ["If-Match": "*"]).status == 204)
            #expect(await server.send(.get, "/v1/recommendations/EF-2022-R01").status == 404)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("says what was read: the version of the plan by the instant and the instant by the version, and leads there")
    func read() async throws {
        try await TestServer.with { server in
            try await Self.plan(server)
            let before = try await ImpactScene.now(server)
            try await Scene.patch(server, "/v1/actions/TE-2022-ACH-01", #"{"title": "Louer", "reason": "Relu"}"#)
            for more in [#""read_at": "\#(before)""#, #""plan_version": 3"#] {
                let id = try await Scene.give(server, "TE-2022", Scene.advice("ACH-01", #""state": "emise", \#(more)"#))
                let told = try await server.send(.get, "/v1/recommendations/\(id)").json()
                #expect(told["plan_version"].number == 3, "\(more)")
                let link = try #require(told["links"]["read"].text)
                #expect(try await server.send(.get, link).json()["title"].text == "Acheter", "\(link)")
            }
            let other = Scene.advice("plan", #""read_at": "\#(before)", "plan_version": 4"#)
            let refused = await server.send(.post, "/v1/roadmaps/TE-2022/recommendations", body: other)
            #expect(refused.status == 422 && refused.text.contains("/plan_version"))
            let now = try await server.send(.get, "/v1/recommendations/\(Scene.give(server, "TE-2022"))").json()
            #expect(now["plan_version"].number == 4)
        }
    }

    @Test("is written by who has read it, in either language, and answers the same request once")
    func conditions() async throws {
        try await TestServer.with { server in
            try await Self.plan(server)
            let id = try await Scene.give(server, "TE-2022")
            let french = await server.send(.get, "/v1/recommendations/\(id)", as: .referent)
            let tag = try #require(french.fields[.eTag])
            let english = await server.send(.get, "/v1/recommendations/\(id)", as: .referent, fields: ["Accept-Language": "en"])
            #expect(english.fields[.eTag] != tag && english.text.contains("Only coordinators"))
            let same = await server.send(.get, "/v1/recommendations/\(id)", as: .referent, fields: ["If-None-Match": tag])
            #expect(same.status == 304)
            let answer = await server.send(
                .patch, "/v1/recommendations/\(id)", as: .referent, body: Scene.declined,
                fields: ["If-Match": tag, "Accept-Language": "en"])
            #expect(answer.status == 200, "\(answer.text)")
            let late = await server.send(
                .patch, "/v1/recommendations/\(id)", body: Scene.closed, fields: ["If-Match": tag])
            #expect(late.status == 412)
            let key = ["Idempotency-Key": "une-fois"]
            for _ in 0..<2 {
                let made = await server.send(
                    .post, "/v1/roadmaps/TE-2022/recommendations", body: Scene.advice("achats"), fields: key)
                #expect(try made.json()["id"].text == "TE-2022-R02")
            }
            let rehearsed = await server.send(.post, "/v1/roadmaps/TE-2022/recommendations?dry_run=true", body: Scene.advice())
            #expect(rehearsed.status == 201)
            #expect(try await server.send(.get, "/v1/recommendations?count=true").json()["meta"]["total"].number == 2)
        }
    }
}
