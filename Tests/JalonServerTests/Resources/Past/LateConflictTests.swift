import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Late entries and what came after")
struct LateConflictTests {
    @Test("a plan applied as of a past date holds until what was said later, and is unchanged when applied again")
    func plan() async throws {
        try await TestServer.with { server async throws in
            try await LateEntryTests.prepare(server)
            let plan = """
                {ministry: TE, first_year: 2022, state: validee, effective_on: 2022-02-01,
                 actions: [{code: A, title: T, theme: achats, target_level: reflexion, status: realisee, due_on: 2022-02-20}]}
                """
            let first = try await server.apply(plan, to: "TE-2022", ifMatch: "*").json()
            #expect(first["summary"]["updated"].number == 1)
            #expect(try await LateEntryTests.action(server, on: "2022-02-02")["status"].text == "realisee")
            let second = try await server.apply(plan, to: "TE-2022", ifMatch: "*").json()
            #expect(second["summary"]["unchanged"].number == 1 && second["roadmap"]["version"].number == 1)
        }
    }

    @Test("a plan applied again as of its date, once its actions have moved on, changes nothing")
    func planAgain() async throws {
        try await TestServer.with { server async throws in
            let plan = """
                {ministry: TE, first_year: 2022, title: Plan, due_on: 2022-06-30, state: soumise, effective_on: 2022-01-01, actions: [
                 {code: A, title: T, theme: achats, target_level: reflexion, status: a_faire, contributors: [DAE], lead: SG},
                 {code: B, title: U, theme: achats, target_level: reflexion, status: realisee, completed_on: 2021-12-01}]}
                """
            try await server.apply(plan, to: "TE-2022")
            try await LateEntryTests.patch(server, #"{"status": "realisee", "lead": "DNUM", "effective_on": "2022-03-10"}"#)
            try await LateEntryTests.patch(
                server, #"{"status": "abandonnee", "status_reason": "X"}"#, to: "/v1/actions/TE-2022-B")
            try await LateEntryTests.patch(
                server, #"{"title": "Autre plan", "due_on": null, "state": "en_relecture"}"#, to: "/v1/roadmaps/TE-2022")
            let changes = try await server.count("select count(*) from changes")
            let outcome = try await server.apply(plan, to: "TE-2022", ifMatch: "*").json()
            #expect(outcome["summary"]["unchanged"].number == 2, "\(outcome)")
            #expect(try await server.count("select count(*) from changes") == changes)
            let now = try await server.send(.get, "/v1/actions/TE-2022-A").json()
            #expect(now["status"].text == "realisee" && now["lead"].text == "DNUM")
        }
    }

    @Test("a plan of a past day tells of each statement that something else was said later, and until when it holds")
    func until() async throws {
        try await TestServer.with { server async throws in
            try await LateEntryTests.prepare(server)
            let plan = """
                {ministry: TE, first_year: 2022, effective_on: 2022-02-01, reason: Coquille, title: Plan,
                 actions: [{code: A, title: U, theme: achats, target_level: reflexion, status: realisee, due_on: 2022-02-20}]}
                """
            let outcome = try await server.apply(plan, to: "TE-2022", ifMatch: "*").json()
            let fields = outcome["actions"][0]["fields"]
            #expect(fields["status"]["until"].text == "2022-02-05" && fields["completed_on"]["until"].text == "2022-02-05")
            #expect(
                fields["title"]["to"].text == "U" && fields["title"]["until"].isNull && outcome["fields"]["title"]["until"].isNull
            )
            let again = try await server.apply(plan, to: "TE-2022", ifMatch: "*").json()
            #expect(again["summary"]["unchanged"].number == 1)
            for (day, status) in [("2022-02-04", "realisee"), ("2022-02-05", "en_cours"), ("2022-03-10", "realisee")] {
                #expect(try await LateEntryTests.action(server, on: day)["status"].text == status, "\(day)")
            }
        }
    }
}
