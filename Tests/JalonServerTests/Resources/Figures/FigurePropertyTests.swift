import ActionPlans
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Figures against an independent recount")
struct FigurePropertyTests {
    @Test("every number equals a recount in SQL and the length of the list behind it")
    func everyNumber() async throws {
        var seed = Seed.fresh()
        try await TestServer.with { server in
            for plan in Self.plans(using: &seed) {
                let answer = await server.send(.put, "/v1/roadmaps/\(plan.roadmap)/plan", body: plan.json)
                try #require(answer.status == 201, "\(answer.text) \(seed)")
            }
            for scope in Self.scopes(using: &seed) {
                let figures = try await server.send(.get, "/v1/figures?\(scope.query)").json()
                try #require(figures["totals"]["actions"].number != nil, "\(figures) \(seed)")
                try await checkRecount(figures, scope, server, seed)
                try await checkLists(figures, server, seed)
                checkSums(figures, seed)
            }
        }
    }

    struct Scope {
        var year: Int
        var ministries: [String]?
        var themes: [String]?
        var states = ["soumise", "en_relecture", "validee", "close"]

        var query: String {
            var query = "year=\(year)&roadmap_state=\(states.joined(separator: ","))"
            if let ministries { query += "&ministry=\(ministries.joined(separator: ","))" }
            if let themes { query += "&theme=\(themes.joined(separator: ","))" }
            return query
        }

        /// Written apart from the server's own statements.
        var condition: SQL {
            """
            \(year) >= r.first_year and \(year) <= r.last_year and r.state = any(\(states)::text[])
            and (\(ministries ?? [])::text[] = '{}' or r.ministry = any(\(ministries ?? [])::text[]))
            and (\(themes ?? [])::text[] = '{}' or a.theme = any(\(themes ?? [])::text[]))
            """
        }
    }

    private static func plans(using seed: inout Seed) -> [RandomPlan] {
        let ministries = ["TE", "EF", "INT", "JUS", "CUL"]
        var plans: [RandomPlan] = []
        for ministry in ministries {
            let split = Int.random(in: 2022...2024, using: &seed)
            let states = RoadmapState.allCases
            plans.append(
                RandomPlan(
                    ministry, 2022...split, states[Int.random(in: 0..<states.count, using: &seed)],
                    actions: Int.random(in: 0...25, using: &seed), using: &seed))
            plans.append(
                RandomPlan(
                    ministry, (split + 1)...2026, states[Int.random(in: 0..<states.count, using: &seed)],
                    actions: Int.random(in: 0...25, using: &seed), using: &seed))
        }
        return plans
    }

    private static func scopes(using seed: inout Seed) -> [Scope] {
        [
            Scope(year: 2022), Scope(year: 2024), Scope(year: 2026, states: ["brouillon", "validee"]),
            Scope(year: 2030), Scope(year: 2023, ministries: ["TE", "JUS"]),
            Scope(year: Int.random(in: 2022...2026, using: &seed), themes: ["achats", "fin_usage"]),
        ]
    }

    private func checkRecount(_ figures: JSONValue, _ scope: Scope, _ server: TestServer, _ seed: Seed) async throws {
        let from: SQL = "from actions a join roadmaps r using (ministry, first_year) where \(scope.condition)"
        for (member, column) in Self.dimensions {
            let rows = try await server.database.read { session in
                try session.query("select coalesce(\(column)::text, 'aucun'), a.status, count(*) \(from) group by 1, 2") { row in
                    (code: try row.next(String.self), status: try row.next(String.self), count: try row.next(Int.self))
                }
            }
            for group in figures[member].items {
                let code = group["code"].text ?? ""
                let mine = rows.filter { $0.code == code }
                #expect(group["actions"].number == mine.reduce(0) { $0 + $1.count }, "\(member) \(code) \(seed)")
                for status in ActionStatus.codes {
                    let expected = mine.filter { $0.status == status }.reduce(0) { $0 + $1.count }
                    #expect(group["by_status"][status].number == expected, "\(member) \(code) \(status) \(seed)")
                }
            }
            let codes = figures[member].items.compactMap(\.["code"].text)
            #expect(Set(rows.map(\.code)).isSubset(of: codes), "\(member) leaves codes out \(seed)")
        }
        let totals: [(String, SQL)] = [
            ("actions", "true"), ("realisees", "a.status = 'realisee'"), ("abandonnees", "a.status = 'abandonnee'"),
            ("key_actions", "a.key_action"), ("confidential", "a.confidential"),
            (
                "late",
                "a.due_on < (now() at time zone 'Europe/Paris')::date and a.status in (select code from statuses where is_open)"
            ),
        ]
        for (member, condition) in totals {
            let count = try await server.count("select count(*) \(from) and \(condition)")
            #expect(figures["totals"][member].number == count, "\(member) \(seed)")
        }
        try await checkRates(figures, from, server, seed)
    }

    private static let dimensions: [(String, SQL)] = [
        ("by_theme", "a.theme"), ("by_target_level", "a.target_level"), ("by_reached_level", "a.reached_level"),
        ("by_ministry", "a.ministry"), ("by_key_action", "a.key_action"),
    ]

    private func checkRates(_ figures: JSONValue, _ from: SQL, _ server: TestServer, _ seed: Seed) async throws {
        let rank: SQL = "array_position(array['reflexion', 'experimentation', 'realisation'], "
        let rates: [(String, SQL, SQL)] = [
            ("realisees_identifiees", "a.status = 'realisee'", "true"),
            ("realisees_actives", "a.status = 'realisee'", "a.status <> 'abandonnee'"),
            ("niveau_cible_atteint", "\(rank) a.reached_level) >= \(rank) a.target_level)", "true"),
            ("niveau_realisation", "a.reached_level = 'realisation'", "true"),
            // Plans created already validated: their actions are the cohort.
            ("cohorte_validation", "a.status = 'realisee' and r.validated_on is not null", "r.validated_on is not null"),
        ]
        #expect(figures["rates"].items.compactMap(\.["code"].text) == rates.map(\.0))
        for (rate, (code, numerator, denominator)) in zip(figures["rates"].items, rates) {
            let over = try await server.count("select count(*) filter (where \(numerator)) \(from)")
            let base = try await server.count("select count(*) filter (where \(denominator)) \(from)")
            #expect(rate["numerator"].number == over, "\(code) \(seed)")
            #expect(rate["denominator"].number == base, "\(code) \(seed)")
            // PostgreSQL's numeric rounds half away from zero, which is half up here.
            let value = try await server.database.read { session in
                try session.one("select round(100.0 * \(over)::numeric / nullif(\(base), 0)::numeric, 1)::float8") { row in
                    try row.next(Double?.self)
                }
            }
            #expect(rate["value"].decimal == value, "\(code) \(seed)")
        }
    }

    /// Every link of the document leads to a list of exactly as many actions as its number says.
    private func checkLists(_ figures: JSONValue, _ server: TestServer, _ seed: Seed) async throws {
        var pairs: [(Int?, String?)] = []
        for group in figures["by_status"].items { pairs.append((group["actions"].number, group["links"]["actions"].text)) }
        for (member, _) in Self.dimensions {
            for group in figures[member].items {
                pairs.append((group["actions"].number, group["links"]["actions"].text))
                for status in ActionStatus.codes {
                    pairs.append((group["by_status"][status].number, group["links"][status].text))
                }
            }
        }
        for rate in figures["rates"].items {
            pairs.append((rate["numerator"].number, rate["links"]["numerator"].text))
            pairs.append((rate["denominator"].number, rate["links"]["denominator"].text))
        }
        for member in ["actions", "realisees", "abandonnees", "key_actions", "late", "confidential"] {
            pairs.append((figures["totals"][member].number, figures["links"][member].text))
        }
        pairs.append((figures["coverage"]["without_reached_level"].number, figures["links"]["without_reached_level"].text))
        pairs.append((figures["totals"]["roadmaps"].number, figures["links"]["roadmaps"].text))
        for (number, link) in pairs {
            let link = try #require(link)
            let list = try await server.send(.get, "\(link)&limit=200&count=true").json()
            #expect(list["meta"]["total"].number == number, "\(link) \(seed)")
            #expect(list["data"].items.count == min(number ?? -1, 200), "\(link) \(seed)")
        }
    }

    /// Each breakdown adds up to the total.
    private func checkSums(_ figures: JSONValue, _ seed: Seed) {
        let total = figures["totals"]["actions"].number
        for member in ["by_status", "by_theme", "by_target_level", "by_reached_level", "by_ministry", "by_key_action"] {
            let sum = figures[member].items.reduce(0) { $0 + ($1["actions"].number ?? 0) }
            #expect(sum == total, "\(member) \(seed)")
        }
    }
}
