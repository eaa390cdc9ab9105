import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Revisions of validated plans")
struct RevisionTests {
    static let plan = "TE-2022"
    static let address = RevisionScene.address(plan)

    /// A validated plan of three actions.
    static func scene(_ server: TestServer) async throws {
        try await server.apply(
            """
            ministry: TE
            first_year: 2022
            state: validee
            effective_on: 2022-01-10
            actions:
              - {code: ACH-01, title: Louer, theme: achats, target_level: reflexion}
              - {code: ACH-02, title: Acheter, theme: achats, target_level: experimentation, key_action: true}
              - {code: FIN-01, title: Donner, theme: fin_usage, target_level: realisation}
            """, to: plan)
    }

    static func patch(
        _ server: TestServer, _ code: String, _ body: String, as caller: TestServer.Caller = .referent
    ) async -> TestAnswer {
        await server.send(.patch, "/v1/actions/\(plan)-\(code)", as: caller, body: body, fields: ["If-Match": "*"])
    }

    @Test(
        "are asked for where a référent changes what a validated plan commits to, by whatever way, and the call that opens one is told"
    )
    func required() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let before = await server.send(.get, "/v1/actions?ministry=TE", as: .reader).text
            let csv = "code,title\r\nACH-01,Autre\r\n"
            let yaml =
                "{ministry: TE, first_year: 2022, actions: [{code: ACH-01, theme: fin_usage}, {code: NEUF, title: A, theme: achats, target_level: reflexion}]}"
            let new = #"{"code": "NEUF", "title": "A", "theme": "achats", "target_level": "reflexion"}"#
            let writes: [(HTTPRequest.Method, String, String?, String, named: String)] = [
                (
                    .patch, "/v1/actions/TE-2022-ACH-01", #"{"title": "Autre", "target_level": "realisation"}"#,
                    "application/json", "ACH-01 (title, target_level)"
                ),
                (.post, "/v1/roadmaps/TE-2022/actions", new, "application/json", "NEUF (nouvelle action)"),
                (.delete, "/v1/actions/TE-2022-ACH-01", nil, "application/json", "ACH-01 (retrait)"),
                (.put, "/v1/roadmaps/TE-2022/plan", yaml, "application/yaml", "ACH-01 (theme), NEUF (nouvelle action)"),
                (.put, "/v1/roadmaps/TE-2022/plan", csv, "text/csv", "ACH-01 (title)"),
            ]
            for isOpen in [false, true] {
                if isOpen { try await RevisionScene.open(server, Self.plan, as: .referent) }
                for (method, target, body, type, named) in writes {
                    let fields = method == .post ? [:] : ["If-Match": "*"]
                    let answer = await server.send(method, target, as: .referent, body: body, type: type, fields: fields)
                    let problem = try answer.json()
                    #expect(answer.status == 409 && problem["type"].text == "/problems/revision-required", "\(answer.text)")
                    #expect(problem["key"].text == "TE-2022")
                    let detail = problem["detail"].text ?? ""
                    #expect(detail.contains(named), "\(detail)")
                    #expect(detail.contains(isOpen ? "PATCH \(Self.address)/actions/" : "POST \(Self.address)."), "\(detail)")
                }
            }
            #expect(await server.send(.get, "/v1/actions?ministry=TE", as: .reader).text == before)
        }
    }

    @Test("are not asked for by follow-up, which is live at once, nor by what says again what is so")
    func followUp() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            for isOpen in [false, true] {
                if isOpen { try await RevisionScene.open(server, Self.plan) }
                let level = isOpen ? "realisation" : "experimentation"
                let body =
                    #"{"title": "Louer", "status": "en_cours", "reached_level": "\#(level)", "description": "D", "due_on": "2022-12-31", "lead": "S"}"#
                let answer = await Self.patch(server, "ACH-01", body)
                #expect(answer.status == 200, "\(answer.text)")
                let read = try await server.send(.get, "/v1/actions/TE-2022-ACH-01", as: .reader).json()
                #expect(read["reached_level"].text == level && read["status"].text == "en_cours")
                try await server.apply(
                    "{ministry: TE, first_year: 2022, actions: [{code: ACH-02, title: Acheter, key_action: true, practices: [e.1]}]}",
                    to: Self.plan, as: .referent, ifMatch: "*")
            }
        }
    }

    @Test("are not needed by a coordinator who says why; without a reason nothing is written")
    func correction() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let new = #"{"code": "NEUF", "title": "A", "theme": "achats", "target_level": "reflexion"}"#
            let unreasoned = [
                await Self.patch(server, "ACH-01", #"{"title": "Autre"}"#, as: .coordinator),
                await server.send(.post, "/v1/roadmaps/TE-2022/actions", body: new),
                await server.send(
                    .put, "/v1/roadmaps/TE-2022/plan", body: #"{"ministry": "TE", "first_year": 2022, "actions": [\#(new)]}"#,
                    fields: ["If-Match": "*"]),
            ]
            for answer in unreasoned {
                let fault = try answer.json()["errors"][0]
                #expect(
                    answer.status == 422 && fault["pointer"].text == "/reason" && fault["code"].text == "required",
                    "\(answer.text)")
            }
            let deletion = await server.send(.delete, "/v1/actions/TE-2022-FIN-01", fields: ["If-Match": "*"])
            #expect(try deletion.status == 400 && deletion.json()["errors"][0]["parameter"].text == "reason", "\(deletion.text)")

            let corrected = await Self.patch(server, "ACH-01", #"{"title": "Autre", "reason": "Coquille"}"#, as: .coordinator)
            #expect(corrected.status == 200, "\(corrected.text)")
            let created = await server.send(
                .post, "/v1/roadmaps/TE-2022/actions", body: new.replacing("}", with: #", "reason": "Oubliée"}"#))
            #expect(created.status == 201, "\(created.text)")
            let deleted = await server.send(.delete, "/v1/actions/TE-2022-FIN-01?reason=Doublon", fields: ["If-Match": "*"])
            #expect(deleted.status == 204, "\(deleted.text)")
            let list = try await server.send(.get, "/v1/actions?ministry=TE", as: .reader).json()["data"].items
            #expect(list.map { $0["title"].text } == ["Autre", "Acheter", "A"])
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test(
        "put all in place at one date when they are validated: what they change, add and remove, told by history and feed as one")
    func validation() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            var copy = FeedReplica(.reader)
            try await copy.catchUp(server)
            let opened = try await RevisionScene.open(server, Self.plan, as: .referent)
            #expect(opened.fields[.location] == Self.address)
            try await Self.revised(server)
            let before = copy.received.count
            try await copy.catchUp(server)
            #expect(copy.received.count == before, "\(copy.received)")

            let revision = try await RevisionScene.read(server, Self.plan)
            #expect(
                revision["actions"].items.map { "\($0["code"].text ?? "") \($0["change"].text ?? "")" } == [
                    "ACH-01 changed", "FIN-01 removed", "NEUF added",
                ])
            let changed = revision["actions"][0]
            #expect(changed["before"].canonical == #"{"target_level":"reflexion","title":"Louer"}"#)
            #expect(changed["after"].canonical == #"{"target_level":"realisation","title":"Louer davantage"}"#)
            #expect(revision["actions"][1]["before"]["title"].text == "Donner" && revision["actions"][1]["after"].isNull)
            #expect(revision["actions"][2]["before"].isNull && revision["actions"][2]["after"]["lead"].text == "SG")

            try await RevisionScene.moved(server, Self.plan, to: "soumise", as: .referent)
            try await RevisionScene.moved(
                server, Self.plan, to: "validee", #", "effective_on": "2022-06-01", "reason": "Revue annuelle""#)
            let today = try await server.send(.get, "/v1/actions?ministry=TE", as: .reader).json()["data"].items
            #expect(
                today.map { "\($0["code"].text ?? "") \($0["title"].text ?? "")" } == [
                    "ACH-01 Louer davantage", "ACH-02 Acheter", "NEUF Trier",
                ])
            let past = try await server.send(.get, "/v1/actions?ministry=TE&as_of=2022-05-31").json()["data"].items
            #expect(past.map { $0["title"].text } == ["Louer", "Acheter", "Donner"])
            let figures = try await server.send(.get, "/v1/figures?year=2022&as_of=2022-06-01", as: .anonymous).json()
            #expect(figures["totals"]["actions"].number == 3)

            let history = try await server.send(.get, "/v1/roadmaps/TE-2022/history?limit=3", as: .referent).json()["data"].items
            #expect(
                Set(history.map { $0["request_id"].text }).count == 1 && Set(history.map { $0["recorded_at"].text }).count == 1)
            #expect(history.allSatisfy { $0["effective_on"].text == "2022-06-01" && $0["reason"].text == "Revue annuelle" })
            #expect(
                Set(history.map { "\($0["resource"]["id"].text ?? "") \($0["kind"].text ?? "")" }) == [
                    "TE-2022-ACH-01 updated", "TE-2022-FIN-01 deleted", "TE-2022-NEUF created",
                ])
            try await copy.catchUp(server)
            #expect(copy.received.count == before + 3)
            #expect(copy.plans == (try await FeedReplica.ofLists(server, .reader)))
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)

            // The next one has the next number.
            try await RevisionScene.open(server, Self.plan, as: .referent)
            #expect(try await RevisionScene.read(server, Self.plan)["number"].number == 2)
            let all = try await server.send(.get, "\(Self.address)/history?count=true", as: .referent).json()
            #expect(all["meta"]["total"].number == 7, "\(all)")
        }
    }

    /// A change, an addition and a removal.
    private static func revised(_ server: TestServer) async throws {
        let bodies = [
            ("ACH-01", #"{"title": "Louer davantage", "target_level": "realisation"}"#), ("FIN-01", #"{"removed": true}"#),
            ("NEUF", #"{"title": "Trier", "theme": "fin_usage", "target_level": "reflexion", "lead": "SG"}"#),
        ]
        for (code, body) in bodies {
            let answer = await RevisionScene.send(server, plan, code, body, as: .referent)
            try #require(answer.status == 200, "\(answer.text)")
        }
    }

    @Test("are taken back member by member and action by action, and give up nothing of the plan")
    func takingBack() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            try await RevisionScene.open(server, Self.plan, as: .referent)
            try await Self.revised(server)
            // What it is already is revised no more.
            try await RevisionScene.revise(server, Self.plan, "ACH-01", #"{"title": "Louer"}"#, as: .referent)
            let members = try await RevisionScene.read(server, Self.plan)["actions"][0]["after"]
            #expect(members.canonical == #"{"target_level":"realisation"}"#)
            try await RevisionScene.revise(server, Self.plan, "ACH-01", #"{"target_level": "reflexion"}"#, as: .referent)
            try await RevisionScene.revise(server, Self.plan, "FIN-01", #"{"removed": false}"#, as: .referent)
            let added = await server.send(.delete, "\(Self.address)/actions/NEUF", as: .referent, fields: ["If-Match": "*"])
            #expect(added.status == 204, "\(added.text)")
            #expect(try await RevisionScene.read(server, Self.plan)["actions"].items.isEmpty)
            let empty = await RevisionScene.move(server, Self.plan, to: "soumise", as: .referent)
            #expect(empty.status == 409, "\(empty.text)")
            try await RevisionScene.moved(server, Self.plan, to: "abandonnee", as: .referent)
            let gone = await RevisionScene.send(server, Self.plan, "ACH-01", #"{"key_action": true}"#, as: .coordinator)
            #expect(gone.status == 409 && gone.text.contains("POST \(Self.address)"), "\(gone.text)")
            let list = try await server.send(.get, "/v1/actions?ministry=TE", as: .reader).json()["data"].items
            #expect(list.map { $0["version"].number } == [1, 1, 1])
        }
    }

    @Test("refuse follow-up, and say where it goes; a removal stands alone, and an addition is whole")
    func faults() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            try await RevisionScene.open(server, Self.plan, as: .referent)
            let followUp = await RevisionScene.send(
                server, Self.plan, "ACH-01", #"{"status": "en_cours", "lead": "S", "theme": null, "title": "B"}"#)
            let faults = try followUp.json()["errors"].items
            #expect(
                followUp.status == 422 && Set(faults.map { $0["pointer"].text }) == ["/status", "/lead", "/theme"],
                "\(followUp.text)")
            #expect(followUp.text.contains("PATCH /v1/actions/TE-2022-ACH-01"))
            for (code, body, pointer) in [
                ("ACH-01", #"{"removed": true, "title": "B"}"#, "/removed"),
                ("NEUF", #"{"removed": true, "title": "B"}"#, "/removed"),
                ("NEUF", #"{"title": "B", "theme": "achats"}"#, "/target_level"),
                ("ACH-01", #"{"effective_on": "2022-02-01"}"#, "/effective_on"),
                ("ACH-01", #"{"code": "ACH-09"}"#, "/code"),
            ] {
                let answer = await RevisionScene.send(server, Self.plan, code, body, as: .referent)
                #expect(answer.status == 422, "\(answer.text)")
                #expect(try answer.json()["errors"].items.contains { $0["pointer"].text == pointer }, "\(answer.text)")
            }
            let dated = await RevisionScene.move(
                server, Self.plan, to: "abandonnee", #", "effective_on": "2022-02-01""#, as: .referent)
            #expect(dated.status == 422, "\(dated.text)")
            #expect(try await RevisionScene.read(server, Self.plan)["version"].number == 1)
        }
    }
}
