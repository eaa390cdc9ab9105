import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Bad plans in YAML")
struct BadPlanTests {
    private static let head = "ministry: TE\nfirst_year: 2024\n"

    /// A plan and its faults as `code pointer line:column`, in any order; without a pointer where the text does not parse.
    static let unreadable: [(plan: String, faults: [String])] = [
        (head + "actions:\n  - code: A\n   title: B\n", ["syntax 5:4"]),
        (head + "actions: [", ["syntax 4:1"]), (head + "title: \"sans fin\nactions: []\n", ["syntax 5:1"]),
        (head + "title: @a\nactions: []\n", ["syntax 3:8"]), (head + "\tactions: []\n", ["syntax 3:1"]),
        (head + "title: a: b\nactions: []\n", ["syntax 3:9"]),
        (head + "title: A\ntitle: B\nactions: []\n", ["duplicate-key /title 4:1"]),
        (head + "title: A\n\"titl\\u0065\": B\nactions: []\n", ["duplicate-key /title 4:1"]),
        (head + "title: &t A\nactions: []\nreason: *t\n", ["syntax /reason 5:9"]),
        (head + "title: !!str A\nactions: []\n", ["syntax /title 3:8"]),
        (head + "? [a, b]\n: c\nactions: []\n", ["syntax 3:3"]), (head + "? {a: b}\n: c\nactions: []\n", ["syntax 3:3"]),
        (head + "<<: {title: A}\nactions: []\n", []), (head + "actions: []\n---\nministry: JUS\n", ["syntax 4:1"]),
        (head + "title: \"a\\0b\"\nactions: []\n", []),
    ]

    /// Plans that parse and say what nothing means.
    static let senseless: [(plan: String, faults: [String])] = [
        ("- a\n- b\n", ["wrong-type 1:1"]), ("", []), ("ministry: TE\n", ["required /first_year 1:1", "required /actions 1:1"]),
        (head, ["required /actions 1:1"]), (head + "actions: A\n", ["wrong-type /actions 3:10"]),
        (head + "actions:\n", ["required /actions 3:9"]),
        ("ministry: JUS\nfirst_year: 2025\nactions: []\n", ["inconsistent /ministry 1:11", "inconsistent /first_year 2:13"]),
        ("ministry: ZZ\nfirst_year: 2024\nactions: []\n", ["inconsistent /ministry 1:11"]),
        ("ministry: TE\nfirst_year: \"2024\"\nactions: []\n", ["wrong-type /first_year 2:13"]),
        ("ministry: TE\nfirst_year: 2_024\nactions: []\n", ["wrong-type /first_year 2:13"]),
        ("ministry: TE\nfirst_year: 0x7E8\nactions: []\n", ["wrong-type /first_year 2:13"]),
        (head + "last_year: 2023\nactions: []\n", ["out-of-range /last_year 3:12"]),
        (head + "last_year: 2034\nactions: []\n", ["out-of-range /last_year 3:12"]),
        (head + "last_year: 9223372036854775808\nactions: []\n", ["out-of-range /last_year 3:12"]),
        (head + "state: fini\nactions: []\n", ["invalid-value /state 3:8"]),
        (head + "titre: A\nactions: []\n", ["unknown-member /titre 3:8"]),
        (head + "title: 12\nactions: []\n", ["wrong-type /title 3:8"]),
        (head + "title: yes\nactions: []\nversion: 2\n", ["read-only-member /version 5:10"]),
        (head + "effective_on: 2150-01-01\nactions: []\n", ["in-the-future /effective_on 3:15"]),
        (head + "due_on: 2024-02-30\nactions: []\n", ["invalid-date /due_on 3:9"]),
        (
            head + """
                actions:
                  - code: A
                    title: Louer
                    theme: jardinage
                    target_level: reflexion
                  - code: A
                    title: "  "
                    theme: Achats
                    target_level: Réalisation
                    practices: [e.1, z.9]
                    status: abandonnee
                    completed_on: 2022-01-01
                    pilote: Personne
                """,
            [
                "invalid-value /actions/0/theme 6:12", "duplicate /actions/1/code 8:11", "too-short /actions/1/title 9:12",
                "unknown-reference /actions/1/practices/1 12:22", "required /actions/1/status_reason 8:5",
                "inconsistent /actions/1/completed_on 14:19", "unknown-member /actions/1/pilote 15:13",
            ]
        ),
    ]

    static func places(_ answer: TestAnswer) throws -> Set<String> {
        Set(
            try answer.json()["errors"].items.map { fault in
                let place = fault["line"].number.map { "\($0):\(fault["column"].number ?? 0)" }
                return [fault["code"].text, fault["pointer"].text, place].compactMap { $0 }.filter { !$0.isEmpty }.joined(
                    separator: " ")
            })
    }

    @Test("a text that is not one plain YAML document is refused with its line and column, and nothing is kept")
    func unreadableText() async throws {
        try await Self.check(Self.unreadable, status: 400)
    }

    @Test("every fault of a plan is told with its pointer, line and column, and nothing is kept")
    func senselessPlans() async throws {
        try await Self.check(Self.senseless, status: 422)
    }

    /// - Parameter type: what the plans are sent as.
    static func check(
        _ vectors: [(plan: String, faults: [String])], as type: String = "application/yaml", status: Int
    ) async throws {
        let contract = try ContractDocument.current()
        let operation = try contract.operation("applyPlan")
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = try await server.stored()
            for (plan, faults) in vectors {
                let answer = await server.send(
                    .put, "/v1/roadmaps/TE-2024/plan", as: .referent, body: plan, type: type,
                    fields: ["If-Match": "*"])
                let isRefused = faults.isEmpty ? (400..<500).contains(answer.status) : answer.status == status
                #expect(isRefused, "\(plan): \(answer.text)")
                if !faults.isEmpty { #expect(try Self.places(answer) == Set(faults), "\(plan): \(answer.text)") }
                try contract.check(answer, to: operation)
            }
            #expect(try await server.stored() == before)
        }
    }

    @Test("2,000 actions are accepted, one more is refused")
    func mostActions() async throws {
        func plan(_ count: Int) -> String {
            Self.head + "actions:\n"
                + (1...count).map { "- {code: A\($0), title: T, theme: achats, target_level: reflexion}\n" }.joined()
        }
        try await TestServer.with { server in
            let before = try await server.stored()
            let refused = await server.send(
                .put, "/v1/roadmaps/TE-2024/plan", body: plan(2_001), type: "application/yaml")
            #expect(refused.status == 422)
            #expect(try Self.places(refused) == ["too-many /actions 4:1"])
            #expect(try await server.stored() == before)
            #expect(
                await server.send(.put, "/v1/roadmaps/TE-2024/plan", body: plan(2_000), type: "application/yaml").status == 201)
            let full = await server.send(
                .post, "/v1/roadmaps/TE-2024/actions", body: BadActionTests.body(replacing: "{}"))
            #expect(full.status == 409, "\(full.text)")
            let over = await server.send(
                .put, "/v1/roadmaps/TE-2024/plan",
                body: Self.head + "actions: [{code: B, title: T, theme: achats, target_level: reflexion}]",
                type: "application/yaml", fields: ["If-Match": "*"])
            #expect(over.status == 409, "\(over.text)")
            #expect(try await server.count("select count(*) from actions") == 2_000)
        }
    }

    @Test("faults without number are told up to the thousandth")
    func countlessFaults() async throws {
        let contract = try ContractDocument.current()
        let plan = Self.head + "actions:\n" + (1...2_000).map { "- {code: A\($0)}\n" }.joined()
        try await TestServer.with { server in
            let answer = await server.send(.put, "/v1/roadmaps/TE-2024/plan", body: plan, type: "application/yaml")
            #expect(answer.status == 422)
            #expect(try answer.faults().count <= 1_000)
            try contract.check(answer, to: contract.operation("applyPlan"))
        }
    }

    @Test("a small text that stands for a huge one is refused at once")
    func bombs() async throws {
        let laughs =
            "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
            + (1...9).map { level in
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
            }.joined()
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let ladder = (0..<5_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        let wide = "[" + String(repeating: "a,", count: 300_000) + "]"
        try await TestServer.with { server in
            for bomb in [laughs, deep, ladder, wide, "a: &a [*a]\n"] {
                let start = ContinuousClock.now
                let answer = await server.send(.put, "/v1/roadmaps/TE-2024/plan", body: bomb, type: "application/yaml")
                #expect(answer.status == 400, "\(bomb.prefix(60)): \(answer.text.prefix(300))")
                // Expanded, it would take hours.
                #expect(ContinuousClock.now - start < .seconds(60), "\(bomb.prefix(60))")
            }
        }
    }
}
