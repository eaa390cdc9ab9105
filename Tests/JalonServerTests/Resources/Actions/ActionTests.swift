import Foundation
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Actions through the API")
struct ActionTests {
    static let plan = """
        ministry: TE
        first_year: 2022
        title: Feuille de route
        state: validee
        actions:
          - {code: ACH-01, title: Acheter reconditionné, theme: achats, target_level: realisation, status: realisee}
          - {code: ACH-02, title: Étudier la location, theme: achats, target_level: reflexion, due_on: 2022-12-31}
          - {code: FIN-01, title: Donner aux associations, theme: fin_usage, target_level: realisation, confidential: true}
        """

    /// The same, whose commitments its ministry may still change.
    static let submitted = plan.replacing("state: validee", with: "state: soumise")

    @Test("a référent creates, reads, changes and follows an action of its ministry")
    func workingDay() async throws {
        try await TestServer.with { server in
            try await server.apply(Self.submitted + "\neffective_on: 2022-02-01\n", to: "TE-2022")
            let created = await server.send(
                .post, "/v1/roadmaps/TE-2022/actions", as: .referent,
                body: """
                    {"code": "STR-01", "title": "  Nommer des correspondants ", "theme": "strategie_gouvernance",
                     "target_level": "realisation", "effective_on": "2023-09-01"}
                    """)
            #expect(created.status == 201, "\(created.text)")
            #expect(created.fields[.location] == "/v1/actions/TE-2022-STR-01")
            #expect(try created.json()["title"].text == "Nommer des correspondants")
            #expect(try created.json()["status"].text == "a_faire")

            let read = await server.send(.get, "/v1/actions/TE-2022-STR-01", as: .referent)
            #expect(read.tag == "\"1\"")
            let changed = await server.send(
                .patch, "/v1/actions/TE-2022-STR-01", as: .referent,
                body: #"{"status": "realisee", "effective_on": "2024-03-01", "reason": "Constaté en comité"}"#,
                fields: ["If-Match": read.tag])
            #expect(changed.status == 200, "\(changed.text)")
            #expect(try changed.json()["completed_on"].text == "2024-03-01")
            #expect(changed.tag == "\"2\"")

            let history = try await server.send(.get, "/v1/actions/TE-2022-STR-01/history", as: .referent).json()
            #expect(history["data"].items.count == 2)
            let last = history["data"][0]
            #expect(last["effective_on"].text == "2024-03-01")
            #expect(last["reason"].text == "Constaté en comité")
            #expect(last["changes"]["status"]["from"].text == "a_faire")
            #expect(last["changes"]["status"]["to"].text == "realisee")
            #expect(last["actor"]["label"].text == "Test referent")
        }
    }

    @Test("figures count what the plan says")
    func figures() async throws {
        try await TestServer.with { server in
            try await server.apply(Self.plan, to: "TE-2022")
            let figures = try await server.send(.get, "/v1/figures?year=2022", as: .anonymous).json()
            #expect(figures["totals"]["actions"].number == 3)
            #expect(figures["headline"]["text"].text == "3 actions identifiées, dont 33\u{A0}% réalisées", "\(figures)")
        }
    }

    @Test(
        "an empty list clears a list as null does, for clients that drop what is null, wherever one is written",
        arguments: ["[]", "null"])
    func emptyLists(empty: String) async throws {
        let lists = #""contributors": \#(empty), "practices": \#(empty)"#
        let filled = #""contributors": ["DAF", "DRH"], "practices": ["e.1"]"#
        let action = #""title": "Acheter moins", "theme": "achats", "target_level": "reflexion""#
        try await TestServer.with { server in
            try await server.apply(Self.submitted, to: "TE-2022")
            func expectEmpty(_ answer: TestAnswer, _ what: Comment) {
                #expect(answer.text.contains(#""contributors":[],"practices":[]"#), what)
            }
            let created = await server.send(
                .post, "/v1/roadmaps/TE-2022/actions", as: .referent, body: #"{"code": "ACH-07", \#(action), \#(lists)}"#)
            #expect(created.status == 201, "\(created.text)")
            expectEmpty(created, "created")
            let patches = [filled, lists].map { "{\($0)}" }
            for body in patches {
                let changed = await server.send(
                    .patch, "/v1/actions/TE-2022-ACH-07", as: .referent, body: body, fields: ["If-Match": "*"])
                #expect(changed.status == 200, "\(changed.text)")
                if body == patches[0] { #expect(try changed.json()["contributors"].items.count == 2) }
                if body == patches[1] { expectEmpty(changed, "patched") }
            }
            for members in [filled, lists] {
                let body = #"{"ministry": "TE", "first_year": 2022, "actions": [{"code": "ACH-07", \#(members)}]}"#
                let applied = await server.send(
                    .put, "/v1/roadmaps/TE-2022/plan", as: .referent, body: body, fields: ["If-Match": "*"])
                #expect(applied.status == 200, "\(applied.text)")
            }
            expectEmpty(await server.send(.get, "/v1/actions/TE-2022-ACH-07"), "planned")
        }
    }

    @Test("contributors come back as they were sent, whatever PostgreSQL has to quote in them, chosen or not among the members")
    func contributors() async throws {
        let names = ["a,b", "dit « \"x\" »", "\\", "{g}", "NULL", "null", "l’été 🌱", "C:\\dir\\\"q\""]
        try await TestServer.with { server in
            try await server.apply(Self.plan, to: "TE-2022")
            let body = try JSONSerialization.data(withJSONObject: ["contributors": names])
            let written = await server.send(
                .patch, "/v1/actions/TE-2022-ACH-01", as: .referent, body: String(decoding: body, as: UTF8.self),
                fields: ["If-Match": "*"])
            #expect(written.status == 200, "\(written.text)")
            let read = try await server.send(.get, "/v1/actions/TE-2022-ACH-01", as: .referent).json()
            #expect(read["contributors"].items.map(\.text) == names)
            let list = try await server.send(
                .get, "/v1/roadmaps/TE-2022/actions?fields=contributors,version", as: .referent
            ).json()
            #expect(list["data"].items.first?["contributors"].items.map(\.text) == names, "\(list)")
            #expect(list["data"].items.first?["version"].number == 2, "\(list)")
        }
    }
}
