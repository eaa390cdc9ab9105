import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Plans of past years")
struct PastPlanTests {
    private static let table = """
        code;Intitulé;Thématique;Niveau cible;Statut;Date de mise en œuvre
        ACH-01;Reconditionner;Achats;Réalisation;Réalisée;30/06/2024
        ACH-02;Louer;Achats;Réflexion;À faire;
        FIN-01;Donner;Fin d'usage;Réalisation;Réalisée;15/02/2023

        """

    private static func send(
        _ server: TestServer, _ query: String, _ body: String = table, type: String = "text/csv", ifMatch: String? = nil,
        to roadmap: String = "TE-2023"
    ) async -> TestAnswer {
        await server.send(
            .put, "/v1/roadmaps/\(roadmap)/plan?\(query)", as: .referent, body: body, type: type,
            fields: ifMatch.map { ["If-Match": $0] } ?? [:])
    }

    private static func warnings(_ answer: TestAnswer) throws -> [String] {
        try answer.json()["warnings"].items.map { warning in
            [warning["code"].text, warning["line"].number.map { "line \($0)" }].compactMap { $0 }.joined(separator: " ")
        }
    }

    private static func counts(_ server: TestServer, on day: String) async throws -> [Int?] {
        let totals = try await server.send(.get, "/v1/figures?year=2023&as_of=\(day)", as: .anonymous).json()["totals"]
        return [totals["roadmaps"].number, totals["actions"].number, totals["realisees"].number]
    }

    @Test("a table is dated, submitted and named by the query, and each action is done from its own day on")
    func dated() async throws {
        try await TestServer.with { server in
            let query = "effective_on=2023-02-15&state=soumise&last_year=2025&title=Plan%20du%20p%C3%B4le&reason=Reprise"
            let rehearsed = await Self.send(server, query + "&dry_run=true")
            let answer = await Self.send(server, query)
            try #require(rehearsed.status == 201 && answer.status == 201, "\(answer.text)")
            #expect(try Self.warnings(answer) == ["completed-later line 2"])
            #expect(try rehearsed.json()["warnings"].canonical == answer.json()["warnings"].canonical)
            let roadmap = try answer.json()["roadmap"]
            #expect(roadmap["title"].text == "Plan du pôle" && roadmap["last_year"].number == 2025)
            #expect(roadmap["state"].text == "soumise" && roadmap["submitted_on"].text == "2023-02-15")
            for (day, counts) in [
                ("2023-02-14", [0, 0, 0]), ("2023-02-15", [1, 3, 1]), ("2024-06-29", [1, 3, 1]), ("2024-06-30", [1, 3, 2]),
            ] {
                #expect(try await Self.counts(server, on: day) == counts, "\(day)")
            }
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
            let history = try await server.send(.get, "/v1/actions/TE-2023-ACH-01/history").json()["data"].items
            #expect(history.map { $0["effective_on"].text } == ["2024-06-30", "2023-02-15"])
            #expect(history.allSatisfy { $0["reason"].text == "Reprise" })
            let action = try await server.send(.get, "/v1/actions/TE-2023-ACH-01").json()
            #expect(action["version"].number == 2 && action["completed_on"].text == "2024-06-30")
            // The plan's validator is that of what is stored, and the same file changes nothing.
            let read = await server.send(.get, "/v1/roadmaps/TE-2023/plan")
            #expect(read.tag == answer.tag)
            let changes = try await server.count("select count(*) from changes")
            let again = await Self.send(server, query, ifMatch: answer.tag)
            #expect(try again.json()["summary"]["unchanged"].number == 3, "\(again.text)")
            #expect(try await server.count("select count(*) from changes") == changes)
            #expect(try await Self.counts(server, on: "2024-06-29") == [1, 3, 1])
        }
    }

    @Test("a document says the same, and a validation counts all its actions in its cohort")
    func document() async throws {
        try await TestServer.with { server in
            let plan = """
                ministry: TE
                first_year: 2023
                last_year: 2025
                state: validee
                effective_on: 2023-02-15
                actions:
                  - {code: A, title: Un, theme: achats, target_level: reflexion, status: realisee, completed_on: 2024-06-30}
                  - {code: B, title: Deux, theme: achats, target_level: reflexion, status: realisee, completed_on: 2024-06-30}
                  - {code: C, title: Trois, theme: achats, target_level: reflexion, status: en_cours}
                """
            let answer = try await server.apply(plan, to: "TE-2023")
            #expect(try Self.warnings(answer) == ["completed-later line 7", "completed-later line 8"])
            #expect(try await Self.counts(server, on: "2024-01-01") == [1, 3, 0])
            #expect(try await Self.counts(server, on: "2024-07-01") == [1, 3, 2])
            let rates = try await server.send(.get, "/v1/figures?year=2023&as_of=2024-07-01").json()["rates"].items
            let cohort = try #require(rates.first { $0["code"].text == "cohorte_validation" })
            #expect(cohort["numerator"].number == 2 && cohort["denominator"].number == 3)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test("without a date, it counts from today on only, and the answer says so", arguments: ["brouillon", "soumise"])
    func undated(state: String) async throws {
        try await TestServer.with { server in
            let answer = await Self.send(server, "state=\(state)")
            try #require(answer.status == 201, "\(answer.text)")
            #expect(try Self.warnings(answer) == ["no-effective-date"])
            #expect(answer.text.contains("1er janvier 2023") && answer.text.contains("effective_on"))
            #expect(try await Self.counts(server, on: "2023-12-31") == [0, 0, 0])
            // What is changed in it later is of its own day, as always.
            let changed = await Self.send(server, "", "code;title\nACH-01;Autre\n", ifMatch: "*")
            #expect(try Self.warnings(changed) == [])
            guard state == "brouillon" else { return }
            let submitted = await Self.send(server, "state=soumise", "code\nACH-01\n", ifMatch: "*")
            #expect(try Self.warnings(submitted) == ["no-effective-date"])
        }
    }

    @Test(
        "one whose period is still to come, or that is dated, is told nothing",
        arguments: ["TE-2099?", "TE-2023?effective_on=2023-01-01"])
    func unwarned(target: String) async throws {
        try await TestServer.with { server in
            let parts = target.split(separator: "?", omittingEmptySubsequences: false).map(String.init)
            let answer = await Self.send(server, parts[1], "code;title;theme;target_level\nA;Un;achats;reflexion\n", to: parts[0])
            try #require(answer.status == 201, "\(answer.text)")
            #expect(try Self.warnings(answer) == [])
        }
    }

    @Test(
        "what is dated before the roadmap began, or before one of its actions, is refused with the day from which it is possible")
    func beforeBeginning() async throws {
        try await TestServer.with { server in
            try #require(await Self.send(server, "effective_on=2023-06-01").status == 201)
            let changes = try await server.count("select count(*) from changes")
            let answer = await Self.send(server, "effective_on=2023-02-01", "code;title\nACH-02;Autre\n", ifMatch: "*")
            #expect(answer.status == 422, "\(answer.text)")
            #expect(try answer.faults() == ["inconsistent effective_on"] && answer.text.contains("1er juin 2023"))
            let submitted = await Self.send(
                server, "effective_on=2023-05-31&state=soumise&dry_run=true", "code\nACH-01\n", ifMatch: "*")
            #expect(submitted.status == 422 && submitted.text.contains("1er juin 2023"), "\(submitted.text)")
            let created = await server.send(
                .post, "/v1/roadmaps/TE-2023/actions",
                body:
                    #"{"code": "N", "title": "T", "theme": "achats", "target_level": "reflexion", "effective_on": "2023-05-31"}"#)
            #expect(created.status == 422 && created.text.contains("1er juin 2023"), "\(created.text)")
            #expect(try await server.count("select count(*) from changes") == changes)
            let sameDay = await Self.send(server, "effective_on=2023-06-01&state=soumise", "code\nACH-01\n", ifMatch: "*")
            #expect(sameDay.status == 200, "\(sameDay.text)")

            let late =
                #"{"code": "N", "title": "T", "theme": "achats", "target_level": "reflexion", "effective_on": "2023-09-01"}"#
            #expect(await server.send(.post, "/v1/roadmaps/TE-2023/actions", body: late).status == 201)
            let line = await Self.send(
                server, "effective_on=2023-07-01", "code;status\nACH-01;en_cours\nN;en_cours\n", ifMatch: "*")
            #expect(line.status == 422 && line.text.contains("1er septembre 2023"), "\(line.text)")
            #expect(line.text.contains("line 3") || line.text.contains("\"line\":3"), "\(line.text)")
            let alone = await server.send(
                .patch, "/v1/actions/TE-2023-N", body: #"{"status": "en_cours", "effective_on": "2023-07-01"}"#,
                fields: ["If-Match": "*"])
            #expect(try alone.status == 422 && alone.faults() == ["inconsistent /effective_on"], "\(alone.text)")
        }
    }

    @Test("a date of completion that a rule put there is told, with its line")
    func filledIn() async throws {
        try await TestServer.with { server in
            let body = "code;title;theme;target_level;status\nA;Un;achats;reflexion;Réalisée\nB;Deux;achats;reflexion;a_faire\n"
            let answer = await Self.send(server, "effective_on=2023-02-15", body)
            try #require(answer.status == 201, "\(answer.text)")
            #expect(try Self.warnings(answer) == ["filled-in line 2"])
            #expect(answer.text.contains("15 février 2023"))
            let again = await Self.send(server, "effective_on=2023-02-15", body, ifMatch: "*")
            #expect(try Self.warnings(again) == [])
            let json = #"{"ministry": "TE", "first_year": 2023, "actions": [{"code": "B", "status": "realisee"}]}"#
            let other = await Self.send(server, "", json, type: "application/json", ifMatch: "*")
            #expect(try Self.warnings(other) == ["filled-in"])
        }
    }

    @Test("at most two hundred warnings are told, and how many more there are")
    func bounded() async throws {
        try await TestServer.with { server in
            let lines = (1...205).map { "A\($0);Un;achats;reflexion;realisee\n" }.joined()
            let answer = await Self.send(
                server, "dry_run=true&effective_on=2023-01-01", "code;title;theme;target_level;status\n" + lines)
            let warnings = try answer.json()["warnings"].items
            #expect(warnings.count == 201)
            #expect(warnings.last?["detail"].text == "Et 5 autres avertissements.")
        }
    }

    @Test(
        "the query and the document may say the same, and nothing else",
        arguments: [
            ("last_year=2024", #""last_year": 2024"#, []), ("last_year=2025", #""last_year": 2024"#, ["inconsistent last_year"]),
            ("last_year=2025", #""last_year": null"#, ["inconsistent last_year"]),
            (
                "state=soumise&title=Plan", #""state": "brouillon", "title": "Autre""#,
                ["inconsistent state", "inconsistent title"]
            ),
            ("effective_on=2023-02-01", #""effective_on": "2023-02-01""#, []),
            ("effective_on=2023-02-01", #""effective_on": "2023-02-02""#, ["inconsistent effective_on"]),
            (
                "reason=Un&due_on=2023-03-01", #""reason": "Deux", "due_on": "2023-03-02""#,
                ["inconsistent reason", "inconsistent due_on"]
            ),
            ("title=%20&state=fini&last_year=1999", "", ["invalid-value state", "out-of-range last_year", "too-short title"]),
            ("effective_on=2150-01-01", "", ["in-the-future effective_on"]),
            ("last_year=2050", "", ["out-of-range last_year"]),
        ] as [(String, String, [String])])
    func contradictions(query: String, members: String, faults: [String]) async throws {
        try await TestServer.with { server in
            let body = #"{"ministry": "TE", "first_year": 2023, "actions": []\#(members.isEmpty ? "" : ", " + members)}"#
            let answer = await Self.send(server, query, body, type: "application/json")
            guard !faults.isEmpty else { return #expect(answer.status == 201, "\(answer.text)") }
            #expect([400, 422].contains(answer.status), "\(answer.text)")
            #expect(try answer.faults() == faults, "\(answer.text)")
            try ContractDocument.current().check(answer, to: ContractDocument.current().operation("applyPlan"))
            #expect(try await server.count("select count(*) from roadmaps") == 0)
        }
    }
}
