import HTTPTypes
import Testing

@testable import JalonServer

/// Members of an action that are wrong in themselves or together.
@Suite("Bad actions")
struct BadActionTests {
    static let sound: [String: JSONTree] = [
        "code": .text("NEW-1"), "title": .text("Louer"), "theme": .text("achats"), "target_level": .text("reflexion"),
    ]

    static let long = String(repeating: "a", count: 10_001)
    /// Members put in place of the sound ones, as JSON, and the faults they must give.
    static let vectors: [(members: String, faults: [String])] = [
        (#"{"title": 1}"#, ["wrong-type /title"]), (#"{"title": ["A"]}"#, ["wrong-type /title"]),
        (#"{"title": null}"#, ["required /title"]), (#"{"title": "   "}"#, ["too-short /title"]),
        (#"{"title": "\#(long.prefix(301))"}"#, ["too-long /title"]),
        (#"{"title": "a\u0007b"}"#, ["forbidden-character /title"]), (#"{"title": "a\nb"}"#, ["forbidden-character /title"]),
        (#"{"title": "a\u007fb"}"#, ["forbidden-character /title"]), (#"{"title": "a\u0085b"}"#, ["forbidden-character /title"]),
        (#"{"title": "\u202egnp.exe"}"#, ["forbidden-character /title"]),
        (#"{"title": "a\u2066b\u2069c"}"#, ["forbidden-character /title"]),
        (#"{"description": "\#(long)"}"#, ["too-long /description"]),
        (#"{"description": "a\u0000"}"#, ["forbidden-character /description"]),
        (#"{"description": "a\u202ab"}"#, ["forbidden-character /description"]),
        (#"{"lead": "\#(long.prefix(201))"}"#, ["too-long /lead"]), (#"{"lead": "a\tb"}"#, ["forbidden-character /lead"]),
        (#"{"lead": {}}"#, ["wrong-type /lead"]), (#"{"status_reason": "\#(long.prefix(1_001))"}"#, ["too-long /status_reason"]),
        (#"{"reason": "\#(long.prefix(1_001))"}"#, ["too-long /reason"]), (#"{"reason": 1}"#, ["wrong-type /reason"]),
        (#"{"code": "ach-1"}"#, ["invalid-value /code"]), (#"{"code": ""}"#, ["invalid-value /code"]),
        (#"{"code": "-A"}"#, ["invalid-value /code"]), (#"{"code": "É1"}"#, ["invalid-value /code"]),
        (#"{"code": "\#(String(repeating: "A", count: 33))"}"#, ["invalid-value /code"]),
        (#"{"code": null}"#, ["required /code"]), (#"{"code": 12}"#, ["wrong-type /code"]),
        (#"{"theme": "achat"}"#, ["invalid-value /theme"]), (#"{"theme": "Achats"}"#, ["invalid-value /theme"]),
        (#"{"theme": null}"#, ["required /theme"]), (#"{"theme": true}"#, ["wrong-type /theme"]),
        (#"{"target_level": "total"}"#, ["invalid-value /target_level"]),
        (#"{"reached_level": 3}"#, ["wrong-type /reached_level"]), (#"{"status": "fini"}"#, ["invalid-value /status"]),
        (#"{"status": null}"#, ["required /status"]), (#"{"key_action": "true"}"#, ["wrong-type /key_action"]),
        (#"{"key_action": 1}"#, ["wrong-type /key_action"]), (#"{"confidential": null}"#, ["required /confidential"]),
        (#"{"due_on": "2023-02-29"}"#, ["invalid-date /due_on"]), (#"{"due_on": "2023-2-9"}"#, ["invalid-date /due_on"]),
        (#"{"due_on": "29/02/2024"}"#, ["invalid-date /due_on"]),
        (#"{"due_on": "2024-02-29T00:00:00Z"}"#, ["invalid-date /due_on"]),
        (#"{"due_on": "２０２４-02-29"}"#, ["invalid-date /due_on"]), (#"{"due_on": 20240229}"#, ["wrong-type /due_on"]),
        (#"{"due_on": "0000-00-00"}"#, ["invalid-date /due_on"]), (#"{"due_on": "infinity"}"#, ["invalid-date /due_on"]),
        (#"{"identified_on": "2024-04-31"}"#, ["invalid-date /identified_on"]),
        (#"{"effective_on": "2999-01-01"}"#, ["invalid-date /effective_on"]),
        (#"{"effective_on": "2150-01-01"}"#, ["in-the-future /effective_on"]),
        (
            #"{"effective_on": "2150-01-01", "title": "", "practices": ["z.99"]}"#,
            ["in-the-future /effective_on", "too-short /title", "unknown-reference /practices/0"]
        ),
        (#"{"effective_on": "1999-12-31"}"#, ["out-of-range /effective_on"]),
        (#"{"contributors": "A"}"#, ["wrong-type /contributors"]),
        (#"{"contributors": ["A", 1]}"#, ["wrong-type /contributors/1"]),
        (#"{"contributors": ["A", "A "]}"#, ["duplicate /contributors/1"]),
        (#"{"contributors": [""]}"#, ["too-short /contributors/0"]),
        (#"{"contributors": [\#((0...50).map { "\"\($0)\"" }.joined(separator: ","))]}"#, ["too-many /contributors"]),
        (#"{"practices": ["e.1", "z.99"]}"#, ["unknown-reference /practices/1"]),
        (#"{"practices": ["e.1", "e.1"]}"#, ["duplicate /practices/1"]),
        (#"{"practices": [\#((0...50).map { "\"\($0)\"" }.joined(separator: ","))]}"#, ["too-many /practices"]),
        (#"{"status": "abandonnee"}"#, ["required /status_reason"]),
        (#"{"status": "abandonnee", "status_reason": "  "}"#, ["too-short /status_reason"]),
        (#"{"completed_on": "2022-01-01"}"#, ["inconsistent /completed_on"]),
        (#"{"status": "en_cours", "completed_on": "2022-01-01"}"#, ["inconsistent /completed_on"]),
        (#"{"status": "realisee", "completed_on": null}"#, ["inconsistent /completed_on"]),
        (#"{"status": "realisee", "completed_on": "2150-01-01"}"#, ["in-the-future /completed_on"]),
        (#"{"version": 3}"#, ["read-only-member /version"]), (#"{"late": false}"#, ["read-only-member /late"]),
        (#"{"links": {}}"#, ["read-only-member /links"]), (#"{"id": "TE-2022-NEW-1"}"#, ["read-only-member /id"]),
        // All at once, each told once.
        (
            #"{"title": null, "theme": "x", "due_on": "2023-02-30", "practices": ["z.9"], "status": "abandonnee", "pilote": "A", "code": "a"}"#,
            [
                "required /title", "invalid-value /theme", "invalid-date /due_on", "unknown-reference /practices/0",
                "required /status_reason", "unknown-member /pilote", "invalid-value /code",
            ]
        ),
    ]

    @Test("each wrong member is told with its place when an action is created, all at once, and nothing is kept")
    func creating() async throws {
        let contract = try ContractDocument.current()
        let operation = try contract.operation("createAction")
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = try await server.stored()
            for (members, faults) in Self.vectors {
                let body = Self.body(replacing: members)
                let answer = await server.send(.post, "/v1/roadmaps/TE-2022/actions", as: .referent, body: body)
                let isMalformed = faults == ["forbidden-character /description"] && members.contains("0000")
                #expect(answer.status == (isMalformed ? 400 : 422), "\(members.prefix(80)): \(answer.text)")
                #expect(try Set(answer.faults()) == Set(faults), "\(members.prefix(80)): \(answer.text)")
                #expect(try answer.faults().count == faults.count, "a fault is told twice: \(answer.text)")
                try contract.check(answer, to: operation)
            }
            #expect(try await server.stored() == before)
        }
    }

    /// The sound action with other members, written as they were given.
    static func body(replacing members: String) -> String {
        let kept = sound.filter { !members.contains("\"\($0.key)\":") }
        let separator = kept.isEmpty || members == "{}" ? "" : ","
        return "{" + kept.map { JSONTree.text($0.key).json + ":" + $0.value.json }.joined(separator: ",")
            + separator + members.dropFirst()
    }

    @Test("each wrong member is told when an action is changed, a code cannot be, and nothing is kept")
    func changing() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = try await server.stored()
            for (members, faults) in Self.vectors where !members.contains("\"code\"") && !members.contains("0000\"") {
                let answer = await server.send(
                    .patch, "/v1/actions/TE-2022-ACH-01", as: .referent, body: members, fields: ["If-Match": "*"])
                #expect(answer.status == 422, "\(members.prefix(80)): \(answer.text)")
                #expect(try Set(answer.faults()) == Set(faults), "\(members.prefix(80)): \(answer.text)")
            }
            let renamed = await server.send(
                .patch, "/v1/actions/TE-2022-ACH-01", body: #"{"code": "ACH-02"}"#, fields: ["If-Match": "*"])
            #expect(try renamed.faults() == ["read-only-member /code"])
            #expect(try await server.stored() == before)
        }
    }

    @Test("numbers that are not plain integers in range are refused as years")
    func numbers() async throws {
        let vectors = [
            ("1e2", "wrong-type"), ("2.022e3", "wrong-type"), ("2022.0", "wrong-type"), ("2022.5", "wrong-type"),
            ("9223372036854775808", "out-of-range"), ("-9223372036854775809", "out-of-range"), ("1999", "out-of-range"),
            ("2101", "out-of-range"), ("-2022", "out-of-range"), ("-0", "out-of-range"), ("1e400", "wrong-type"),
            (String(repeating: "9", count: 400), "out-of-range"), ("\"2022\"", "wrong-type"), ("true", "wrong-type"),
            ("[2022]", "wrong-type"), ("null", "required"),
        ]
        try await TestServer.with { server in
            for (number, code) in vectors {
                let answer = await server.send(.post, "/v1/roadmaps", body: #"{"ministry": "TE", "first_year": \#(number)}"#)
                #expect(answer.status == 422, "\(number.prefix(40))")
                let faults = try answer.faults()
                #expect(faults == ["\(code) /first_year"], "\(number.prefix(40)): \(answer.text)")
            }
        }
    }
}
