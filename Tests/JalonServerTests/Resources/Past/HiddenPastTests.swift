import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("What others may not see of the past")
struct HiddenPastTests {
    private static let secret = "Projet Ombrelle"

    @Test("a deleted action, a deleted draft or a confidential time does not show through the history of what came after")
    func history() async throws {
        try await TestServer.with { server async throws in
            try await deleteAndRecreate(server)
            try await discloseLater(server)
            for caller in [TestServer.Caller.reader, .otherReferent, .admin] {
                for path in [
                    "/v1/actions/TE-2030-X-01/history", "/v1/roadmaps/TE-2030/history", "/v1/actions/TE-2030-X-02/history",
                    "/v1/roadmaps/TE-2030/plan", "/v1/actions?ministry=TE",
                ] {
                    let answer = await server.send(.get, path, as: caller)
                    #expect(answer.status == 200, "\(path) as \(caller): \(answer.text)")
                    #expect(!answer.text.contains(Self.secret), "\(path) as \(caller)")
                }
            }
            let own = await server.send(.get, "/v1/actions/TE-2030-X-01/history", as: .referent)
            #expect(own.text.contains(Self.secret), "its own ministry keeps the whole history")
            let after = await server.send(
                .patch, "/v1/actions/TE-2030-X-02", body: #"{"lead": "Cabinet"}"#, fields: ["If-Match": "*"])
            #expect(after.status == 200)
            let seen = try await server.send(.get, "/v1/actions/TE-2030-X-02/history", as: .reader).json()
            #expect(seen["data"].items.count == 1, "what happened since is seen")
        }
    }

    @Test("a late entry does not tell those it was hidden from what held on its day")
    func origin() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(
                """
                {ministry: TE, first_year: 2022, state: soumise, effective_on: 2022-01-05, actions: [
                  {code: A-1, title: "\(Self.secret)", theme: achats, target_level: reflexion, confidential: true}]}
                """, to: "TE-2022")
            for body in [
                #"{"title": "Louer", "confidential": false, "effective_on": "2022-06-01"}"#,
                #"{"title": "Louer", "effective_on": "2022-03-01"}"#,
            ] {
                let answer = await server.send(
                    .patch, "/v1/actions/TE-2022-A-1", body: body, fields: ["If-Match": "*"])
                try #require(answer.status == 200, "\(answer.text)")
            }
            for caller in [TestServer.Caller.reader, .otherReferent, .admin] {
                for path in ["/v1/actions/TE-2022-A-1/history", "/v1/roadmaps/TE-2022/history"] {
                    let answer = await server.send(.get, path, as: caller)
                    #expect(answer.status == 200)
                    #expect(!answer.text.contains(Self.secret), "\(path) as \(caller): \(answer.text)")
                }
            }
            let own = await server.send(.get, "/v1/actions/TE-2022-A-1/history", as: .referent)
            #expect(own.text.contains(Self.secret), "its own ministry reads the whole of it")
        }
    }

    /// A confidential action deleted from a draft, then a public one of the same code.
    private func deleteAndRecreate(_ server: TestServer) async throws {
        _ = await server.send(.post, "/v1/roadmaps", as: .referent, body: #"{"ministry": "TE", "first_year": 2030}"#)
        let path = "/v1/roadmaps/TE-2030/actions"
        for body in [
            #"{"code": "X-01", "title": "\#(Self.secret)", "theme": "achats", "target_level": "reflexion", "confidential": true, "reason": "\#(Self.secret)"}"#,
            #"{"code": "X-02", "title": "\#(Self.secret)", "theme": "achats", "target_level": "reflexion", "confidential": true}"#,
        ] {
            let created = await server.send(.post, path, as: .referent, body: body)
            try #require(created.status == 201, "\(created.text)")
        }
        let deleted = await server.send(.delete, "/v1/actions/TE-2030-X-01", as: .referent, fields: ["If-Match": "*"])
        try #require(deleted.status == 204)
        let again = await server.send(
            .post, path, as: .referent,
            body: #"{"code": "X-01", "title": "Public", "theme": "achats", "target_level": "reflexion"}"#)
        try #require(again.status == 201)
        let submitted = await server.send(
            .patch, "/v1/roadmaps/TE-2030", as: .referent, body: #"{"state": "soumise"}"#, fields: ["If-Match": "*"])
        try #require(submitted.status == 200)
    }

    private func discloseLater(_ server: TestServer) async throws {
        let disclosed = await server.send(
            .patch, "/v1/actions/TE-2030-X-02", as: .referent, body: #"{"title": "Public aussi", "confidential": false}"#,
            fields: ["If-Match": "*"])
        try #require(disclosed.status == 200)
    }

    /// What several writes say, one after another.
    private func patch(_ server: TestServer, _ path: String, _ bodies: [String]) async throws {
        for body in bodies {
            let answer = await server.send(.patch, path, body: body, fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(body) \(answer.text)")
        }
    }

    private func expectHidden(_ server: TestServer, _ action: String, on day: String, then clean: String) async throws {
        let instants = try await server.database.read { session in
            try session.query("select rfc3339(recorded_at) from changes order by id") { row in try row.next(String.self) }
        }
        for caller in [TestServer.Caller.reader, .otherReferent, .admin] {
            for known in [""] + instants.map({ "&known_at=\($0)" }) {
                for path in [
                    "/v1/actions/\(action)?as_of=\(day)", "/v1/actions?as_of=\(day)",
                    "/v1/roadmaps/\(action.prefix(7))/actions?as_of=\(day)",
                ] {
                    let answer = await server.send(.get, path + known, as: caller)
                    #expect(!answer.text.contains("ZZSECRET"), "\(path + known) as \(caller)")
                }
                let compared = "/v1/figures/compare/actions?year=2026&from=\(day)&to=\(day)"
                let answer = await server.send(
                    .get, compared + known.replacing("&known_at", with: "&from_known_at"), as: caller)
                #expect(!answer.text.contains("ZZSECRET"), "\(compared) as \(caller)")
            }
            let found = try await server.send(.get, "/v1/actions?q=zzsecret&as_of=\(day)", as: caller).json()
            #expect(found["data"].items.isEmpty, "\(caller)")
            let shown = try await server.send(.get, "/v1/actions/\(action)?as_of=\(clean)", as: caller).json()
            #expect(shown["title"].text == "clean", "\(caller)")
        }
        let own = try await server.send(.get, "/v1/actions/\(action)?as_of=\(day)", as: .coordinator).json()
        #expect(own["title"].text == "ZZSECRET")
    }

    private static let plan = """
        effective_on: 2026-01-05
        actions: [{code: TOG, title: T, theme: achats, target_level: reflexion}]
        """

    @Test("what was written while an action was confidential is not read of an earlier day, even after later changes")
    func lateSecret() async throws {
        try await TestServer.with { server async throws in
            try await server.apply("ministry: TE\nfirst_year: 2026\nstate: soumise\n\(Self.plan)", to: "TE-2026")
            let path = "/v1/actions/TE-2026-TOG"
            try await patch(
                server, path,
                [
                    #"{"confidential": true, "effective_on": "2026-03-01"}"#,
                    #"{"title": "ZZSECRET", "effective_on": "2026-02-01"}"#,
                    #"{"title": "clean", "effective_on": "2026-05-01"}"#,
                    #"{"confidential": false, "effective_on": "2026-06-01"}"#,
                ])
            try await expectHidden(server, "TE-2026-TOG", on: "2026-02-15", then: "2026-06-15")
            // A public change about those days keeps the title of then.
            try await patch(server, path, [#"{"lead": "Cabinet", "effective_on": "2026-02-10"}"#])
            try await expectHidden(server, "TE-2026-TOG", on: "2026-02-15", then: "2026-06-15")
            try await expectHidden(server, "TE-2026-TOG", on: "2026-02-05", then: "2026-06-15")
        }
    }

    @Test("what was written while its roadmap was a draft is not read of a day on which it was not")
    func lateSecretOfADraft() async throws {
        try await TestServer.with { server async throws in
            try await server.apply("ministry: TE\nfirst_year: 2026\nstate: soumise\n\(Self.plan)", to: "TE-2026")
            let roadmap = "/v1/roadmaps/TE-2026", path = "/v1/actions/TE-2026-TOG"
            try await patch(server, roadmap, [#"{"state": "brouillon", "effective_on": "2026-03-01"}"#])
            try await patch(server, roadmap, [#"{"title": "ZZSECRET", "effective_on": "2026-02-01"}"#])
            try await patch(
                server, path,
                [
                    #"{"title": "ZZSECRET", "effective_on": "2026-02-01"}"#, #"{"title": "clean", "effective_on": "2026-05-01"}"#,
                ])
            try await patch(
                server, roadmap, [#"{"title": "Plan"}"#, #"{"state": "soumise", "effective_on": "2026-06-01"}"#])
            try await expectHidden(server, "TE-2026-TOG", on: "2026-02-15", then: "2026-06-15")
            for target in ["/v1/roadmaps?as_of=2026-02-15", "\(roadmap)?as_of=2026-02-15"] {
                #expect(await !server.send(.get, target, as: .reader).text.contains("ZZSECRET"), "\(target)")
            }
        }
    }

    @Test("what was written in the first draft, then told as submitted earlier, shows from its present state on")
    func firstDraft() async throws {
        try await TestServer.with { server async throws in
            try await server.apply("ministry: TE\nfirst_year: 2026\n\(Self.plan)", to: "TE-2026")
            let path = "/v1/actions/TE-2026-TOG"
            try await patch(
                server, path,
                [
                    #"{"title": "ZZSECRET", "effective_on": "2026-02-01"}"#, #"{"title": "clean", "effective_on": "2026-05-01"}"#,
                ])
            try await patch(server, "/v1/roadmaps/TE-2026", [#"{"state": "soumise", "effective_on": "2026-01-05"}"#])
            try await patch(server, path, [#"{"status": "en_cours", "effective_on": "2026-07-01"}"#])
            try await expectHidden(server, "TE-2026-TOG", on: "2026-02-15", then: "2026-06-15")
        }
    }

    @Test("a plan's validator does not move for others when a confidential action changes")
    func validator() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(ActionTests.plan, to: "TE-2022")
            for type in ["application/json", "application/yaml", "text/csv"] {
                let before = await server.send(.get, "/v1/roadmaps/TE-2022/plan", as: .reader, fields: ["Accept": type])
                let changed = await server.send(
                    .patch, "/v1/actions/TE-2022-FIN-01", body: #"{"lead": "Service \#(type)"}"#, fields: ["If-Match": "*"])
                #expect(changed.status == 200)
                let after = await server.send(.get, "/v1/roadmaps/TE-2022/plan", as: .reader, fields: ["Accept": type])
                #expect(after.tag == before.tag && after.text == before.text)
            }
        }
    }
}
