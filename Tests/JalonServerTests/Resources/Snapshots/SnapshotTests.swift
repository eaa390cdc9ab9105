import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Snapshots")
struct SnapshotTests {
    static let snapshots: SQL = "select count(*) from snapshots"

    /// Ten actions of TE, one of them confidential, and a draft of JUS.
    static func scene(_ server: TestServer) async throws {
        let lines = (1...9).map { number in
            let status = number <= 3 ? "realisee" : number == 9 ? "abandonnee, status_reason: Sans suite" : "en_cours"
            return "  - {code: A-\(number), title: Action \(number), theme: achats, target_level: reflexion, status: \(status)}"
        }
        try await server.apply(
            """
            ministry: TE
            first_year: 2022
            state: validee
            effective_on: 2022-03-01
            actions:
            \(lines.joined(separator: "\n"))
              - {code: SECRET, title: Cachée, theme: fin_usage, target_level: realisation, confidential: true}
            """, to: "TE-2022")
        try await server.apply(
            "{ministry: JUS, first_year: 2022, actions: [{code: B-1, title: B, theme: achats, target_level: reflexion}]}",
            to: "JUS-2022")
    }

    static func create(
        _ server: TestServer, _ more: String = "", as caller: TestServer.Caller = .coordinator, query: String = "",
        fields: [String: String] = [:]
    ) async -> TestAnswer {
        await server.send(
            .post, "/v1/snapshots\(query)", as: caller,
            body: #"{"year": 2022, "title": "Bilan 2022", "as_of": "2022-12-15"\#(more)}"#, fields: fields)
    }

    static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("freeze the figures, and anybody can recompute the hash from what is served")
    func hash() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let created = await Self.create(server, #", "note": "Pour le comité""#)
            try #require(created.status == 201, "\(created.text)")
            #expect(created.field("Location") == "/v1/snapshots/2022-1")
            let read = await server.send(.get, "/v1/snapshots/2022-1", as: .anonymous)
            #expect(read.status == 200 && !read.tag.isEmpty)
            let snapshot = try Self.object(read.text)
            let document = try #require(snapshot["document"])
            #expect(try PlainCanonical.sha256(ofJSON: document) == snapshot["sha256"] as? String)
            let bytes = await server.send(.get, "/v1/snapshots/2022-1/document", as: .anonymous)
            #expect(PlainCanonical.sha256(bytes.text) == snapshot["sha256"] as? String)
            #expect(bytes.tag == "\"\(snapshot["sha256"] as? String ?? "")\"")
            #expect(bytes.field("Cache-Control") == "public, max-age=31536000, immutable")
            let again = await server.send(
                .get, "/v1/snapshots/2022-1/document", as: .anonymous, fields: ["If-None-Match": bytes.tag])
            #expect(again.status == 304)
            #expect(!bytes.text.contains("links") && !bytes.text.contains("/v1/"))

            let json = try read.json()
            #expect(json["document"]["figures"]["totals"]["actions"].number == 10)
            #expect(json["document"]["figures"]["totals"]["realisees"].number == 3)
            #expect(json["document"]["figures"]["rates"][0]["value"].decimal == 30)
            #expect(json["document"]["figures"]["scope"]["as_of"].text == "2022-12-15")
            #expect(json["document"]["figures"]["excluded"][0]["actions"].isNull)
            #expect(json["published_elsewhere"][0]["statement"].text == "Plus de 300 actions identifiés, dont 30% réalisées")
            #expect(json["published_elsewhere"][0]["published_on"].text == "2023-04-06")
            #expect(json["author"]["label"].isNull && json["author"]["role"].text == "coordinator")
            let own = try await server.send(.get, "/v1/snapshots/2022-1").json()
            #expect(own["author"]["label"].text == "Test coordinator" && own["author"]["token"].text != nil)

            // The same question, asked of the figures, has the same numbers.
            let figures = try await server.send(.get, try #require(json["links"]["figures"].text), as: .anonymous).json()
            #expect(
                figures["totals"].members.mapValues(\.number) == json["document"]["figures"]["totals"].members.mapValues(\.number)
            )
        }
    }

    @Test("list the versions they count, page by page, but for those the caller may not see; the digest covers all")
    func actions() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            try #require(await Self.create(server).status == 201)
            let document = try await server.send(.get, "/v1/snapshots/2022-1").json()["document"]
            for caller in [TestServer.Caller.coordinator, .referent] {
                let pages = try await Self.pages(server, as: caller)
                #expect(pages.actions.count == 10 && pages.hidden == 0)
                let salt = try #require(pages.salt)
                let digest = try PlainCanonical.sha256(ofJSON: ["actions": pages.actions, "salt": salt])
                #expect(digest == document["actions"]["sha256"].text)
            }
            for caller in [TestServer.Caller.reader, .otherReferent, .admin] {
                let pages = try await Self.pages(server, as: caller)
                #expect(pages.actions.count == 9 && pages.hidden == 1 && pages.salt == nil, "\(caller)")
                #expect(!pages.text.contains("SECRET"))
            }
            // What becomes confidential later is hidden in what was frozen before, too.
            let hide = await server.send(
                .patch, "/v1/actions/TE-2022-A-1", body: #"{"confidential": true}"#, fields: ["If-Match": "*"])
            try #require(hide.status == 200)
            let pages = try await Self.pages(server, as: .reader)
            #expect(pages.actions.count == 8 && pages.hidden == 2)
        }
    }

    private static func pages(
        _ server: TestServer, as caller: TestServer.Caller
    ) async throws -> (actions: [Any], hidden: Int?, salt: String?, text: String) {
        var target: String? = "/v1/snapshots/2022-1/actions?limit=4&count=true"
        var actions: [Any] = [], text = ""
        var meta: [String: Any] = [:]
        while let next = target {
            let answer = await server.send(.get, next, as: caller)
            try #require(answer.status == 200, "\(answer.text)")
            let page = try object(answer.text)
            text += answer.text
            actions += page["data"] as? [Any] ?? []
            meta = page["meta"] as? [String: Any] ?? [:]
            #expect(meta["total"] as? Int == (10 - (meta["hidden"] as? Int ?? 0)))
            target = (page["links"] as? [String: Any])?["next"] as? String
        }
        return (actions, meta["hidden"] as? Int, meta["salt"] as? String, text)
    }

    @Test("are verified: identical, then every value that a late correction moves, with its cause")
    func verification() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            try #require(await Self.create(server).status == 201)
            let target = "/v1/snapshots/2022-1/verification"
            let fresh = try await server.send(.get, target, as: .reader).json()
            #expect(fresh["intact"].flag == true && fresh["identical"].flag == true, "\(fresh)")
            #expect(fresh["as_known_now"]["cause_count"].number == 0)

            let patch = await server.send(
                .patch, "/v1/actions/TE-2022-A-4", as: .referent,
                body: #"{"status": "realisee", "lead": "Autre", "effective_on": "2022-12-01", "reason": "Saisie oubliée"}"#,
                fields: ["If-Match": "*"])
            try #require(patch.status == 200, "\(patch.text)")
            // After the day of the snapshot: it bears on nothing.
            _ = await server.send(
                .patch, "/v1/actions/TE-2022-A-5",
                body: #"{"key_action": true, "effective_on": "2022-12-16", "reason": "Oublié"}"#,
                fields: ["If-Match": "*"])
            let secret = await server.send(
                .patch, "/v1/actions/TE-2022-SECRET",
                body: #"{"theme": "achats", "effective_on": "2022-11-01", "reason": "Erreur"}"#,
                fields: ["If-Match": "*"])
            try #require(secret.status == 200)

            let late = try await server.send(.get, target).json()
            #expect(late["intact"].flag == true && late["as_published"]["identical"].flag == true, "\(late)")
            #expect(late["identical"].flag == false && late["as_known_now"]["identical"].flag == false)
            let moved = Dictionary(
                late["as_known_now"]["differences"].items.map {
                    ($0["pointer"].text ?? "", ($0["stored"].number, $0["current"].number))
                }
            ) { first, _ in first }
            #expect(moved["/figures/totals/realisees"]?.0 == 3 && moved["/figures/totals/realisees"]?.1 == 4)
            #expect(moved["/figures/rates/0/value"]?.0 == 30 && moved["/figures/rates/0/value"]?.1 == 40)
            #expect(moved["/figures/totals/key_actions"] == nil && moved["/figures/scope/known_at"] == nil)
            let causes = late["as_known_now"]["causes"].items
            #expect(causes.map(\.["resource"]["id"].text) == ["TE-2022-A-4", "TE-2022-SECRET"])
            let cause = try #require(causes.first)
            #expect(cause["changes"]["status"]["from"].text == "en_cours" && cause["changes"]["status"]["to"].text == "realisee")
            #expect(Set(cause["changes"].members.keys) == ["status"])
            #expect(cause["actor"]["label"].text == "Test referent" && cause["reason"].text == "Saisie oubliée")
            #expect(cause["effective_on"].text == "2022-12-01" && cause["recorded_at"].text != nil)

            let reader = await server.send(.get, target, as: .reader)
            let seen = try reader.json()["as_known_now"]
            #expect(seen["causes"].items.map(\.["resource"]["id"].text) == ["TE-2022-A-4"])
            #expect(seen["causes"][0]["actor"]["label"].isNull)
            #expect(seen["cause_count"].number == 2 && seen["hidden_causes"].number == 1 && !reader.text.contains("SECRET"))
        }
    }

    @Test("tell a ministry that came late as one more, and not as a change of all those after it")
    func lateMinistry() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            try #require(await Self.create(server).status == 201)
            // Before TE in the order of the codes.
            try await server.apply(
                """
                {ministry: JUS, first_year: 2021, last_year: 2021, state: validee, effective_on: 2022-05-01, actions: []}
                """, to: "JUS-2021")
            let other = try await server.send(.get, "/v1/snapshots/2022-1/verification").json()
            #expect(other["identical"].flag == true && other["as_known_now"]["cause_count"].number == 0, "\(other)")
            let submit = await server.send(
                .patch, "/v1/roadmaps/JUS-2022", body: #"{"state": "soumise"}"#, fields: ["If-Match": "*"])
            try #require(submit.status == 200, "\(submit.text)")
            #expect(try await server.send(.get, "/v1/snapshots/2022-1/verification").json()["identical"].flag == true)
            try await server.apply(
                "{ministry: CUL, first_year: 2022, state: validee, effective_on: 2022-05-01, actions: []}", to: "CUL-2022")
            let late = try await server.send(.get, "/v1/snapshots/2022-1/verification").json()["as_known_now"]
            #expect(late["causes"].items.map(\.["resource"]["id"].text) == ["CUL-2022"])
            let pointers = Set(late["differences"].items.compactMap(\.["pointer"].text))
            #expect(
                pointers == [
                    "/figures/totals/roadmaps", "/figures/by_ministry/1", "/figures/coverage/expected",
                    "/figures/coverage/received",
                ], "\(late)")
        }
    }

    @Test("have editions that point at one another, each replaced once, in the same year")
    func editions() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            try #require(await Self.create(server).status == 201)
            // Remembered, as it comes with a condition.
            let before = await server.send(.get, "/v1/snapshots", as: .anonymous, fields: ["If-None-Match": "\"autre\""])
            let same = await server.send(.get, "/v1/snapshots", as: .anonymous, fields: ["If-None-Match": before.tag])
            #expect(before.status == 200 && same.status == 304)
            let second = await Self.create(server, #", "replaces": "2022-1""#)
            #expect(second.status == 201 && second.text.contains(#""id":"2022-2""#), "\(second.text)")
            #expect(try await server.send(.get, "/v1/snapshots/2022-1").json()["replaced_by"].text == "2022-2")
            #expect(try await server.send(.get, "/v1/snapshots/2022-2").json()["document"]["replaces"].text == "2022-1")
            let third = await Self.create(server, #", "replaces": "2022-1""#)
            #expect(third.status == 409)
            #expect(try third.faults() == ["duplicate /replaces"])
            #expect(try await Self.create(server, #", "replaces": "2022-9""#).faults() == ["unknown-reference /replaces"])
            #expect(try await Self.create(server, #", "replaces": "2021-1""#).faults() == ["inconsistent /replaces"])

            let list = await server.send(.get, "/v1/snapshots?limit=1&count=true", as: .anonymous)
            #expect(try list.json()["data"].items.map(\.["id"].text) == ["2022-2"] && list.json()["meta"]["total"].number == 2)
            let next = await server.send(.get, try #require(try list.json()["links"]["next"].text), as: .anonymous)
            #expect(try next.json()["data"].items.map(\.["id"].text) == ["2022-1"] && next.json()["links"]["next"].isNull)
            #expect(try await server.send(.get, "/v1/snapshots?year=2021", as: .anonymous).json()["data"].items.isEmpty)
            let stale = await server.send(.get, "/v1/snapshots", as: .anonymous, fields: ["If-None-Match": before.tag])
            #expect(stale.status == 200, "a new snapshot does not show")
        }
    }

    @Test(
        "are never changed, whoever asks",
        arguments: [
            "update snapshots set title = 'Autre'", "delete from snapshots", "truncate snapshots cascade",
            "update snapshot_actions set status = 'realisee'", "delete from snapshot_actions", "truncate snapshot_actions",
        ] as [SQL])
    func immutable(statement: SQL) async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            try #require(await Self.create(server).status == 201)
            let before = try await server.stored()
            let error = await #expect(throws: DatabaseError.self) {
                try await server.database.write { session in try session.execute(statement) }
            }
            #expect(error?.constraint == "snapshots_immutable")
            #expect(try await server.stored() == before)
        }
    }

    @Test("that somebody forges past the triggers are found out")
    func forged() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            try #require(await Self.create(server).status == 201)
            try await server.database.maintain(timeout: .seconds(10)) { session in
                try session.script(
                    """
                    alter table snapshots disable trigger user;
                    update snapshots set document = replace(document, '"realisees":3', '"realisees":4'),
                        sha256 = sha256(convert_to(replace(document, '"realisees":3', '"realisees":4'), 'UTF8'));
                    alter table snapshot_actions disable trigger user;
                    update snapshot_actions set status = 'realisee' where code = 'A-5';
                    """)
            }
            let forged = try await server.send(.get, "/v1/snapshots/2022-1/verification").json()
            #expect(forged["intact"].flag == false && forged["document"]["identical"].flag == true)
            #expect(forged["actions"]["identical"].flag == false && forged["as_published"]["identical"].flag == false)
            #expect(forged["as_published"]["differences"].items.map(\.["pointer"].text) == ["/figures/totals/realisees"])
        }
    }

    @Test("are made once under an idempotency key, and a dry run keeps nothing")
    func onceOnly() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let before = try await server.stored()
            let dry = await Self.create(server, query: "?dry_run=true")
            #expect(dry.status == 201 && dry.text.contains(#""id":"2022-1""#))
            #expect(try await server.stored() == before)
            let first = await Self.create(server, fields: ["Idempotency-Key": "arret"])
            let again = await Self.create(server, fields: ["Idempotency-Key": "arret"])
            #expect(first.status == 201 && again.text == first.text && again.field("Idempotency-Replayed") == "true")
            #expect(try await server.count(Self.snapshots) == 1)
        }
    }

    @Test("refuse drafts, days to come, unknown codes and what is not theirs to set")
    func refusals() async throws {
        try await TestServer.with { server in
            try await Self.scene(server)
            let faults: [(String, [String])] = [
                (#", "roadmap_states": ["brouillon"]"#, ["invalid-value /roadmap_states/0"]),
                (#", "themes": []"#, ["too-few /themes"]), (#", "themes": ["achat"]"#, ["invalid-value /themes/0"]),
                (#", "ministries": ["NUL"]"#, ["unknown-reference /ministries"]),
                (#", "known_at": "2022-12-15T10:00:00Z""#, ["read-only-member /known_at"]),
                (#", "replaces": "premier""#, ["unknown-reference /replaces"]), (#", "note": 1"#, ["wrong-type /note"]),
            ]
            for (more, expected) in faults {
                let answer = await Self.create(server, more)
                #expect(answer.status == 422, "\(more) \(answer.text)")
                #expect(try answer.faults() == expected, "\(more)")
            }
            let future = await server.send(.post, "/v1/snapshots", body: #"{"year": 2022, "title": "T", "as_of": "2199-01-01"}"#)
            #expect(try future.faults() == ["in-the-future /as_of"])
            #expect(try await server.send(.post, "/v1/snapshots", body: "{}").faults() == ["required /year", "required /title"])
            #expect(try await server.count(Self.snapshots) == 0)
            let narrow = await Self.create(
                server, #", "ministries": ["TE"], "themes": ["fin_usage"], "roadmap_states": ["validee"]"#)
            #expect(narrow.status == 201)
            #expect(try narrow.json()["document"]["figures"]["totals"]["actions"].number == 1)
            let verified = try await server.send(.get, "/v1/snapshots/2022-1/verification").json()
            #expect(verified["identical"].flag == true, "\(verified)")
        }
    }
}
