import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Expected measures")
struct ExpectedMeasureTests {
    private static let bodies = ["TE", "JUS", "AGR", "CUL", "INT"]

    private static func indicators(_ dice: inout Seed) -> [(code: String, periods: [String], definition: String)] {
        let perimeter = bodies.shuffled(using: &dice).prefix(2).map { "\"\($0)\"" }.joined(separator: ", ")
        let ways: [(String, [String])] = [
            (#""periodicity": "year", "first_period": "2022""#, ["2023"]),
            (#""periodicity": "semester", "over_time": "last", "first_period": "2022-S1""#, ["2023-S1", "2023-S2"]),
            (#""periodicity": "quarter", "over_time": "sum", "first_period": "2023-T2""#, ["2023-T2", "2023-T3", "2023-T4"]),
        ]
        return ways.enumerated().map { place, way in
            let scope = Bool.random(using: &dice) ? #""perimeter": [\#(perimeter)], "perimeter_note": "essai","# : ""
            return (
                "I-\(place)", way.1,
                """
                {"code": "I-\(place)", "title": "Indicateur \(place)", "kind": "count", "unit": "agents", "consolidation": "sum", \(scope)
                "direction": "increase", "days_allowed": \(Int.random(in: 0...90, using: &dice)), \(way.0)}
                """
            )
        }
    }

    /// Measures of any body, expected or not, in any state.
    private static func fill(_ server: TestServer, _ dice: inout Seed) async throws -> [(code: String, periods: [String])] {
        try await IndicatorScene.expect(server, 2023, Array(bodies.shuffled(using: &dice).prefix(3)))
        let indicators = indicators(&dice)
        let states = [
            #""state": "brouillon""#, #""state": "soumise""#, #""state": "validee""#,
            #""state": "renvoyee", "state_reason": "à revoir""#,
        ]
        for (code, periods, definition) in indicators {
            try await IndicatorScene.define(server, definition)
            for period in periods {
                for body in bodies where Int.random(in: 0..<3, using: &dice) > 0 {
                    let state = states.randomElement(using: &dice) ?? ""
                    // Of who is outside a perimeter nothing is taken.
                    _ = await IndicatorScene.measure(server, "\(code)/\(body)/\(period)", #"{"value": 4, \#(state)}"#)
                }
            }
        }
        return indicators.map { ($0.code, $0.periods) }
    }

    /// All pages of the list, as `I-0/TE/2023 days`.
    private static func missing(
        _ server: TestServer, _ query: String, limit: Int, as caller: TestServer.Caller
    ) async throws -> [String] {
        var next: String? = "/v1/expected-measures?year=2023&state=manquante&limit=\(limit)&count=true\(query)"
        var told: [String] = []
        var totals: Set<Int> = []
        while let page = next {
            let answer = await server.send(.get, page, as: caller)
            try #require(answer.status == 200, "\(answer.text)")
            let list = try answer.json()
            told += list["data"].items.map { item in
                [item["indicator"], item["ministry"], item["period"]].map { $0.text ?? "" }.joined(separator: "/")
                    + " \(item["days_late"].number ?? -1)"
            }
            totals.insert(list["meta"]["total"].number ?? -1)
            next = list["links"]["next"].text
        }
        #expect(totals == [told.count])
        return told
    }

    @Test("that are missing are those of the figures of each period, for each reader, however long the pages are")
    func agreement() async throws {
        let seed = Seed.fresh()
        try await TestServer.with { server in
            var dice = seed
            let indicators = try await Self.fill(server, &dice)
            for caller in [TestServer.Caller.coordinator, .referent, .reader] {
                var figures: Set<String> = []
                for (code, periods) in indicators {
                    for period in periods {
                        let figure = try await IndicatorScene.figure(server, code, "period=\(period)", as: caller)
                        for body in figure["missing"].items {
                            figures.insert("\(code)/\(body["ministry"].text ?? "")/\(period) \(body["days_late"].number ?? -1)")
                        }
                    }
                }
                for limit in [1, 3, 200] {
                    let told = try await Self.missing(server, "", limit: limit, as: caller)
                    #expect(Set(told) == figures && told.count == figures.count, "seed \(seed.value), \(caller), \(limit)")
                }
                for query in ["&ministry=TE,JUS", "&indicator=I-1", "&period=2023-S2,2023-T3"] {
                    let values = Set(query.split(separator: "=")[1].split(separator: ",").map(String.init))
                    let told = try await Self.missing(server, query, limit: 50, as: caller)
                    let expected = figures.filter { line in
                        line.split(separator: " ")[0].split(separator: "/").contains { values.contains(String($0)) }
                    }
                    #expect(Set(told) == expected, "seed \(seed.value), \(caller), \(query)")
                }
            }
        }
    }

    @Test("are told with their states, names and days, and a hidden one as missing")
    func states() async throws {
        try await TestServer.with { server in
            try await IndicatorScene.expect(server, 2023, ["TE", "JUS", "AGR"])
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await IndicatorScene.give(server, "FORMATION/TE/2023", #""value": 40"#)
            _ = await IndicatorScene.measure(server, "FORMATION/JUS/2023", #"{"value": 40}"#)
            let all = try await server.send(.get, "/v1/expected-measures?year=2023").json()["data"].items
            #expect(all.map { $0["state"].text } == ["manquante", "brouillon", "validee"])
            #expect(all.map { $0["ministry"].text } == ["AGR", "JUS", "TE"])
            #expect(all[0]["title"].text == "Agents formés" && all[0]["due_on"].text == "2024-03-30")
            #expect((all[1]["days_late"].number ?? 0) > 300 && all[2]["days_late"].number == 0)
            #expect(all[0]["name"].text?.isEmpty == false && all[0]["links"]["measure"].text?.hasSuffix("/AGR/2023") == true)
            let seen = try await server.send(.get, "/v1/expected-measures?year=2023&state=manquante", as: .reader).json()
            #expect(seen["data"].items.map { $0["ministry"].text } == ["AGR", "JUS"])
            let before = try await server.send(
                .get, "/v1/expected-measures?year=2023&state=validee&known_at=2024-01-01T00:00:00Z"
            ).json()
            #expect(before["data"].items.isEmpty)
            #expect(try await server.send(.get, "/v1/expected-measures?year=2024").json()["data"].items.isEmpty)
            for query in ["", "?year=2023&indicator=FORMATON", "?year=2023&ministry=ZZ", "?year=2023&state=absente"] {
                let refused = await server.send(.get, "/v1/expected-measures" + query)
                #expect(refused.status == 400, "\(query)")
            }
            #expect(await server.send(.get, "/v1/expected-measures?year=2023", as: .anonymous).status == 401)
        }
    }

    @Test("are looked up by the keys of measures, not by reading the table")
    func plan() async throws {
        // One connection: what has been prepared is there to be seen.
        try await TestServer.with(connections: 1) { server in
            try await IndicatorScene.expect(server, 2023, ["TE"])
            try await IndicatorScene.define(server, IndicatorScene.training)
            try await server.database.maintain(timeout: .seconds(30)) { session in try session.script(Self.many) }
            for caller in [TestServer.Caller.coordinator, .reader] {
                let answer = await server.send(.get, "/v1/expected-measures?year=2023&state=manquante", as: caller)
                try #require(answer.status == 200, "\(answer.text)")
            }
            let plans = try await server.database.write { session in
                try session.query("select plan from plans_of_lookups() plan") { row in try row.next(String.self) }
            }
            #expect(plans.count == 2)
            for plan in plans {
                #expect(plan.contains("Index Scan using measures_") && !plan.contains("Seq Scan on measures"), "\(plan)")
            }
        }
    }

    private static let many = """
        insert into measures (ministry, indicator, period, known_from, known_to, definition, value, state, estimated, version, created_at,
            updated_at)
        select m.code, 'I-' || i, p::text, now(), 'infinity', 1, 1, 'validee', false, 1, now(), now()
        from ministries m, generate_series(1, 50) i, generate_series(2001, 2025) p;
        analyze measures;
        create function plans_of_lookups() returns setof text language plpgsql as $$
        declare
            prepared record;
            line text;
            plan text;
        begin
            perform set_config('plan_cache_mode', 'force_generic_plan', true);
            for prepared in
                select p.name, cardinality(p.parameter_types) as parameters from pg_prepared_statements p
                where p.statement ~ 'select asked.place, given.state' and p.statement !~ 'pg_prepared_statements'
            loop
                plan := '';
                for line in execute format('explain execute %I(%s)', prepared.name, repeat('null, ', prepared.parameters - 1) || 'null')
                loop plan := plan || line || E'\\n'; end loop;
                return next plan;
            end loop;
        end $$;
        """
}
