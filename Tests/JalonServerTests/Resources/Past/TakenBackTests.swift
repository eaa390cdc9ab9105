import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

/// States of a roadmap that ended before the next one that is known, and those that were said wrongly of a day.
@Suite("States that ended, and states taken back")
struct TakenBackTests {
    private static let path = "/v1/roadmaps/TE-2023"

    /// A plan that was submitted, reviewed and validated; with `validated` nil it is under review today.
    private static func prepare(_ server: TestServer, validated: String? = "2023-06-01") async throws {
        try await server.apply(
            """
            {ministry: TE, first_year: 2023, effective_on: 2023-01-01, actions: [
             {code: A, title: T, theme: achats, target_level: reflexion}]}
            """, to: "TE-2023")
        for (state, day) in [("soumise", "2023-03-31"), ("en_relecture", "2023-05-10"), ("validee", validated)] {
            guard let day else { continue }
            try await say(server, #"{"state": "\#(state)", "effective_on": "\#(day)"}"#)
        }
    }

    @discardableResult
    private static func say(
        _ server: TestServer, _ body: String, as role: TestServer.Caller = .coordinator, status: Int = 200
    ) async throws -> TestAnswer {
        let answer = await server.send(.patch, path, as: role, body: body, fields: ["If-Match": "*"])
        try #require(answer.status == status, "\(body): \(answer.text)")
        return answer
    }

    private static func check(
        _ server: TestServer, _ days: [(String, String, submitted: String?, validated: String?)]
    ) async throws {
        for (day, state, submitted, validated) in days {
            let roadmap = try await server.send(.get, "\(path)?as_of=\(day)").json()
            #expect(roadmap["state"].text == state, "\(day)")
            #expect(roadmap["submitted_on"].text == submitted && roadmap["validated_on"].text == validated, "\(day): \(roadmap)")
        }
        let differences = try await FigureAudit.differences(in: server.database)
        #expect(differences.isEmpty, "\(differences)")
    }

    @Test("a return to draft that was forgotten between two submissions is told with the day on which it ended")
    func forgottenReturn() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            let refused = try await Self.say(server, #"{"state": "brouillon", "effective_on": "2023-04-15"}"#, status: 409)
            #expect(refused.text.contains("until"), "\(refused.text)")
            let before = try await server.send(.get, Self.path).json()
            let told = try await Self.say(
                server, #"{"state": "brouillon", "effective_on": "2023-04-15", "until": "2023-05-02"}"#)
            #expect(try told.json()["version"].number == before["version"].number.map { $0 + 2 })
            try await Self.check(
                server,
                [
                    ("2023-03-31", "soumise", "2023-03-31", nil), ("2023-04-15", "brouillon", nil, nil),
                    ("2023-05-01", "brouillon", nil, nil), ("2023-05-02", "soumise", "2023-05-02", nil),
                    ("2023-05-10", "en_relecture", "2023-03-31", nil),
                    ("2023-06-01", "validee", "2023-03-31", "2023-06-01"),
                ])
            let changes = try await server.send(.get, "\(Self.path)/history").json()["data"].items
            let state = try #require(changes.first?["changes"]["state"])
            #expect(state["to"].text == "brouillon" && state["until"].text == "2023-05-02")
            #expect(
                changes[1]["changes"]["state"]["from"].text == "soumise" && changes[1]["changes"]["state"]["to"].text == "soumise"
            )
            // The dates that follow are corrected each on its own day.
            try await Self.say(server, #"{"state": "en_relecture", "effective_on": "2023-05-10"}"#)
            try await Self.say(server, #"{"state": "validee", "effective_on": "2023-06-01"}"#)
            try await Self.check(server, [("2023-06-01", "validee", "2023-05-02", "2023-06-01")])
            // Told again, it is so already.
            let again = try await Self.say(
                server, #"{"state": "brouillon", "effective_on": "2023-04-15", "until": "2023-05-02"}"#)
            #expect(try again.json()["submitted_on"].text == "2023-05-02")
        }
    }

    @Test("a submission that was told too early is moved to its day, by the ministry itself")
    func movedSubmission() async throws {
        try await TestServer.with { server async throws in
            try await server.apply("{ministry: TE, first_year: 2023, effective_on: 2023-01-01, actions: []}", to: "TE-2023")
            try await Self.say(server, #"{"state": "soumise", "effective_on": "2023-03-31"}"#)
            let known = "\(Self.path)?as_of=2023-04-01"
            let past = await server.send(.get, known)
            try await Self.say(
                server, #"{"state": "brouillon", "effective_on": "2023-03-31", "until": "2023-05-10"}"#, as: .referent)
            try await Self.check(
                server,
                [
                    ("2023-03-30", "brouillon", nil, nil), ("2023-03-31", "brouillon", nil, nil),
                    ("2023-05-09", "brouillon", nil, nil), ("2023-05-10", "soumise", "2023-05-10", nil),
                ])
            #expect(try past.json()["state"].text == "soumise")
            #expect(try await server.send(.get, Self.path).json()["submitted_on"].text == "2023-05-10")
        }
    }

    @Test("a validation that was told too early is moved, with its reason, and the cohort with it")
    func movedValidation() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            let added = await server.send(
                .post, "\(Self.path)/actions",
                body:
                    #"{"code": "B", "title": "T", "theme": "achats", "target_level": "reflexion", "effective_on": "2023-06-05", "reason": "Oubliée"}"#
            )
            try #require(added.status == 201, "\(added.text)")
            let correction = #""state": "en_relecture", "effective_on": "2023-06-01", "until": "2023-06-15""#
            let unreasoned = try await Self.say(server, "{\(correction)}", status: 422)
            #expect(try unreasoned.faults() == ["required /reason"], "\(unreasoned.text)")
            try await Self.say(server, "{\(correction), \"reason\": \"Erreur de date\"}", as: .referent, status: 403)
            try await Self.say(server, "{\(correction), \"reason\": \"Erreur de date\"}")
            try await Self.check(
                server,
                [
                    ("2023-05-31", "en_relecture", "2023-03-31", nil), ("2023-06-01", "en_relecture", "2023-03-31", nil),
                    ("2023-06-14", "en_relecture", "2023-03-31", nil), ("2023-06-15", "validee", "2023-03-31", "2023-06-15"),
                ])
            #expect(try await server.send(.get, Self.path).json()["validated_on"].text == "2023-06-15")
            for (day, total) in [("2023-06-14", 0), ("2023-06-15", 1)] {
                let cohort = "/v1/actions?year=2023&validation_cohort=true&count=true&as_of=\(day)"
                #expect(try await server.send(.get, cohort).json()["meta"]["total"].number == total, "\(day)")
            }
        }
    }

    @Test("a validation by mistake is taken back on its day, be it today, and a later one takes the actions of its own day")
    func mistake() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server, validated: nil)
            let today = try await server.database.read { session in try ParisDay.today(session) }
            try await Self.say(server, #"{"state": "validee"}"#)
            let undated = try await Self.say(server, #"{"state": "en_relecture", "reason": "Erreur"}"#, status: 409)
            #expect(undated.text.contains("transition-refused"), "\(undated.text)")
            try await Self.say(server, #"{"state": "en_relecture", "effective_on": "\#(today)", "reason": "Erreur"}"#)
            #expect(try await server.send(.get, Self.path).json()["state"].text == "en_relecture")
            #expect(try await server.count("select count(*) from actions where in_validation_cohort") == 0)
            let added = await server.send(
                .post, "\(Self.path)/actions",
                body: #"{"code": "B", "title": "T", "theme": "achats", "target_level": "reflexion"}"#)
            try #require(added.status == 201, "\(added.text)")
            try await Self.say(server, #"{"state": "validee"}"#)
            #expect(try await server.count("select count(*) from actions where in_validation_cohort") == 2)
            try await Self.check(server, [("\(today)", "validee", "2023-03-31", "\(today)")])
        }
    }

    @Test("a file takes nothing back, though its state could follow the day before")
    func file() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server, validated: "2023-05-10")
            let file = "{ministry: TE, first_year: 2023, state: en_relecture, effective_on: 2023-05-10, reason: R, actions: []}"
            let answer = await server.send(
                .put, "\(Self.path)/plan", body: file, type: "application/yaml", fields: ["If-Match": "*"])
            #expect(answer.status == 409, "\(answer.text)")
            // What is so today, and could not be so on its day, is left out, and the author is told.
            let early = file.replacing("en_relecture", with: "validee").replacing("2023-05-10", with: "2023-04-10")
            let warned = await server.send(
                .put, "\(Self.path)/plan", body: early, type: "application/yaml", fields: ["If-Match": "*"])
            let warnings = try warned.json()["warnings"].items
            #expect(warned.status == 200 && warnings.map { $0["code"].text } == ["state-unsaid"], "\(warned.text)")
            #expect(warnings.first?["line"].number == 1 && warned.text.contains("10 avril 2023"), "\(warned.text)")
            try await Self.check(server, [("2023-05-10", "validee", "2023-03-31", "2023-05-10")])
        }
    }

    @Test(
        "an end is refused where nothing ends there, with what to write instead",
        arguments: [
            (#"{"until": "2023-05-01", "title": "U"}"#, 422, "state"),
            (#"{"state": "brouillon", "until": "2023-05-01"}"#, 422, "effective_on"),
            (#"{"state": "brouillon", "effective_on": "2023-04-15", "until": "2023-04-15"}"#, 422, "15 avril 2023"),
            (#"{"state": "brouillon", "effective_on": "2023-04-15", "until": "2100-01-01"}"#, 422, "aujourd’hui"),
            (#"{"state": "brouillon", "effective_on": "2023-04-15", "until": "2023-05-11"}"#, 422, "10 mai 2023"),
            (#"{"state": "brouillon", "effective_on": "2023-05-12", "until": "2023-05-20"}"#, 409, "20 mai 2023"),
        ])
    func refused(body: String, status: Int, word: String) async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            let changes = try await server.count("select count(*) from changes")
            let answer = try await Self.say(server, body, status: status)
            #expect(answer.text.contains(word), "\(answer.text)")
            #expect(try await server.count("select count(*) from changes") == changes)
        }
    }

    @Test("a rehearsal of an end stores nothing")
    func rehearsal() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            let changes = try await server.count("select count(*) from changes")
            let answer = await server.send(
                .patch, "\(Self.path)?dry_run=true",
                body: #"{"state": "brouillon", "effective_on": "2023-04-15", "until": "2023-05-02"}"#, fields: ["If-Match": "*"])
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await server.count("select count(*) from changes") == changes)
        }
    }
}
