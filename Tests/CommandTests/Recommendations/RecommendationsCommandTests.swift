import ArgumentParser
import Foundation
import Testing

@testable import jalon

@Suite("Recommendations from the command line")
struct RecommendationsCommandTests {
    private static let plan = """
        ministry: TE
        first_year: 2022
        effective_on: 2022-02-01
        state: soumise
        actions:
        - {code: ACH-01, title: Acheter, theme: achats, target_level: reflexion, status: en_cours}
        """

    private static let advice = [
        #"{"subject": "ACH-01", "category": "level_too_low", "priority": "majeure", "text": "Visez\nplus haut.", "due_on": "2022-06-30", "state": "emise"}"#,
        #"{"subject": "fin_usage", "category": "missing_theme", "priority": "mineure", "text": "Ajoutez.", "state": "emise"}"#,
    ]

    private static func with(_ body: (Installation) async throws -> Void) async throws {
        try await Installation.with(serving: true) { jalon in
            let plan = try jalon.folder.write(plan, to: "TE-2022.yaml")
            let applied = try await jalon.run(["plan", "apply", plan])
            try #require(applied.status == 0, "\(applied.messages)")
            let token = try jalon.folder.write(jalon.environment["JALON_TOKEN"] ?? "", to: "token")
            let options = try ServerOptions.parse(["--url", jalon.environment["JALON_URL"] ?? "", "--token-file", token])
            try await ServerClient.use(options) { client in
                for one in advice {
                    var request = ServerClient.Request("/v1/roadmaps/TE-2022/recommendations")
                    request.method = "POST"
                    request.body = (Array(one.utf8), "application/json")
                    let answer = try await client.send(request)
                    try #require(answer.status == 201, "\(String(decoding: answer.bytes, as: UTF8.self))")
                }
            }
            try await body(jalon)
        }
    }

    @Test("are listed with their labels, filtered as asked, in the three forms")
    func list() async throws {
        try await Self.with { jalon in
            let all = try await jalon.run(["recommendations"])
            #expect(all.status == 0 && all.lines[0].hasPrefix("recommandation "), "\(all.output)\(all.messages)")
            for words in ["Niveau d’engagement trop bas", "Majeure", "Visez plus haut.", "2022-06-30", "Émise", "ACH-01"] {
                #expect(all.output.contains(words), "\(words): \(all.output)")
            }
            #expect(all.messages == "2\u{A0}recommandations, dont 2 à suivre.\n", "\(all.messages)")
            let some = try await jalon.run([
                "recommendations", "list", "--year", "2022", "--ministry", "TE", "--open", "--due-before", "2022-07-01", "--sort",
                "-due_on",
            ])
            #expect(some.output.contains("TE-2022-R01") && !some.output.contains("TE-2022-R02"), "\(some.output)\(some.messages)")
            let csv = try await jalon.run(["recommendations", "list", "--no-open", "--format", "csv"])
            #expect(csv.output.contains("id;roadmap;ministry;subject;theme;theme_label") && !csv.output.contains("TE-2022-R01"))
            let json = try await jalon.run(["recommendations", "list", "--subject", "fin_usage", "--format", "json"])
            #expect(json.output.contains("\"TE-2022-R02\"") && !json.output.contains("\"TE-2022-R01\""), "\(json.output)")
            let wrong = try await jalon.run(["recommendations", "list", "--state", "envoyee"])
            #expect(wrong.status == 1 && wrong.messages.contains("state"), "\(wrong.messages)")
            let english = try await jalon.run(["recommendations", "list"], with: ["LC_ALL": "en_GB.UTF-8"])
            #expect(english.output.contains("Level") || english.output.contains("Engagement level too low"), "\(english.output)")
        }
    }

    @Test("are answered with why, after a rehearsal, and what is refused says what is missing")
    func answer() async throws {
        try await Self.with { jalon in
            let answer = ["recommendations", "answer", "TE-2022-R01", "acceptee", "Oui.", "--met-by", "TE-2022-ACH-01"]
            let rehearsed = try await jalon.run(answer + ["--dry-run"])
            #expect(rehearsed.status == 0 && rehearsed.messages.contains("rien n’a été enregistré"), "\(rehearsed.messages)")
            #expect(try await jalon.run(["recommendations"]).messages.contains("dont 2 à suivre"))
            let done = try await jalon.run(answer)
            #expect(done.status == 0 && done.output.contains("TE-2022-R01 : Acceptée"), "\(done.output)\(done.messages)")
            let other = try await jalon.run([
                "recommendations", "answer", "TE-2022-R02", "declinee", "Non.", "--met-by", "TE-2022-ACH-01",
            ])
            #expect(other.status == 1 && other.messages.contains("met_by"), "\(other.messages)")
            for wrong in [["TE-2022-ACH-01", "acceptee"], ["TE-2022-R02", "close"]] {
                let refused = try await jalon.run(["recommendations", "answer"] + wrong + ["Oui."])
                #expect(refused.status == 64, "\(refused.status) \(refused.messages)")
            }
            let unknown = try await jalon.run(["recommendations", "answer", "TE-2022-R77", "acceptee", "Oui."])
            #expect(unknown.status == 1, "\(unknown.messages)")
        }
    }
}
