import ArgumentParser
import Foundation
import Postgres
import Testing

@testable import jalon

@Suite("Measures from the command line")
struct MeasuresCommandTests {
    private static let indicators = [
        """
        {"code": "FORMATION", "title": "Agents formés", "kind": "count", "unit": "agents", "consolidation": "sum", "direction": "increase",
        "periodicity": "year", "days_allowed": 90, "first_period": "2022"}
        """,
        """
        {"code": "REEMPLOI", "title": "Réemploi", "kind": "ratio", "unit": "%", "consolidation": "ratio_of_sums", "numerator": "réemployés",
        "denominator": "réformés", "decimals": 1, "direction": "increase", "periodicity": "semester", "over_time": "sum", "days_allowed": 90,
        "first_period": "2022-S1"}
        """,
    ]

    /// An installation whose census of 2023 expects two bodies, with two indicators.
    private static func with(_ body: (Installation) async throws -> Void) async throws {
        try await Installation.with(serving: true) { jalon in
            let census = try jalon.folder.write(
                #"{"year": 2023, "due_on": "2024-02-28", "expected": ["TE", "JUS"]}"#, to: "census.json")
            let expected = try await jalon.run(["census", "apply", census])
            try #require(expected.status == 0, "\(expected.messages)")
            let token = try jalon.folder.write(jalon.environment["JALON_TOKEN"] ?? "", to: "token")
            let options = try ServerOptions.parse(["--url", jalon.environment["JALON_URL"] ?? "", "--token-file", token])
            try await ServerClient.use(options) { client in
                for indicator in indicators {
                    var request = ServerClient.Request("/v1/indicators")
                    request.method = "POST"
                    request.body = (Array(indicator.utf8), "application/json")
                    let answer = try await client.send(request)
                    try #require(answer.status == 201, "\(String(decoding: answer.bytes, as: UTF8.self))")
                }
            }
            try await body(jalon)
        }
    }

    private static func lines(_ text: String) -> [String] {
        text.replacing("\u{FEFF}", with: "").components(separatedBy: "\r\n").filter { !$0.isEmpty }
    }

    @Test("go from a template to stored measures and back to a file that changes nothing")
    func wholeWay() async throws {
        try await Self.with { jalon in
            let file = jalon.folder.file("mesures.csv")
            let template = try await jalon.run(["measures", "template", "--year", "2023", "-o", file])
            #expect(template.status == 0 && template.messages.contains("6"), "\(template.messages)")
            var lines = Self.lines(try jalon.folder.text("mesures.csv"))
            #expect(
                lines.dropFirst().map { line in
                    let cells = line.split(separator: ";")
                    return "\(cells[0])/\(cells[2])/\(cells[4])"
                } == [
                    "FORMATION/JUS/2023", "REEMPLOI/JUS/2023-S1", "REEMPLOI/JUS/2023-S2", "FORMATION/TE/2023",
                    "REEMPLOI/TE/2023-S1", "REEMPLOI/TE/2023-S2",
                ])
            #expect(lines[4].hasPrefix("FORMATION;Agents formés;TE;") && !lines[4].hasPrefix("FORMATION;Agents formés;TE;;"))
            let again = try await jalon.run(["measures", "template", "--year", "2023", "-o", file])
            #expect(again.status == 1 && again.messages.contains("--force"))

            lines[4] = "FORMATION;Agents formés;TE;Écologie;2023;5\u{202F}700;;;;;Soumise;non;RH;;"
            lines[5] = "REEMPLOI;;TE;;2023-S1;;9;10;;;;;;;"
            _ = try jalon.folder.write(lines.joined(separator: "\n"), to: "mesures.csv")
            let validated = try await jalon.run(["measures", "validate", file])
            #expect(validated.status == 0 && validated.output.contains("créée 2"), "\(validated.output)\(validated.messages)")
            #expect(validated.messages.contains("mesures.csv:2:1: attention : "), "\(validated.messages)")
            let applied = try await jalon.run(["measures", "apply", file, "--reason", "Campagne"])
            #expect(applied.status == 0 && applied.output == validated.output, "\(applied.messages)")
            #expect(applied.output.contains("FORMATION/TE/2023") && applied.output.contains("value 5700"), "\(applied.output)")
            let twice = try await jalon.run(["measures", "apply", file])
            #expect(twice.output == "Mesures : créée 0, modifiée 0, inchangée 2\n", "\(twice.output)")

            let left = try await jalon.run([
                "measures", "template", "--year", "2023", "--ministry", "TE", "--indicator", "REEMPLOI",
            ])
            #expect(Self.lines(left.output).count == 2 && left.output.contains(";2023-S2;"), "\(left.output)")
            for format in ["csv", "json"] {
                let exported = try await jalon.run([
                    "measures", "export", "--year", "2023", "-o", jalon.folder.file("export.\(format)"),
                ])
                #expect(exported.status == 0, "\(exported.messages)")
                let same = try await jalon.run(["measures", "apply", jalon.folder.file("export.\(format)")])
                #expect(
                    same.output == "Mesures : créée 0, modifiée 0, inchangée 2\n", "\(format): \(same.output)\(same.messages)")
                let piped = try await jalon.run(["measures", "apply", "-"], input: try jalon.folder.text("export.\(format)"))
                #expect(piped.output == same.output, "\(format): \(piped.messages)")
            }
            let returned = try jalon.folder.write(
                "indicator;ministry;period;value;state;state_reason\nFORMATION;TE;2023;5700;renvoyee;sans les vacataires\n",
                to: "renvoi.csv")
            #expect(try await jalon.run(["measures", "apply", returned]).status == 0)
            let owed = try await jalon.run(["measures", "template", "--year", "2023", "--ministry", "TE"])
            #expect(owed.output.contains("FORMATION;") && owed.messages.contains("renvoyée"), "\(owed.messages)")
            let told = Self.lines(owed.output)
            #expect(told[0].hasSuffix(";comment;returned_answer;returned_reason"), "\(owed.output)")
            #expect(told.contains { $0.hasPrefix("FORMATION;") && $0.hasSuffix(";5700;sans les vacataires") }, "\(owed.output)")
            let unanswered = try jalon.folder.write(owed.output, to: "renvoyees.csv")
            let none = try await jalon.run(["measures", "apply", unanswered])
            #expect(!none.messages.contains("returned_answer"), "\(none.messages)")
            let stored = try await jalon.value("select string_agg(value::text, ' ') from measures where known_to = 'infinity'")
            #expect(stored == "5700")
        }
    }

    @Test(
        "are told with every fault at its line, and a file that cannot be read or a token without the right by their exit codes")
    func faults() async throws {
        try await Self.with { jalon in
            let bad = try jalon.folder.write(
                "indicator;ministry;period;value\nFORMATION;TE;2023;quatre\nRIEN;TE;2023;1\nFORMATION;TE;2022;4\n", to: "bad.csv")
            let validated = try await jalon.run(["measures", "validate", bad])
            #expect(validated.status == 1)
            let lines = validated.output.split(separator: "\n")
            #expect(lines.count == 2 && lines[0].contains("bad.csv:2:19: Ligne 2, FORMATION/TE/2023"), "\(validated.output)")
            #expect(lines.last?.contains("bad.csv:3:1: Ligne 3, RIEN/TE/2023") == true, "\(validated.output)")
            let applied = try await jalon.run(["measures", "apply", bad])
            #expect(applied.status == 1 && applied.output.isEmpty && applied.messages.contains("bad.csv:3:1: "))
            let text = try jalon.folder.write("indicateur inconnu\n", to: "notes.csv")
            for command in ["validate", "apply"] {
                let unreadable = try await jalon.run(["measures", command, text])
                #expect(unreadable.status == 65, "\(unreadable.messages)")
                let absent = try await jalon.run(["measures", command, jalon.folder.file("absent.csv")])
                #expect(absent.status == 65)
            }
            let good = try jalon.folder.write(
                "identifiant_indic;zone_id;date_valeur;type_valeur;valeur\nFORMATION;TE;31/12/2022;va;4\nFORMATION;TE;31/12/2023;va;400\n",
                to: "good.csv")
            let reader = ["JALON_TOKEN": try await jalon.token("reader")]
            let forbidden = try await jalon.run(["measures", "apply", good], with: reader)
            #expect(forbidden.status == 77, "\(forbidden.messages)")
            let other = ["JALON_TOKEN": try await jalon.token("referent", ministry: "JUS")]
            let outside = try await jalon.run(["measures", "apply", good], with: other)
            #expect(outside.status == 77 && outside.messages.contains("TE"), "\(outside.messages)")
            let jump = try await jalon.run(["measures", "apply", good])
            #expect(jump.status == 1 && jump.messages.contains("avec --accept-jump"), "\(jump.messages)")
            let accepted = try await jalon.run(["measures", "apply", good, "--accept-jump"])
            #expect(accepted.status == 0 && accepted.output.contains("créée 2"), "\(accepted.messages)")
            for state in ["soumise", "validee"] {
                let moved = try jalon.folder.write(
                    "indicator;ministry;period;value;state\nFORMATION;TE;2023;400;\(state)\n", to: "\(state).csv")
                let answer = try await jalon.run(["measures", "apply", moved])
                #expect(answer.status == 0, "\(answer.messages)")
            }
            let correction = try jalon.folder.write(
                "indicator;ministry;period;value\nFORMATION;TE;2022;4\nFORMATION;TE;2023;39\n", to: "correction.csv")
            let unexplained = try await jalon.run(["measures", "validate", correction])
            #expect(unexplained.output.contains("correction.csv:3:1: Ligne 3, FORMATION/TE/2023"), "\(unexplained.output)")
            #expect(unexplained.output.contains("(--reason)"), "\(unexplained.output)")
            let noYear = try await jalon.run(["measures", "template"])
            #expect(noYear.status == 64)
        }
    }
}
