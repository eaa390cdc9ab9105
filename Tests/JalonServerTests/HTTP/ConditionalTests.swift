import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Conditional requests")
struct ConditionalTests {
    /// Each resource, and a write on it that changes something.
    static let resources: [(target: String, method: HTTPRequest.Method, caller: TestServer.Caller, body: String?)] = [
        ("/v1/actions/TE-2024-ACH-01", .patch, .referent, #"{"key_action": true}"#),
        ("/v1/actions/TE-2024-ACH-01", .delete, .referent, nil),
        ("/v1/roadmaps/TE-2024", .patch, .referent, #"{"due_on": "2024-02-28"}"#),
        ("/v1/roadmaps/TE-2024", .delete, .referent, nil),
        ("/v1/roadmaps/TE-2024/plan", .put, .referent, #"{"ministry": "TE", "first_year": 2024, "title": "B", "actions": []}"#),
        ("/v1/ministries/TE", .patch, .admin, #"{"kind": "operateur"}"#),
        ("/v1/censuses/2022", .put, .coordinator, #"{"due_on": "2022-03-01", "expected": ["TE"]}"#),
    ]

    @Test("a write needs the current strong tag, alone or in a list, or a star")
    func ifMatch() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = try await server.stored()
            for (target, method, caller, body) in Self.resources {
                let tag = await server.send(.get, target, as: caller).tag
                try #require(tag.hasPrefix("\"") && tag.count > 2)
                let vectors: [(value: String?, status: Int)] = [
                    (nil, 428), ("\"0\"", 412), ("W/\(tag)", 412), ("\"a\", W/\(tag)", 412), (tag.lowercased() + "x", 400),
                    (String(tag.dropFirst().dropLast()), 400), ("\"sans fin", 400), ("*, \(tag)", 400), ("\"a\" \"b\"", 400),
                    ("\(tag)", 200), ("*", 200), (" * ", 200), ("\"a\",\(tag)", 200), ("W/\"a\" , \(tag) ,", 200),
                ]
                for (value, status) in vectors {
                    let answer = await server.send(
                        method, target + "?dry_run=true", as: caller, body: body, fields: value.map { ["If-Match": $0] } ?? [:])
                    let expected = status == 200 && method == .delete ? 204 : status
                    #expect(answer.status == expected, "\(method) \(target) If-Match \(value ?? "none"): \(answer.text)")
                    if [412, 428].contains(status) {
                        #expect(answer.tag == tag, "\(method) \(target) does not tell the current tag")
                    }
                    if status == 428 { #expect(try answer.json()["type"].text == "/problems/precondition-required") }
                }
            }
            #expect(try await server.stored() == before)
        }
    }

    @Test("a tag is good for one write: the second with the same one is refused, and the first stays")
    func lostUpdate() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for (target, method, caller, body) in Self.resources where method != .delete {
                let tag = await server.send(.get, target, as: caller).tag
                let first = await server.send(method, target, as: caller, body: body, fields: ["If-Match": tag])
                #expect(first.status == 200, "\(target): \(first.text)")
                #expect(first.tag != tag)
                #expect(await server.send(.get, target, as: caller).tag == first.tag, "\(target)")
                let second = await server.send(method, target, as: caller, body: body, fields: ["If-Match": tag])
                #expect(second.status == 412, "\(target)")
                let again = await server.send(method, target, as: caller, body: body, fields: ["If-Match": first.tag])
                #expect(again.status == 200 && again.tag == first.tag, "\(target): nothing changed, and yet its tag did")
            }
        }
    }

    @Test("a PUT creates only what is not there, when it says so")
    func creations() async throws {
        let census = #"{"due_on": "2030-02-28", "expected": ["TE"]}"#
        func plan(_ year: Int) -> String { #"{"ministry": "TE", "first_year": \#(year), "title": "B", "actions": []}"# }
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = try await server.stored()
            for (absent, existing, new, old) in [
                ("/v1/censuses/2030", "/v1/censuses/2022", census, census),
                ("/v1/roadmaps/TE-2030/plan", "/v1/roadmaps/TE-2022/plan", plan(2030), plan(2022)),
            ] {
                for value in ["*", "\"1\""] {
                    #expect(
                        await server.send(.put, absent, body: new, fields: ["If-Match": value]).status == 412,
                        "\(absent) \(value)")
                }
                #expect(await server.send(.put, existing, body: old, fields: ["If-None-Match": "*"]).status == 412)
                #expect(await server.send(.put, existing, body: old).status == 428)
                #expect(try await server.stored() == before)
                #expect(
                    await server.send(.put, absent + "?dry_run=true", body: new, fields: ["If-None-Match": "*"]).status == 201)
            }
        }
    }

    @Test("a reading answers 304 to its own tag, weak or strong, alone or in a list, and to a star")
    func ifNoneMatch() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            try await server.database.write { session in
                // Else the day of a token's first use would change what `me` answers in the middle of the test.
                _ = try session.execute("update tokens set last_used_on = paris_today()")
            }
            for operation in contract.operations where operation.responses[304] != nil {
                let good = try #require(ContractCases.find(operation, 200))
                let first = try await server.play(good, operation)
                for value in [first.tag, "W/\(first.tag)", "\"a\", \(first.tag)", "*"] {
                    let answer = try await server.play(good.with { $0.fields["If-None-Match"] = value }, operation)
                    #expect(answer.status == 304 && answer.text.isEmpty && answer.tag == first.tag, "\(operation.id) \(value)")
                }
                #expect(try await server.play(good.with { $0.fields["If-None-Match"] = "\"a\"" }, operation).status == 200)
                for value in ["a", "\"a b\"", "\"a", "\"a\"b"] {
                    let answer = try await server.play(good.with { $0.fields["If-None-Match"] = value }, operation)
                    #expect(answer.status == 400, "\(operation.id) \(value)")
                }
                #expect(try await server.play(good, operation).tag == first.tag, "\(operation.id) changes its tag for nothing")
            }
        }
    }

    @Test("tags follow what changes and nothing else: lists, figures, plans and the days that pass")
    func tagsFollowChanges() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let touched = [
                "/v1/actions", "/v1/roadmaps/TE-2024/actions", "/v1/roadmaps/TE-2024/plan", "/v1/roadmaps/TE-2024/history",
                "/v1/actions/TE-2024-ACH-01", "/v1/actions/TE-2024-ACH-01/history",
                // It tells how often the plan has changed.
                "/v1/roadmaps/TE-2024",
            ]
            let untouched = [
                "/v1/figures?year=2022", "/v1/ministries/TE", "/v1/actions?year=2022", "/v1/roadmaps/TE-2022/plan",
                "/v1/roadmaps/TE-2022",
            ]
            var tags: [String: String] = [:]
            for target in touched + untouched { tags[target] = await server.send(.get, target).tag }
            let changed = await server.send(
                .patch, "/v1/actions/TE-2024-ACH-01", body: #"{"due_on": "2024-01-31"}"#, fields: ["If-Match": "*"])
            // Late since long: that shows in the representation, and so in its tag.
            #expect(changed.tag == "\"2-late\"")
            for target in touched { #expect(await server.send(.get, target).tag != tags[target], "\(target)") }
            for target in untouched { #expect(await server.send(.get, target).tag == tags[target], "\(target)") }
        }
    }

    @Test("what is deleted and made again does not come back under a tag it once had")
    func noTagTwice() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for target in ["/v1/actions/TE-2024-ACH-01", "/v1/roadmaps/TE-2024", "/v1/roadmaps/TE-2024/plan"] {
                let old = await server.send(.get, target).tag
                let deleted = target.replacing("/plan", with: "")
                #expect(await server.send(.delete, deleted, fields: ["If-Match": "*"]).status == 204)
                #expect(await server.send(.get, target, fields: ["If-None-Match": old]).status == 404)
                _ = await server.send(.post, "/v1/roadmaps", body: #"{"ministry": "TE", "first_year": 2024}"#)
                _ = await server.send(
                    .post, "/v1/roadmaps/TE-2024/actions", body: BadActionTests.body(replacing: #"{"code": "ACH-01"}"#))
                let new = await server.send(.get, target)
                #expect(new.status == 200 && new.tag != old, "\(target) has \(new.tag) again")
            }
        }
    }
}
