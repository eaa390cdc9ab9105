import HTTPTypes
import Testing

@testable import JalonServer

@Suite("A change of a roadmap's state")
struct ReadBeforeValidationTests {
    private static let plan = """
        {ministry: TE, first_year: 2022, state: soumise, effective_on: 2022-01-10,
         actions: [{code: ACH-01, title: Louer, theme: achats, target_level: reflexion}]}
        """

    private static func move(_ server: TestServer, to state: String, _ tag: String) async -> TestAnswer {
        await server.send(.patch, "/v1/roadmaps/TE-2022", body: #"{"state": "\#(state)"}"#, fields: ["If-Match": tag])
    }

    @Test("is refused where an action has changed since the roadmap was read, and done once it was read again")
    func changed() async throws {
        try await TestServer.with { server in
            try await server.apply(Self.plan, to: "TE-2022")
            let read = await server.send(.get, "/v1/roadmaps/TE-2022")
            #expect(try read.json()["plan_version"].number == 2)
            let edit = await server.send(
                .patch, "/v1/actions/TE-2022-ACH-01", as: .referent, body: #"{"title": "Acheter"}"#, fields: ["If-Match": "*"])
            #expect(edit.status == 200)
            let unread = await Self.move(server, to: "en_relecture", read.tag)
            #expect(unread.status == 412 && unread.tag != read.tag, "\(unread.text)")
            #expect(await server.send(.get, "/v1/roadmaps/TE-2022", fields: ["If-None-Match": read.tag]).status == 200)
            let again = await server.send(.get, "/v1/roadmaps/TE-2022")
            #expect(try again.tag == unread.tag && again.json()["plan_version"].number == 3)
            let moved = await Self.move(server, to: "en_relecture", again.tag)
            #expect(moved.status == 200, "\(moved.text)")
            #expect(await Self.move(server, to: "validee", moved.tag).status == 200)
        }
    }

    @Test("is not told to others by the number of changes, nor by the tag, that something hidden has changed")
    func hidden() async throws {
        try await TestServer.with { server in
            try await server.apply(
                Self.plan.replacing("reflexion}", with: "reflexion, confidential: true}"), to: "TE-2022")
            for target in ["/v1/roadmaps/TE-2022", "/v1/roadmaps", "/v1/roadmaps.csv", "/v1/roadmaps?sort=-updated_at"] {
                let before = await server.send(.get, target, as: .otherReferent)
                #expect(before.status == 200 && !before.text.contains(#""plan_version":2"#))
                let edit = await server.send(
                    .patch, "/v1/actions/TE-2022-ACH-01", body: #"{"title": "\#(target)"}"#, fields: ["If-Match": "*"])
                #expect(edit.status == 200)
                let after = await server.send(.get, target, as: .otherReferent)
                #expect(after.text == before.text && after.tag == before.tag, "\(target)")
            }
        }
    }

    @Test("may follow the answer to a plan, which tells the number of changes to whoever sees all of it")
    func plan() async throws {
        try await TestServer.with { server in
            let created = try await server.apply(Self.plan, to: "TE-2022")
            #expect(try created.json()["roadmap"]["plan_version"].number == 2, "\(created.text)")
            for (caller, number) in [(TestServer.Caller.coordinator, 3), (.referent, 4)] {
                let edit = Self.plan.replacing("effective_on: 2022-01-10,", with: "").replacing("Louer", with: "Louer \(number)")
                let applied = try await server.apply(edit, to: "TE-2022", as: caller, ifMatch: "*")
                let read = await server.send(.get, "/v1/roadmaps/TE-2022", as: caller)
                #expect(try applied.json()["roadmap"]["plan_version"].number == number, "\(applied.text)")
                #expect(try read.json()["plan_version"].number == number)
            }
        }
    }

    @Test("has the same number of changes on every page of every list")
    func lists() async throws {
        try await TestServer.with { server in
            try await server.apply(Self.plan, to: "TE-2022")
            try await server.apply("{ministry: JUS, first_year: 2022, actions: []}", to: "JUS-2022")
            #expect(
                await server.send(
                    .patch, "/v1/actions/TE-2022-ACH-01", body: #"{"title": "Acheter"}"#, fields: ["If-Match": "*"]
                ).status == 200)
            for sort in ["id", "-id", "updated_at", "-updated_at"] {
                var found: [String: Int] = [:]
                var next: String? = "/v1/roadmaps?limit=1&sort=\(sort)"
                while let target = next {
                    let page = try await server.send(.get, target).json()
                    for item in page["data"].items { found[item["id"].text ?? ""] = item["plan_version"].number }
                    next = page["links"]["next"].text
                }
                #expect(found == ["TE-2022": 3, "JUS-2022": 1], "\(sort)")
            }
            let past = try await server.send(.get, "/v1/roadmaps/TE-2022?as_of=2022-06-01").json()
            #expect(past["plan_version"].isNull && past["version"].number == 1)
        }
    }
}
