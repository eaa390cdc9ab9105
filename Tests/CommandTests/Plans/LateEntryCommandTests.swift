import Testing

@Suite("What is said late, with the command")
struct LateEntryCommandTests {
    private static func plan(_ day: String, _ status: String) -> String {
        """
        ministry: TE
        first_year: 2023
        effective_on: \(day)
        actions:
          - {code: A, title: Acheter, theme: achats, target_level: reflexion, status: \(status)}
        """
    }

    @Test("a plan of an earlier day is told until when each statement holds, and a review of an earlier day since when it is so")
    func late() async throws {
        try await Installation.with(serving: true) { jalon in
            let file = try jalon.folder.write(Self.plan("2023-02-13", "a_faire") + "\nstate: soumise\n", to: "plan.yaml")
            for day in ["2023-02-13", "2023-06-01", "2023-04-01"] {
                let status = ["2023-02-13": "a_faire", "2023-06-01": "en_cours", "2023-04-01": "realisee"][day] ?? ""
                try jalon.folder.write(Self.plan(day, status) + "\nstate: soumise\n", to: "plan.yaml")
                let applied = try await jalon.run(["plan", "apply", file])
                #expect(applied.status == 0, "\(applied.messages)")
                #expect(applied.output.contains("avant le 2023-06-01") == (day == "2023-04-01"), "\(applied.output)")
            }
            let review = try await jalon.run(["roadmap", "review", "TE-2023"])
            #expect(review.status == 0 && review.output.contains("« Soumise » → « En relecture »"), "\(review.messages)")
            let began = try await jalon.run(["roadmap", "review", "TE-2023", "--effective-on", "2023-05-10"])
            #expect(
                began.status == 0 && began.output.contains("« En relecture » depuis le 2023-05-10, jusqu’au prochain état connu"),
                "\(began.output) \(began.messages)")
            let ended = try await jalon.run([
                "roadmap", "return", "TE-2023", "--effective-on", "2023-03-01", "--until", "2023-03-20",
            ])
            #expect(
                ended.status == 0 && ended.output.contains("« Brouillon » depuis le 2023-03-01, jusqu’au 2023-03-20 (exclu)"),
                "\(ended.output) \(ended.messages)")
            let list = try await jalon.run(["roadmaps", "--year", "2023"])
            #expect(list.output.contains("2023-05-10"), "\(list.output)")
            let impossible = try await jalon.run(["roadmap", "validate", "TE-2023", "--effective-on", "2023-02-20"])
            #expect(
                impossible.status != 0 && impossible.messages.contains("« soumise » (depuis le 13 février 2023)"),
                "\(impossible.messages)")
        }
    }
}
