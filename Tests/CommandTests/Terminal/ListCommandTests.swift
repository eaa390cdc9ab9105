import Foundation
import Postgres
import Testing

@testable import jalon

/// `jalon actions`, `roadmaps`, `roadmap`, `figures compare` and the lists of snapshots, against a server.
@Suite("The command's lists and moves")
struct ListCommandTests {
    private static let census = "year: 2022\ndue_on: 2022-12-31\nexpected: [TE, EF, INT, AGR]\n"

    private static func plan(_ ministry: String, state: String, on day: String, statuses: [String] = ["en_cours", "a_faire"])
        -> String
    {
        let actions = statuses.enumerated().map { index, status in
            "  - {code: A\(index), title: Action n° \(index), theme: achats, target_level: realisation, status: \(status), due_on: 2022-06-30}\n"
        }
        return """
            ministry: \(ministry)
            first_year: 2022
            title: Feuille de route
            state: \(state)
            effective_on: \(day)
            actions:
            \(actions.joined())
            """
    }

    /// A census and plans: one validated in time, one submitted late, one draft, one missing.
    private static func with(_ body: (Installation) async throws -> Void) async throws {
        try await Installation.with(serving: true) { jalon in
            let files = [
                try jalon.folder.write(plan("TE", state: "validee", on: "2022-03-01"), to: "TE-2022.yaml"),
                try jalon.folder.write(plan("EF", state: "soumise", on: "2023-02-01"), to: "EF-2022.yaml"),
                try jalon.folder.write(plan("INT", state: "brouillon", on: "2022-05-01"), to: "INT-2022.yaml"),
            ]
            let applied = try await jalon.run(["plan", "apply"] + files)
            try #require(applied.status == 0, "\(applied.messages)")
            let census = try jalon.folder.write(Self.census, to: "census.yaml")
            try #require(try await jalon.run(["census", "apply", census]).status == 0)
            try await body(jalon)
        }
    }

    private static func rows(_ run: Binary.Run) -> [String] { run.lines.filter { !$0.isEmpty } }

    private static func tableRows(_ run: Binary.Run) -> [String] {
        run.output.components(separatedBy: "\r\n").filter { !$0.isEmpty }
    }

    private static func items(_ run: Binary.Run) throws -> [[String: Any]] {
        let document = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        return try #require(document?["data"] as? [[String: Any]])
    }

    @Test("the progress of a census tells each ministry's stage and who is late, in the three forms")
    func progress() async throws {
        try await Self.with { jalon in
            let table = try await jalon.run(["census", "progress", "--year", "2022", "--as-of", "2023-01-10"])
            #expect(table.status == 0, "\(table.messages)")
            #expect(table.lines[0] == "Recensement 2022, attendu pour le 2022-12-31, au 2023-01-10")
            for words in ["rien", "brouillon", "validée", "2022-03-01", "En retard (3) : AGR, EF, INT."] {
                #expect(table.output.contains(words), "\(words): \(table.output)")
            }
            let csv = try await jalon.run(["census", "progress", "--year", "2022", "--as-of", "2023-02-10", "--format", "csv"])
            #expect(
                csv.output.contains(";EF;") && csv.output.contains(";submitted;2023-02-01;2023-02-01;32;EF-2022;"),
                "\(csv.output)")
            let json = try await jalon.run(["census", "progress", "--year", "2022", "--format", "json"])
            #expect(json.output.contains("\"stages\"") && json.status == 0)
            let rounds = try jalon.folder.write(
                Self.census + "rounds: [{code: 2022-plans, collects: plans, opens_on: 2022-01-03, due_on: 2023-01-31}]\n",
                to: "census.yaml")
            let applied = try await jalon.run(["census", "apply", rounds])
            #expect(
                applied.output.contains("modifié") && applied.output.contains("+ 2022-plans plans"),
                "\(applied.output)\(applied.messages)")
            let again = try await jalon.run(["census", "apply", rounds])
            #expect(again.output.contains("inchangé"), "\(again.output)")
            let round = try await jalon.run([
                "census", "progress", "--year", "2022", "--round", "2022-plans", "--as-of", "2023-02-10",
            ])
            #expect(round.lines[0] == "Recensement 2022-plans, attendu pour le 2023-01-31, au 2023-02-10", "\(round.messages)")
            #expect(round.output.contains("En retard (3) : AGR, EF, INT."), "\(round.output)")
            let none = try await jalon.run(["census", "progress", "--year", "2031"])
            #expect(none.status == 1 && none.messages.contains("2031"), "\(none.messages)")
        }
    }

    @Test("duties are listed with what to do, for whom they are, and none is said as such")
    func duties() async throws {
        try await Self.with { jalon in
            let own = try await jalon.run(["duties"])
            let told = "(EF-2022) est soumise. Passez-la en relecture, puis validez-la ou renvoyez-la."
            #expect(own.status == 0 && own.output.contains(told), "\(own.output)\(own.messages)")
            #expect(own.output.hasSuffix("\n1\u{A0}tâche.\n"), "\(own.output)")
            let ministry = try await jalon.run(["duties", "--ministry", "INT", "--format", "json"])
            #expect(ministry.status == 0 && ministry.output.contains("\"role\":\"referent\""), "\(ministry.output)")
            let table = try await jalon.run(["duties", "--code", "plan-to-read", "--format", "csv"])
            #expect(table.output.contains(";roadmap;EF-2022;"), "\(table.output)")
            let reader = ["JALON_TOKEN": try await jalon.token("reader")]
            let none = try await jalon.run(["duties"], with: reader)
            #expect(none.output == "Rien n’est attendu de vous.\n", "\(none.output)")
            #expect(try await jalon.run(["duties", "--role", "coordinator"], with: reader).status == 77)
            #expect(try await jalon.run(["duties", "--code", "rien"]).status == 1)
        }
    }

    @Test("actions are listed under their columns, filtered as asked, page after page")
    func actions() async throws {
        try await Self.with { jalon in
            let all = try await jalon.run(["actions", "--year", "2022"])
            #expect(all.status == 0 && Self.rows(all).count == 7, "\(all.output)\(all.messages)")
            #expect(all.lines[0].hasPrefix("action ") && all.lines[0].contains("échéance"))
            #expect(all.messages == "6\u{A0}actions, dont 6 en retard.\n", "\(all.messages)")
            #expect(all.output.contains("En cours") && all.output.contains("Achats") && all.output.contains("en retard"))
            let filtered = try await jalon.run([
                "actions", "--ministry", "TE,EF", "--ministry", "INT", "--status", "a_faire", "--late", "--no-key-action",
                "--due-on-to", "2022-12-31", "--q", "ACTION", "--roadmap-state", "soumise,validee", "--sort", "-id",
            ])
            #expect(
                Self.rows(filtered).dropFirst().map { $0.prefix(10) } == ["TE-2022-A1", "EF-2022-A1"],
                "\(filtered.output)\(filtered.messages)")
            let json = try await jalon.run(["actions", "--format", "json"])
            #expect(try Self.items(json).compactMap { $0["id"] as? String }.count == 6)
            let none = try await jalon.run(["actions", "--no-late", "--format", "json"])
            #expect(try Self.items(none).isEmpty && none.status == 0)
            let few = try await jalon.run(["actions", "--limit", "5", "--format", "json"])
            #expect(try Self.items(few).count == 5)
            let wrong = try await jalon.run(["actions", "--status", "fini"])
            #expect(wrong.status == 1 && wrong.messages.contains("status"), "\(wrong.messages)")
            let english = try await jalon.run(["actions", "--limit", "1"], with: ["LC_ALL": "en_GB.UTF-8"])
            #expect(english.lines[0].contains("due") && english.messages == "1 action, 1 of them late.\n", "\(english.messages)")
        }
    }

    @Test("lists and comparisons are the service's own tables for spreadsheets, whole")
    func tables() async throws {
        try await Self.with { jalon in
            let tables = [
                (["actions", "--sort", "id"], 6, "TE-2022-A1"), (["roadmaps", "--year", "2022"], 3, "INT-2022"),
                (["figures", "compare", "--year", "2022", "--from", "2022-12-31", "--to", "2023-12-31"], nil, "EF"),
            ]
            for (words, count, held) in tables {
                let run = try await jalon.run(words + ["--format", "csv"])
                #expect(run.status == 0 && run.messages.isEmpty, "\(words): \(run.messages)")
                #expect(run.output.hasPrefix("\u{FEFF}"), "\(words): no byte order mark")
                let rows = Self.tableRows(run)
                let width = rows.first?.split(separator: ";", omittingEmptySubsequences: false).count ?? 0
                #expect(width > 3 && rows.contains { $0.contains(held) }, "\(words): \(run.output)")
                #expect(rows.allSatisfy { $0.split(separator: ";", omittingEmptySubsequences: false).count == width })
                if let count { #expect(rows.count == count + 1, "\(words): \(run.output)") }
            }
        }
    }

    @Test("a list longer than a page is whole")
    func pages() async throws {
        try await Installation.with(serving: true) { jalon in
            let plan = Self.plan("TE", state: "soumise", on: "2022-03-01", statuses: Array(repeating: "a_faire", count: 450))
            let file = try jalon.folder.write(plan, to: "TE-2022.yaml")
            #expect(try await jalon.run(["plan", "apply", file]).status == 0)
            let ids = try Self.items(try await jalon.run(["actions", "--format", "json"])).compactMap { $0["id"] as? String }
            #expect(ids.count == 450 && Set(ids).count == 450)
            #expect(Self.rows(try await jalon.run(["actions", "--limit", "201"])).count == 202)
            #expect(Self.tableRows(try await jalon.run(["actions", "--format", "csv"])).count == 451)
        }
    }

    @Test("roadmaps tell who sent, in which state, since when, who is missing and who is late")
    func roadmaps() async throws {
        try await Self.with { jalon in
            let run = try await jalon.run(["roadmaps", "--year", "2022"])
            #expect(run.status == 0, "\(run.messages)")
            func row(_ start: String) -> String { run.lines.first { $0.contains(start) } ?? "?" }
            #expect(
                row("TE-2022").contains("Validée") && row("TE-2022").contains("2022-03-01")
                    && !row("TE-2022").contains("en retard"))
            #expect(
                row("EF-2022").contains("Soumise") && row("EF-2022").contains("2023-02-01")
                    && row("EF-2022").contains("en retard"))
            #expect(
                row("INT-2022").contains("Brouillon") && row("INT-2022").contains("2022-05-01")
                    && row("INT-2022").contains("en retard"))
            #expect(row("AGR ").contains("rien reçu") && row("AGR ").contains("en retard"), "\(run.output)")
            #expect(run.output.contains("Plans reçus : 2 sur 4 attendus pour le 2022-12-31."), "\(run.output)")
            let missing = row("Manquants : ")
            #expect(missing.contains("(AGR)") && missing.contains("(INT)") && !missing.contains("(TE)"), "\(missing)")
            let late = row("En retard : ")
            #expect(
                late.contains("(AGR)") && late.contains("(INT)") && late.contains("(EF)") && !late.contains("(TE)"), "\(late)")
            let json = try await jalon.run(["roadmaps", "--state", "brouillon", "--format", "json"])
            #expect(try Self.items(json).compactMap { $0["id"] as? String } == ["INT-2022"])
            let drafts = try await jalon.run(["roadmaps", "--state", "brouillon"])
            #expect(!drafts.output.contains("Manquants"), "\(drafts.output)")
        }
    }

    @Test("a roadmap goes from state to state, is returned, and each refusal says what to do")
    func moves() async throws {
        try await Self.with { jalon in
            let rehearsed = try await jalon.run(["roadmap", "submit", "INT-2022", "--effective-on", "2022-06-01", "--dry-run"])
            #expect(
                rehearsed.status == 0 && rehearsed.messages == "Essai à blanc : rien n’a été enregistré.\n",
                "\(rehearsed.messages)")
            #expect(try await jalon.value("select state::text from roadmaps where ministry = 'INT'") == "brouillon")
            let submitted = try await jalon.run([
                "roadmap", "submit", "INT-2022", "--effective-on", "2022-06-01", "--reason", "Envoi par courriel",
            ])
            #expect(
                submitted.output.contains("« Brouillon » → « Soumise » depuis le 2022-06-01, 2\u{A0}actions."),
                "\(submitted.output)")
            #expect(try await jalon.value("select submitted_on::text from roadmaps where ministry = 'INT'") == "2022-06-01")
            let early = try await jalon.run(["roadmap", "validate", "INT-2022"])
            #expect(early.status == 1 && early.messages.contains("submit, review, validate"), "\(early.messages)")
            for (word, state) in [
                ("review", "En relecture"), ("return", "Brouillon"), ("submit", "Soumise"), ("review", "En relecture"),
                ("validate", "Validée"),
            ] {
                let today = word == "submit" ? ["--effective-on", try await jalon.value("select paris_today()::text")] : []
                let run = try await jalon.run(["roadmap", word, "INT-2022"] + today)
                #expect(run.status == 0 && run.output.contains("→ « \(state) »"), "\(word): \(run.output)\(run.messages)")
            }
            let again = try await jalon.run(["roadmap", "validate", "INT-2022"])
            #expect(again.status == 0 && again.output.contains("rien ne change"), "\(again.output)")
            let referent = try await jalon.token("referent", ministry: "INT")
            let forbidden = try await jalon.run(["roadmap", "close", "INT-2022"], with: ["JALON_TOKEN": referent])
            #expect(forbidden.status == ExitStatus.forbidden.rawValue, "\(forbidden.messages)")
            #expect(try await jalon.run(["roadmap", "submit", "AGR-2022"]).status == 1)
            #expect(try await jalon.run(["roadmap", "submit", "AGR"]).status == 64)
        }
    }

    @Test("a roadmap that has changed since it was read is neither validated nor deleted with the tag of what was read")
    func readBefore() async throws {
        try await Self.with { jalon in
            #expect(try await jalon.run(["roadmap", "review", "EF-2022"]).status == 0)
            let reviewed = try await Self.tags(of: "EF-2022", jalon)
            #expect(reviewed.count == 3 && Set(reviewed).count == 3, "\(reviewed)")
            let rehearsed = ["roadmap", "validate", "EF-2022", "--dry-run", "--if-match"]
            for tag in reviewed { #expect(try await jalon.run(rehearsed + [tag]).status == 0, "\(tag)") }
            let edit = Self.plan("EF", state: "en_relecture", on: "2023-02-01", statuses: ["en_cours", "en_cours"])
                .replacing("effective_on: 2023-02-01\n", with: "")
            let changed = try jalon.folder.write(edit, to: "EF-2022.yaml")
            #expect(try await jalon.run(["plan", "apply", changed]).status == 0)
            for tag in reviewed {
                let refused = try await jalon.run(["roadmap", "validate", "EF-2022", "--if-match", tag])
                #expect(refused.status == 1 && refused.messages.contains("jalon plan export EF-2022"), "\(refused.messages)")
            }
            #expect(try await jalon.value("select state::text from roadmaps where ministry = 'EF'") == "en_relecture")
            let read = try #require(try await Self.tags(of: "EF-2022", jalon).first)
            let validated = try await jalon.run(["roadmap", "validate", "EF-2022", "--if-match", "\"\(read)\""])
            #expect(validated.status == 0 && validated.output.contains("« Validée »"), "\(validated.messages)")

            let draft = try #require(try await Self.tags(of: "INT-2022", jalon).first)
            for (tag, status) in [("0-yaml", 1), ("é", 64), (draft, 0)] as [(String, Int32)] {
                let run = try await jalon.run(["plan", "delete", "INT-2022", "--if-match", tag])
                #expect(run.status == status, "\(tag): \(run.messages)")
            }
        }
    }

    /// Those that its exports tell: in YAML, JSON and CSV.
    private static func tags(of roadmap: String, _ jalon: Installation) async throws -> [String] {
        var tags: [String] = []
        for format in ["yaml", "json", "csv"] {
            let run = try await jalon.run(["plan", "export", roadmap, "--format", format])
            let told =
                format == "yaml" ? run.output.firstMatch(of: /ETag "(\S+)"/) : run.messages.firstMatch(of: /--if-match (\S+)/)
            tags.append(String(try #require(told).1))
        }
        return tags
    }

    @Test("one thing is counted in the singular, and causes that are all hidden are not some of those shown")
    func singular() async throws {
        try await Self.with { jalon in
            let figures = try await jalon.run(["figures", "--year", "2022"])
            #expect(figures.output.contains(": 1\u{A0}feuille de route, 2\u{A0}actions"), "\(figures.output)\(figures.messages)")
            #expect(try await jalon.run(["snapshot", "create", "--year", "2022", "--title", "Un"]).status == 0)
            #expect(try await jalon.run(["roadmap", "return", "EF-2022"]).status == 0)
            let reader = try await jalon.token("reader")
            let verified = try await jalon.run(["snapshot", "verify", "2022-1"], with: ["JALON_TOKEN": reader])
            let sentence = verified.lines.first { $0.contains("Recomptés") } ?? "?"
            #expect(sentence.hasSuffix("1\u{A0}changement enregistré depuis, que vous ne pouvez pas voir."), "\(verified.output)")
        }
    }

    @Test("two dates and two snapshots are compared, cause by cause")
    func compare() async throws {
        try await Self.with { jalon in
            let run = try await jalon.run([
                "figures", "compare", "--year", "2022", "--from", "2022-12-31", "--to", "2023-12-31",
            ])
            #expect(run.status == 0, "\(run.messages)")
            let moved = run.lines.first { $0.contains("Nouvelles") || $0.contains("Entrées") } ?? "?"
            #expect(moved.split(separator: " ").contains("+2"), "\(run.output)")
            #expect(run.output.contains("  EF  Minist") && !run.output.contains("  TE  Minist"), "\(run.output)")
            #expect(try await jalon.run(["snapshot", "create", "--year", "2022", "--title", "Un"]).status == 0)
            let changed = Self.plan("TE", state: "validee", on: "2022-03-01", statuses: ["realisee", "a_faire"])
                .replacing("effective_on: 2022-03-01\n", with: "")
            let file = try jalon.folder.write(changed, to: "TE-2022.yaml")
            #expect(try await jalon.run(["plan", "apply", file]).status == 0)
            #expect(try await jalon.run(["snapshot", "create", "--year", "2022", "--title", "Deux"]).status == 0)
            let frozen = try await jalon.run(["figures", "compare", "2022-1", "2022-2"])
            #expect(frozen.status == 0 && frozen.output.contains("Devenues réalisées"), "\(frozen.output)\(frozen.messages)")
            #expect(frozen.output.contains("à deux instants"), "\(frozen.output)")
            let difference = frozen.lines.first { $0.contains("écart") } ?? "?"
            #expect(difference.hasSuffix("points") && difference.contains("+"), "\(frozen.output)")
            let json = try await jalon.run(["figures", "compare", "2022-1", "2022-2", "--format", "json"])
            #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
            for wrong in [["2022-1"], ["2022-1", "2022-2", "--year", "2022"], [], ["--from", "2022-01-01"]] {
                #expect(try await jalon.run(["figures", "compare"] + wrong).status == 64, "\(wrong)")
            }
            #expect(try await jalon.run(["figures", "compare", "2022-1", "2022-9"]).messages.contains("2022-9"))
            let early = ["snapshot", "create", "--year", "2022", "--title", "Trois", "--as-of", "2022-12-31"]
            #expect(try await jalon.run(early).status == 0)
            let reversed = try await jalon.run(["figures", "compare", "2022-1", "2022-3"])
            #expect(reversed.status == 1 && reversed.messages.contains("inversez-les"), "\(reversed.messages)")

            let list = try await jalon.run(["snapshot", "list"])
            #expect(list.lines[0].hasPrefix("édition") && list.lines[0].contains("empreinte") && Self.rows(list).count == 4)
            let verified = try await jalon.run(["snapshot", "verify", "2022-1"])
            #expect(verified.status == 0, "\(verified.output)")
            let sentence = verified.lines.first { $0.contains("Recomptés") } ?? "?"
            #expect(sentence.contains("seraient autres, à cause de 1\u{A0}changement enregistré depuis :"), "\(sentence)")
            let same = try await jalon.run(["snapshot", "verify", "2022-2"])
            #expect(same.output.contains("les chiffres seraient les mêmes."), "\(same.output)")
        }
    }
}
