import ActionPlans
import Foundation
import JalonServer
import Postgres
import Testing

@testable import jalon

@Suite("A référent who has only the command")
struct PlanApplyTests {
    private static let table = """
        Code;Libellé;Thématique;Niveau d'engagement;État d'avancement;Date de mise en œuvre;Échéance;Responsable;Contributeurs
        01;Reconditionner;Achats;Réalisation;Réalisée;30/06/2024;;DNUM;"DAF
        DRH"
        02;Étudier la location;Achats;Réflexion;À faire;;31/12/2025;;
        03;Donner;Fin d'usage;Réalisation;Réalisée;15/02/2023;;;

        """

    private static func plan(_ title: String, code: String = "A") -> String {
        "ministry: TE\nfirst_year: 2099\nactions:\n  - {code: \(code), title: \(title), theme: achats, target_level: reflexion}\n"
    }

    @Test("goes from a spreadsheet to a submitted plan of 2023 to 2025 dated 2023, told at each step what to type")
    func pastPlan() async throws {
        try await Installation.with(serving: true) { jalon in
            let file = try jalon.folder.write(Self.table, to: "TE-2023.csv")
            let draft = try await jalon.run(["plan", "apply", file])
            #expect(draft.status == 0, "\(draft.messages)")
            #expect(draft.messages.contains("jalon plan delete TE-2023") && draft.messages.contains("--effective-on 2023-01-01"))
            let wanted = ["plan", "apply", "--effective-on", "2023-02-15", "--last-year", "2025", "--state", "soumise", file]
            let refused = try await jalon.run(wanted)
            #expect(refused.status == 1 && refused.messages.contains("jalon plan delete TE-2023"), "\(refused.messages)")
            let deleted = try await jalon.run(["plan", "delete", "TE-2023", "--reason", "Date"])
            #expect(deleted.status == 0, "\(deleted.messages)")
            let rehearsed = try await jalon.run(wanted + ["--dry-run"])
            for text in ["Fin d’usage", "Réalisée", "« DAF » ; « DRH »", "2025-12-31", "Soumise, de 2023 à 2025"] {
                #expect(rehearsed.output.contains(text), "\(text): \(rehearsed.output)")
            }
            #expect(rehearsed.messages.contains("TE-2023.csv:2:") && rehearsed.messages.contains("30 juin 2024"))
            let applied = try await jalon.run(wanted)
            #expect(rehearsed.status == 0 && applied.status == 0, "\(applied.messages)")
            for (day, numbers) in [("2023-12-31", "3 1"), ("2024-07-01", "3 2")] {
                let counted = try await jalon.run(["figures", "--year", "2023", "--as-of", day, "--format", "json"])
                let totals = try Self.json(counted.output)["totals"] as? [String: Any]
                #expect("\(totals?["actions"] ?? "") \(totals?["realisees"] ?? "")" == numbers, "\(day) \(counted.messages)")
            }
            let late = try await jalon.run(["plan", "delete", "TE-2023"])
            #expect(late.status == 1 && late.messages.contains("n’est plus un brouillon"))
        }
    }

    @Test("is not let submit a plan of past years without its date, and may say that it is today's")
    func undated() async throws {
        try await Installation.with(serving: true) { jalon in
            let file = try jalon.folder.write(Self.table, to: "TE-2023.csv")
            let refused = try await jalon.run(["plan", "apply", "--state", "soumise", file])
            #expect(refused.status == 1 && refused.messages.contains("--effective-on"), "\(refused.messages)")
            let rehearsed = try await jalon.run(["plan", "apply", "--state", "soumise", "--dry-run", file])
            #expect(rehearsed.status == 1)
            let document = try jalon.folder.write(
                """
                ministry: TE
                first_year: 2024
                effective_on:
                state: soumise
                actions: [{code: ACH-01, title: Reconditionner, theme: achats, target_level: realisation}]
                """, to: "TE-2024.yaml")
            let inside = try await jalon.run(["plan", "apply", document])
            #expect(inside.status == 1 && inside.messages.contains("--effective-on 2024-02-15"), "\(inside.messages)")
            let applied = try await jalon.run(["plan", "apply", "--state", "soumise", "--effective-on", "2023-01-31", file])
            #expect(applied.status == 0, "\(applied.messages)")
        }
    }

    @Test("is not let submit a draft of past years without its date, nor with a date before the draft began")
    func undatedDraft() async throws {
        try await Installation.with(serving: true) { jalon in
            let file = try jalon.folder.write(Self.table, to: "TE-2023.csv")
            #expect(try await jalon.run(["plan", "apply", file]).status == 0)
            for wanted in [["plan", "apply", "--state", "soumise", file], ["roadmap", "submit", "TE-2023"]] {
                for arguments in [wanted, wanted + ["--dry-run"]] {
                    let run = try await jalon.run(arguments)
                    #expect(run.status == 1 && run.messages.contains("--effective-on 2023-02-15"), "\(run.messages)")
                    #expect(run.messages.contains("jalon plan delete TE-2023"), "\(run.messages)")
                }
            }
            // The draft began today: the figures of that February would not know it.
            let early = try await jalon.run(["roadmap", "submit", "TE-2023", "--effective-on", "2023-02-15"])
            #expect(early.status == 1 && early.messages.contains("--state soumise"), "\(early.messages)")
            #expect(try await jalon.value("select string_agg(distinct state::text, '') from roadmaps") == "brouillon")
            #expect(try await jalon.run(["plan", "delete", "TE-2023"]).status == 0)
            let dated = try await jalon.run(["plan", "apply", "--effective-on", "2023-02-15", file])
            let submitted = try await jalon.run(["roadmap", "submit", "TE-2023", "--effective-on", "2023-02-15"])
            #expect(dated.status == 0 && submitted.status == 0, "\(dated.messages)\(submitted.messages)")
        }
    }

    @Test("sees the same end in the rehearsal as in the play")
    func verdicts() async throws {
        try await Installation.with(serving: true) { jalon in
            func apply(_ arguments: String...) async throws -> Binary.Run {
                let rehearsed = try await jalon.run(["plan", "apply", "--dry-run"] + arguments)
                let played = try await jalon.run(["plan", "apply"] + arguments)
                #expect(rehearsed.status == played.status, "\(arguments): \(rehearsed.messages) \(played.messages)")
                return played
            }
            // Empty cells erase nothing where there is no plan.
            let file = try jalon.folder.write(Self.table, to: "TE-2023.csv")
            #expect(try await apply(file).status == 0)
            // What was just exported applies without more, in each form.
            for name in ["TE-2023.export.csv", "te.yaml", "te.json"] {
                #expect(try await jalon.run(["plan", "export", "TE-2023", "-o", jalon.folder.file(name)]).status == 0)
                let again = try await apply(jalon.folder.file(name))
                #expect(again.status == 0 && again.output.contains("inchangée"), "\(name): \(again.messages)")
            }
            // A cell that somebody has filled in meanwhile.
            let other = try jalon.folder.write("code;lead\n02;DAF\n", to: "TE-2023.autre.csv")
            #expect(try await apply(other).status == 0)
            let erasing = try await apply(file)
            #expect(erasing.status == 1 && erasing.messages.contains("02: Pilote (DAF)"), "\(erasing.messages)")
            let text = try jalon.folder.text("te.yaml").replacing("title: Donner", with: "title: Vendre")
            let stale = try await apply(jalon.folder.write(text, to: "autre.yaml"))
            #expect(stale.status == 1 && stale.messages.contains("a changé depuis l’export"), "\(stale.messages)")
            let same = try await apply(jalon.folder.file("te.yaml"))
            #expect(same.status == 0 && same.output.contains("inchangée"), "it says nothing of what is new: \(same.messages)")
            #expect(try await jalon.run(["plan", "apply", "--dry-run", "--overwrite", file]).status == 0)
            #expect(try await jalon.run(["plan", "apply", "--overwrite", file]).status == 0)
        }
    }

    @Test("writes over the exported state alone, again and again, without typing a tag")
    func exportedState() async throws {
        try await Installation.with(serving: true) { jalon in
            _ = try await jalon.run(["plan", "apply", jalon.folder.write(Self.plan("Un"), to: "a.yaml")])
            let file = jalon.folder.file("te.yaml")
            #expect(try await jalon.run(["plan", "export", "TE-2099", "-o", file]).status == 0)
            for title in ["Deux", "Trois"] {
                let text = try jalon.folder.text("te.yaml")
                let from = title == "Deux" ? "Un" : "Deux"
                try jalon.folder.write(text.replacing("title: \(from)", with: "title: \(title)"), to: "te.yaml")
                let applied = try await jalon.run(["plan", "apply", file])
                #expect(applied.status == 0 && applied.output.contains("modifiée"), "\(applied.messages)")
            }
            // Somebody else writes; the file is of an older state now.
            let mine = try jalon.folder.text("te.yaml")
            _ = try await jalon.run(["plan", "apply", jalon.folder.write(Self.plan("Autre", code: "B"), to: "b.yaml")])
            try jalon.folder.write(mine.replacing("Trois", with: "Quatre"), to: "te.yaml")
            let stale = try await jalon.run(["plan", "apply", file])
            #expect(stale.status == 1 && stale.messages.contains("exportez-le de nouveau"), "\(stale.messages)")
            // Nothing is lost where the plan says already what the file says.
            try jalon.folder.write(mine, to: "te.yaml")
            let same = try await jalon.run(["plan", "apply", file])
            #expect(same.status == 0 && same.output.contains("inchangée"), "\(same.messages)")
            // A copy for another roadmap is not misled by the line.
            let copy = mine.replacing("first_year: 2099", with: "first_year: 2097").replacing(
                "last_year: 2099", with: "last_year: 2097")
            try jalon.folder.write(copy, to: "copie.yaml")
            #expect(try await jalon.run(["plan", "apply", jalon.folder.file("copie.yaml")]).status == 0)
            let twice = try await jalon.run(["plan", "apply", jalon.folder.file("copie.yaml")])
            #expect(twice.status == 0 && twice.messages.contains("n’est pas suivie"), "\(twice.messages)")
            #expect(try jalon.folder.text("copie.yaml") == copy)
        }
    }

    @Test("types a tag with or without its quotation marks")
    func typedTag() async throws {
        try await Installation.with(serving: true) { jalon in
            let file = try jalon.folder.write(Self.plan("Un"), to: "a.yaml")
            _ = try await jalon.run(["plan", "apply", file])
            let exported = try await jalon.run(["plan", "export", "TE-2099", "--format", "json"])
            let tag = try #require(exported.messages.split(separator: " ").drop { $0 != "--if-match" }.dropFirst().first)
            for (typed, status) in [
                ("\(tag)", Int32(0)), ("\"\(tag)\"", 0), ("« \(tag) »", 0), ("0", 1), ("W/\"1\"", 64), ("", 64),
            ] {
                let run = try await jalon.run(["plan", "apply", "--if-match", typed, file])
                #expect(run.status == status, "\(typed): \(run.messages)")
            }
        }
    }

    @Test("reads the server's answer in JSON, a line for each file")
    func json() async throws {
        try await Installation.with(serving: true) { jalon in
            let first = try jalon.folder.write(Self.plan("Un"), to: "a.yaml")
            let second = try jalon.folder.write(Self.table, to: "EF-2023.csv")
            let run = try await jalon.run(["plan", "apply", "--dry-run", "--format", "json", first, second])
            #expect(run.status == 0 && run.lines.count == 3 && run.lines.last == "", "\(run.output)")
            let answers = try run.lines.prefix(2).map { try Self.json($0) }
            #expect(answers.map { ($0["roadmap"] as? [String: Any])?["id"] as? String } == ["TE-2099", "EF-2023"])
            let actions = try #require(answers[1]["actions"] as? [[String: Any]])
            let values = try #require(actions[0]["values"] as? [String: Any])
            #expect(values["contributors"] as? [String] == ["DAF", "DRH"] && values["completed_on"] as? String == "2024-06-30")
        }
    }

    @Test("waits as long as the server asks, and goes on")
    func waiting() async throws {
        try await Installation.with(serving: true, rateLimit: 30) { jalon in
            // Two requests for each file, of which the server takes thirty at once and one every two seconds.
            let files = try (61...100).map { number in
                try jalon.folder.write(
                    Self.plan("Un").replacing("first_year: 2099", with: "first_year: \(2000 + number)"), to: "\(number).yaml")
            }
            let hasty = try await jalon.run(["plan", "apply", "--max-wait", "0"] + files)
            #expect(hasty.status == 1 && hasty.messages.contains("--max-wait"), "\(hasty.messages)")
            #expect(hasty.messages.contains("Fichiers non envoyés : "))
            let patient = try await jalon.run(["plan", "apply"] + files.suffix(4))
            #expect(patient.status == 0, "\(patient.messages)")
            #expect(patient.messages.contains(/Le serveur demande d’attendre [0-9]+ s/))
            #expect(patient.output.matches(of: /^TE-2/.anchorsMatchLineEndings()).count == 4, "\(patient.output)")
        }
    }

    private static func json(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}
