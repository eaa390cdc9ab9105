import ActionPlans
import HTTPTypes
import Testing

@testable import JalonServer

/// What late entries must not do in passing.
@Suite("Late entries that must harm nothing")
struct LateFaultTests {
    private static func patch(_ server: TestServer, _ path: String, _ body: String) async throws -> TestAnswer {
        await server.send(.patch, "/v1/\(path)", body: body, fields: ["If-Match": "*"])
    }

    @Test("a submission that is sent again leaves its date, also on the day on which the plan was returned")
    func sentAgain() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(
                "{ministry: TE, first_year: 2023, state: soumise, effective_on: 2023-01-10, actions: []}", to: "TE-2023")
            for state in ["brouillon", "soumise", "soumise"] {
                let answer = try await Self.patch(
                    server, "roadmaps/TE-2023", #"{"state": "\#(state)", "effective_on": "2023-06-30"}"#)
                try #require(answer.status == 200, "\(answer.text)")
            }
            let roadmap = try await server.send(.get, "/v1/roadmaps/TE-2023").json()
            #expect(roadmap["submitted_on"].text == "2023-06-30" && roadmap["version"].number == 3)
            // Nor does a file that says what it said.
            let file = "{ministry: TE, first_year: 2023, state: soumise, effective_on: 2023-06-30, actions: []}"
            let again = try await server.apply(file, to: "TE-2023", ifMatch: "*").json()
            #expect(again["fields"].members.isEmpty, "\(again)")
        }
    }

    @Test("the date of a validation is moved by those who validate, and by nobody else")
    func validation() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(
                "{ministry: TE, first_year: 2023, state: soumise, effective_on: 2023-01-10, actions: []}", to: "TE-2023")
            for (state, day) in [("en_relecture", "2023-03-01"), ("validee", "2023-04-01"), ("validee", "2023-03-20")] {
                let body = #"{"state": "\#(state)", "effective_on": "\#(day)"}"#
                let answer = try await Self.patch(server, "roadmaps/TE-2023", body)
                try #require(answer.status == 200, "\(answer.text)")
            }
            let body = #"{"state": "validee", "effective_on": "2023-04-01"}"#
            let refused = await server.send(
                .patch, "/v1/roadmaps/TE-2023", as: .referent, body: body, fields: ["If-Match": "*"])
            #expect(refused.status == 403, "\(refused.text)")
            let moved = try await Self.patch(server, "roadmaps/TE-2023", body)
            #expect(try moved.json()["validated_on"].text == "2023-03-20")
        }
    }

    @Test("a line of a plan that was completed after the day of the plan is done from its own day on, and again changes nothing")
    func completion() async throws {
        try await TestServer.with { server async throws in
            func plan(_ line: String) -> String {
                """
                {ministry: TE, first_year: 2023, state: soumise, effective_on: 2023-02-15,
                 actions: [{code: A, title: T, theme: achats, target_level: reflexion, \(line)}]}
                """
            }
            try await server.apply(plan("status: a_faire"), to: "TE-2023")
            let done = try await server.apply(
                plan("status: realisee, completed_on: 2024-06-30, lead: SG"), to: "TE-2023", ifMatch: "*"
            ).json()
            #expect(done["summary"]["updated"].number == 1 && done["warnings"][0]["code"].text == "completed-later", "\(done)")
            for (day, status) in [("2024-06-29", "a_faire"), ("2024-06-30", "realisee")] {
                let action = try await server.send(.get, "/v1/actions/TE-2023-A?as_of=\(day)").json()
                #expect(action["status"].text == status && action["lead"].text == "SG", "\(day)")
            }
            let today = try await server.send(.get, "/v1/actions/TE-2023-A").json()
            #expect(today["completed_on"].text == "2024-06-30" && today["version"].number == 3)
            let again = try await server.apply(
                plan("status: realisee, completed_on: 2024-06-30, lead: SG"), to: "TE-2023", ifMatch: "*"
            ).json()
            #expect(again["summary"]["unchanged"].number == 1 && again["warnings"].items.isEmpty, "\(again)")
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test("« Date de mise en œuvre » is read by the status of the day of the table")
    func implementedOn() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(
                """
                {ministry: TE, first_year: 2023, state: soumise, effective_on: 2023-01-10, actions: [
                 {code: X, title: T, theme: achats, target_level: reflexion}]}
                """, to: "TE-2023")
            for body in [
                #"{"status": "realisee", "completed_on": "2023-03-20", "effective_on": "2023-04-01"}"#,
                #"{"status": "en_cours", "effective_on": "2023-08-01"}"#,
            ] {
                let answer = try await Self.patch(server, "actions/TE-2023-X", body)
                try #require(answer.status == 200, "\(answer.text)")
            }
            let answer = await server.send(
                .put, "/v1/roadmaps/TE-2023/plan?effective_on=2023-04-15", body: "Code;Date de mise en œuvre\nX;25/03/2023\n",
                type: "text/csv", fields: ["If-Match": "*"])
            let fields = try answer.json()["actions"][0]["fields"]
            #expect(fields["completed_on"]["to"].text == "2023-03-25", "\(answer.text)")
            #expect(fields["completed_on"]["until"].text == "2023-08-01" && fields["due_on"].isNull)
        }
    }

    @Test("two plans of a ministry share no year on a day of the past either")
    func overlap() async throws {
        try await TestServer.with { server async throws in
            for year in [2023, 2025] {
                try await server.apply(
                    "{ministry: TE, first_year: \(year), state: soumise, effective_on: 2023-01-10, actions: []}", to: "TE-\(year)"
                )
            }
            let held = try await Self.patch(
                server, "roadmaps/TE-2023", #"{"last_year": 2024, "effective_on": "2023-06-01"}"#)
            #expect(held.status == 200)
            let late = try await Self.patch(
                server, "roadmaps/TE-2023", #"{"last_year": 2025, "effective_on": "2023-03-01"}"#)
            #expect(late.status == 409 && late.text.contains("TE-2025"), "\(late.text)")
            let created = await server.send(
                .post, "/v1/roadmaps", body: #"{"ministry": "TE", "first_year": 2024, "effective_on": "2023-02-01"}"#)
            #expect(created.status == 409, "\(created.text)")
        }
    }

    @Test("nothing is deleted from days on which the plan was submitted")
    func deletion() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(
                """
                {ministry: TE, first_year: 2023, state: soumise, effective_on: 2023-01-10, actions: [
                 {code: X, title: T, theme: achats, target_level: reflexion}]}
                """, to: "TE-2023")
            let back = try await Self.patch(server, "roadmaps/TE-2023", #"{"state": "brouillon", "effective_on": "2023-06-01"}"#)
            try #require(back.status == 200)
            for target in ["actions/TE-2023-X", "roadmaps/TE-2023"] {
                let early = await server.send(.delete, "/v1/\(target)?effective_on=2023-02-01", fields: ["If-Match": "*"])
                #expect(early.status == 400 && early.text.contains("1er juin 2023"), "\(early.text)")
            }
            let then = await server.send(.delete, "/v1/actions/TE-2023-X?effective_on=2023-06-01", fields: ["If-Match": "*"])
            #expect(then.status == 204, "\(then.text)")
            let figures = try await server.send(.get, "/v1/figures?year=2023&as_of=2023-02-01").json()
            #expect(figures["totals"]["actions"].number == 1)
        }
    }

    @Test("what is said of days on which the thing was hidden is told to nobody who may not ask for these days")
    func hiddenDays() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(
                """
                {ministry: TE, first_year: 2023, state: soumise, effective_on: 2023-01-10, actions: [
                 {code: X, title: T, theme: achats, target_level: reflexion}]}
                """, to: "TE-2023")
            for body in [
                #"{"title": "Paru", "effective_on": "2023-09-01"}"#, #"{"confidential": true, "effective_on": "2023-06-01"}"#,
                #"{"confidential": false, "effective_on": "2023-09-01"}"#,
                #"{"confidential": true, "effective_on": "2023-03-01", "reason": "SECRET"}"#,
                #"{"title": "SECRET", "effective_on": "2023-04-01", "reason": "SECRET"}"#,
                #"{"title": "SECRET", "lead": "DNUM", "effective_on": "2023-05-01", "reason": "Pilote"}"#,
            ] {
                let answer = try await Self.patch(server, "actions/TE-2023-X", body)
                try #require(answer.status == 200, "\(answer.text)")
            }
            try await FeedReplica.settle(server)
            for target in [
                "actions/TE-2023-X/history", "roadmaps/TE-2023/history", "actions/TE-2023-X/history.csv",
                "roadmaps/TE-2023/history.ndjson", "changes",
            ] {
                for caller in [TestServer.Caller.reader, .otherReferent] {
                    let answer = await server.send(.get, "/v1/\(target)", as: caller)
                    #expect(answer.status == 200 && !answer.text.contains("SECRET"), "\(target) \(answer.text)")
                    #expect(answer.text.contains("DNUM"), "\(target) \(answer.text)")
                }
                #expect(await server.send(.get, "/v1/\(target)").text.contains("SECRET") || target == "changes")
            }
        }
    }
}
