import Foundation
import Postgres
import Testing

@testable import jalon

@Suite("jalon figures verify")
struct FiguresVerifyTests {
    private static let plan = """
        ministry: TE
        first_year: 2022
        state: soumise
        effective_on: 2022-02-01
        actions:
          - {code: A, title: Une, theme: achats, target_level: realisation}
        """

    @Test("names what was written by hand, whatever stands in it, and says what to do")
    func named() async throws {
        try await Installation.with(serving: true) { jalon in
            let plan = try jalon.folder.write(Self.plan, to: "TE-2022.yaml")
            #expect(try await jalon.run(["plan", "apply", plan]).status == 0)
            let sound = try await jalon.run(["figures", "verify"])
            #expect(sound.status == 0 && sound.output.isEmpty, "\(sound.output)\(sound.messages)")
            _ = try await jalon.withDatabase { database in
                try await database.write { session in
                    try session.execute("update actions set title = 'Dite «\u{A0}2022\u{A0}» \"\"', lead = '2022'")
                }
            }
            let json = try await jalon.run(["figures", "verify", "--format", "json"])
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any], "\(json.output)")
            let differences = try #require(document["differences"] as? [[String: Any]])
            #expect(json.status == 1 && differences.count == 2)
            #expect(differences.map { $0["measure"] as? String } == ["lead", "title"])
            // A text that looks like a number is a text.
            #expect(differences.map { $0["stored"] as? String } == ["2022", "Dite «\u{A0}2022\u{A0}» \"\""])
            #expect(differences.allSatisfy { $0["thing"] as? String == "TE-2022-A" && $0["source"] as? String == "today" })
            #expect(differences.allSatisfy { ($0["mend"] as? String)?.contains("par l’API") == true })
            let table = try await jalon.run(["figures", "verify"])
            #expect(table.status == 1 && table.output.contains("TE-2022-A") && table.messages.contains("par l’API"))
            let csv = try await jalon.run(["figures", "verify", "--format", "csv"])
            #expect(csv.status == 1 && csv.lines[0].contains(";thing;known_from;change;mend"), "\(csv.output)")
        }
    }
}
