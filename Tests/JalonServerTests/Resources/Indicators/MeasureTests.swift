import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Measures")
struct MeasureWriteTests {
    @Test("go from draft to validated by who may, and a return says why")
    func states() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            let key = "FORMATION/TE/2023"
            let draft = await IndicatorScene.measure(server, key, #"{"value": 40}"#, as: .referent)
            #expect(draft.status == 201)
            #expect(try draft.json()["state"].text == "brouillon")
            for (body, caller, status, state) in [
                (#"{"value": 41, "state": "validee"}"#, TestServer.Caller.referent, 409, "brouillon"),
                (#"{"value": 41, "state": "soumise"}"#, .otherReferent, 403, "brouillon"),
                (#"{"value": 41, "state": "soumise"}"#, .referent, 200, "soumise"),
                (#"{"value": 41, "state": "renvoyee"}"#, .coordinator, 422, "soumise"),
                (#"{"value": 41, "state": "renvoyee", "state_reason": "sans les vacataires"}"#, .coordinator, 200, "renvoyee"),
                (#"{"value": 44, "state": "soumise"}"#, .referent, 200, "soumise"),
                (#"{"value": 44, "state": "validee"}"#, .coordinator, 200, "validee"),
                (#"{"value": 45}"#, .referent, 403, "validee"),
                (#"{"value": 45}"#, .coordinator, 422, "validee"),
                (#"{"value": 45, "reason": "faute de frappe"}"#, .coordinator, 200, "validee"),
            ] {
                let answer = await IndicatorScene.measure(server, key, body, as: caller)
                #expect(answer.status == status, "\(body) \(caller): \(answer.text)")
                let now = try await server.send(.get, IndicatorScene.address(key)).json()
                #expect(now["state"].text == state, "\(body) \(caller)")
            }
            let history = try await server.send(.get, IndicatorScene.address(key) + "/history").json()
            #expect(history["data"].items.count == 6)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test(
        "that are drafts or were sent back are seen by their ministry and the coordination alone, in lists, figures, histories and the feed"
    )
    func sight() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.expect(server, 2023, ["TE"])
            try await IndicatorScene.define(server, IndicatorScene.training)
            let key = "FORMATION/TE/2023"
            let address = IndicatorScene.address(key)
            for (body, isSeen) in [
                (#"{"value": 40, "comment": "secret"}"#, false),
                (#"{"value": 41, "state": "soumise"}"#, true),
                (#"{"value": 41, "state": "renvoyee", "state_reason": "secret"}"#, false),
                (#"{"value": 42, "state": "soumise"}"#, true),
                (#"{"value": 42, "state": "validee"}"#, true),
            ] {
                let written = await IndicatorScene.measure(server, key, body)
                try #require([200, 201].contains(written.status), "\(written.text)")
                for caller in [TestServer.Caller.reader, .otherReferent, .admin] {
                    #expect(await server.send(.get, address, as: caller).status == (isSeen ? 200 : 404))
                    #expect(await server.send(.get, address + "/history", as: caller).status == (isSeen ? 200 : 404))
                    let list = await server.send(.get, "/v1/measures", as: caller)
                    #expect(try list.json()["data"].items.count == (isSeen ? 1 : 0))
                    let figure = try await IndicatorScene.figure(server, "FORMATION", "period=2023", as: caller)
                    #expect(figure["missing"].items.count == (isSeen ? 0 : 1), "\(body)")
                    #expect(await !server.send(.get, address + "/history", as: caller).text.contains("secret"))
                }
                #expect(await server.send(.get, address, as: .referent).status == 200)
            }
            try await FeedReplica.settle(server)
            let feed = await server.send(.get, "/v1/changes?resource=measure", as: .reader)
            #expect(
                try feed.json()["data"].items.map { $0["kind"].text } == ["withdrawn", "revealed", "updated"], "\(feed.text)")
            #expect(!feed.text.contains("secret"))
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("that were deleted and given again go on from their last version, and the audit finds nothing")
    func again() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            let key = "FORMATION/TE/2023"
            for (value, version) in [(3, 1), (4, 3), (5, 5)] {
                let given = await IndicatorScene.measure(server, key, #"{"value": \#(value)}"#)
                #expect(given.status == 201)
                #expect(try given.json()["version"].number == version)
                let deleted = await server.send(.delete, IndicatorScene.address(key), fields: ["If-Match": given.tag])
                #expect(deleted.status == 204)
                #expect(await server.send(.get, IndicatorScene.address(key)).status == 404)
            }
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("and their figures, asked as known at an instant, are answered with the same bytes whatever is recorded later")
    func knownAt() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.expect(server, 2023, ["TE", "JUS"])
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 40"#)
            let instant = try await server.database.read { session in
                try session.one("select rfc3339(clock_timestamp())") { row in try row.next(String.self) }
            }
            let questions = [
                "/v1/indicators/FORMATION/figures?period=2023", "/v1/indicators/FORMATION/figures?from=2022&to=2024",
                "/v1/indicators/figures?year=2023", "/v1/indicators/FORMATION", "/v1/indicators/FORMATION/targets",
                "/v1/indicators/FORMATION/measures/TE/2023", "/v1/measures?year=2023", "/v1/indicators?count=true",
            ].map { $0 + ($0.contains("?") ? "&" : "?") + "known_at=\(instant)" }
            var before: [String] = []
            for question in questions { before.append(await server.send(.get, question).text) }
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 45"#)
            try await IndicatorScene.give(server, "FORMATION/JUS/2023", #""value": 5"#)
            let changed = await server.send(
                .patch, "/v1/indicators/FORMATION", body: #"{"title": "Autre", "decimals": 2, "days_allowed": 3}"#,
                fields: ["If-Match": "*"])
            try #require(changed.status == 200, "\(changed.text)")
            let aimed = await server.send(
                .put, "/v1/indicators/FORMATION/targets", body: #"{"targets": [{"period": "2024", "value": 100}]}"#,
                fields: ["If-Match": "*"])
            try #require(aimed.status == 200, "\(aimed.text)")
            try await IndicatorScene.define(server, IndicatorScene.reuse)
            try await IndicatorScene.expect(server, 2024, ["TE"])
            for (question, text) in zip(questions, before) {
                #expect(await server.send(.get, question).text == text, "\(question)")
            }
            let now = try await IndicatorScene.figure(server, "FORMATION", "period=2023")
            #expect(now["value"].number == 50)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("that were sent back can be withdrawn and deleted, though nothing of them could be given any more")
    func takenBack() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            let key = "FORMATION/TE/2023"
            let sentBack = #"{"value": 40, "state": "renvoyee", "state_reason": "à revoir"}"#
            #expect(await IndicatorScene.measure(server, key, sentBack).status == 201)
            // Neither first_period nor a reason is needed: no measure counts that would change its meaning.
            let changed = await server.send(
                .patch, "/v1/indicators/FORMATION",
                body: #"{"periodicity": "semester", "over_time": "sum", "from_period": "2023-S1"}"#,
                type: "application/merge-patch+json", fields: ["If-Match": "*"])
            #expect(changed.status == 200, "\(changed.text)")
            #expect(await IndicatorScene.measure(server, key, #"{"value": 41, "state": "soumise"}"#).status == 422)
            #expect(await IndicatorScene.measure(server, key, #"{"value": 40, "state": "brouillon"}"#).status == 200)
            let deleted = await server.send(.delete, IndicatorScene.address(key), fields: ["If-Match": "*"])
            #expect(deleted.status == 204, "\(deleted.text)")
        }
    }

    @Test("of a body that was closed since can be sent back by the coordinators, with the reason and no other change")
    func closedBody() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/FP/2023", #""value": 40"#)
            let ministry = try await server.send(.get, "/v1/ministries/FP").json()
            let names = ministry["names"].items.map {
                #"{"name": "\#($0["name"].text ?? "")", "from": "\#($0["from"].text ?? "")"}"#
            }
            let closed = await server.send(
                .patch, "/v1/ministries/FP", as: .admin,
                body: #"{"names": [\#((names + [#"{"name": null, "from": "2022-06-01"}"#]).joined(separator: ", "))]}"#,
                type: "application/merge-patch+json", fields: ["If-Match": "*"])
            #expect(closed.status == 200, "\(closed.text)")
            #expect(
                await IndicatorScene.measure(server, "FORMATION/FP/2023", #"{"value": 40, "state": "renvoyee"}"#).status == 422)
            let back = await IndicatorScene.measure(
                server, "FORMATION/FP/2023", #"{"value": 40, "state": "renvoyee", "state_reason": "organisme fermé"}"#)
            #expect(back.status == 200, "\(back.text)")
        }
    }

    @Test("written by hand are found by the audit, in the past too")
    func tampering() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 40"#)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 45"#)
            for (statement, found) in [
                ("update measures set value = 46 where known_to = 'infinity'", "today TE-2023-FORMATION/2023 value 46 45"),
                ("update measures set value = 41 where known_to < 'infinity'", "states TE-2023-FORMATION/2023 value 41 40"),
                ("delete from measures where known_to < 'infinity'", "states TE-2023-FORMATION/2023 row null v1"),
                ("update indicator_definitions set unit = 'jours'", "today FORMATION unit jours agents"),
            ] {
                try await server.database.write { session in try session.script(statement) }
                let differences = try await IndicatorScene.auditFinds(server)
                #expect(differences.contains(found), "\(statement): \(differences)")
            }
        }
    }
}
