import ArgumentParser
import Foundation
import Testing

@testable import jalon

/// With the files of the demonstration: they must make the numbers that were published.
@Suite("Indicators from the command line")
struct IndicatorsCommandTests {
    private static let files = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../examples/indicators"
    ).standardized
    private static let definitions = files.appending(path: "indicators.yaml").path()
    private static let measures = files.appending(path: "measures-2022-2025.csv").path()

    private static func with(_ body: (Installation) async throws -> Void) async throws {
        try await Installation.with(serving: true) { jalon in
            let defined = try await jalon.run(["indicators", "apply", definitions])
            try #require(defined.status == 0, "\(defined.messages)")
            #expect(
                defined.output.split(separator: "\n") == [
                    "FORMATION créé", "DUREE créé", "REEMPLOI créé, 3\u{A0}cibles", "DEEE créé", "CLAUSES créé",
                ], "\(defined.output)")
            let applied = try await jalon.run(["measures", "apply", measures])
            try #require(applied.status == 0, "\(applied.messages)")
            try await body(jalon)
        }
    }

    @Test("the numbers of 2025 that were published come out of the demonstration, in a table, CSV and JSON")
    func published() async throws {
        try await Self.with { jalon in
            let table = try await jalon.run(["indicators", "--year", "2025"])
            #expect(table.status == 0, "\(table.messages)")
            for line in [
                "2\u{202F}509\u{A0}agents      –      –  10 sur 11   2\u{202F}509  provisoire",
                "5,7\u{A0}ans      –      –  10 sur 11     5,7  provisoire",
                "42\u{A0}%     50     -8   9 sur 11      42  provisoire",
                "88\u{A0}%      –      –  10 sur 11      88  provisoire",
                "92\u{A0}%      –      –  10 sur 11      92  provisoire",
                "jalon indicators --year 2025 --indicator CODE (CODE : CLAUSES, DEEE, ",
            ] {
                #expect(table.output.contains(line), "\(table.output)")
            }
            let rows = try await jalon.run(["indicators", "--year", "2025", "--format", "csv"]).output
            let numbers = rows.split(whereSeparator: \.isNewline).dropFirst().map { row in
                let cells = row.split(separator: ";", omittingEmptySubsequences: false)
                return "\(cells[0]) \(cells[5])"
            }
            #expect(numbers.sorted() == ["CLAUSES 92", "DEEE 88", "DUREE 5,7", "FORMATION 2509", "REEMPLOI 42"], "\(rows)")
            let json = try await jalon.run(["indicators", "--year", "2025", "--format", "json"]).output
            #expect(json.contains(#""value":5.7,"#) && json.contains(#""value":2509,"#), "\(json)")
        }
    }

    @Test("freezing numbers that may still change warns of each, with how many bodies are missing")
    func frozen() async throws {
        try await Self.with { jalon in
            let created = try await jalon.run(["snapshot", "create", "--year", "2025", "--title", "Bilan"])
            #expect(created.status == 0, "\(created.messages)")
            let warnings = created.messages.split(separator: "\n").filter { $0.hasPrefix("attention : ") }
            #expect(warnings.count == 5, "\(created.messages)")
            let reuse = warnings.first { $0.contains("REEMPLOI est provisoire") } ?? "?"
            // What was sent back is missing for those who may not see it, and what is frozen is for all.
            #expect(reuse.contains("2 organismes manquent"), "\(reuse)")
        }
    }

    @Test("one number comes with its rule, those who contribute, and those who do not, by name")
    func one() async throws {
        try await Self.with { jalon in
            let page = try await jalon.run(["indicators", "--year", "2025", "--indicator", "REEMPLOI"]).output
            for words in [
                "42\u{A0}% (29\u{202F}400 / 70\u{202F}000), provisoire", "cible 50\u{A0}%, écart -8",
                "publié 42\u{A0}%, différence 0 : Bilan d’activités 2025 de la MiNumEco", "Contribuent (9)", "Manquent (1)",
                "jours de retard", "En cours (1)", "2025, renvoyée", "Sans objet (1)",
                "Comptée avec les Services du Premier ministre",
            ] {
                #expect(page.localizedCaseInsensitiveContains(words), "\(words): \(page)")
            }
            let past = try await jalon.run(["indicators", "--year", "2025", "--known-at", "2020-01-01T00:00:00Z"])
            #expect(past.status == 0 && past.output.contains("Aucun indicateur"), "\(past.output) \(past.messages)")
        }
    }

    @Test("a second application of the same files changes nothing, and another title changes one indicator")
    func again() async throws {
        try await Self.with { jalon in
            let twice = try await jalon.run(["indicators", "apply", Self.definitions])
            #expect(
                twice.output.split(separator: "\n") == [
                    "FORMATION inchangé", "DUREE inchangé", "REEMPLOI inchangé, 3\u{A0}cibles (inchangé)", "DEEE inchangé",
                    "CLAUSES inchangé",
                ], "\(twice.output)\(twice.messages)")
            let measures = try await jalon.run(["measures", "apply", Self.measures])
            #expect(measures.output == "Mesures : créée 0, modifiée 0, inchangée 220\n", "\(measures.output)\(measures.messages)")
            let file = try jalon.folder.write("indicators: [{code: DEEE, title: Autre titre}]\n", to: "autre.yaml")
            let changed = try await jalon.run(["indicators", "apply", file])
            #expect(changed.output == "DEEE modifié (title)\n", "\(changed.output)\(changed.messages)")
            // The first file is the older one now.
            let rehearsed = try await jalon.run(["indicators", "apply", Self.definitions, "--dry-run"])
            #expect(rehearsed.output.contains("DEEE modifié (title)\n"), "\(rehearsed.output)\(rehearsed.messages)")
            #expect(rehearsed.messages.contains("rien n’a été enregistré"), "\(rehearsed.messages)")
            let same = try await jalon.run(["indicators", "apply", file])
            #expect(same.output == "DEEE inchangé\n", "\(same.output)\(same.messages)")
            let new = try jalon.folder.write(
                """
                indicators:
                - {code: NEUF, title: Neuf, kind: count, unit: agents, consolidation: sum, direction: increase, periodicity: year,
                   days_allowed: 90, first_period: '2025', targets: [{period: '2025', value: 3}]}
                """, to: "neuf.yaml")
            let tried = try await jalon.run(["indicators", "apply", new, "--dry-run"])
            #expect(tried.status == 0 && tried.output == "NEUF créé, 1\u{A0}cible\n", "\(tried.output)\(tried.messages)")
            #expect(try await jalon.run(["indicators", "apply", new]).output == tried.output)
            let targets = try await jalon.run([
                "indicators", "apply",
                try jalon.folder.write(
                    try jalon.folder.text("neuf.yaml").replacing("value: 3", with: "value: 4"), to: "neuf.yaml"),
            ])
            #expect(targets.output == "NEUF inchangé, 1\u{A0}cible (2025 : 3 → 4)\n", "\(targets.output)\(targets.messages)")
        }
    }

    @Test("what is wrong is told with its place, and what may not be done with its exit status")
    func refused() async throws {
        try await Installation.with(serving: true) { jalon in
            for (text, words) in [
                ("indicators: [{title: T}]", "code"), ("indicators: [{code: 'A B'}]", "A B"), ("indicateurs: []", "indicateurs"),
                ("indicators: [{code: NEUF, title: T, kind: autre}]", "NEUF"),
            ] {
                let file = try jalon.folder.write(text, to: "faux.yaml")
                let run = try await jalon.run(["indicators", "apply", file])
                #expect(run.status == 1 && run.output.isEmpty && run.messages.contains(words), "\(text): \(run.messages)")
            }
            let reader = ["JALON_TOKEN": try await jalon.token("reader")]
            #expect(try await jalon.run(["indicators", "apply", Self.definitions], with: reader).status == 77)
            let none = try await jalon.run(["indicators", "--year", "2025"])
            #expect(none.status == 0 && none.output.contains("Aucun indicateur"), "\(none.output)")
            #expect(try await jalon.run(["indicators", "--year", "2025", "--indicator", "A B"]).status == 1)
            #expect(try await jalon.run(["indicators", "--year", "2025", "--indicator", "NUL"]).status == 1)
        }
    }

    @Test("a snapshot is verified though what changed since is a target or a number with decimals")
    func verified() async throws {
        try await Self.with { jalon in
            let frozen = try await jalon.run(["snapshot", "create", "--year", "2025", "--title", "Bilan"])
            #expect(frozen.status == 0, "\(frozen.messages)")
            let file = try jalon.folder.write(
                "indicators: [{code: DEEE, targets: [{period: '2025', value: 95.5}]}]\n", to: "cibles.yaml")
            #expect(try await jalon.run(["indicators", "apply", file]).status == 0)
            let table = try jalon.folder.write(
                "indicator;ministry;period;numerator;denominator\nDUREE;TE;2025;370000,5;64000\n", to: "corrige.csv")
            let corrected = try await jalon.run(["measures", "apply", table, "--reason", "Relu"])
            #expect(corrected.status == 0, "\(corrected.messages)")
            let run = try await jalon.run(["snapshot", "verify", "2025-1"])
            #expect(
                run.status == 0 && run.output.contains("DEEE") && run.output.contains("DUREE/TE/2025"),
                "\(run.output)\(run.messages)")
            let value = try #require(run.lines.first { $0.contains("/indicators/") && $0.contains("/target") }, "\(run.output)")
            #expect(value.hasSuffix(" → 95.5"), "\(value)")
        }
    }
}
