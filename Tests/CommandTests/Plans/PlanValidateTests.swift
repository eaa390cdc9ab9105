import Foundation
import Testing

@testable import jalon

/// What `plan validate` says without a server, and what the server says of the same file.
@Suite("A plan judged without a server")
struct PlanValidateTests {
    private static let head = "ministry: TE\nfirst_year: 2022\nactions:\n"
    private static func action(_ members: String) -> String {
        head + "  - {code: A, title: Un, theme: achats, target_level: reflexion\(members)}\n"
    }

    private static let french = """
        Code;Libellé;Thématique;Niveau d'engagement;État d'avancement;Échéance;Responsable
        A;Un;Achats;Réflexion;Fini;31/12/2022;DNUM
        B;Deux;FIN D'USAGE;Expérimentation;À faire;;

        """

    /// Files that make a new plan, or that no server takes.
    private static let corpus: [(name: String, text: String)] = [
        ("TE-2022.csv", french),
        ("TE-2022.csv", "code;title;theme;target_level;status;status_reason\nA;Un;achats;reflexion;Abandonnée;Sans suite\n"),
        ("TE-2022.csv", "code;title;theme;target_level;Coût\nA;Un;achats;reflexion;12\n"),
        ("a.yaml", action("")), ("a.yaml", action(", status: Réalisée, completed_on: 2022-06-01, practices: [e.1, g.10]")),
        ("a.yaml", head + "  []\n"), ("a.json", #"{"ministry": "TE", "first_year": 2022, "actions": []}"#),
        ("a.yaml", "effective_on: 2022-02-01\nreason: Reprise\n" + action(", status: en_cours")),
        // Wrong, whatever is stored.
        ("TE-2022.csv", "code;title;theme;target_level;status\nA;Un;Achat;reflexion;Terminé!\n"),
        ("TE-2022.csv", "code;title;theme;target_level;due_on\nA;Un;achats;reflexion;2022-02-30\n"),
        ("TE-2022.csv", "code;title;theme;target_level\nA;Un;achats;reflexion\nA;Deux;achats;reflexion\n"),
        ("TE-2022.csv", "title;theme;target_level\nUn;achats;reflexion\n"),
        ("TE-2022.csv", "code;title;theme;target_level\na b;Un;achats;reflexion\n"),
        ("TE-2022.csv", "code;title;theme;target_level\nA;=1+1;achats;reflexion\n"),
        ("TE-2022.csv", "code;title;theme;target_level;practices\nA;Un;achats;reflexion;z.99\n"),
        ("a.yaml", action(", practices: [a.99]")), ("a.yaml", action(", status: abandonnee, status_reason: ~")),
        ("a.yaml", action(", titre: Un")), ("a.yaml", action(", key_action: peut-être")),
        ("a.yaml", action(", lead: \(String(repeating: "x", count: 201))")), ("a.yaml", "last_year: 2050\n" + action("")),
        ("a.yaml", "effective_on: 2150-01-01\n" + action("")), ("a.yaml", "effective_on: 1999-01-01\n" + action("")),
        ("a.yaml", "reason: \"\"\n" + action("")), ("a.yaml", head + "  - code: 010\n    title: Achats : moins\n"),
        ("a.yaml", head + "  - {code: 010, title: Un, theme: achats, target_level: reflexion}\n"),
        ("a.yaml", action(", status: realisee, completed_on: 2150-01-01")),
        ("a.json", #"{"ministry": "TE", "first_year": 2022}"#),
        ("a.json", #"{"ministry": "TE", "first_year": 2022, "actions": [3]}"#),
    ]

    @Test("is judged as the server judges it, with the same messages at the same places")
    func agreement() async throws {
        try await Installation.with(serving: true) { jalon in
            var (good, bad) = (0, 0)
            for (name, text) in Self.corpus {
                let path = try jalon.folder.write(text, to: name)
                let server = try await jalon.run(["plan", "apply", "--dry-run", path])
                let told = Set(
                    server.messages.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix(path + ":") }
                )
                .filter { !$0.contains("attention : ") }
                let offline = try await jalon.run(["plan", "validate", path])
                #expect((offline.status == 0) == (server.status == 0), "\(text): \(offline.output) \(server.messages)")
                #expect(Set(offline.output.split(separator: "\n")) == told, "\(text): \(offline.output) \(server.messages)")
                if offline.status == 0 { good += 1 } else { bad += 1 }
            }
            #expect(good == 8 && bad == Self.corpus.count - 8)
        }
    }

    @Test("what depends on what is stored is said, and is no fault")
    func partial() async throws {
        try await Installation.with { jalon in
            for (name, text, told) in [
                ("plan.csv", "code;Statut;Pilote\nA;En cours;DNUM\nB;À faire;\n", "il manque les colonnes"),
                ("a.yaml", Self.head + "  - {code: A, completed_on: 2022-06-01}\n", "a.yaml:"),
                (
                    "a.yaml", Self.head + "  - {code: A, status: abandonnee}\n  - {code: B, status: abandonnee}\n",
                    "(2\u{A0}actions) : "
                ),
            ] {
                let path = try jalon.folder.write(text, to: name)
                let run = try await jalon.run(["plan", "validate", path])
                #expect(run.status == 0 && run.output.isEmpty, "\(run.output)")
                #expect(
                    run.messages.contains("à savoir, pour les actions nouvelles") && run.messages.contains(told),
                    "\(run.messages)")
            }
        }
    }
}
