import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Impacts of actions")
struct ImpactWriteTests {
    private static let impact = "/v1/actions/TE-2022-ACH-01/impacts/1"

    @Test("keep the version of the factor that they were given with, until a change names another")
    func versions() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"))
            try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops)
            try await ImpactScene.define(server, ImpactScene.laptopWithInterval)
            let again = await server.send(.post, "/v1/impact-factors", body: ImpactScene.laptopWithInterval)
            #expect(again.status == 200, "the same is no version: \(again.text)")
            let versions = try await server.send(.get, "/v1/impact-factors/PORTABLE-RECONDITIONNE").json()["versions"].items
            #expect(versions.map { $0["version"].number } == [2, 1])
            for (body, version) in [
                (#"{"comment": "revu"}"#, 1), (#"{"factor": "PORTABLE-RECONDITIONNE"}"#, 1), (#"{"factor_version": 2}"#, 2),
                (#"{"factor_version": 1}"#, 1),
            ] {
                let changed = await server.send(.patch, Self.impact, body: body, fields: ["If-Match": "*"])
                #expect(try changed.json()["factor_version"].number == version, "\(body): \(changed.text)")
            }
            let unknown = await server.send(.patch, Self.impact, body: #"{"factor_version": 3}"#, fields: ["If-Match": "*"])
            #expect(unknown.status == 422 && unknown.text.contains("/factor_version"), "\(unknown.text)")
            try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops(2))
            #expect(try await server.send(.get, "/v1/actions/TE-2022-ACH-01/impacts/2").json()["factor_version"].number == 2)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("are rehearsed without a trace, and none gets the number of one that was deleted")
    func numbers() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"), state: "brouillon")
            let address = "/v1/actions/TE-2022-ACH-01/impacts"
            let rehearsed = await server.send(.post, "\(address)?dry_run=true", body: ImpactScene.ofLaptops)
            #expect(rehearsed.status == 201)
            #expect(try await server.send(.get, address).json()["data"].items.isEmpty)
            for number in [1, 2] {
                let given = try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops(number))
                #expect(given.hasSuffix("/\(number)"))
            }
            let stale = await server.send(.delete, "\(address)/2", fields: ["If-Match": "\"7\""])
            #expect(stale.status == 412)
            #expect(await server.send(.delete, "\(address)/2", fields: ["If-Match": "\"1\""]).status == 204)
            #expect(try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops(3)).hasSuffix("/3"))
            // With the action, all go; one of the same code goes on from their numbers.
            let gone = await server.send(.delete, "/v1/actions/TE-2022-ACH-01", fields: ["If-Match": "*"])
            #expect(gone.status == 204, "\(gone.text)")
            #expect(await server.send(.get, "\(address)/1").status == 404)
            let history = try await server.send(.get, "\(address)/1/history").json()
            #expect(history["data"].items.map { $0["kind"].text } == ["deleted", "created"])
            let added = await server.send(
                .post, "/v1/roadmaps/TE-2022/actions",
                body: #"{"code": "ACH-01", "title": "Autre", "theme": "achats", "target_level": "reflexion"}"#)
            try #require(added.status == 201)
            #expect(try await server.send(.get, address).json()["data"].items.isEmpty)
            #expect(try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops).hasSuffix("/4"))
            #expect(await server.send(.delete, "/v1/roadmaps/TE-2022", fields: ["If-Match": "*"]).status == 204)
            let left = try await server.database.read { session in
                try session.one("select count(*) from impacts where known_to = 'infinity'") { row in try row.next(Int.self) }
            }
            #expect(left == 0)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("sent twice are told to be there already, and counted once; another one says what tells it apart")
    func sameTwice() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"))
            let address = "/v1/actions/TE-2022-ACH-01/impacts"
            try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops)
            try await ImpactScene.define(server, ImpactScene.laptopWithInterval)
            let again = await server.send(.post, address, as: .referent, body: ImpactScene.ofLaptops)
            #expect(again.status == 409 && again.text.contains("TE-2022-ACH-01/1"), "\(again.text)")
            #expect(try await server.send(.get, address).json()["data"].items.count == 1)
            let zeros = ImpactScene.ofLaptops.replacing("900", with: "900.00").replacing("1000", with: "\"1000.0\"")
            #expect(await server.send(.post, address, body: zeros).status == 409, "other zeros are no other number")
            try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops(2))
            #expect(try await server.send(.get, address).json()["data"].items.count == 2)
            let change = { (body: String) in
                await server.send(.patch, "\(address)/2", body: body, fields: ["If-Match": "*"])
            }
            #expect(await change(#"{"comment": null}"#).status == 409, "a change makes none of two either")
            let same = await change(#"{"quantity": {"central": 1000.000}}"#)
            #expect(try same.json()["version"].number == 1, "\(same.text)")
            let factor = ImpactScene.laptopWithInterval.replacing("70", with: "70.0")
            #expect(await server.send(.post, "/v1/impact-factors", body: factor).status == 200)
        }
    }

    @Test("of a year that has not begun are not measured")
    func future() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"))
            let address = "/v1/actions/TE-2022-ACH-01/impacts"
            func impact(_ year: Int, _ basis: String) -> String {
                ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", #"{"central": 1}"#, in: year, basis: basis)
            }
            let measured = await server.send(.post, address, body: impact(2099, "measured"))
            #expect(measured.status == 422 && measured.text.contains("/basis"), "\(measured.text)")
            #expect(await server.send(.post, address, body: impact(2099, "estimated")).status == 201)
            let changed = await server.send(
                .patch, "\(address)/1", body: #"{"basis": "measured"}"#, fields: ["If-Match": "*"])
            #expect(changed.status == 422, "\(changed.text)")
            #expect(await server.send(.post, address, body: impact(2022, "measured")).status == 201)
        }
    }

    @Test("given by many at once each have a number of their own, without a gap")
    func concurrency() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"))
            let addresses = try await withThrowingTaskGroup(of: String.self) { group in
                for writer in 0..<24 {
                    group.addTask {
                        if writer % 6 == 0 { try await ImpactScene.define(server, ImpactScene.laptopWithInterval) }
                        return try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops(writer), as: .referent)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let numbers = addresses.compactMap { $0.split(separator: "/").last.flatMap { Int($0) } }
            #expect(numbers.sorted() == Array(1...24))
            let factors = try await server.send(.get, "/v1/impact-factors/PORTABLE-RECONDITIONNE").json()["versions"].items
            #expect(factors.count == 2)
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("and factors and figures, asked as known at an instant, are answered with the same bytes whatever is recorded later")
    func knownAt() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            let actions = [ImpactScene.action("ACH-01", "key_action: true"), ImpactScene.action("ACH-02", "key_action: true")]
            try await ImpactScene.plan(server, "TE-2022", actions.joined(separator: ", "))
            try await ImpactScene.plan(server, "JUS-2022", ImpactScene.action("ACH-01"))
            let grouped = ImpactScene.impact(of: "PORTABLE-RECONDITIONNE", #"{"central": 7}"#, group: "MARCHE")
            for action in ["TE-2022-ACH-01", "JUS-2022-ACH-01"] { try await ImpactScene.give(server, action, grouped) }
            let instant = try await ImpactScene.now(server)
            let questions = [
                "/v1/impacts/figures?year=2022", "/v1/impact-factors?count=true", "/v1/impact-factors/PORTABLE-RECONDITIONNE",
                Self.impact, "/v1/actions/TE-2022-ACH-01/impacts?count=true",
            ].map { $0 + ($0.contains("?") ? "&" : "?") + "known_at=\(instant)" }
            var before: [String] = []
            for question in questions { before.append(await server.send(.get, question).text) }
            try await ImpactScene.define(server, ImpactScene.laptopWithInterval)
            try await ImpactScene.define(server, ImpactScene.phone)
            for (method, target, body) in [
                (.patch, Self.impact, #"{"factor_version": 2, "quantity": {"central": 8}, "overlap_group": null}"#),
                (.delete, "/v1/actions/JUS-2022-ACH-01/impacts/1", nil),
                (.patch, "/v1/actions/TE-2022-ACH-02", #"{"status": "abandonnee", "status_reason": "sans suite"}"#),
                (.patch, "/v1/actions/TE-2022-ACH-01", #"{"theme": "fin_usage", "reason": "Erreur"}"#),
            ] as [(HTTPRequest.Method, String, String?)] {
                let answer = await server.send(method, target, body: body, fields: ["If-Match": "*"])
                try #require([200, 204].contains(answer.status), "\(target): \(answer.text)")
            }
            try await ImpactScene.give(server, "TE-2022-ACH-02", ImpactScene.ofLaptops)
            for (question, text) in zip(questions, before) {
                #expect(await server.send(.get, question).text == text, "\(question)")
            }
            #expect(try await ImpactScene.figures(server)["families"].items[0]["by_theme"].items[0]["theme"].text == "fin_usage")
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [])
        }
    }

    @Test("of abandoned actions do not count, and key actions are counted with and without an estimate, each with its list")
    func keyActions() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            let codes = ["A", "B", "C", "D"]
            let actions = codes.map { ImpactScene.action($0, "key_action: \($0 == "D" ? "false" : "true")") }
            try await ImpactScene.plan(server, "TE-2022", actions.joined(separator: ", "))
            for code in ["A", "D"] { try await ImpactScene.give(server, "TE-2022-\(code)", ImpactScene.ofLaptops) }
            let abandoned = await server.send(
                .patch, "/v1/actions/TE-2022-D", body: #"{"status": "abandonnee", "status_reason": "sans suite"}"#,
                fields: ["If-Match": "*"])
            try #require(abandoned.status == 200)
            let figures = try await ImpactScene.figures(server)
            #expect(figures["families"].items[0]["estimated"]["impacts"].number == 1)
            let counts = figures["key_actions"]
            #expect(counts["with_estimate"].number == 1 && counts["without_estimate"].number == 2)
            for (name, expected) in [("with_estimate", ["TE-2022-A"]), ("without_estimate", ["TE-2022-B", "TE-2022-C"])] {
                let link = try #require(counts["links"][name].text)
                let list = try await server.send(.get, link).json()
                #expect(list["data"].items.map { $0["id"].text } == expected, "\(link)")
            }
        }
    }

    @Test("written by hand are found by the audit, in the past too")
    func tampering() async throws {
        try await TestServer.with { server in
            try await ImpactScene.define(server, ImpactScene.laptop)
            try await ImpactScene.plan(server, "TE-2022", ImpactScene.action("ACH-01"))
            try await ImpactScene.give(server, "TE-2022-ACH-01", ImpactScene.ofLaptops)
            let changed = await server.send(.patch, Self.impact, body: #"{"basis": "measured"}"#, fields: ["If-Match": "*"])
            try #require(changed.status == 200)
            for (statement, found) in [
                ("update impacts set period = '2024' where known_to = 'infinity'", "today TE-2022-ACH-01/1 period 2024 2022"),
                ("update impacts set comment = 'x' where known_to < 'infinity'", "states TE-2022-ACH-01/1 comment x null"),
                ("delete from impacts where known_to < 'infinity'", "states TE-2022-ACH-01/1 row null v1"),
                ("update impact_factors set place = 'Lune'", "today PORTABLE-RECONDITIONNE place Lune France"),
            ] {
                try await server.database.write { session in try session.script(statement) }
                let differences = try await IndicatorScene.auditFinds(server)
                #expect(differences.contains(found), "\(statement): \(differences)")
            }
        }
    }
}
