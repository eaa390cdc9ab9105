import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Bad roadmaps, ministries, censuses and tokens")
struct BadRoadmapTests {
    private static let long = String(repeating: "a", count: 1_001)

    /// A write, its body, and the problem or the faults it must give.
    static let vectors: [(method: String, target: String, caller: TestServer.Caller, body: String, faults: [String])] = [
        ("POST", "/v1/roadmaps", .coordinator, "{}", ["required /ministry", "required /first_year"]),
        ("POST", "/v1/roadmaps", .coordinator, #"{"ministry": "ZZ", "first_year": 2030}"#, ["unknown-reference /ministry"]),
        ("POST", "/v1/roadmaps", .coordinator, #"{"ministry": "te", "first_year": 2030}"#, ["unknown-reference /ministry"]),
        (
            "POST", "/v1/roadmaps", .coordinator, #"{"ministry": "TE", "first_year": 2030, "last_year": 2029}"#,
            ["out-of-range /last_year"]
        ),
        (
            "POST", "/v1/roadmaps", .coordinator, #"{"ministry": "TE", "first_year": 2030, "last_year": 2040}"#,
            ["out-of-range /last_year"]
        ),
        (
            "POST", "/v1/roadmaps", .coordinator, #"{"ministry": "TE", "first_year": 2030, "title": "\#(long.prefix(301))"}"#,
            ["too-long /title"]
        ),
        (
            "POST", "/v1/roadmaps", .coordinator, #"{"ministry": "TE", "first_year": 2030, "state": "ouverte"}"#,
            ["invalid-value /state"]
        ),
        (
            "POST", "/v1/roadmaps", .coordinator,
            #"{"ministry": "TE", "first_year": 2030, "due_on": "2030-02-30", "id": "X", "etat": 1}"#,
            ["invalid-date /due_on", "read-only-member /id", "unknown-member /etat"]
        ),
        ("PATCH", "/v1/roadmaps/TE-2024", .referent, #"{"first_year": 2025}"#, ["read-only-member /first_year"]),
        ("PATCH", "/v1/roadmaps/TE-2024", .referent, #"{"title": null, "state": null}"#, ["required /title", "required /state"]),
        (
            "PATCH", "/v1/roadmaps/TE-2024", .referent, #"{"last_year": 2040, "title": "a\u202eb"}"#,
            ["out-of-range /last_year", "forbidden-character /title"]
        ),
        ("PATCH", "/v1/roadmaps/TE-2024", .referent, #"{"effective_on": "2150-01-01"}"#, ["in-the-future /effective_on"]),
        ("POST", "/v1/ministries", .admin, "{}", ["required /code", "required /kind", "required /names"]),
        (
            "POST", "/v1/ministries", .admin, #"{"code": "neuf", "kind": "musee", "names": []}"#,
            ["invalid-value /code", "invalid-value /kind", "too-few /names"]
        ),
        (
            "POST", "/v1/ministries", .admin,
            #"{"code": "NEUF", "kind": "operateur", "siren": "12", "siret": "x", "names": [{"name": "A", "from": "2020-01-01"}]}"#,
            ["invalid-value /siren", "invalid-value /siret"]
        ),
        (
            "POST", "/v1/ministries", .admin,
            #"{"code": "NEUF", "kind": "operateur", "siren": "110068012", "siret": "11002001300097", "names": [{"name": "A", "from": "2020-01-01"}]}"#,
            ["inconsistent /siret"]
        ),
        (
            "POST", "/v1/ministries", .admin,
            #"{"code": "NEUF", "kind": "operateur", "names": [{"from": "2020-01-01"}, {"name": null, "acronym": "A", "from": "2020-02-30"}, {"name": "a\nb", "from": "2020-01-01", "until": "2021-01-01"}]}"#,
            [
                "required /names/0/name", "inconsistent /names/1/acronym", "invalid-date /names/1/from",
                "forbidden-character /names/2/name", "duplicate /names/2/from", "read-only-member /names/2/until",
            ]
        ),
        (
            "POST", "/v1/ministries", .admin,
            #"{"code": "NEUF", "kind": "operateur", "names": [{"name": "A", "from": "2020-01-01", "note": "\#(long)"}], "successions": []}"#,
            ["too-long /names/0/note", "unknown-member /successions"]
        ),
        ("PATCH", "/v1/ministries/TE", .admin, #"{"names": null, "kind": null}"#, ["required /names", "required /kind"]),
        (
            "PATCH", "/v1/ministries/TE", .admin,
            #"{"successions": [{"predecessor": "EF", "successor": "INT", "on": "2022-01-01", "kind": "fusion"}]}"#,
            ["inconsistent /successions/0/predecessor"]
        ),
        (
            "PATCH", "/v1/ministries/TE", .admin,
            #"{"successions": [{"predecessor": "TE", "successor": "ZZ", "on": "2022-01-01", "kind": "fusion"}]}"#,
            ["unknown-reference /successions"]
        ),
        ("PUT", "/v1/censuses/2022", .coordinator, "{}", ["required /due_on", "required /expected"]),
        ("PUT", "/v1/censuses/2022", .coordinator, #"{"due_on": "2022-02-28", "expected": []}"#, ["too-few /expected"]),
        (
            "PUT", "/v1/censuses/2022", .coordinator, #"{"due_on": "2022-02-29", "expected": ["TE", "TE", "t"]}"#,
            ["invalid-date /due_on", "duplicate /expected/1", "unknown-reference /expected/2"]
        ),
        (
            "PUT", "/v1/censuses/2022", .coordinator, #"{"due_on": "2022-02-28", "expected": ["TE", "ZZ"]}"#,
            ["unknown-reference /expected/1"]
        ),
        (
            "PUT", "/v1/censuses/2022", .coordinator,
            #"{"due_on": "2022-02-29", "effective_on": "2150-01-01", "expected": ["TE", "ZZ", "TE"], "year": 2023}"#,
            [
                "invalid-date /due_on", "in-the-future /effective_on", "unknown-reference /expected/1", "duplicate /expected/2",
                "inconsistent /year",
            ]
        ),
        (
            "POST", "/v1/roadmaps", .coordinator,
            #"{"ministry": "ZZ", "first_year": 2030, "last_year": 2040, "title": "", "effective_on": "2150-01-01"}"#,
            ["unknown-reference /ministry", "out-of-range /last_year", "too-short /title", "in-the-future /effective_on"]
        ),
        (
            "PATCH", "/v1/roadmaps/TE-2024", .referent, #"{"last_year": 2040, "effective_on": "2150-01-01", "etat": 1}"#,
            ["out-of-range /last_year", "in-the-future /effective_on", "unknown-member /etat"]
        ),
        (
            "PATCH", "/v1/ministries/TE", .admin,
            #"{"siret": "11002001300097", "siren": "110068012", "effective_on": "2150-01-01"}"#,
            ["inconsistent /siret", "in-the-future /effective_on"]
        ),
        (
            "PUT", "/v1/censuses/2022", .coordinator, #"{"due_on": "2022-02-28", "expected": ["TE"], "year": 2023}"#,
            ["inconsistent /year"]
        ),
        (
            "PUT", "/v1/censuses/2022", .coordinator,
            #"{"due_on": "2022-02-28", "expected": [\#((0...200).map { "\"A\($0)\"" }.joined(separator: ","))]}"#,
            ["too-many /expected"]
        ),
        ("POST", "/v1/tokens", .admin, "{}", ["required /label", "required /role"]),
        ("POST", "/v1/tokens", .admin, #"{"label": "A", "role": "referent"}"#, ["required /ministries"]),
        ("POST", "/v1/tokens", .admin, #"{"label": "A", "role": "reader", "ministries": ["TE"]}"#, ["inconsistent /ministries"]),
        (
            "POST", "/v1/tokens", .admin, #"{"label": "A", "role": "referent", "ministries": ["TE", "ZZ"]}"#,
            ["unknown-reference /ministries/1"]
        ),
        ("POST", "/v1/tokens", .admin, #"{"label": " ", "role": "chef", "expires_on": "2150-01-01"}"#, ["invalid-value /role"]),
        (
            "POST", "/v1/tokens", .admin, #"{"label": " ", "role": "admin", "expires_on": "2150-01-01"}"#,
            ["too-short /label", "out-of-range /expires_on"]
        ),
        (
            "POST", "/v1/tokens", .admin, #"{"label": "A", "role": "admin", "expires_on": "2022-01-01"}"#,
            ["out-of-range /expires_on"]
        ),
        ("POST", "/v1/tokens", .admin, #"{"label": "A", "role": "admin", "contact": "ab"}"#, ["too-short /contact"]),
        (
            "POST", "/v1/tokens", .admin, #"{"label": "A", "role": "admin", "contact": "sans arobase"}"#,
            ["invalid-value /contact"]
        ),
        (
            "POST", "/v1/tokens", .admin, #"{"label": "A", "role": "admin", "secret": "x", "expires_at": "x"}"#,
            ["read-only-member /secret", "read-only-member /expires_at"]
        ),
    ]

    @Test("each fault is told with its place, and nothing is kept")
    func faults() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = try await server.stored()
            for (method, target, caller, body, faults) in Self.vectors {
                let answer = await server.send(
                    raw: try #require(HTTPRequest.Method(method)), target, as: caller, bytes: Array(body.utf8),
                    fields: method == "POST" ? [:] : ["If-Match": "*"])
                #expect(answer.status == 422, "\(method) \(target) \(body.prefix(200)): \(answer.text)")
                let found = try Set(answer.faults())
                let fits = faults == ["too-many /expected"] ? found.contains("too-many /expected") : found.isSuperset(of: faults)
                #expect(fits && found.count <= max(faults.count, 201), "\(method) \(target) \(body.prefix(200)): \(answer.text)")
                try contract.check(answer, to: contract.operation("applyPlan"))
            }
            #expect(try await server.stored() == before)
        }
    }

    @Test("what contradicts what is stored is a conflict that names its key, and nothing is kept")
    func conflicts() async throws {
        let vectors: [(method: HTTPRequest.Method, target: String, body: String?, problem: String, key: String?)] = [
            (.post, "/v1/roadmaps", #"{"ministry": "TE", "first_year": 2022}"#, "conflict", "TE-2022"),
            (.post, "/v1/roadmaps", #"{"ministry": "TE", "first_year": 2020, "last_year": 2021}"#, "conflict", "TE-2021"),
            (.patch, "/v1/roadmaps/TE-2022", #"{"last_year": 2024}"#, "conflict", "TE-2024"),
            (
                .put, "/v1/roadmaps/TE-2020/plan", #"{"ministry": "TE", "first_year": 2020, "last_year": 2022, "actions": []}"#,
                "conflict", "TE-2021"
            ),
            (
                .post, "/v1/roadmaps/TE-2022/actions", BadActionTests.body(replacing: #"{"code": "ACH-01"}"#), "conflict",
                "TE-2022-ACH-01"
            ),
            (
                .post, "/v1/ministries", #"{"code": "TE", "kind": "operateur", "names": [{"name": "A", "from": "2020-01-01"}]}"#,
                "conflict", "TE"
            ),
            (.delete, "/v1/roadmaps/TE-2022", nil, "conflict", nil),
            (.patch, "/v1/roadmaps/TE-2022", #"{"state": "brouillon"}"#, "transition-refused", nil),
            (.patch, "/v1/roadmaps/TE-2024", #"{"state": "validee"}"#, "transition-refused", nil),
            (.patch, "/v1/roadmaps/TE-2021", #"{"title": "A"}"#, "roadmap-closed", nil),
            (.patch, "/v1/roadmaps/TE-2021", #"{"state": "validee"}"#, "transition-refused", nil),
            (.patch, "/v1/actions/TE-2021-ACH-01", #"{"title": "A"}"#, "roadmap-closed", nil),
            (.delete, "/v1/actions/TE-2021-ACH-01", nil, "roadmap-closed", nil),
        ]
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let submitted = await server.send(
                .patch, "/v1/roadmaps/TE-2024", body: #"{"state": "soumise"}"#, fields: ["If-Match": "*"])
            try #require(submitted.status == 200, "\(submitted.text)")
            let before = try await server.stored()
            for (method, target, body, problem, key) in vectors {
                let caller: TestServer.Caller = target == "/v1/ministries" ? .admin : .coordinator
                let fields = method == .post || target.hasSuffix("2020/plan") ? [:] : ["If-Match": "*"]
                let answer = await server.send(method, target, as: caller, body: body, fields: fields)
                #expect(answer.status == 409, "\(target) \(body ?? ""): \(answer.text)")
                let document = try answer.json()
                #expect(document["type"].text == "/problems/\(problem)", "\(target) \(body ?? ""): \(answer.text)")
                if let key { #expect(document["key"].text == key, "\(target) \(body ?? ""): \(answer.text)") }
                if problem == "transition-refused" { #expect(!document["allowed"].isNull, "\(answer.text)") }
                try contract.check(answer, to: contract.operation("applyPlan"))
            }
            let kept = await server.send(.delete, "/v1/actions/TE-2024-ACH-01", fields: ["If-Match": "*"])
            #expect(kept.status == 409)
            #expect(try kept.faults() == ["not-a-draft"], "\(kept.text)")
            let overlap = await server.send(
                .patch, "/v1/roadmaps/TE-2022", body: #"{"last_year": 2024}"#, fields: ["If-Match": "*"])
            #expect(try overlap.faults() == ["overlap /last_year"], "\(overlap.text)")
            #expect(try await server.stored() == before)
        }
    }
}
