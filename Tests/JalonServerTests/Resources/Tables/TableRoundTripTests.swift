import ActionPlans
import Documents
import Foundation
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Plans exported as tables")
struct TableRoundTripTests {
    private static let pieces = [
        "DAF", " ; ", ";", ",", "\"", "\"\"", "'", "#REF!", "####", "=1", "-", "@", "é", " ", "x", "oui", "1E5", "01",
        "31/12/2022", "(", ":",
    ]

    private static func text(_ seed: inout Seed, lines: Bool = false) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...4, using: &seed) {
            text += pieces.randomElement(using: &seed) ?? ""
            if lines, Int.random(in: 0...4, using: &seed) == 0 { text += "\n" }
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty ? "a" : text
    }

    private static func action(_ code: String, _ seed: inout Seed) -> [String: Any] {
        let statuses = ActionStatus.allCases
        let status = statuses[Int.random(in: 0..<statuses.count, using: &seed)]
        var action: [String: Any] = [
            "code": code, "title": text(&seed), "theme": "achats", "target_level": "reflexion", "status": status.code,
            "key_action": Bool.random(using: &seed), "lead": text(&seed), "description": text(&seed, lines: true),
        ]
        if status == .abandonnee { action["status_reason"] = text(&seed, lines: true) }
        if status == .realisee { action["completed_on"] = "2024-02-01" }
        if Bool.random(using: &seed) { action["due_on"] = "2024-12-31" }
        var contributors: [String] = []
        for _ in 0..<Int.random(in: 0...3, using: &seed) {
            let name = text(&seed).trimmingCharacters(in: .whitespacesAndNewlines)
            if !contributors.contains(name) { contributors.append(name) }
        }
        action["contributors"] = contributors
        action["practices"] = Bool.random(using: &seed) ? ["e.1", "g.2"] : []
        return action
    }

    @Test("whatever a plan holds, its table is read back as the same plan, and says so twice")
    func plans() async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            let codes = ["01", "1", "1E5", "100000", "3-4", "03-04", "1.1", "1.10"] + (0..<200).map { "A-\($0)" }
            let actions = codes.map { Self.action($0, &seed) }
            let body = try JSONSerialization.data(withJSONObject: ["ministry": "TE", "first_year": 2024, "actions": actions])
            let path = "/v1/roadmaps/TE-2024/plan"
            let made = await server.send(.put, path, body: String(decoding: body, as: UTF8.self))
            try #require(made.status == 201, "\(made.text) \(seed)")
            let export = await server.send(.get, path, fields: ["Accept": "text/csv"])
            for table in [export.text, "sep=;\r\n" + export.text.dropFirst(), export.text + ";;;\r\n \u{A0};\t\r\n"] {
                let answer = await server.send(.put, path, body: table, type: "text/csv", fields: ["If-Match": export.tag])
                try #require(answer.status == 200, "\(answer.text) \(seed)")
                #expect(try answer.json()["summary"]["unchanged"].number == codes.count, "\(answer.text) \(seed)")
                #expect(try answer.json()["warnings"].items.isEmpty, "\(seed)")
            }
        }
    }

    @Test("a list cell splits at semicolons and line breaks; what is between quotation marks stays whole")
    func lists() {
        let vectors: [(cell: String, items: [String])] = [
            ("DAF ; DRH", ["DAF ", " DRH"]), ("DAF;\nDRH;", ["DAF", "DRH"]), ("\"DAF ; DRH\"\nDNUM", ["DAF ; DRH", "DNUM"]),
            ("\"a\"\"b\" ; c", ["a\"b", " c"]), ("\"a\" b;c", ["\"a\" b", "c"]), ("\"a;b", ["\"a", "b"]), (";;\n ;", []),
            ("D, 1", ["D, 1"]),
        ]
        for (cell, items) in vectors { #expect(CSVList.items(of: cell, most: 10) == items, "\(cell)") }
        #expect(CSVList.items(of: String(repeating: "a;", count: 100), most: 10).count == 10)
        var seed = Seed.fresh()
        for _ in 0..<2_000 {
            let items = (0..<Int.random(in: 1...4, using: &seed)).map { _ in
                Self.text(&seed).trimmingCharacters(in: .whitespacesAndNewlines)
            }
            #expect(CSVList.items(of: CSVList.written(items), most: 100) == items, "\(items) \(seed)")
        }
    }
}
