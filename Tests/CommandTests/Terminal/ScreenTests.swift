import ActionPlans
import Foundation
import JalonServer
import Testing

@testable import jalon

@Suite("What acts on a screen")
struct ScreenTests {
    /// A colour, the same by C1, and a change of direction that is taken back.
    private static let foreign = "a\u{1B}[2mb\u{9B}2mc\u{202E}d\u{202C}e\r\u{7}"

    private static func isHarmless(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { !$0.isDeceptive || $0 == "\n" || $0 == "\t" }
    }

    @Test("is shown for what it is where a message quotes a value")
    func clipped() {
        #expect(Self.foreign.clipped == "a\u{FFFD}[2mb\u{FFFD}2mc\u{FFFD}d\u{FFFD}e\u{FFFD}\u{FFFD}")
        #expect("Économies d’énergie 😀".clipped == "Économies d’énergie 😀")
        #expect("a\r\nb".printable { $0 == "\n" } == "a\u{FFFD}\nb")
    }

    @Test("does not leave a file, its name or its keys", arguments: ["validate", "apply"])
    func files(command: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let name = "\u{1B}[2m\u{202E}\n.yaml"
        try folder.write(
            "ministry: TE\nfirst_year: 2022\n\"\\e[2m\\x9b2m\\u202e\": 1\nactions:\n  - {code: \"\\e[2m\", theme: \"\\u202e\\x9b\"}\n",
            to: "plan.yaml")
        #expect(FileManager.default.createFile(atPath: folder.path + "/" + name, contents: Data("- \"\u{202E}\"\n".utf8)))
        let run = try await Binary.run(
            ["plan", command, name, "\u{9B}2m.yaml", "plan.yaml"], environment: ["JALON_URL": "http://127.0.0.1:1"], in: folder)
        #expect(run.status != 0 && Self.isHarmless(run.output) && Self.isHarmless(run.messages), "\(run.output)\(run.messages)")
        #expect((run.output + run.messages).contains("\u{FFFD}[2m\u{FFFD}\u{FFFD}.yaml"), "\(run.output)\(run.messages)")
        let typed = try await Binary.run([Self.foreign], in: folder)
        #expect(typed.status == 64 && Self.isHarmless(typed.messages), "\(typed.messages)")
    }

    private static func answer(_ type: String, status: String = "200 OK", _ body: String) -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nETag: \"1\"\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("does not leave a server's answer for eyes, and is kept in what programs read")
    func answers() async throws {
        let action = """
            {"data": [{"id": "TE-2022-A", "title": "\(Self.foreign.dropLast(2))\\n", "theme": "achats", "status": "a_faire",
            "target_level": "reflexion", "late": false}], "links": {}}
            """
            .replacing("\u{1B}", with: "\\u001b")
        let vocabularies = #"{"themes": [], "levels": [], "statuses": [], "roadmap_states": []}"#
        try await LoopbackServer.with(
            decide: { head in
                if head.contains("/v1/vocabularies") { return .answer(Self.answer("application/json", vocabularies)) }
                if head.contains("/plan ") { return .answer(Self.answer("application/yaml", "title: \"\(Self.foreign)\"\n")) }
                if head.contains("/v1/figures") {
                    let problem = #"{"title": "\u001b[2mNon", "detail": "\u202e\u009b2m", "errors": [{"pointer": "/\u001b[2m"}]}"#
                    return .answer(Self.answer("application/problem+json", status: "400 Bad", problem))
                }
                return .answer(Self.answer("application/json", action))
            }
        ) { server in
            let environment = ["JALON_URL": "http://127.0.0.1:\(server.port)"]
            let table = try await Binary.run(["actions"], environment: environment)
            #expect(
                table.status == 0 && Self.isHarmless(table.output) && table.lines.count == 3, "\(table.output)\(table.messages)")
            #expect(table.output.contains("a\u{FFFD}[2mb\u{FFFD}2mc"), "\(table.output)")
            let refused = try await Binary.run(["figures", "--year", "2022"], environment: environment)
            #expect(refused.status == 1 && Self.isHarmless(refused.messages) && refused.messages.contains("Non"))
            let json = try await Binary.run(["actions", "--format", "json"], environment: environment)
            #expect(json.status == 0 && json.output.contains("\u{9B}2mc\u{202E}d"), "\(json.messages)")
            let plan = try await Binary.run(["plan", "export", "TE-2022"], environment: environment)
            #expect(plan.status == 0 && plan.output.contains(Self.foreign), "\(plan.messages)")
        }
    }
}
