import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Plans as documents")
struct PlanTests {
    @Test("a plan applied twice changes nothing and adds no history")
    func twice() async throws {
        try await TestServer.with { server in
            let first = try await server.apply(ActionTests.plan, to: "TE-2022")
            #expect(try first.json()["summary"]["created"].number == 3)
            let history = try await server.count("select count(*) from changes")
            let second = try await server.apply(ActionTests.plan, to: "TE-2022", ifMatch: first.tag)
            #expect(second.status == 200)
            #expect(try second.json()["summary"]["unchanged"].number == 3)
            #expect(try second.json()["fields"].members.isEmpty)
            #expect(second.tag == first.tag)
            #expect(try await server.count("select count(*) from changes") == history)
        }
    }

    @Test(
        "what GET exports, in JSON, YAML or CSV, PUT leaves unchanged",
        arguments: ["application/json", "application/yaml", "text/csv"])
    func roundTrip(type: String) async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            var plan = RandomPlan("TE", 2022...2024, .soumise, actions: 40, using: &seed)
            plan.lines.append(
                #"{"code": "Z.1-B", "title": "true", "description": "a: b\n# c\t\"d\" 'e'\n- f", "theme": "achats", "target_level": "reflexion", "lead": "0x1F", "contributors": ["null", "~", "2022-01-01", "1e3", "é, «x»"], "practices": ["g.10", "g.2"]}"#
            )
            plan.lines += [
                #"{"code": "Z.2", "title": "=1+1", "description": "-, \"b\"; c\n\n@d\te", "theme": "achats", "target_level": "reflexion", "lead": "'=x", "contributors": ["-a, b", "''", "+33", "«;»"]}"#,
                #"{"code": "Z.3", "title": "'", "description": "\"", "status": "abandonnee", "status_reason": "@", "theme": "achats", "target_level": "reflexion", "lead": "''+", "contributors": ["\"a\""]}"#,
            ]
            let created = await server.send(.put, "/v1/roadmaps/TE-2022/plan", body: plan.json)
            try #require(created.status == 201, "\(created.text) \(seed)")
            let exported = await server.send(.get, "/v1/roadmaps/TE-2022/plan", fields: ["Accept": type])
            #expect(exported.fields[.contentType]?.hasPrefix(type) == true)
            let again = await server.send(
                .put, "/v1/roadmaps/TE-2022/plan", body: exported.text, type: type, fields: ["If-Match": exported.tag])
            try #require(again.status == 200, "\(again.text) \(exported.text) \(seed)")
            let summary = try again.json()["summary"]
            #expect(summary["unchanged"].number == 43, "\(again.text) \(seed)")
            #expect(summary["updated"].number == 0 && summary["created"].number == 0, "\(seed)")
        }
    }

    @Test("a plan may take a minute, and so may its rehearsal", arguments: [true, false])
    func timeout(dryRun: Bool) async throws {
        try await TestServer.with { server in
            try await server.database.maintain(timeout: .seconds(10)) { session in
                try session.script(
                    """
                    create function allow_a_minute() returns trigger language plpgsql as $$
                    begin
                        if current_setting('statement_timeout') <> '1min' then
                            raise 'stopped after %', current_setting('statement_timeout') using errcode = 'query_canceled';
                        end if;
                        return null;
                    end $$;
                    create trigger changes_allow_a_minute before insert on changes
                        for each statement execute function allow_a_minute()
                    """)
            }
            let answer = await server.send(
                .put, "/v1/roadmaps/TE-2022/plan?dry_run=\(dryRun)", body: ActionTests.plan, type: "application/yaml")
            #expect(answer.status == 201, "\(answer.text)")
        }
    }

    @Test("a dry run answers the same difference, with all the values that would be stored, and keeps nothing")
    func dryRun() async throws {
        try await TestServer.with { server in
            let rehearsed = await server.send(
                .put, "/v1/roadmaps/TE-2022/plan?dry_run=true", body: ActionTests.plan, type: "application/yaml")
            #expect(rehearsed.status == 201)
            let rehearsal = try rehearsed.json()
            #expect(rehearsal["dry_run"].flag == true)
            #expect(
                try await server.count(
                    "select (select count(*) from roadmaps) + (select count(*) from actions) + (select count(*) from changes)")
                    == 0)
            let applied = try await server.apply(ActionTests.plan, to: "TE-2022")
            let played = try applied.json()
            for member in ["warnings", "fields", "summary"] { #expect(played[member].canonical == rehearsal[member].canonical) }
            let fields = { (answer: JSONValue) in answer["actions"].items.map { $0["fields"].canonical } }
            #expect(fields(played) == fields(rehearsal))
            #expect(played["actions"].items.allSatisfy { $0["values"].isNull })
            // What is rehearsed is what the plan then says.
            let exported = try await server.send(.get, "/v1/roadmaps/TE-2022/plan").json()
            #expect(rehearsal["actions"].items.map { $0["values"].canonical } == exported["actions"].items.map(\.canonical))
            let shorter = "{ministry: TE, first_year: 2022, reason: Coquille, actions: [{code: ACH-02, title: Autre}]}"
            let again = try await server.send(
                .put, "/v1/roadmaps/TE-2022/plan?dry_run=true", body: shorter, type: "application/yaml",
                fields: ["If-Match": applied.tag]
            ).json()
            let told = again["actions"].items.map { ($0["change"].text, $0["values"]["title"].text, $0["values"]["theme"].text) }
            #expect(told.count == 3)
            for (change, title, theme) in told {
                #expect(change == "updated" ? title == "Autre" && theme != nil : change == "absent" && title == nil)
            }
        }
    }

    @Test("actions absent from the document are kept and reported")
    func absent() async throws {
        try await TestServer.with { server in
            let first = try await server.apply(ActionTests.plan, to: "TE-2022")
            let shorter = """
                ministry: TE
                first_year: 2022
                actions:
                  - {code: ACH-02, status: en_cours, due_on: ~}
                """
            let answer = try await server.apply(shorter, to: "TE-2022", ifMatch: first.tag).json()
            #expect(answer["summary"]["absent"].number == 2)
            #expect(answer["summary"]["updated"].number == 1)
            let fields = answer["actions"][1]["fields"]
            #expect(fields["status"]["from"].text == "a_faire")
            #expect(fields["due_on"]["to"].isNull && fields["due_on"]["from"].text == "2022-12-31")
            #expect(try await server.count("select count(*) from actions") == 3)
        }
    }

    @Test("labels of the sources are understood beside the codes")
    func labels() async throws {
        try await TestServer.with { server in
            let plan = """
                ministry: JUS
                first_year: 2022
                actions:
                  - {code: A1, title: Un, theme: "FIN D'USAGE", target_level: Réalisation, status: Fini}
                  - {code: A2, title: Deux, theme: Salle serveurs et centre de données, target_level: experimentation, status: à faire}
                """
            try await server.apply(plan, to: "JUS-2022")
            let actions = try await server.send(.get, "/v1/roadmaps/JUS-2022/actions").json()["data"]
            #expect(actions.items.compactMap(\.["theme"].text) == ["fin_usage", "centre_donnees"])
            #expect(actions[0]["status"].text == "realisee")
        }
    }

    @Test("the number of statements does not grow with the actions")
    func statements() async throws {
        var seed = Seed.fresh()
        let small = RandomPlan("TE", 2022...2022, .validee, actions: 3, using: &seed)
        let large = RandomPlan("EF", 2022...2022, .validee, actions: 300, using: &seed)
        try await TestServer.with(connections: 1) { server in
            // The date of last use is stored once a day, beside the first request: not what is counted here.
            try await server.database.write { session in
                try session.execute("update tokens set last_used_on = paris_today()")
            }
            var spent: [Int] = []
            for plan in [small, large] {
                let before = Self.statementCount(server)
                let answer = await server.send(.put, "/v1/roadmaps/\(plan.roadmap)/plan", body: plan.json)
                try #require(answer.status == 201, "\(answer.text)")
                spent.append(Self.statementCount(server) - before)
            }
            #expect(spent[0] == spent[1], "\(spent)")
        }
    }

    private static func statementCount(_ server: TestServer) -> Int {
        Int(server.database.health.metrics.statements)
    }
}
