import Postgres
import Testing

@testable import jalon

@Suite("jalon revision")
struct RevisionCommandTests {
    private static let plan = """
        ministry: TE
        first_year: 2022
        state: validee
        effective_on: 2022-03-01
        actions:
          - {code: A, title: Louer, theme: achats, target_level: reflexion}
          - {code: B, title: Donner, theme: fin_usage, target_level: reflexion}
        """

    private static func with(_ body: (Installation, _ referent: [String: String]) async throws -> Void) async throws {
        try await Installation.with(serving: true) { jalon in
            let applied = try await jalon.run(["plan", "apply", try jalon.folder.write(plan, to: "TE-2022.yaml")])
            try #require(applied.status == 0, "\(applied.messages)")
            try await body(jalon, ["JALON_TOKEN": try await jalon.token("referent", ministry: "TE")])
        }
    }

    @Test("takes a revision from its opening to its validation, and says at each step what is revised and what may follow")
    func wholeWay() async throws {
        try await Self.with { jalon, referent in
            let refused = try await jalon.run(
                ["plan", "apply", try jalon.folder.write(Self.plan.replacing("Louer", with: "Autre"), to: "autre.yaml")],
                with: referent)
            #expect(refused.status == 1 && refused.messages.contains("POST /v1/roadmaps/TE-2022/revision"), "\(refused.messages)")
            let opened = try await jalon.run(["revision", "open", "TE-2022", "--reason", "Revue"], with: referent)
            #expect(
                opened.status == 0 && opened.output.contains("Révision 1 de TE-2022 : « En préparation »"), "\(opened.messages)")
            #expect(opened.output.contains("→ soumise : La révision ne change encore rien"), "\(opened.output)")
            for words in [
                ["A", "--title", "Louer davantage", "--key-action", "true"], ["B", "--remove"],
                ["C", "--title", "Trier", "--theme", "fin_usage", "--target-level", "reflexion"],
            ] {
                let revised = try await jalon.run(["revision", "revise", "TE-2022"] + words, with: referent)
                #expect(revised.status == 0, "\(revised.messages)")
            }
            let shown = try await jalon.run(["revision", "show", "TE-2022"], with: referent)
            for cell in ["Louer davantage", "key_action", "retrait", "ajout", "Trier", "ETag : "] {
                #expect(shown.output.contains(cell), "\(shown.output)")
            }
            #expect(try await jalon.run(["revision", "validate", "TE-2022"], with: referent).status == 1)
            #expect(try await jalon.run(["revision", "submit", "TE-2022"], with: referent).status == 0)
            let forbidden = try await jalon.run(["revision", "validate", "TE-2022"], with: referent)
            #expect(forbidden.status == ExitStatus.forbidden.rawValue, "\(forbidden.messages)")
            let rehearsed = try await jalon.run(["revision", "validate", "TE-2022", "--dry-run"])
            #expect(rehearsed.status == 0 && rehearsed.messages.contains("rien n’a été enregistré"), "\(rehearsed.messages)")
            let validated = try await jalon.run(["revision", "validate", "TE-2022", "--effective-on", "2022-09-01"])
            #expect(validated.status == 0 && validated.output.contains("« Validée »"), "\(validated.messages)")
            let titles = try await jalon.value("select string_agg(title, ', ' order by code) from actions")
            #expect(titles == "Louer davantage, Trier")
        }
    }

    @Test("returns a revision with a reason, takes back what was revised, gives it up, and validates only what was read")
    func otherWays() async throws {
        try await Self.with { jalon, referent in
            #expect(try await jalon.run(["revision", "show", "TE-2022"]).status == 1)
            #expect(try await jalon.run(["revision", "show", "TE"]).status == 64)
            #expect(try await jalon.run(["revision", "revise", "TE-2022", "A"]).status == 64)
            #expect(try await jalon.run(["revision", "revise", "TE-2022", "A", "--remove", "--title", "B"]).status == 64)
            for words in [["open", "TE-2022"], ["revise", "TE-2022", "A", "--title", "Autre"], ["submit", "TE-2022"]] {
                #expect(try await jalon.run(["revision"] + words, with: referent).status == 0)
            }
            let read = try await jalon.run(["revision", "show", "TE-2022"])
            let tag = try #require(read.lines.last { $0.hasPrefix("ETag : ") }?.dropFirst("ETag : ".count))
            #expect(try await jalon.run(["revision", "return", "TE-2022"]).status == 1)
            let returned = try await jalon.run(["revision", "return", "TE-2022", "--reason", "Incomplète"])
            #expect(returned.status == 0 && returned.output.contains("Motif : Incomplète"), "\(returned.messages)")
            #expect(try await jalon.run(["revision", "submit", "TE-2022"], with: referent).status == 0)
            let stale = try await jalon.run(["revision", "validate", "TE-2022", "--if-match", String(tag)])
            #expect(stale.status == 1 && stale.messages.contains("jalon revision show TE-2022"), "\(stale.messages)")
            let back = try await jalon.run(["revision", "revise", "TE-2022", "A", "--take-back", "--reason", "Erreur"])
            #expect(back.status == 0 && !back.output.contains("Autre"), "\(back.output)\(back.messages)")
            let json = try await jalon.run(["revision", "show", "TE-2022", "--format", "json"])
            #expect(json.output.contains("\"actions\":[]"), "\(json.output)")
            let abandoned = try await jalon.run(["revision", "abandon", "TE-2022"], with: referent)
            #expect(abandoned.status == 0 && abandoned.output.contains("« Abandonnée »"), "\(abandoned.messages)")
        }
    }
}
