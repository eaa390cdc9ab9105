import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Causes of what snapshots say no more")
struct SnapshotCauseTests {
    private static func send(
        _ server: TestServer, _ method: HTTPRequest.Method, _ target: String, _ body: String? = nil
    ) async throws {
        let answer = await server.send(
            method, target, body: body, fields: method == .post ? [:] : ["If-Match": "*"])
        try #require((200..<300).contains(answer.status), "\(method) \(target) \(answer.text)")
    }

    private static func create(_ server: TestServer, _ more: String = "") async throws {
        try await send(server, .post, "/v1/snapshots", #"{"year": 2022, "title": "S"\#(more)}"#)
    }

    /// The causes as one sees them: what is listed, how many there are, how many of these are hidden.
    private static func causes(
        _ server: TestServer, as caller: TestServer.Caller
    ) async throws -> (ids: [String], count: Int?, hidden: Int?, tag: String) {
        let answer = await server.send(.get, "/v1/snapshots/2022-1/verification", as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        let now = try answer.json()["as_known_now"]
        return (
            now["causes"].items.compactMap { $0["resource"]["id"].text }, now["cause_count"].number,
            now["hidden_causes"].number, answer.tag
        )
    }

    @Test("a draft that never counted is none, whatever happens to it and whoever asks")
    func draft() async throws {
        try await TestServer.with { server in
            try await Self.create(server, #", "ministries": ["TE"]"#)
            let callers = [TestServer.Caller.reader, .otherReferent, .referent, .coordinator, .admin]
            var tags: [TestServer.Caller: String] = [:]
            for caller in callers { tags[caller] = try await Self.causes(server, as: caller).tag }
            let action = #"{"code": "A", "title": "Secret", "theme": "achats", "target_level": "reflexion"}"#
            let steps: [(HTTPRequest.Method, String, String?)] = [
                (.post, "/v1/roadmaps", #"{"ministry": "TE", "first_year": 2022, "title": "Secret"}"#),
                (.patch, "/v1/roadmaps/TE-2022", #"{"last_year": 2023}"#),
                (.post, "/v1/roadmaps/TE-2022/actions", action),
                (.patch, "/v1/actions/TE-2022-A", #"{"key_action": true}"#),
                (.delete, "/v1/roadmaps/TE-2022", nil),
            ]
            for (method, target, body) in steps {
                try await Self.send(server, method, target, body)
                for caller in callers {
                    let seen = try await Self.causes(server, as: caller)
                    #expect(seen.count == 0 && seen.hidden == 0 && seen.ids.isEmpty, "\(method) \(target) as \(caller)")
                    #expect(seen.tag == tags[caller], "\(method) \(target) as \(caller)")
                }
            }
        }
    }

    @Test("what is recorded in a plan sent back is told to those alone who see the draft, its sending back counted for all")
    func sentBack() async throws {
        try await TestServer.with { server in
            try await server.apply(
                """
                {ministry: TE, first_year: 2022, state: soumise, effective_on: 2022-03-01, actions: [
                  {code: A, title: A, theme: achats, target_level: reflexion},
                  {code: B, title: B, theme: achats, target_level: reflexion}]}
                """, to: "TE-2022")
            try await Self.create(server)
            try await Self.send(server, .patch, "/v1/actions/TE-2022-A", #"{"theme": "fin_usage"}"#)
            try await Self.send(server, .patch, "/v1/roadmaps/TE-2022", #"{"state": "brouillon"}"#)
            let others = [TestServer.Caller.reader, .otherReferent, .admin]
            var tags: [TestServer.Caller: String] = [:]
            for caller in others {
                let seen = try await Self.causes(server, as: caller)
                #expect(seen.ids.isEmpty && seen.count == 2 && seen.hidden == 2, "\(caller) \(seen)")
                tags[caller] = seen.tag
            }
            try await Self.send(server, .patch, "/v1/actions/TE-2022-B", #"{"key_action": true, "effective_on": "2022-04-01"}"#)
            try await Self.send(server, .delete, "/v1/actions/TE-2022-A")
            try await Self.send(server, .patch, "/v1/roadmaps/TE-2022", #"{"last_year": 2023}"#)
            for caller in others {
                #expect(try await Self.causes(server, as: caller).tag == tags[caller], "\(caller)")
            }
            for caller in [TestServer.Caller.referent, .coordinator] {
                let seen = try await Self.causes(server, as: caller)
                #expect(
                    seen.ids == ["TE-2022-A", "TE-2022", "TE-2022-B", "TE-2022-A", "TE-2022"] && seen.hidden == 0, "\(seen)")
            }
            // Public again: what makes it count is told, or counted, and still not what was done before.
            try await Self.send(server, .patch, "/v1/roadmaps/TE-2022", #"{"state": "soumise"}"#)
            try await Self.send(server, .patch, "/v1/actions/TE-2022-B", #"{"status": "en_cours"}"#)
            for caller in others {
                let seen = try await Self.causes(server, as: caller)
                #expect(seen.ids == ["TE-2022-B"] && seen.count == 4 && seen.hidden == 3, "\(caller) \(seen)")
            }
        }
    }

    @Test("a roadmap that was not there on the day is none")
    func notThere() async throws {
        try await TestServer.with { server in
            try await Self.create(server, #", "as_of": "2022-12-31""#)
            try await Self.send(server, .post, "/v1/roadmaps", #"{"ministry": "TE", "first_year": 2022}"#)
            try await Self.send(server, .patch, "/v1/roadmaps/TE-2022", #"{"state": "soumise"}"#)
            for caller in [TestServer.Caller.reader, .referent, .coordinator] {
                let seen = try await Self.causes(server, as: caller)
                #expect(seen.count == 0 && seen.hidden == 0 && seen.ids.isEmpty, "\(caller) \(seen)")
            }
            try await Self.send(
                server, .post, "/v1/roadmaps",
                #"{"ministry": "JUS", "first_year": 2022, "state": "soumise", "effective_on": "2022-06-01"}"#)
            #expect(try await Self.causes(server, as: .reader).ids == ["JUS-2022"])
        }
    }

    @Test("a member that a change only says again explains nothing, unless there is no other")
    func saidAgain() async throws {
        try await TestServer.with { server in
            try await server.apply(
                """
                {ministry: TE, first_year: 2022, state: soumise, effective_on: 2022-03-01, actions: [
                  {code: A, title: A, theme: achats, target_level: reflexion}]}
                """, to: "TE-2022")
            try await Self.create(server)
            try await server.database.write { session in
                for after in [#"{"status": "a_faire", "theme": "fin_usage"}"#, #"{"status": "a_faire"}"#] {
                    try session.execute(
                        """
                        insert into changes (resource, kind, ministry, first_year, code, version, before, after, recorded_at,
                            effective_on, actor_label, actor_role)
                        values ('action', 'updated', 'TE', 2022, 'A', 2, '{"status": "a_faire", "theme": "achats"}', \(after)::jsonb,
                            clock_timestamp(), '2022-04-01', 'Test', 'coordinator')
                        """)
                }
            }
            let answer = await server.send(.get, "/v1/snapshots/2022-1/verification")
            let told = try answer.json()["as_known_now"]["causes"].items.map { $0["changes"].members.keys.sorted() }
            #expect(told == [["theme"], ["status"]], "\(answer.text)")
        }
    }
}
