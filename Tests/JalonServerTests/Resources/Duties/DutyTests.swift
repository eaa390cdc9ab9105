import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("Duties")
struct DutyTests {
    private static func today(_ server: TestServer) async throws -> CivilDate {
        try await server.database.read { session in try ParisDay.today(session) }
    }

    private static func duties(
        _ server: TestServer, _ query: String = "", as caller: TestServer.Caller = .referent
    ) async throws -> JSONValue {
        let answer = await server.send(.get, "/v1/duties\(query)", as: caller)
        try #require(answer.status == 200, "\(answer.text)")
        let duties = try answer.json()
        #expect(duties["meta"]["total"].number == duties["data"].items.count)
        return duties
    }

    /// Each as its code and the thing it is about.
    private static func told(
        _ server: TestServer, _ query: String = "", as caller: TestServer.Caller = .referent
    ) async throws -> [String] {
        try await duties(server, query, as: caller)["data"].items.map {
            "\($0["code"].text ?? "") \($0["subject"]["id"].text ?? "")"
        }
    }

    private static func patch(_ server: TestServer, _ address: String, _ body: String) async throws {
        let answer = await server.send(.patch, address, body: body, fields: ["If-Match": "*"])
        try #require(answer.status == 200, "\(answer.text)")
    }

    @Test("an overdue action is one until it is done or has another day, the most overdue first")
    func overdue() async throws {
        try await TestServer.with { server in
            try await server.apply(
                """
                {ministry: TE, first_year: 2022, state: validee, effective_on: 2022-01-10, actions: [
                  {code: A, title: Un, theme: achats, target_level: reflexion, due_on: 2022-06-30, status: en_cours},
                  {code: B, title: Deux, theme: achats, target_level: reflexion, due_on: 2022-05-31},
                  {code: C, title: Trois, theme: achats, target_level: reflexion, due_on: 2199-12-31},
                  {code: D, title: Quatre, theme: achats, target_level: reflexion, due_on: 2022-03-01, status: realisee}]}
                """, to: "TE-2022")
            #expect(try await Self.told(server) == ["action-overdue TE-2022-B", "action-overdue TE-2022-A"])
            let today = try await Self.today(server)
            let first = try #require(try await Self.duties(server)["data"].items.first)
            #expect(first["due_on"].text == "2022-05-31" && first["since"].text == "2022-06-01", "\(first)")
            let due = try #require(CivilDate("2022-05-31"))
            #expect(first["days_late"].number == today.dayNumber - due.dayNumber, "\(first)")
            #expect(first["links"]["ends_with"].text == "/v1/actions/TE-2022-B", "\(first)")
            #expect(
                first["text"].text
                    == "« Deux » devait être faite pour le 31 mai 2022. Passez-la à « réalisée » ou à « abandonnée », ou changez son échéance."
            )
            try await Self.patch(server, "/v1/actions/TE-2022-B", #"{"due_on": "2199-01-01", "reason": "Marché relancé"}"#)
            #expect(try await Self.told(server) == ["action-overdue TE-2022-A"])
            try await Self.patch(server, "/v1/actions/TE-2022-A", #"{"status": "realisee"}"#)
            #expect(try await Self.told(server) == [])
        }
    }

    @Test("an open action without news for 180 days is one, until something is recorded of it")
    func stale() async throws {
        try await TestServer.with { server in
            try await server.apply(
                """
                {ministry: TE, first_year: 2022, state: validee, actions: [
                  {code: A, title: Un, theme: achats, target_level: reflexion},
                  {code: B, title: Deux, theme: achats, target_level: reflexion},
                  {code: C, title: Trois, theme: achats, target_level: reflexion, status: realisee}]}
                """, to: "TE-2022")
            #expect(try await Self.told(server) == [])
            // Nothing was recorded of two of them for so long; of the other for a day less.
            try await server.database.write { session in
                try session.execute("update actions set updated_at = now() - interval '180 days' where code in ('A', 'C')")
                try session.execute("update actions set updated_at = now() - interval '179 days' where code = 'B'")
            }
            let stale = try await Self.duties(server)["data"].items
            #expect(stale.map { $0["subject"]["id"].text } == ["TE-2022-A"], "\(stale)")
            #expect(try await stale.first?["since"].text == Self.today(server).description, "\(stale)")
            #expect(stale.first?["due_on"].isNull == true && stale.first?["days_late"].number == 0, "\(stale)")
            try await Self.patch(server, "/v1/actions/TE-2022-A", #"{"lead": "Achats"}"#)
            #expect(try await Self.told(server) == [])
        }
    }

    @Test("a plan is one of its ministry until it is submitted, then of the coordination until it is validated")
    func plan() async throws {
        try await TestServer.with { server in
            let today = try await Self.today(server)
            let year = today.year
            let plan = "TE-\(year)"
            let census = await server.send(
                .put, "/v1/censuses/\(year)", body: #"{"due_on": "\#(year + 1)-12-31", "expected": ["TE", "JUS"]}"#)
            try #require(census.status == 201, "\(census.text)")
            #expect(try await Self.told(server) == ["plan-due \(year)"])
            let missing = try #require(try await Self.duties(server)["data"].items.first)
            #expect(missing["links"]["ends_with"].text == "/v1/roadmaps" && missing["since"].text == today.description)
            #expect(missing["ministry"].text == "TE" && missing["due_on"].text == "\(year + 1)-12-31", "\(missing)")
            let begun = await server.send(.post, "/v1/roadmaps", body: #"{"ministry": "TE", "first_year": \#(year)}"#)
            try #require(begun.status == 201, "\(begun.text)")
            #expect(try await Self.told(server) == ["plan-due \(plan)"])
            #expect(try await Self.told(server, as: .coordinator) == [])
            try await Self.patch(server, "/v1/roadmaps/\(plan)", #"{"state": "soumise"}"#)
            #expect(try await Self.told(server) == [])
            #expect(try await Self.told(server, as: .coordinator) == ["plan-to-read \(plan)"])
            try await Self.patch(server, "/v1/roadmaps/\(plan)", #"{"state": "brouillon"}"#)
            #expect(try await Self.told(server) == ["plan-returned \(plan)"])
            #expect(try await Self.told(server, as: .coordinator) == [])
            for state in ["soumise", "en_relecture"] {
                try await Self.patch(server, "/v1/roadmaps/\(plan)", #"{"state": "\#(state)"}"#)
                #expect(try await Self.told(server, as: .coordinator) == ["plan-to-read \(plan)"], "\(state)")
            }
            try await Self.patch(server, "/v1/roadmaps/\(plan)", #"{"state": "validee"}"#)
            #expect(try await Self.told(server, as: .coordinator) == [])
            #expect(try await Self.told(server) == [])
        }
    }

    @Test("a measure is one of its body until it is submitted, and again when it is sent back")
    func measure() async throws {
        try await TestServer.with { server in
            let year = try await Self.today(server).year - 1
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.expect(server, year, ["TE"])
            let key = "FORMATION/TE/\(year)"
            let query = "?code=measure-due,measure-returned"
            #expect(try await Self.told(server, query) == ["measure-due \(key)"])
            let due = try #require(try await Self.duties(server, query)["data"].items.first)
            #expect(due["since"].text == "\(year + 1)-01-01" && due["due_on"].text == "\(year + 1)-03-31", "\(due)")
            func give(_ state: String) async throws {
                let reason = state == "renvoyee" ? #", "state_reason": "Sans les vacataires""# : ""
                let given = await IndicatorScene.measure(server, key, #"{"value": 4, "state": "\#(state)"\#(reason)}"#)
                try #require([200, 201].contains(given.status), "\(given.text)")
            }
            try await give("brouillon")
            #expect(try await Self.told(server, query) == ["measure-due \(key)"])
            try await give("soumise")
            #expect(try await Self.told(server, query) == [])
            let validation = "?code=measure-to-validate"
            #expect(try await Self.told(server, validation, as: .coordinator) == ["measure-to-validate \(key)"])
            try await give("renvoyee")
            #expect(try await Self.told(server, query) == ["measure-returned \(key)"])
            let returned = try #require(try await Self.duties(server, query)["data"].items.first)
            #expect(returned["text"].text?.contains("(« Sans les vacataires »)") == true, "\(returned)")
            try await give("soumise")
            try await give("validee")
            #expect(try await Self.told(server, query) == [])
            #expect(try await Self.told(server, validation, as: .coordinator) == [])
        }
    }

    @Test("a recommendation is one from its sending to its answer, whatever is sent of others")
    func recommendation() async throws {
        try await TestServer.with { server in
            for ministry in ["TE", "JUS"] {
                let plan = "{ministry: \(ministry), first_year: 2022, state: soumise, actions: []}"
                try await server.apply(plan, to: "\(ministry)-2022")
            }
            let advice = RecommendationScene.advice("plan", "", text: #"Visez\nplus haut."#)
            let draft = try await RecommendationScene.give(server, "TE-2022", advice)
            try await RecommendationScene.give(server, "JUS-2022")
            #expect(try await Self.told(server) == [])
            try await RecommendationScene.must(server, draft, #"{"state": "emise"}"#)
            #expect(try await Self.told(server) == ["recommendation-to-answer \(draft)"])
            let duty = try #require(try await Self.duties(server)["data"].items.first)
            #expect(duty["links"]["ends_with"].text == "/v1/recommendations/\(draft)", "\(duty)")
            #expect(duty["text"].text?.contains("« Visez plus haut. »") == true, "\(duty)")
            try await RecommendationScene.must(server, draft, RecommendationScene.declined, as: .referent)
            #expect(try await Self.told(server) == [])
        }
    }

    @Test("a revision is one of the coordination once submitted, and of its ministry when it is sent back")
    func revision() async throws {
        try await TestServer.with { server in
            try await server.apply(
                """
                {ministry: TE, first_year: 2022, state: validee, actions: [
                  {code: A, title: Un, theme: achats, target_level: reflexion}]}
                """, to: "TE-2022")
            try await RevisionScene.open(server, "TE-2022")
            let address = "/v1/roadmaps/TE-2022/revision"
            try await Self.patch(server, address + "/actions/A", #"{"title": "Deux"}"#)
            #expect(try await Self.told(server) == [])
            try await Self.patch(server, address, #"{"state": "soumise"}"#)
            #expect(try await Self.told(server, as: .coordinator) == ["plan-to-read TE-2022/1"])
            try await Self.patch(server, address, #"{"state": "en_preparation", "reason": "Trop peu"}"#)
            #expect(try await Self.told(server, as: .coordinator) == [])
            #expect(try await Self.told(server) == ["plan-returned TE-2022/1"])
            let returned = try #require(try await Self.duties(server)["data"].items.first)
            #expect(returned["text"].text?.contains("(« Trop peu »)") == true, "\(returned)")
            #expect(returned["links"]["ends_with"].text == address, "\(returned)")
            for state in ["soumise", "validee"] { try await Self.patch(server, address, #"{"state": "\#(state)"}"#) }
            #expect(try await Self.told(server, as: .coordinator) == [])
            #expect(try await Self.told(server) == [])
        }
    }

    @Test("the rounds of a census are what is due: of plans and of measures, from the day on which each opens")
    func rounds() async throws {
        try await TestServer.with { server in
            let today = try await Self.today(server)
            let year = today.year
            func day(_ days: Int) throws -> String { try #require(today.adding(days: days)).description }
            let rounds = [
                #"{"code": "\#(year)-plans", "collects": "plans", "opens_on": "\#(try day(-20))", "due_on": "\#(try day(-10))"}"#,
                #"{"code": "\#(year)-suite", "collects": "plans", "opens_on": "\#(try day(3))", "due_on": "\#(try day(30))"}"#,
            ]
            let census = await server.send(
                .put, "/v1/censuses/\(year)",
                body: #"{"due_on": "\#(try day(60))", "expected": ["TE"], "rounds": [\#(rounds.joined(separator: ", "))]}"#)
            try #require(census.status == 201, "\(census.text)")
            let due = try await Self.duties(server)["data"].items
            #expect(due.map { $0["code"].text } == ["plan-due"], "\(due)")
            #expect(try due[0]["due_on"].text == day(-10) && due[0]["since"].text == day(-20), "\(due)")
            #expect(due[0]["days_late"].number == 10, "\(due)")
            let late = try #require(try await Self.duties(server, as: .coordinator)["data"].items.first)
            #expect(late["text"].text?.hasPrefix("La campagne \(year)-plans finissait le ") == true, "\(late)")
        }
    }

    @Test("a census whose day has passed is one of the coordination, by name, until nobody is missing or more time is given")
    func campaign() async throws {
        try await TestServer.with { server in
            let year = try await Self.today(server).year - 1
            func expect(_ body: String) async throws {
                let answer = await server.send(.put, "/v1/censuses/\(year)", body: body, fields: ["If-Match": "*"])
                try #require(answer.status == 200, "\(answer.text)")
            }
            let census = await server.send(
                .put, "/v1/censuses/\(year)", body: #"{"due_on": "\#(year)-12-01", "expected": ["TE", "JUS"]}"#)
            try #require(census.status == 201, "\(census.text)")
            #expect(try await Self.told(server, as: .coordinator) == ["campaign-late \(year)"])
            let late = try #require(try await Self.duties(server, as: .coordinator)["data"].items.first)
            #expect(late["text"].text?.contains("qui n’a pas tout rendu : JUS, TE ;") == true, "\(late)")
            #expect(late["ministry"].isNull && late["since"].text == "\(year)-12-02", "\(late)")
            try await server.apply("{ministry: TE, first_year: \(year), state: soumise, actions: []}", to: "TE-\(year)")
            let one = try await Self.duties(server, "?code=campaign-late", as: .coordinator)["data"].items
            #expect(one.first?["text"].text?.contains("qui n’a pas tout rendu : JUS ;") == true, "\(one)")
            try await expect(#"{"due_on": "\#(year + 2)-12-01", "expected": ["TE", "JUS"]}"#)
            #expect(try await Self.told(server, "?code=campaign-late", as: .coordinator) == [])
            try await expect(#"{"due_on": "\#(year)-12-01", "expected": ["TE"]}"#)
            #expect(try await Self.told(server, "?code=campaign-late", as: .coordinator) == [])
        }
    }

    @Test("each reads his own: a référent of his ministries, the coordination its own or a ministry's, others none")
    func roles() async throws {
        try await TestServer.with { server in
            for ministry in ["TE", "JUS"] {
                try await server.apply(
                    """
                    {ministry: \(ministry), first_year: 2022, state: soumise, actions: [
                      {code: A, title: Un, theme: achats, target_level: reflexion, due_on: 2022-06-30, confidential: true}]}
                    """, to: "\(ministry)-2022")
            }
            #expect(try await Self.told(server) == ["action-overdue TE-2022-A"])
            #expect(try await Self.told(server, "?ministry=TE&role=referent") == ["action-overdue TE-2022-A"])
            #expect(try await Self.told(server, as: .coordinator) == ["plan-to-read JUS-2022", "plan-to-read TE-2022"])
            #expect(try await Self.told(server, "?ministry=JUS", as: .coordinator) == ["action-overdue JUS-2022-A"])
            #expect(
                try await Self.told(server, "?ministry=JUS&role=coordinator", as: .coordinator) == ["plan-to-read JUS-2022"])
            #expect(
                try await Self.told(server, "?role=referent&code=action-overdue", as: .coordinator)
                    == ["action-overdue JUS-2022-A", "action-overdue TE-2022-A"])
            for caller in [TestServer.Caller.reader, .admin] {
                #expect(try await Self.told(server, as: caller) == [])
                #expect(try await Self.told(server, "?role=referent", as: caller) == [], "\(caller)")
            }
            for (caller, query) in [
                (TestServer.Caller.referent, "?ministry=JUS"), (.referent, "?ministry=TE,JUS"), (.reader, "?ministry=TE"),
                (.referent, "?role=coordinator"), (.reader, "?role=coordinator"), (.admin, "?role=coordinator"),
            ] {
                let refused = await server.send(.get, "/v1/duties\(query)", as: caller)
                #expect(refused.status == 403, "\(caller) \(query): \(refused.text)")
                #expect(!refused.text.contains("JUS-2022") && !refused.text.contains("TE-2022"), "\(refused.text)")
            }
        }
    }

    @Test("beyond a thousand the most pressing are shown, and all are counted; as a table too")
    func many() async throws {
        try await TestServer.with { server in
            let actions = (1...1_002).map {
                "{code: N\($0), title: Un, theme: achats, target_level: reflexion, due_on: 20\(10 + $0 % 10)-01-01}"
            }
            try await server.apply(
                "{ministry: TE, first_year: 2022, state: soumise, actions: [\(actions.joined(separator: ", "))]}", to: "TE-2022")
            let answer = await server.send(.get, "/v1/duties", as: .referent)
            let duties = try answer.json()
            #expect(duties["meta"]["total"].number == 1_002 && duties["data"].items.count == 1_000)
            let days = duties["data"].items.compactMap { $0["due_on"].text }
            #expect(days == days.sorted() && days.count == 1_000)
            let table = await server.send(.get, "/v1/duties.csv?code=action-overdue", as: .referent)
            #expect(table.text.split(separator: "\r\n").count == 1_001, "\(table.text.prefix(300))")
        }
    }
}
