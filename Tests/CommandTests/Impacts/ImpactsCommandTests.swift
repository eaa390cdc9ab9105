import Foundation
import Testing

@testable import jalon

@Suite("Avoided impacts from the command line")
struct ImpactsCommandTests {
    private static let plan = """
        ministry: TE
        first_year: 2022
        effective_on: 2022-02-01
        state: soumise
        actions:
        - {code: ACH-01, title: Acheter, theme: achats, target_level: reflexion, status: en_cours, key_action: true}
        - {code: USA-02, title: Garder, theme: phase_usage, target_level: reflexion, status: en_cours, key_action: true}
        """

    private static let impacts = """
        factors:
        - {code: PORTABLE, title: Portable reconditionné, functional_unit: un portable, kg_co2_eq: {low: 40, central: 54.9, high: 70},
           kg_sb_eq: {central: 0.0028}, method_family: MINUMECO, source: MiNumEco}
        impacts:
        - {action: TE-2022-ACH-01, factor: PORTABLE, quantity: {low: 900, central: 1000, high: 1100}, period: '2022', basis: estimated}
        """

    private static func with(_ body: (Installation, String) async throws -> Void) async throws {
        try await Installation.with(serving: true) { jalon in
            let plan = try jalon.folder.write(plan, to: "TE-2022.yaml")
            let applied = try await jalon.run(["plan", "apply", plan])
            try #require(applied.status == 0, "\(applied.messages)")
            try await body(jalon, try jalon.folder.write(impacts, to: "impacts.yaml"))
        }
    }

    @Test("what moved of a frozen edition is told with the action, its impact, the factor, when and who")
    func verified() async throws {
        try await Self.with { jalon, file in
            #expect(try await jalon.run(["impacts", "apply", file]).status == 0)
            #expect(try await jalon.run(["snapshot", "create", "--year", "2022", "--title", "Bilan"]).status == 0)
            let other = try jalon.folder.write(
                Self.impacts.replacing("basis: estimated", with: "basis: measured"), to: "mesures.yaml")
            #expect(try await jalon.run(["impacts", "apply", other]).status == 0)
            let verified = try await jalon.run(["snapshot", "verify", "2022-1"])
            #expect(verified.status == 0, "\(verified.output)\(verified.messages)")
            let cause = verified.lines.first { $0.contains("TE-2022-ACH-01/1 (PORTABLE, version 1)") } ?? "?"
            #expect(cause.contains("basis estimated → measured") && cause.contains("20"), "\(verified.output)")
        }
    }

    @Test("what a file gives is shown as a table, CSV and JSON; given again it changes nothing, and another quantity changes one")
    func wholeWay() async throws {
        try await Self.with { jalon, file in
            let given = try await jalon.run(["impacts", "apply", file])
            #expect(
                given.status == 0 && given.output == "Facteurs et impacts : créés 2, modifiés 0, inchangés 0\n",
                "\(given.messages)")
            let again = try await jalon.run(["impacts", "apply", file])
            #expect(
                again.output == "Facteurs et impacts : créés 0, modifiés 0, inchangés 2\n", "\(again.output)\(again.messages)")

            let table = try await jalon.run(["impacts", "--year", "2022"])
            for words in [
                "54\u{202F}900", "36\u{202F}000", "77\u{202F}000", "MINUMECO", "Portable reconditionné",
                "Actions-clés : 1 avec un impact donné, 1 sans.",
            ] {
                #expect(table.output.contains(words), "\(words): \(table.output)")
            }
            let csv = try await jalon.run(["impacts", "--year", "2022", "--format", "csv"]).output
            #expect(csv.contains("MINUMECO;estimated;PORTABLE;1;Portable reconditionné;1;36000;54900"), "\(csv)")
            let json = try await jalon.run(["impacts", "--year", "2022", "--format", "json"]).output
            #expect(json.contains("\"families\""))

            let other = try jalon.folder.write(
                Self.impacts.replacing("central: 1000,", with: "central: 1001,"), to: "autres.yaml")
            let changed = try await jalon.run(["impacts", "apply", other])
            #expect(
                changed.output == """
                    TE-2022-ACH-01/1 modifié (quantity, kg_co2_eq, kg_sb_eq)
                    Facteurs et impacts : créés 0, modifiés 1, inchangés 1

                    """, "\(changed.output)\(changed.messages)")
            let lots = try jalon.folder.write(
                """
                impacts:
                - {action: TE-2022-ACH-01, factor: PORTABLE, quantity: {central: 5}, period: '2022', basis: estimated, comment: lot 1}
                - {action: TE-2022-ACH-01, factor: PORTABLE, quantity: {central: 7}, period: '2022', basis: measured, comment: lot 2}
                """, to: "lots.yaml")
            #expect(
                try await jalon.run(["impacts", "apply", lots]).output
                    == "Facteurs et impacts : créés 2, modifiés 0, inchangés 0\n")
            #expect(
                try await jalon.run(["impacts", "apply", lots]).output
                    == "Facteurs et impacts : créés 0, modifiés 0, inchangés 2\n")
            let exact = try jalon.folder.write(
                Self.impacts.replacing("{low: 900, central: 1000, high: 1100}", with: "{central: 5}"), to: "exact.yaml")
            let replaced = try await jalon.run(["impacts", "apply", exact])
            #expect(replaced.output.contains("TE-2022-ACH-01/1 modifié (quantity"), "\(replaced.output)\(replaced.messages)")
            let twice = try jalon.folder.write(
                try jalon.folder.text("lots.yaml").replacing("lot 2", with: "lot 1"), to: "deux.yaml")
            let refused = try await jalon.run(["impacts", "apply", twice])
            #expect(refused.status == 1 && refused.messages.contains("comment"), "\(refused.messages)")
            let newer = try jalon.folder.write(Self.impacts.replacing("high: 70", with: "high: 71"), to: "neuf.yaml")
            let version = try await jalon.run(["impacts", "apply", newer]).output
            #expect(version.hasPrefix("PORTABLE : version 2\n"), "\(version)")
            let none = try await jalon.run(["impacts", "--year", "2030"])
            #expect(none.status == 0 && none.output.contains("Aucun impact n’est donné pour 2030"), "\(none.output)")
        }
    }

    @Test("what is wrong is told by its action, and what may not be done by the exit status")
    func refused() async throws {
        try await Self.with { jalon, file in
            let reader = ["JALON_TOKEN": try await jalon.token("reader")]
            #expect(try await jalon.run(["impacts", "apply", file], with: reader).status == 77)
            for (text, words) in [
                ("impacts: [{factor: PORTABLE}]", "action"), ("impacts: [{action: TE, factor: PORTABLE}]", "TE"),
                (
                    "impacts: [{action: TE-2022-NUL, factor: PORTABLE, quantity: {central: 1}, period: '2022', basis: estimated}]",
                    "TE-2022-NUL"
                ),
                (
                    "impacts: [{action: TE-2022-ACH-01, factor: NUL, quantity: {central: 1}, period: '2022', basis: estimated}]",
                    "TE-2022-ACH-01"
                ),
                ("impact: []", "impact"),
            ] {
                let wrong = try jalon.folder.write(text, to: "faux.yaml")
                let run = try await jalon.run(["impacts", "apply", wrong])
                #expect(run.status == 1 && run.output.isEmpty && run.messages.contains(words), "\(text): \(run.messages)")
            }
        }
    }
}
