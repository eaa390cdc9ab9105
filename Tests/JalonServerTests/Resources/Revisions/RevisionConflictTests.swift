import HTTPTypes
import Testing

@testable import JalonServer

@Suite("The validation of a revision")
struct RevisionConflictTests {
    private static let plan = RevisionTests.plan

    @Test("is refused where a commitment was corrected meanwhile, names both values, and is settled by sending it again")
    func corrected() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            try await RevisionScene.prepare(server, Self.plan, "ACH-01")
            try await RevisionScene.revise(server, Self.plan, "FIN-01", #"{"removed": true}"#)
            try await RevisionScene.revise(server, Self.plan, "ACH-02", #"{"title": "Acquérir"}"#)
            try await RevisionScene.moved(server, Self.plan, to: "soumise")
            for (code, body) in [
                ("ACH-01", #"{"title": "Corrigée", "reason": "Coquille"}"#),
                ("FIN-01", #"{"theme": "achats", "reason": "Erreur"}"#),
                ("ACH-02", #"{"title": "Acquérir", "theme": "fin_usage", "reason": "Erreur"}"#),
            ] {
                let answer = await RevisionTests.patch(server, code, body, as: .coordinator)
                try #require(answer.status == 200, "\(answer.text)")
            }
            let read = try await RevisionScene.read(server, Self.plan, as: .coordinator)
            let conflicts = read["actions"].items.map { $0["conflicts"].items.map(\.["member"].text) }
            // What was corrected to the value that it is to have, or is not revised, is none.
            #expect(conflicts == [["title"], [], ["theme"]], "\(read)")
            let validation = try #require(read["transitions"].items.first { $0["to"].text == "validee" })
            #expect(validation["allowed"].flag == false && validation["blocked_by"].text?.contains("2 engagements") == true)

            let refused = await RevisionScene.move(server, Self.plan, to: "validee")
            #expect(refused.status == 409, "\(refused.text)")
            let faults = try refused.json()["errors"].items
            #expect(faults.map { $0["pointer"].text } == ["/actions/ACH-01/title", "/actions/FIN-01/theme"])
            let detail = faults[0]["detail"].text ?? ""
            for value in ["« Louer »", "« Corrigée »", "« Révisée »"] { #expect(detail.contains(value), "\(detail)") }

            try await RevisionScene.revise(server, Self.plan, "ACH-01", #"{"title": "Révisée"}"#)
            try await RevisionScene.revise(server, Self.plan, "FIN-01", #"{"removed": true}"#)
            try await RevisionScene.moved(server, Self.plan, to: "validee")
            let list = try await server.send(.get, "/v1/actions?ministry=TE", as: .reader).json()["data"].items
            #expect(list.map { $0["title"].text } == ["Révisée", "Acquérir"] && list[1]["theme"].text == "fin_usage")
        }
    }

    @Test("is refused where an action came or went meanwhile, until that is taken back or written as it is now")
    func cameOrWent() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            try await RevisionScene.prepare(server, Self.plan, "ACH-01")
            try await RevisionScene.revise(
                server, Self.plan, "NEUF", #"{"title": "A", "theme": "achats", "target_level": "reflexion"}"#)
            try await RevisionScene.moved(server, Self.plan, to: "soumise")
            let deleted = await server.send(.delete, "/v1/actions/TE-2022-ACH-01?reason=Doublon", fields: ["If-Match": "*"])
            try #require(deleted.status == 204, "\(deleted.text)")
            let created = await server.send(
                .post, "/v1/roadmaps/TE-2022/actions",
                body: #"{"code": "NEUF", "title": "B", "theme": "achats", "target_level": "reflexion", "reason": "Oubliée"}"#)
            try #require(created.status == 201, "\(created.text)")
            let refused = await RevisionScene.move(server, Self.plan, to: "validee")
            #expect(refused.status == 409, "\(refused.text)")
            #expect(try refused.json()["errors"].items.map { $0["pointer"].text } == ["/actions/ACH-01", "/actions/NEUF"])
            let taken = await server.send(
                .delete, "\(RevisionTests.address)/actions/ACH-01", fields: ["If-Match": "*"])
            #expect(taken.status == 204, "\(taken.text)")
            try await RevisionScene.revise(server, Self.plan, "NEUF", #"{"title": "C"}"#)
            #expect(try await RevisionScene.read(server, Self.plan)["actions"][0]["before"]["title"].text == "B")
            try await RevisionScene.moved(server, Self.plan, to: "validee")
            let list = try await server.send(.get, "/v1/actions?ministry=TE", as: .reader).json()["data"].items
            #expect(list.map { $0["title"].text } == ["Acheter", "Donner", "C"])
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test("is bound by If-Match to what was read of it, corrections of the plan too, whoever reads and in which language")
    func bound() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            try await RevisionScene.prepare(server, Self.plan, "ACH-01", state: "soumise")
            let tags = await Self.tags(server)
            #expect(Set(tags).count == 4, "\(tags)")
            let body = #"{"state": "validee"}"#
            let unbound = await server.send(.patch, RevisionTests.address, body: body)
            #expect(unbound.status == 428)
            _ = await RevisionTests.patch(server, "ACH-01", #"{"title": "Corrigée", "reason": "Coquille"}"#, as: .coordinator)
            for tag in tags {
                let stale = await server.send(.patch, RevisionTests.address, body: body, fields: ["If-Match": tag])
                #expect(stale.status == 412, "\(tag): \(stale.text)")
            }
            try await RevisionScene.revise(server, Self.plan, "ACH-01", #"{"title": "Révisée"}"#)
            let followed = await Self.tags(server)
            let same = await RevisionTests.patch(server, "ACH-01", #"{"status": "en_cours"}"#)
            #expect(same.status == 200)
            #expect(await Self.tags(server) == followed, "follow-up is no part of it")
            let validated = await server.send(.patch, RevisionTests.address, body: body, fields: ["If-Match": followed[3]])
            #expect(validated.status == 200, "\(validated.text)")
        }
    }

    private static func tags(_ server: TestServer) async -> [String] {
        var tags: [String] = []
        for caller in [TestServer.Caller.coordinator, .referent] {
            for language in ["fr", "en"] {
                let answer = await server.send(.get, RevisionTests.address, as: caller, fields: ["Accept-Language": language])
                tags.append(answer.fields[.eTag] ?? "")
            }
        }
        return tags
    }

    @Test("takes no day before the plan was validated, nor one after which something is known of what is removed")
    func days() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            try await RevisionScene.prepare(server, Self.plan, "ACH-01")
            try await RevisionScene.revise(server, Self.plan, "FIN-01", #"{"removed": true}"#)
            try await RevisionScene.moved(server, Self.plan, to: "soumise")
            let followed = await RevisionTests.patch(server, "FIN-01", #"{"status": "en_cours", "effective_on": "2022-05-01"}"#)
            try #require(followed.status == 200, "\(followed.text)")
            for day in ["2022-01-09", "2022-04-30", "2100-01-01"] {
                let refused = await RevisionScene.move(server, Self.plan, to: "validee", #", "effective_on": "\#(day)""#)
                #expect(refused.status == 422, "\(day): \(refused.text)")
                #expect(try refused.json()["errors"][0]["pointer"].text == "/effective_on")
            }
            try await RevisionScene.moved(server, Self.plan, to: "validee", #", "effective_on": "2022-05-01""#)
            let figures = try await server.send(.get, "/v1/figures?year=2022&as_of=2022-04-30", as: .anonymous).json()
            #expect(figures["totals"]["actions"].number == 3)
        }
    }

    @Test("leaves an action that is added as done on a later day undone until then")
    func twoSteps() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            try await RevisionScene.open(server, Self.plan)
            let done =
                #"{"title": "A", "theme": "achats", "target_level": "reflexion", "status": "realisee", "completed_on": "2022-09-01"}"#
            try await RevisionScene.revise(server, Self.plan, "NEUF", done)
            try await RevisionScene.moved(server, Self.plan, to: "soumise")
            try await RevisionScene.moved(server, Self.plan, to: "validee", #", "effective_on": "2022-03-01""#)
            for (day, status) in [("2022-08-31", "a_faire"), ("2022-09-01", "realisee")] {
                let action = try await server.send(.get, "/v1/actions/TE-2022-NEUF?as_of=\(day)", as: .reader).json()
                #expect(action["status"].text == status, "\(day)")
            }
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test("and its abandonment come before its plan is closed; with a draft that goes, the revisions go too")
    func roadmap() async throws {
        try await TestServer.with { server in
            try await RevisionTests.scene(server)
            try await RevisionScene.open(server, Self.plan)
            func move(_ body: String) async -> TestAnswer {
                await server.send(.patch, "/v1/roadmaps/TE-2022", body: body, fields: ["If-Match": "*"])
            }
            let closed = await move(#"{"state": "close"}"#)
            #expect(closed.status == 409 && closed.text.contains(RevisionTests.address), "\(closed.text)")
            // A validation that was recorded by mistake is taken back.
            let mistake = #"{"state": "en_relecture", "effective_on": "2022-01-10", "reason": "Erreur"}"#
            #expect(await move(mistake).status == 409)
            try await RevisionScene.moved(server, Self.plan, to: "abandonnee", #", "reason": "Erreur""#)
            #expect(await move(mistake).status == 200)
            #expect(await move(#"{"state": "brouillon"}"#).status == 200)
            let deleted = await server.send(.delete, "/v1/roadmaps/TE-2022", fields: ["If-Match": "*"])
            #expect(deleted.status == 204, "\(deleted.text)")
            #expect(await server.send(.get, RevisionTests.address).status == 404)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
            try await server.apply(
                "{ministry: TE, first_year: 2022, state: validee, actions: [{code: A, title: A, theme: achats, target_level: reflexion}]}",
                to: Self.plan)
            try await RevisionScene.open(server, Self.plan)
            #expect(try await RevisionScene.read(server, Self.plan)["number"].number == 2)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }
}
