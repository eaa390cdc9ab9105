import ActionPlans
import HTTPTypes
import Postgres
import Testing

@testable import JalonServer

@Suite("The audit of what was written by hand")
struct TamperingTests {
    /// A draft that is handed in, an action edited three times, once with effect in the past, a census and the names of a ministry.
    private static func work(_ server: TestServer) async throws {
        let plan = """
            {ministry: TE, first_year: 2022, state: brouillon, effective_on: 2022-01-01, actions: [
              {code: A, title: Un, theme: achats, target_level: reflexion, contributors: [Achats, Juridique]},
              {code: B, title: Deux, theme: achats, target_level: reflexion, practices: [a.1]}]}
            """
        try await server.apply(plan, to: "TE-2022")
        for (path, caller, body) in [
            ("roadmaps/TE-2022", TestServer.Caller.coordinator, #"{"state": "soumise", "effective_on": "2022-02-01"}"#),
            ("actions/TE-2022-A", .coordinator, #"{"title": "Une", "effective_on": "2022-05-01"}"#),
            ("actions/TE-2022-A", .coordinator, #"{"lead": "DNUM", "effective_on": "2022-06-01"}"#),
            ("actions/TE-2022-A", .coordinator, #"{"description": "Mieux", "title": "Un peu", "effective_on": "2022-03-01"}"#),
            ("ministries/TE", .admin, #"{"names": [{"name": "Écologie", "acronym": "MTE", "from": "2020-01-01"}]}"#),
            ("ministries/TE", .admin, #"{"kind": "direction_interministerielle"}"#),
        ] {
            let answer = await server.send(.patch, "/v1/\(path)", as: caller, body: body, fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(path) \(answer.text)")
        }
        for (expected, field) in [("TE", "If-None-Match"), ("JUS", "If-Match")] {
            let answer = await server.send(
                .put, "/v1/censuses/2022", body: #"{"due_on": "2022-03-01", "expected": ["\#(expected)"]}"#,
                fields: [field: "*"])
            try #require([200, 201].contains(answer.status), "\(answer.text)")
        }
    }

    struct Deed: Sendable {
        let statement: String
        let found: String

        init(_ statement: String, _ found: String) {
            self.statement = statement
            self.found = found
        }
    }

    private static let tables = [
        "actions", "roadmaps", "ministries", "changes", "action_periods", "roadmap_periods", "ministry_name_periods",
        "feed_entries", "figure_ledger", "measures",
    ]

    private static func triggers(_ state: String) -> String {
        tables.map { "alter table \($0) \(state) trigger user;" }.joined()
    }

    /// Carries what was found out of a transaction, which is undone.
    private struct Undone: Error {
        let found: [String]
    }

    /// Does each deed to the same history, one after the other, and undoes it.
    private static func check(_ deeds: [Deed], _ isFound: @Sendable ([String], String) -> Bool) async throws {
        try await TestServer.with { server async throws in
            try await work(server)
            try #require(try await FigureAudit.differences(in: server.database).isEmpty)
            for deed in deeds {
                let found = try await found(after: deed.statement, in: server.database)
                #expect(isFound(found, deed.found), "\(deed.statement): \(found)")
            }
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    private static func found(after statement: String, in database: Database) async throws -> [String] {
        do {
            return try await database.write { session -> [String] in
                try session.script(triggers("disable") + statement + ";" + triggers("enable"))
                let found = try FigureAudit.run(session, year: nil).differences.map { difference in
                    "\(difference.source) \(difference.thing) \(difference.measure) \(difference.stored) \(difference.recounted)"
                }
                throw Undone(found: found)
            }
        } catch let undone as Undone {
            return undone.found
        }
    }

    private static func hasPrefix(_ found: [String], _ wanted: String) -> Bool { found.contains { $0.hasPrefix(wanted) } }

    private static let todayDeeds = [
        Deed("update actions set title = 'Autre' where code = 'A'", "today TE-2022-A title Autre Une"),
        Deed("update actions set description = null where code = 'A'", "today TE-2022-A description null Mieux"),
        Deed("update actions set lead = 'X' where code = 'A'", "today TE-2022-A lead X DNUM"),
        Deed("update actions set practices = '{}' where code = 'B'", #"today TE-2022-B practices [] ["a.1"]"#),
        Deed("update actions set due_on = '2022-12-01' where code = 'A'", "today TE-2022-A due_on 2022-12-01 null"),
        Deed(
            "update actions set identified_on = '2022-12-01' where code = 'B'",
            "today TE-2022-B identified_on 2022-12-01 null"),
        Deed("update actions set status_reason = 'R' where code = 'B'", "today TE-2022-B status_reason R null"),
        Deed(
            "update actions set contributors = '{Achats}' where code = 'A'",
            #"today TE-2022-A contributors ["Achats"] ["Achats", "Juridique"]"#),
        Deed("update actions set version = 9 where code = 'A'", "today TE-2022-A version 9 4"),
        Deed("update roadmaps set title = 'Autre'", "today TE-2022 title Autre Feuille de route numérique écoresponsable"),
        Deed("update roadmaps set due_on = '2023-01-01'", "today TE-2022 due_on 2023-01-01 null"),
        Deed("update roadmaps set plan_version = 9", "today TE-2022 plan_version 9 7"),
        Deed("update roadmaps set action_count = 3", "today TE-2022 action_count 3 2"),
        Deed("update ministries set siren = null where code = 'TE'", "today TE siren null 110068012"),
        Deed(
            "update ministry_names set name = 'Autre' where ministry = 'TE'",
            #"today TE names ["2020-01-01 : Autre (MTE)"] ["2020-01-01 : Écologie (MTE)"]"#),
        Deed("update censuses set due_on = '2022-04-01'", "today 2022 due_on 2022-04-01 2022-03-01"),
        Deed(#"update censuses set rounds = '[{"code": "2022-x"}]'"#, #"today 2022 rounds [{"code": "2022-x"}] []"#),
        Deed("update census_ministries set ministry = 'EF'", #"today 2022 expected ["EF"] ["JUS"]"#),
        Deed("insert into censuses values (2030, '2030-01-01', 1, now(), now())", "today 2030 row 1 null"),
    ]

    @Test("a member of today that was written without a change is named, and nothing else")
    func today() async throws {
        try await Self.check(Self.todayDeeds) { $0 == [$1] }
    }

    private static let periodsDeeds = [
        Deed(
            "update action_periods set title = 'Autre' where code = 'A' and valid_from = '2022-01-01' and known_to < 'infinity'",
            "states TE-2022-A title Autre Un"),
        Deed(
            "update action_periods set contributors = '{}' where code = 'A'",
            #"states TE-2022-A contributors [] ["Achats", "Juridique"]"#),
        Deed(
            "update action_periods set valid_to = '2022-05-02' where code = 'A' and valid_to = '2022-05-01' and known_to = 'infinity'",
            "states TE-2022-A valid_to 2022-05-02 2022-05-01"),
        Deed(
            "update action_periods set version = 8 where code = 'B'", "states TE-2022-B version 8 1"),
        Deed(
            "delete from action_periods where code = 'A' and valid_from = '2022-03-01'",
            "states TE-2022-A period null 2022-03-01/2022-05-01"),
        Deed(
            "delete from action_periods where code = 'B'", "states TE-2022-B period null 2022-01-01/infinity"),
        Deed(
            """
            insert into action_periods (ministry, first_year, code, valid_from, valid_to, known_from, known_to, title, theme,
                target_level, status, key_action, contributors, practices, confidential, in_validation_cohort, version,
                created_at, updated_at)
            values ('TE', 2022, 'Z', '2022-01-01', '2022-02-01', '2022-01-01', '2022-02-01', 'T', 'achats', 'reflexion',
                'a_faire', false, '{}', '{}', false, false, 1, now(), now())
            """, "states TE-2022-Z period 2022-01-01/2022-02-01 null"),
        Deed(
            "update action_periods set theme = 'nulle' where code = 'B'", "states TE-2022-B theme nulle achats"),
        Deed(
            "update roadmap_periods set title = 'Autre' where known_to < 'infinity'",
            "states TE-2022 title Autre Feuille de route numérique écoresponsable"),
        Deed(
            "update roadmap_periods set counted_at = '2022-01-01Z' where valid_to = 'infinity' and known_to = 'infinity'",
            "states TE-2022 counted_at 2022-01-01T00:00:00.000000Z"),
        Deed("delete from roadmap_periods where valid_from = '2022-02-01'", "states TE-2022 period null 2022-02-01/infinity"),
        Deed(
            "update ministry_name_periods set name = 'Autre' where ministry = 'TE' and known_to = 'infinity'",
            "states TE name Autre 2020-01-01 : Écologie (MTE)"),
        Deed(
            "update ministry_name_periods set acronym = 'MTX' where ministry = 'TE' and known_to = 'infinity'",
            "states TE acronym MTX 2020-01-01 : Écologie (MTE)"),
        Deed(
            "delete from ministry_name_periods where ministry = 'TE' and known_to = 'infinity'",
            "states TE period null 2020-01-01 : Écologie (MTE)"),
        Deed(
            "insert into ministry_name_periods values ('JUS', '2024-01-01', '-infinity', 'infinity', 'Autre')",
            "states JUS period Autre null"),
    ]

    @Test("a period that was changed, added or taken away is named, with its member")
    func periods() async throws {
        try await Self.check(Self.periodsDeeds, Self.hasPrefix)
    }

    private static let changesDeeds = [
        Deed("delete from changes where code = 'A' and version = 1", "history TE-2022-A version 2 1"),
        Deed("delete from changes where code = 'A' and version = 3", "history TE-2022-A version 4 3"),
        Deed("delete from changes where code = 'A' and version = 4", "feed TE-2022-A entry updated/updated null"),
        Deed("delete from changes where code = 'B'", "states TE-2022-B period 2022-01-01/infinity null"),
        Deed("delete from changes where code is null and first_year = 2022 and version = 1", "history TE-2022 version 2 1"),
        Deed("delete from changes where resource = 'ministry' and version = 2", "history TE version 3 2"),
        Deed(
            "delete from changes where resource = 'ministry' and version = 3",
            "today TE kind direction_interministerielle pole_ministeriel"),
        Deed("delete from changes where resource = 'census' and version = 2", #"today 2022 expected ["JUS"] ["TE"]"#),
        Deed("truncate changes", "states TE-2022 period 2022-01-01/infinity null"),
        Deed(
            #"update changes set after = after || '{"title": "Autre"}' where code = 'A' and version = 2"#,
            "states TE-2022-A title Une Autre"),
        Deed(
            #"update changes set before = '{"lead": "X"}' where code = 'A' and version = 3"#,
            "history TE-2022-A before.lead X null"),
        Deed(
            #"update changes set after = after || '{"x": 1}' where code = 'A' and version = 1"#,
            #"history TE-2022-A members {"x": 1} null"#),
        Deed("update changes set after = '{}' where code = 'B'", "states TE-2022-B title Deux null"),
        Deed(
            "update changes set effective_on = '2022-05-02' where code = 'A' and version = 2",
            "states TE-2022-A valid_to 2022-05-01 2022-05-02"),
        Deed(
            "update changes set recorded_at = recorded_at + interval '1 us' where code = 'A' and version = 4",
            "feed TE-2022-A recorded_at"),
        Deed("update changes set version = 7 where code = 'A' and version = 4", "history TE-2022-A version 7 4"),
        Deed("update changes set until = null where version = 4", "history TE-2022-A until.title null 2022-05-01"),
        Deed(
            #"update changes set until = '{"title": "2022-06-01"}' where version = 4"#,
            "history TE-2022-A until.title 2022-06-01 2022-05-01"),
        Deed("update changes set for_good = true where version = 4", "history TE-2022-A until.title 2022-05-01 null"),
        Deed(
            "update changes set kind = 'created', before = null where code = 'A' and version = 3",
            "history TE-2022-A kind created updated"),
        Deed("update changes set code = 'C' where code = 'B'", "states TE-2022-C period null 2022-01-01/infinity"),
        Deed(
            #"update changes set after = '{"kind": "x"}' where resource = 'ministry' and version = 3"#,
            "today TE kind direction_interministerielle x"),
        Deed(
            """
            insert into changes (ministry, first_year, code, resource, kind, version, recorded_at, effective_on, actor_label,
                actor_role, before, after)
            values ('TE', 2022, 'B', 'action', 'updated', 2, clock_timestamp(), '2023-01-01', 'x', 'x', '{"title": "Deux"}',
                '{"title": "Autre"}')
            """, "feed TE-2022-B entry null updated/updated"),
    ]

    @Test("a change that was taken away or altered is named, or the gap that it leaves")
    func changes() async throws {
        try await Self.check(Self.changesDeeds, Self.hasPrefix)
    }

    private static let feedDeeds = [
        Deed("delete from feed_entries where code = 'A' and version = 3", "feed TE-2022-A entry null updated/updated"),
        Deed("delete from feed_entries where code = 'B' and outside = 'revealed'", "feed TE-2022-B entry null –/revealed"),
        Deed("delete from feed_entries where resource = 'census' and version = 1", "feed 2022 entry null created/created"),
        Deed("delete from feed_entries where ministry = 'TE' and change is null", "feed TE entry null revealed/revealed"),
        Deed(
            """
            insert into feed_entries (position, ministry, first_year, code, resource, version, recorded_at, change, inside,
                outside, state, before, transaction, under_way)
            select position, ministry, first_year, code, resource, version, recorded_at, change, inside, outside, state, before,
                transaction, under_way
            from feed_entries where code = 'A' and version = 3
            """, "feed TE-2022-A entry updated/updated null"),
        Deed(
            "update feed_entries set outside = 'deleted' where code = 'A' and version = 3",
            "feed TE-2022-A outside deleted updated"),
        Deed("update feed_entries set version = 9 where code = 'A' and version = 3", "feed TE-2022-A version 9 3"),
        Deed(
            #"update feed_entries set state = state || '{"title": "Autre"}' where code = 'B' and state is not null"#,
            "feed TE-2022-B state.title Autre Deux"),
        Deed(
            #"update feed_entries set before = '{"title": "X"}' where code = 'A' and version = 2"#,
            "feed TE-2022-A before.title X Un"),
        Deed(
            "update feed_entries set position = '1' where code = 'A' and version = 3", "feed TE-2022-A position"),
        Deed("update feed_entries set code = 'X' where ministry = 'JUS' and change is null", "today JUS row 1 null"),
    ]

    @Test("an entry of the feed that is missing, extra or altered is named")
    func feed() async throws {
        try await Self.check(Self.feedDeeds, Self.hasPrefix)
    }

    private static let ledgerDeeds = [
        Deed("update figure_ledger set recorded_at = recorded_at + interval '1 us'", "ledger TE-2022 delta null 2"),
        Deed("delete from figure_ledger", "ledger TE-2022 delta null 2"),
        Deed("update figure_ledger set key_action = true", "ledger TE-2022 delta 2 null"),
    ]

    @Test("a line of the ledger that was changed, added or taken away is named")
    func ledger() async throws {
        try await Self.check(Self.ledgerDeeds) { $0.contains($1) }
    }

    @Test("a number of an indicator that is told otherwise than its history makes it is named")
    func indicators() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.define(server, IndicatorScene.reuse)
            for (key, answer) in [
                ("FORMATION/TE/2025", #""value": 41"#), ("FORMATION/JUS/2025", #""value": 9"#),
                ("REEMPLOI/TE/2025", #""numerator": 9, "denominator": 10"#),
                ("REEMPLOI/JUS/2025", #""numerator": 100, "denominator": 1000"#),
            ] {
                try await IndicatorScene.give(server, key, answer)
            }
            let audit = try await FigureAudit.run(in: server.database)
            #expect(audit.differences.isEmpty && audit.numbers == 2)
            for (statement, words) in [
                ("update measures set value = 40 where value = 41", "indicators FORMATION value 49 (2) 50 (2)"),
                ("update measures set state = 'soumise' where numerator = 100", "indicators REEMPLOI value 90.0 (1) 10.8 (2)"),
                ("delete from measures where indicator = 'REEMPLOI'", "indicators REEMPLOI value null (0) 10.8 (2)"),
                ("update measures set ministry = 'EF' where value = 9", "today EF-2025-FORMATION/2025 row"),
            ] {
                let found = try await Self.found(after: statement, in: server.database)
                #expect(Self.hasPrefix(found, words), "\(statement): \(found)")
            }
        }
    }
}
