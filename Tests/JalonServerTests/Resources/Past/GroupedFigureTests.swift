import ActionPlans
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Figures of several years and groups against those of one")
struct GroupedFigureTests {
    @Test("every row equals the figures of its year, ministry, theme and level alone, whatever is asked of the past")
    func rows() async throws {
        let first = Seed.fresh()
        try await TestServer.with { server in
            var history = try await Self.scene(server, first)
            var seed = history.seed
            for _ in 0..<12 {
                let question = Question(&history, using: &seed)
                let answer = await server.send(.get, question.target, as: question.caller)
                try #require(answer.status == 200, "\(question.target): \(answer.text) \(first)")
                try ContractDocument.current().check(answer, to: ContractDocument.current().operation("getFigures"))
                let grouped = try answer.json()
                #expect(grouped["scope"]["groups"].items.compactMap(\.text) == question.groups)
                try await Self.checkYears(answer, question, server, first)
                let rows = grouped["data"].items
                for _ in 0..<min(rows.count, 12) {
                    try await Self.check(rows[Int.random(in: rows.indices, using: &seed)], question, server, first)
                }
                if let row = rows.max(by: { $0["actions"].number ?? 0 < $1["actions"].number ?? 0 }) {
                    try await Self.checkLists(of: row, question, server, first)
                }
            }
        }
    }

    /// Three years of writes in any order of dates, a plan of several years, a census of ministries that send nothing.
    private static func scene(_ server: TestServer, _ seed: Seed) async throws -> RandomHistory {
        var history = RandomHistory(server, seed)
        while try !history.isLong(tried: 90, accepted: 20) { try await history.step() }
        let plan = RandomPlan("CUL", 2021...2023, .validee, actions: 20, using: &history.seed)
        try #require(await server.send(.put, "/v1/roadmaps/CUL-2021/plan", body: plan.json).status == 201)
        for year in [2021, 2023] {
            let census = await server.send(
                .put, "/v1/censuses/\(year)", body: #"{"due_on": "\#(year)-03-01", "expected": ["CUL", "AGR", "TE"]}"#,
                fields: ["If-Match": "*"])
            let isNew = census.status == 412
            if isNew {
                let created = await server.send(
                    .put, "/v1/censuses/\(year)", body: #"{"due_on": "\#(year)-03-01", "expected": ["CUL", "AGR", "TE"]}"#)
                try #require(created.status == 201, "\(created.text)")
            }
        }
        return history
    }

    private struct Question {
        var years: [Int]
        var groups: [String]
        var filters: [String] = []
        var caller = TestServer.Caller.anonymous

        init(_ history: inout RandomHistory, using seed: inout Seed) {
            years = [2021, 2022, 2023, 2024].filter { _ in Int.random(in: 0...2, using: &seed) > 0 }
            if years.count < 2 { years = [2022, 2023] }
            groups = FigureGroup.codes.filter { _ in Bool.random(using: &seed) }
            if Bool.random(using: &seed) { filters.append("as_of=\(history.day())") }
            if Bool.random(using: &seed) { filters.append("theme=fin_usage,achats") }
            if Int.random(in: 0...3, using: &seed) == 0 { filters.append("ministry=TE,CUL") }
            if Int.random(in: 0...3, using: &seed) == 0 { filters.append("target_level=realisation,reflexion") }
            if Int.random(in: 0...3, using: &seed) == 0 { filters.append("perimeter=today") }
            if Bool.random(using: &seed) {
                filters.append("roadmap_state=brouillon,soumise,validee")
                caller = .coordinator
            }
        }

        var target: String {
            let group = groups.isEmpty ? [] : ["group=\(groups.reversed().joined(separator: ","))"]
            let years = ["year=\(self.years.reversed().map(String.init).joined(separator: ","))"]
            return "/v1/figures?" + (years + group + filters).joined(separator: "&")
        }

        func target(of year: Int) -> String { "/v1/figures?" + (["year=\(year)"] + filters).joined(separator: "&") }
    }

    /// A year has the totals, the coverage and what is left out of its own figures, and its rows add up to them.
    private static func checkYears(_ answer: TestAnswer, _ question: Question, _ server: TestServer, _ seed: Seed) async throws {
        let grouped = try answer.json()
        #expect(grouped["years"].items.compactMap(\.["year"].number) == question.years, "\(question.target) \(seed)")
        let tree = try JSONTree(json: answer.text)
        for (place, number) in question.years.enumerated() {
            let answerAlone = await server.send(.get, question.target(of: number), as: question.caller)
            let (alone, treeAlone) = (try answerAlone.json(), try JSONTree(json: answerAlone.text))
            let context: String = "\(number) of \(question.target) \(seed)"
            for member in ["totals", "coverage", "excluded"] {
                #expect(tree["years"].items[place][member] == treeAlone[member], "\(member) of \(context)")
            }
            let rows = grouped["data"].items.filter { $0["year"].number == number }
            #expect(rows.reduce(0) { $0 + ($1["actions"].number ?? 0) } == alone["totals"]["actions"].number, "\(context)")
            #expect(rows.reduce(0) { $0 + ($1["late"].number ?? 0) } == alone["totals"]["late"].number, "\(context)")
            for (place, rate) in Rate.allCases.enumerated() {
                for part in ["numerator", "denominator"] {
                    let sum = rows.reduce(0) { $0 + ($1["rates"][rate.code][part].number ?? 0) }
                    #expect(sum == alone["rates"][place][part].number, "\(rate.code) \(part) of \(context)")
                }
            }
            let bodies = question.groups.contains("ministry") ? alone["by_ministry"].items.count : 1
            let themes =
                question.groups.contains("theme")
                ? (question.filters.contains { $0.hasPrefix("theme") } ? 2 : Theme.allCases.count) : 1
            let levels =
                question.groups.contains("target_level")
                ? (question.filters.contains { $0.hasPrefix("target") } ? 2 : EngagementLevel.allCases.count) : 1
            #expect(rows.count == bodies * themes * levels, "\(context)")
        }
    }

    private static func check(_ row: JSONValue, _ question: Question, _ server: TestServer, _ seed: Seed) async throws {
        let link = try #require(row["links"]["figures"].text)
        let alone = try await server.send(.get, link, as: question.caller).json()
        let context: String = "\(link) \(seed)"
        #expect(row["actions"].number == alone["totals"]["actions"].number, "\(context)")
        #expect(row["late"].number == alone["totals"]["late"].number, "\(context)")
        for (place, status) in ActionStatus.allCases.enumerated() {
            #expect(
                row["by_status"][status.code].number == alone["by_status"][place]["actions"].number, "\(status) of \(context)")
        }
        for (place, rate) in Rate.allCases.enumerated() {
            for part in ["numerator", "denominator"] {
                #expect(row["rates"][rate.code][part].number == alone["rates"][place][part].number, "\(rate) of \(context)")
            }
            #expect(row["rates"][rate.code]["value"].decimal == alone["rates"][place]["value"].decimal, "\(rate) of \(context)")
        }
    }

    /// Each number counts the actions of the list that it links to.
    private static func checkLists(
        of row: JSONValue, _ question: Question, _ server: TestServer, _ seed: Seed
    ) async throws {
        var pairs = [(row["actions"].number, row["links"]["actions"].text), (row["late"].number, row["links"]["late"].text)]
        for status in ActionStatus.codes { pairs.append((row["by_status"][status].number, row["links"][status].text)) }
        for rate in Rate.allCases.map({ row["rates"][$0.code] }) {
            pairs.append((rate["numerator"].number, rate["links"]["numerator"].text))
            pairs.append((rate["denominator"].number, rate["links"]["denominator"].text))
        }
        for (number, link) in pairs {
            let link = try #require(link)
            let list = try await server.send(.get, "\(link)&limit=1&count=true", as: .coordinator).json()
            #expect(list["meta"]["total"].number == number, "\(link) \(seed)")
        }
    }

    @Test("merged ministries are one row of today, and one that sent nothing is named as missing")
    func bodies() async throws {
        try await TestServer.with { server in
            let line = "{code: A, title: Louer, theme: achats, target_level: reflexion}"
            for code in ["AA", "BB", "CC"] {
                let names = #"[{"name": "Nom \#(code)", "from": "2020-01-01"}]"#
                let body = #"{"code": "\#(code)", "kind": "ministere", "names": \#(names)}"#
                try #require(await server.send(.post, "/v1/ministries", as: .admin, body: body).status == 201)
            }
            for code in ["AA", "BB"] {
                try await server.apply(
                    "{ministry: \(code), first_year: 2022, state: validee, actions: [\(line)]}", to: "\(code)-2022")
            }
            let merger = #"{"predecessor": "AA", "successor": "BB", "on": "2023-01-01", "kind": "fusion"}"#
            try #require(
                await server.send(
                    .patch, "/v1/ministries/BB", as: .admin, body: #"{"successions": [\#(merger)]}"#, fields: ["If-Match": "*"]
                ).status == 200)
            let census = #"{"due_on": "2022-03-01", "expected": ["AA", "CC"]}"#
            try #require(await server.send(.put, "/v1/censuses/2022", body: census).status == 201)
            let rows = try await server.send(.get, "/v1/figures?year=2022&group=ministry&perimeter=today").json()["data"].items
            #expect(rows.compactMap(\.["ministry"].text) == ["BB", "CC"])
            #expect(rows[0]["codes"].items.compactMap(\.text) == ["AA", "BB"] && rows[0]["actions"].number == 2)
            #expect(rows[1]["missing"].items.compactMap(\.text) == ["CC"] && rows[1]["actions"].number == 0)
        }
    }

    @Test("ten years take as many statements as one, and more rows than an answer may have are refused")
    func bounds() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            func statements(_ target: String) async -> UInt64 {
                let before = server.database.health.metrics.statements
                #expect(await server.send(.get, target, as: .anonymous).status == 200)
                return server.database.health.metrics.statements - before
            }
            let years = (2021...2030).map(String.init).joined(separator: ",")
            for question in ["", "&as_of=2022-06-30", "&as_of=2022-06-30&known_at=2022-07-01T00:00:00Z&perimeter=today"] {
                let one = await statements("/v1/figures?year=2022\(question)")
                #expect(await statements("/v1/figures?year=\(years)&group=ministry,theme\(question)") == one, "\(question)")
            }
            let codes = try await server.send(.get, "/v1/ministries?limit=12").json()["data"].items.compactMap(\.["code"].text)
            let expected = codes.map { "\"\($0)\"" }.joined(separator: ",")
            for year in 2021...2030 where year != 2022 {
                let census = #"{"due_on": "\#(year)-03-01", "expected": [\#(expected)]}"#
                try #require(await server.send(.put, "/v1/censuses/\(year)", body: census).status == 201)
            }
            let answer = await server.send(.get, "/v1/figures?year=\(years)&group=ministry,theme,target_level")
            #expect(answer.status == 400)
            #expect(try answer.faults() == ["too-many group"])
            #expect(await server.send(.get, "/v1/figures?year=\(years)&group=ministry,theme").status == 200)
        }
    }

    @Test("one year without groups has the answer of one year, and with groups the same numbers in rows")
    func oneYear() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let alone = try await server.send(.get, "/v1/figures?year=2022").json()
            #expect(alone["data"].isNull && alone["by_theme"].items.count == Theme.allCases.count)
            let grouped = try await server.send(.get, "/v1/figures?year=2022&group=theme").json()
            for (row, theme) in zip(grouped["data"].items, alone["by_theme"].items) {
                #expect(row["theme"].text == theme["code"].text && row["theme_label"].text == theme["label"].text)
                #expect(row["rates"]["realisees_identifiees"]["value"].decimal == theme["realisees_identifiees"].decimal)
            }
            #expect(grouped["data"].items.count == Theme.allCases.count)
            let several = try await server.send(.get, "/v1/figures?year=2022,2021").json()
            #expect(several["data"].items.compactMap(\.["year"].number) == [2021, 2022])
        }
    }
}
