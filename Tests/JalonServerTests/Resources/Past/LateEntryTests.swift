import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Late entries")
struct LateEntryTests {
    /// A plan in force since January 2022, with one action begun in February and completed on 10 March.
    static func prepare(_ server: TestServer) async throws {
        try await server.apply(
            """
            {ministry: TE, first_year: 2022, state: validee, effective_on: 2022-01-01,
             actions: [{code: A, title: T, theme: achats, target_level: reflexion, due_on: 2022-02-20}]}
            """, to: "TE-2022")
        try await patch(server, #"{"status": "en_cours", "effective_on": "2022-02-05"}"#)
        try await patch(server, #"{"status": "realisee", "effective_on": "2022-03-10"}"#)
    }

    @discardableResult
    static func patch(_ server: TestServer, _ body: String, to path: String = "/v1/actions/TE-2022-A") async throws
        -> TestAnswer
    {
        let answer = await server.send(.patch, path, body: body, fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(answer.text)")
        return answer
    }

    static func action(_ server: TestServer, on day: String) async throws -> JSONValue {
        try await server.send(.get, "/v1/actions/TE-2022-A?as_of=\(day)").json()
    }

    @Test("what is said of an earlier date changes the past, once, though today stays as it is")
    func earlierCompletion() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            #expect(try await Self.action(server, on: "2022-02-28")["status"].text == "en_cours")
            let body = #"{"status": "realisee", "effective_on": "2022-02-01"}"#
            #expect(try await Self.patch(server, body).json()["version"].number == 4)
            let then = try await Self.action(server, on: "2022-02-04")
            #expect(then["status"].text == "realisee" && then["completed_on"].text == "2022-02-01")
            #expect(try await Self.action(server, on: "2022-02-28")["status"].text == "en_cours", "said of 5 February")
            #expect(try await Self.action(server, on: "2022-03-10")["completed_on"].text == "2022-03-10")
            #expect(try await Self.action(server, on: "2022-01-31")["status"].text == "a_faire")
            let line = try await server.send(.get, "/v1/actions/TE-2022-A/history").json()["data"][0]
            #expect(line["changes"]["status"]["from"].text == "a_faire", "as it was on the effective date")
            #expect(line["changes"]["status"]["to"].text == "realisee" && line["changes"]["status"]["until"].text == "2022-02-05")
            // Once more: nothing differs at any date, so nothing is recorded.
            #expect(try await Self.patch(server, body).json()["version"].number == 4)
            #expect(try await server.count("select count(*) from changes where code = 'A'") == 4)
        }
    }

    @Test("a status, its reason and its date of completion are one statement, whichever of them is said of a past day")
    func tied() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            let alone = await server.send(
                .patch, "/v1/actions/TE-2022-A", body: #"{"completed_on": "2022-01-20", "effective_on": "2022-01-20"}"#,
                fields: ["If-Match": "*"])
            #expect(try alone.status == 422 && alone.faults() == ["inconsistent /completed_on"], "to do on that day")
            try await Self.patch(
                server, #"{"status": "abandonnee", "status_reason": "Sans budget", "effective_on": "2022-04-01"}"#)
            try await Self.patch(server, #"{"status": "en_cours", "effective_on": "2022-05-01"}"#)
            try await Self.patch(server, #"{"status": "abandonnee", "status_reason": "Reporté", "effective_on": "2022-03-20"}"#)
            #expect(try await Self.action(server, on: "2022-03-31")["status_reason"].text == "Reporté")
            #expect(try await Self.action(server, on: "2022-04-01")["status_reason"].text == "Sans budget")
            let lost = await server.send(
                .patch, "/v1/actions/TE-2022-A", body: #"{"status_reason": null, "effective_on": "2022-04-02"}"#,
                fields: ["If-Match": "*"])
            #expect(try lost.status == 422 && lost.faults() == ["required /status_reason"])
            try await Self.patch(server, #"{"completed_on": "2022-03-01", "effective_on": "2022-03-12"}"#)
            #expect(try await Self.action(server, on: "2022-03-11")["completed_on"].text == "2022-03-10")
            #expect(try await Self.action(server, on: "2022-03-19")["completed_on"].text == "2022-03-01")
            #expect(try await Self.action(server, on: "2022-03-20")["completed_on"].isNull)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test("a validation told of an earlier day holds until the one that was known, and the cohort follows")
    func validation() async throws {
        try await TestServer.with { server async throws in
            try await server.apply(
                """
                {ministry: TE, first_year: 2022, state: soumise, effective_on: 2022-01-10,
                 actions: [{code: A, title: T, theme: achats, target_level: reflexion}]}
                """, to: "TE-2022")
            let path = "/v1/roadmaps/TE-2022"
            try await Self.patch(server, #"{"state": "en_relecture", "effective_on": "2022-02-01"}"#, to: path)
            try await Self.patch(server, #"{"state": "validee", "effective_on": "2022-04-01"}"#, to: path)
            let cohort = "/v1/actions?year=2022&validation_cohort=true&count=true&as_of=2022-03-15"
            #expect(try await server.send(.get, cohort).json()["meta"]["total"].number == 0)
            let early = await server.send(
                .patch, path, body: #"{"state": "validee", "effective_on": "2022-01-15"}"#, fields: ["If-Match": "*"])
            #expect(early.status == 409, "nobody validates what is not under review")
            let corrected = try await Self.patch(server, #"{"state": "validee", "effective_on": "2022-03-01"}"#, to: path).json()
            #expect(corrected["validated_on"].text == "2022-04-01" && corrected["version"].number == 4)
            let then = try await server.send(.get, "\(path)?as_of=2022-03-31").json()
            #expect(then["state"].text == "validee" && then["validated_on"].text == "2022-03-01")
            #expect(try await server.send(.get, cohort).json()["meta"]["total"].number == 1)
            #expect(try await server.send(.get, "\(path)?as_of=2022-03-15").json()["state"].text == "validee")
            #expect(try await server.send(.get, "\(path)?as_of=2022-02-15").json()["state"].text == "en_relecture")
            #expect(await server.send(.get, "\(path)?as_of=2022-01-09").status == 404)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    /// A roadmap submitted in January 2024, under review in May, validated in July, with an action before and one after.
    private static func validated(_ server: TestServer) async throws {
        func post(_ path: String, _ body: String) async throws {
            let answer = await server.send(.post, path, body: body)
            try #require(answer.status == 201, "\(answer.text)")
        }
        let path = "/v1/roadmaps/ESR-2024"
        try await post(
            "/v1/roadmaps", #"{"ministry": "ESR", "first_year": 2024, "state": "soumise", "effective_on": "2024-01-10"}"#)
        func action(_ code: String, _ day: String) -> String {
            #"{"code": "\#(code)", "title": "T", "theme": "achats", "target_level": "reflexion", "effective_on": "\#(day)", "reason": "Oubliée"}"#
        }
        try await post("\(path)/actions", action("A1", "2024-01-11"))
        try await patch(server, #"{"state": "en_relecture", "effective_on": "2024-05-01"}"#, to: path)
        try await patch(server, #"{"state": "validee", "effective_on": "2024-07-01"}"#, to: path)
        try await post("\(path)/actions", action("A2", "2024-08-01"))
    }

    private static func cohort(_ server: TestServer) async throws -> Int? {
        try await server.send(.get, "/v1/figures?year=2024").json()["rates"].items
            .first { $0["code"].text == "cohorte_validation" }?["denominator"].number
    }

    @Test("a state that could not follow that of its day, or be followed by the next, is refused with both days")
    func crossing() async throws {
        try await TestServer.with { server async throws in
            try await Self.validated(server)
            let path = "/v1/roadmaps/ESR-2024"
            for (day, status) in [("2024-03-01", 409), ("2024-05-15", 409), ("2018-03-01", 422)] {
                let late = await server.send(
                    .patch, path, body: #"{"state": "close", "effective_on": "\#(day)"}"#, fields: ["If-Match": "*"])
                #expect(late.status == status, "\(day) \(late.text)")
                let plan = await server.send(
                    .put, "\(path)/plan",
                    body: #"{"ministry": "ESR", "first_year": 2024, "state": "close", "effective_on": "\#(day)", "actions": []}"#,
                    fields: ["If-Match": "*"])
                #expect(plan.status == status, "\(day) \(plan.text)")
            }
            let then = try await server.send(
                .patch, path, body: #"{"state": "close", "effective_on": "2024-03-01"}"#, fields: ["If-Match": "*"]
            ).json()
            #expect(then["detail"].text?.contains("« soumise » (depuis le 10 janvier 2024)") == true, "\(then)")
            // Possible then, but it has been under review since.
            let crossed = await server.send(
                .patch, path, body: #"{"state": "brouillon", "effective_on": "2024-03-01"}"#, fields: ["If-Match": "*"])
            #expect(crossed.status == 409 && crossed.text.contains("« en_relecture » (le 1er mai 2024)"), "\(crossed.text)")
            #expect(try await Self.cohort(server) == 1)
            try await Self.patch(server, #"{"state": "close", "effective_on": "2024-09-01"}"#, to: path)
            #expect(try await Self.cohort(server) == 1)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    @Test("a draft submitted since does not become public before its submission")
    func beforeSubmission() async throws {
        try await TestServer.with { server async throws in
            try await server.apply("{ministry: TE, first_year: 2022, effective_on: 2022-01-01, actions: []}", to: "TE-2022")
            let path = "/v1/roadmaps/TE-2022"
            try await Self.patch(server, #"{"state": "soumise", "effective_on": "2022-03-01"}"#, to: path)
            let late = await server.send(
                .patch, path, body: #"{"state": "en_relecture", "effective_on": "2022-02-01"}"#, fields: ["If-Match": "*"])
            #expect(late.status == 409 && late.text.contains("brouillon"), "\(late.text)")
            #expect(try await server.send(.get, "\(path)?as_of=2022-02-15").json()["state"].text == "brouillon")
        }
    }

    @Test("a later change that tells no earlier validation takes nothing more into the cohort")
    func cohortOnce() async throws {
        try await TestServer.with { server async throws in
            try await Self.validated(server)
            try await server.database.write { session in
                let instant = try WriteMoment.read(session).instant
                try session.execute(
                    """
                    insert into changes (ministry, first_year, resource, kind, version, recorded_at, effective_on, actor_label,
                        actor_role, before, after)
                    values ('ESR', 2024, 'roadmap', 'updated', 4, \(instant)::timestamptz, '2024-07-01', 'x', 'x',
                        '{"title": "T", "validated_on": null}', '{"title": "U", "validated_on": "2024-07-01"}')
                    """)
            }
            #expect(try await Self.cohort(server) == 1)
            // Written by hand, it left the row of the roadmap as it was.
            let found = try await FigureAudit.differences(in: server.database).filter { $0.action != nil || $0.cell != nil }
            #expect(found.isEmpty)
        }
    }

    @Test("lateness begins the day after the due date, and ends with the action")
    func lateness() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            for (day, late) in [("2022-02-20", 0), ("2022-02-21", 1), ("2022-03-09", 1), ("2022-03-10", 0)] {
                let figures = try await server.send(.get, "/v1/figures?year=2022&as_of=\(day)").json()
                #expect(figures["totals"]["late"].number == late, "\(day)")
                #expect(try await Self.action(server, on: day)["late"].flag == (late == 1), "\(day)")
            }
        }
    }

    @Test("a series has the figures of each evening, and steps that do not drift")
    func series() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            let series = try await server.send(.get, "/v1/figures/series?year=2022&from=2021-12-31&to=2022-04-15").json()
            let points = series["data"].items
            let usual = try await server.send(.get, "/v1/figures/series?year=2022&to=2022-07-15&step=quarter").json()
            #expect(usual["data"].items.compactMap(\.["as_of"].text) == ["2022-03-31", "2022-06-30", "2022-07-15"])
            #expect(
                points.compactMap(\.["as_of"].text) == [
                    "2021-12-31", "2022-01-31", "2022-02-28", "2022-03-31", "2022-04-15",
                ])
            #expect(points.map { $0["by_status"]["realisee"].number } == [0, 0, 0, 1, 1])
            #expect(points[0]["realisees_identifiees"].isNull && points[4]["realisees_identifiees"].decimal == 100)
            for point in points {
                let figures = try await server.send(.get, point["links"]["figures"].text ?? "").json()
                #expect(figures["totals"]["actions"].number == point["actions"].number)
                #expect(figures["totals"]["late"].number == point["late"].number)
                #expect(figures["scope"]["as_of"].text == point["as_of"].text)
            }
        }
    }

    @Test("the past of what one may not see today is hidden, and so is what could not be seen then")
    func hiddenPast() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            try await Self.patch(
                server, #"{"confidential": true, "title": "Ombrelle", "effective_on": "2022-06-01", "reason": "Erreur"}"#)
            func titles(_ day: String, as caller: TestServer.Caller) async throws -> [String] {
                try await server.send(.get, "/v1/actions?as_of=\(day)", as: caller).json()["data"].items.compactMap(
                    \.["title"].text)
            }
            #expect(try await titles("2022-05-01", as: .reader) == [], "confidential now")
            #expect(try await titles("2022-05-01", as: .referent) == ["T"])
            try await Self.patch(
                server, #"{"confidential": false, "title": "Public", "effective_on": "2022-07-01", "reason": "Erreur"}"#)
            #expect(try await titles("2022-06-15", as: .reader) == [], "confidential then")
            #expect(try await titles("2022-06-15", as: .coordinator) == ["Ombrelle"])
            #expect(try await titles("2022-05-01", as: .otherReferent) == [], "recorded before it was hidden, as in its history")
            #expect(try await titles("2022-07-15", as: .otherReferent) == ["Public"])
            let found = await server.send(.get, "/v1/actions/TE-2022-A?as_of=2022-06-15", as: .reader)
            #expect(found.status == 404)
        }
    }

    @Test("a late entry that says an action was never confidential does not open its history")
    func lateDisclosure() async throws {
        try await TestServer.with { server async throws in
            try await Self.prepare(server)
            try await Self.patch(
                server, #"{"confidential": true, "title": "Ombrelle", "effective_on": "2022-06-01", "reason": "Erreur"}"#)
            try await Self.patch(
                server, #"{"confidential": false, "title": "Public", "effective_on": "2022-06-01", "reason": "Erreur"}"#)
            let history = await server.send(.get, "/v1/actions/TE-2022-A/history", as: .reader)
            #expect(history.status == 200 && !history.text.contains("Ombrelle"))
        }
    }
}
