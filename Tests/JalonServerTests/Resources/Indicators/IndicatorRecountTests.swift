import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Numbers of indicators against a naive recount")
struct IndicatorRecountTests {
    private static let bodies = ["TE", "JUS", "AGR", "CUL", "EN", "EF"]
    private static let years = 2020...2025

    /// Random indicators and all that is written of them, through the API and in the list of a recount that shares nothing with it.
    private struct Story {
        let server: TestServer
        var dice: Seed
        var naive = NaiveIndicators()
        var codes: [String] = []
        private var lastYear = IndicatorRecountTests.years.lowerBound
        /// At which questions are asked.
        var instants: [String] = []

        init(server: TestServer, dice: Seed) {
            self.server = server
            self.dice = dice
        }

        mutating func tell(_ writes: Int) async throws {
            for number in 0..<5 { try await define("I\(number)") }
            for write in 0..<writes {
                // Years come one after another; those that have come are corrected.
                lastYear = IndicatorRecountTests.years.lowerBound + write * IndicatorRecountTests.years.count / writes
                if Int.random(in: 0..<20, using: &dice) == 0 { try await redefine(codes.randomElement(using: &dice) ?? "I0") }
                try await give()
                if Int.random(in: 0..<2, using: &dice) == 0 { instants.append(try await now()) }
            }
            instants.append(try await now())
        }

        private func now() async throws -> String {
            try await server.database.fetch { session in
                try session.one("select rfc3339(clock_timestamp())") { row in try row.next() }
            }
        }

        private mutating func define(_ code: String) async throws {
            let (kind, rule) =
                [
                    ("count", "sum"), ("quantity", "sum"), ("quantity", "max"), ("quantity", "min"), ("ratio", "ratio_of_sums"),
                    ("average", "ratio_of_sums"), ("flag", "share_of_yes"),
                ].randomElement(using: &dice) ?? ("count", "sum")
            let isHalfYearly = Bool.random(using: &dice)
            let counts = isHalfYearly ? (Bool.random(using: &dice) ? "sum" : "last") : ""
            let decimals = Int.random(in: 0...3, using: &dice)
            let words = rule == "ratio_of_sums" ? #""numerator": "a", "denominator": "b","# : ""
            let unit = ["ratio", "flag"].contains(kind) ? "%" : "unités"
            let time = isHalfYearly ? #""over_time": "\#(counts)","# : ""
            let periodicity = isHalfYearly ? "semester" : "year"
            let first = isHalfYearly ? "2020-S1" : "2020"
            let body = """
                {"code": "\(code)", "title": "Essai", "kind": "\(kind)", "unit": "\(unit)", "consolidation": "\(rule)", \(words) \(time)
                "decimals": \(decimals), "direction": "none", "periodicity": "\(periodicity)", "days_allowed": 10, "first_period": "\(first)"}
                """
            try await IndicatorScene.define(server, body)
            codes.append(code)
            naive.append(
                .defined(
                    code,
                    .init(
                        number: 1, fromYear: 2020, kind: kind, rule: rule, decimals: decimals, isHalfYearly: isHalfYearly,
                        counts: counts)),
                at: try await now())
        }

        /// Another unit, from the year after all that counts.
        private mutating func redefine(_ code: String) async throws {
            let year = lastYear + 1
            guard let last = naive.definitions(of: code, at: "9").last, last.fromYear < year,
                year <= IndicatorRecountTests.years.upperBound
            else { return }
            let unit = ["ratio", "flag"].contains(last.kind) ? nil : "autres \(last.number)"
            let change =
                unit.map { #""unit": "\#($0)""# }
                ?? #""perimeter": ["\#(IndicatorRecountTests.bodies.joined(separator: #"", ""#))"]"#
            let period = last.isHalfYearly ? "\(year)-S1" : "\(year)"
            let answer = await server.send(
                .patch, "/v1/indicators/\(code)", body: #"{\#(change), "from_period": "\#(period)"}"#, fields: ["If-Match": "*"])
            guard answer.status == 200 else { return }
            naive.append(
                .defined(
                    code,
                    .init(
                        number: last.number + 1, fromYear: year, kind: last.kind, rule: last.rule, decimals: last.decimals,
                        isHalfYearly: last.isHalfYearly, counts: last.counts)), at: try await now())
        }

        private mutating func give() async throws {
            let code = codes.randomElement(using: &dice) ?? "I0"
            guard let last = naive.definitions(of: code, at: "9").last else { return }
            let year = Int.random(in: IndicatorRecountTests.years.lowerBound...lastYear, using: &dice)
            let period = last.isHalfYearly ? "\(year)-S\(Int.random(in: 1...2, using: &dice))" : "\(year)"
            let key = NaiveIndicators.Key(
                indicator: code, body: IndicatorRecountTests.bodies.randomElement(using: &dice) ?? "TE", period: period)
            let (said, answer) = answer(last.kind)
            let isValidated = Int.random(in: 0..<4, using: &dice) > 0
            let state = isValidated ? "validee" : "renvoyee"
            let reason = isValidated ? "" : #", "state_reason": "à revoir""#
            let written = await IndicatorScene.measure(
                server, "\(code)/\(key.body)/\(period)", #"{\#(said), "state": "\#(state)"\#(reason), "reason": "essai"}"#,
                query: "?accept=jump")
            // What was sent back goes by the ministry before it is validated.
            guard [200, 201].contains(written.status) else { return }
            let definition = try written.json()["definition"].number ?? 0
            naive.append(
                .given(key, .init(definition: definition, answer: answer, isValidated: isValidated)), at: try await now())
        }

        private mutating func answer(_ kind: String) -> (String, NaiveIndicators.Answer) {
            if Int.random(in: 0..<8, using: &dice) == 0 { return (#""not_applicable": "sans objet""#, .none) }
            let hundredths = Int.random(in: 0..<100_000, using: &dice)
            switch kind {
            case "count": return ("\"value\": \(hundredths)", .value(hundredths * 100))
            case "quantity": return ("\"value\": \(Self.decimal(hundredths))", .value(hundredths))
            case "flag":
                let isYes = Bool.random(using: &dice)
                return ("\"answer\": \(isYes)", .flag(isYes))
            default:
                let below = Int.random(in: 1..<10_000, using: &dice)
                return (
                    #""numerator": "\#(Self.decimal(hundredths))", "denominator": \#(Self.decimal(below))"#,
                    .parts(hundredths, below)
                )
            }
        }

        private static func decimal(_ hundredths: Int) -> String {
            "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
        }
    }

    @Test("whatever was defined, given, sent back, corrected and defined anew, in each year and as known at each instant")
    func recount() async throws {
        let seed = Seed.fresh()
        let writes = Int(ProcessInfo.processInfo.environment["JALON_TEST_MEASURES"] ?? "") ?? 120
        try await TestServer.with { server in
            var story = Story(server: server, dice: seed)
            try await story.tell(writes)
            var pairs = 0
            var numbers = 0
            var redefined = 0
            for instant in story.instants {
                for code in story.codes {
                    let answer = await server.send(.get, "/v1/indicators/\(code)/figures?from=2020&to=2025&known_at=\(instant)")
                    try #require(answer.status == 200, "\(answer.text) \(seed)")
                    let told = Self.points(answer.text)
                    for year in Self.years {
                        let expected = story.naive.number(of: code, in: year, at: instant)
                        #expect(
                            told[year]?.version == expected?.version && told[year]?.value == expected?.value,
                            "\(code) \(year) \(instant) \(seed)")
                        pairs += 1
                        if let value = expected?.value, value != "null" { numbers += 1 }
                        if expected?.version ?? 1 > 1 { redefined += 1 }
                    }
                }
            }
            print(
                "JALON_TEST_MEASURES \(writes): \(pairs) years, \(numbers) with a number, \(redefined) of a later definition, \(seed)"
            )
            #expect(numbers > pairs / 5 && redefined > pairs / 50, "\(redefined) and \(numbers) of \(pairs) \(seed)")
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [], "\(seed)")
        }
    }

    /// The numbers of a series, with their digits as they were sent.
    private static func points(_ text: String) -> [Int: (version: Int, value: String)] {
        let pattern = #/{"period":"(\d{4})","version":(\d+),"value":([^,]+),/#
        return Dictionary(
            text.matches(of: pattern).map { (Int($0.1) ?? 0, (version: Int($0.2) ?? 0, value: String($0.3))) },
            uniquingKeysWith: { $1 })
    }
}
