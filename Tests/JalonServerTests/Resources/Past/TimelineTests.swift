import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

/// What somebody says late, and out of order, of an action that has been there since 13 February 2023.
@Suite("Statements on a timeline")
struct TimelineTests {
    private static func prepare(_ server: TestServer) async throws {
        try await server.apply(
            """
            {ministry: TE, first_year: 2023, state: soumise, effective_on: 2023-02-13,
             actions: [{code: A, title: T, theme: achats, target_level: reflexion}]}
            """, to: "TE-2023")
    }

    /// Says each of the action, then compares what each day shows.
    private static func check(
        _ said: [String], shows expected: [(day: String, status: String, completedOn: String?)], _ server: TestServer
    ) async throws {
        for body in said { try await LateEntryTests.patch(server, body, to: "/v1/actions/TE-2023-A") }
        for (day, status, completedOn) in expected {
            let action = try await server.send(.get, "/v1/actions/TE-2023-A?as_of=\(day)").json()
            #expect(action["status"].text == status && action["completed_on"].text == completedOn, "\(day) \(action)")
            let figures = try await server.send(.get, "/v1/figures?year=2023&as_of=\(day)").json()
            #expect(figures["totals"]["realisees"].number == (status == "realisee" ? 1 : 0), "\(day)")
        }
        #expect(try await FigureAudit.differences(in: server.database).isEmpty)
    }

    @Test("the step that was forgotten is recorded until the one that was known")
    func forgottenStep() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            try await Self.check(
                [
                    #"{"status": "realisee", "effective_on": "2023-10-03"}"#,
                    #"{"status": "en_cours", "effective_on": "2023-06-01"}"#,
                ],
                shows: [
                    ("2023-05-31", "a_faire", nil), ("2023-06-01", "en_cours", nil), ("2023-10-02", "en_cours", nil),
                    ("2023-10-03", "realisee", "2023-10-03"), ("2023-12-31", "realisee", "2023-10-03"),
                ], server)
        }
    }

    @Test("what was said of October stays said when September is told after December")
    func reopened() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            try await Self.check(
                [
                    #"{"status": "realisee", "effective_on": "2023-10-03"}"#,
                    #"{"status": "en_cours", "effective_on": "2023-12-10"}"#,
                    #"{"status": "en_cours", "effective_on": "2023-09-11"}"#,
                ],
                shows: [
                    ("2023-09-10", "a_faire", nil), ("2023-09-11", "en_cours", nil), ("2023-10-02", "en_cours", nil),
                    ("2023-10-15", "realisee", "2023-10-03"), ("2023-12-09", "realisee", "2023-10-03"),
                    ("2023-12-10", "en_cours", nil),
                ], server)
        }
    }

    @Test("a date that somebody stated stays the one that was stated of its day")
    func statedCompletion() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            try await Self.check(
                [
                    #"{"status": "realisee", "completed_on": "2018-08-15", "effective_on": "2023-09-01"}"#,
                    #"{"status": "realisee", "effective_on": "2023-07-01"}"#,
                ],
                shows: [
                    ("2023-07-01", "realisee", "2023-07-01"), ("2023-08-31", "realisee", "2023-07-01"),
                    ("2023-09-01", "realisee", "2018-08-15"),
                ], server)
            let today = try await server.send(.get, "/v1/actions/TE-2023-A").json()
            #expect(today["completed_on"].text == "2018-08-15" && today["version"].number == 3)
        }
    }

    @Test("a review that is under way today is told of the day on which it began")
    func review() async throws {
        try await TestServer.with { server async throws in
            let path = "/v1/roadmaps/TE-2023"
            try await server.apply(
                "{ministry: TE, first_year: 2023, state: soumise, effective_on: 2024-03-31, actions: []}", to: "TE-2023")
            try await LateEntryTests.patch(server, #"{"state": "en_relecture"}"#, to: path)
            let answer = try await LateEntryTests.patch(
                server, #"{"state": "en_relecture", "effective_on": "2024-05-10"}"#, to: path)
            #expect(try answer.json()["version"].number == 3)
            for (day, state) in [("2024-05-09", "soumise"), ("2024-05-10", "en_relecture")] {
                #expect(try await server.send(.get, "\(path)?as_of=\(day)").json()["state"].text == state)
            }
            let history = try await server.send(.get, "\(path)/history").json()["data"]
            #expect(history.items.count == 3 && history[0]["changes"]["state"]["from"].text == "soumise")
            #expect(history[0]["changes"]["state"]["until"].text == history[1]["effective_on"].text)
            // Said again, it is so already.
            let again = try await LateEntryTests.patch(
                server, #"{"state": "en_relecture", "effective_on": "2024-06-01"}"#, to: path)
            #expect(try again.json()["version"].number == 3)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test("the dates of a plan stay those of each submission, and are corrected on their own day")
    func submission() async throws {
        try await TestServer.with { server async throws in
            let path = "/v1/roadmaps/TE-2023"
            try await server.apply("{ministry: TE, first_year: 2023, effective_on: 2023-01-01, actions: []}", to: "TE-2023")
            try await LateEntryTests.patch(server, #"{"state": "soumise", "effective_on": "2023-03-31"}"#, to: path)
            try await LateEntryTests.patch(server, #"{"state": "soumise", "effective_on": "2023-03-20"}"#, to: path)
            func submitted(_ day: String) async throws -> String? {
                try await server.send(.get, "\(path)?as_of=\(day)").json()["submitted_on"].text
            }
            #expect(try await submitted("2023-03-19") == nil)
            #expect(try await submitted("2023-03-20") == "2023-03-20")
            #expect(try await submitted("2023-03-31") == "2023-03-31")
            let corrected = try await LateEntryTests.patch(
                server, #"{"state": "soumise", "effective_on": "2023-03-31"}"#, to: path)
            #expect(try corrected.json()["submitted_on"].text == "2023-03-20")
            #expect(try await submitted("2023-03-31") == "2023-03-20")
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test("a plan of today cannot be submitted of a day before, nor an action be dated before its plan: the day is named")
    func beforeBeginning() async throws {
        try await TestServer.with { server async throws in
            try await server.apply("{ministry: TE, first_year: 2023, actions: []}", to: "TE-2023")
            let today = try await server.database.read { session in try ParisDay.today(session) }
            let changes = try await server.count("select count(*) from changes")
            let submitted = await server.send(
                .patch, "/v1/roadmaps/TE-2023", body: #"{"state": "soumise", "effective_on": "2023-03-31"}"#,
                fields: ["If-Match": "*"])
            let created = await server.send(
                .post, "/v1/roadmaps/TE-2023/actions",
                body:
                    #"{"code": "A", "title": "T", "theme": "achats", "target_level": "reflexion", "effective_on": "2023-03-31"}"#)
            for answer in [submitted, created] {
                #expect(try answer.status == 422 && answer.faults() == ["inconsistent /effective_on"], "\(answer.text)")
                #expect(answer.text.contains(today.inWords.french), "\(answer.text)")
            }
            #expect(try await server.count("select count(*) from changes") == changes)
        }
    }

    @Test("a name told late holds until the next that was known")
    func names() async throws {
        try await TestServer.with { server async throws in
            func rename(_ names: String) async throws {
                let answer = await server.send(
                    .patch, "/v1/ministries/TE", as: .admin, body: "{\"names\": [\(names)]}", fields: ["If-Match": "*"])
                try #require(answer.status == 200, "\(answer.text)")
            }
            let (first, last) = (#"{"name": "Un", "from": "2020-01-01"}"#, #"{"name": "Trois", "from": "2023-10-01"}"#)
            try await rename("\(first), \(last)")
            try await rename("\(first), {\"name\": \"Deux\", \"from\": \"2023-06-01\"}, \(last)")
            for (day, name) in [("2023-05-31", "Un"), ("2023-06-01", "Deux"), ("2023-09-30", "Deux"), ("2023-10-01", "Trois")] {
                let ministry = try await server.send(.get, "/v1/ministries/TE?as_of=\(day)").json()
                #expect(ministry["name"].text == name, "\(day)")
            }
        }
    }

    @Test("an entry of the past alone moves the version and the tag, and tells a copy of today nothing but that")
    func feed() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            try await LateEntryTests.patch(
                server, #"{"status": "realisee", "effective_on": "2023-10-03"}"#, to: "/v1/actions/TE-2023-A")
            let before = await server.send(.get, "/v1/actions/TE-2023-A")
            let past = "/v1/figures?year=2023&as_of=2023-08-01"
            let figures = await server.send(.get, past)
            let today = await server.send(.get, "/v1/figures?year=2023&as_of=2023-11-01")
            try await LateEntryTests.patch(
                server, #"{"status": "en_cours", "title": "U", "effective_on": "2023-06-01"}"#, to: "/v1/actions/TE-2023-A")
            let after = await server.send(.get, "/v1/actions/TE-2023-A")
            #expect(before.tag != after.tag)
            #expect(try after.json()["status"].text == "realisee" && after.json()["title"].text == "U")
            #expect(await server.send(.get, past).tag != figures.tag)
            #expect(await server.send(.get, "/v1/figures?year=2023&as_of=2023-11-01").tag == today.tag)
            try await FeedReplica.settle(server)
            let entry = try #require(try await server.send(.get, "/v1/changes").json()["data"].items.last)
            #expect(entry["version"].number == 3 && entry["fields"].members.keys.sorted() == ["title"], "\(entry)")
        }
    }

    @Test("members said of other days go their own ways")
    func members() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            let path = "/v1/actions/TE-2023-A"
            try await LateEntryTests.patch(server, #"{"lead": "DNUM", "effective_on": "2023-08-01"}"#, to: path)
            try await LateEntryTests.patch(server, #"{"theme": "fin_usage", "effective_on": "2023-05-01"}"#, to: path)
            try await LateEntryTests.patch(
                server, #"{"theme": "phase_usage", "lead": "SG", "effective_on": "2023-04-01"}"#, to: path)
            for (day, theme, lead) in [
                ("2023-03-31", "achats", nil), ("2023-04-30", "phase_usage", "SG"), ("2023-05-01", "fin_usage", "SG"),
                ("2023-08-01", "fin_usage", "DNUM"),
            ] {
                let action = try await server.send(.get, "\(path)?as_of=\(day)").json()
                #expect(action["theme"].text == theme && action["lead"].text == lead, "\(day)")
            }
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }
}
