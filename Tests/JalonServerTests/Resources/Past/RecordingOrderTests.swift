import Foundation
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

/// The same facts are recorded twice: on one server in the order of their days, on another in any order.
@Suite("The order in which facts are recorded")
struct RecordingOrderTests {
    /// Actions whose histories are compared; more are asked for with `JALON_TEST_TIMELINES`.
    private static let count = ProcessInfo.processInfo.environment["JALON_TEST_TIMELINES"].flatMap { Int($0) } ?? 120
    private static let actionsOfPlan = 60
    private static let daysOfPlan = 8
    private static let beginning = "2021-01-01"

    /// What is said of the actions of a plan, day by day. Nothing is said twice of a member, so that no statement is ever what was
    /// so already: that one would be none, and could not be what holds once another comes before it.
    private struct Facts {
        let year: Int
        /// In order.
        let days: [String]
        /// By day, the lines of the document.
        let lines: [String: [String]]

        init(year: Int, _ seed: inout Seed) {
            self.year = year
            var days: Set<String> = []
            while days.count < RecordingOrderTests.daysOfPlan {
                let (year, month) = (Int.random(in: 2021...2023, using: &seed), Int.random(in: 2...9, using: &seed))
                days.insert("\(year)-0\(month)-\(Int.random(in: 10...28, using: &seed))")
            }
            self.days = days.sorted()
            var lines: [String: [String]] = [:]
            for code in 0..<RecordingOrderTests.actionsOfPlan {
                var rest = Unsaid(&seed)
                for (number, day) in self.days.enumerated() {
                    let members = rest.take(number, day, &seed)
                    if !members.isEmpty {
                        lines[day, default: []].append("{\"code\": \"A\(code)\", \(members.joined(separator: ", "))}")
                    }
                }
            }
            self.lines = lines
        }

        var first: String {
            let actions = (0..<RecordingOrderTests.actionsOfPlan).map {
                #"{"code": "A\#($0)", "title": "T", "theme": "achats", "target_level": "reflexion"}"#
            }
            return document(RecordingOrderTests.beginning, ", \"state\": \"soumise\"", actions)
        }

        func document(on day: String, numbered number: Int) -> String {
            document(day, number.isMultiple(of: 3) ? ", \"title\": \"Plan \(number)\"" : "", lines[day] ?? [])
        }

        private func document(_ day: String, _ more: String, _ lines: [String]) -> String {
            """
            {"ministry": "TE", "first_year": \(year), "effective_on": "\(day)"\(more), "actions": [\(lines.joined(separator: ","))]}
            """
        }
    }

    /// The values that an action has not had yet.
    private struct Unsaid {
        private var themes = ["centre_donnees", "conception_services", "fin_usage", "phase_usage", "sensibilisation_formation"]
        private var levels = ["experimentation", "realisation"]
        private var flags = ["true"]

        init(_ seed: inout Seed) { themes.shuffle(using: &seed) }

        /// Some members, each with a value of its own.
        mutating func take(_ number: Int, _ day: String, _ seed: inout Seed) -> [String] {
            func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &seed) < percent }
            var members: [String] = []
            if chance(25) { members.append(#""title": "T\#(number)""#) }
            if chance(25) { members.append(#""lead": "L\#(number)""#) }
            if chance(25) { members.append(#""due_on": "2022-0\#(number + 1)-15""#) }
            if chance(20), let theme = themes.popLast() { members.append(#""theme": "\#(theme)""#) }
            if chance(15), let level = levels.popLast() { members.append(#""target_level": "\#(level)""#) }
            if chance(10), let flag = flags.popLast() { members.append(#""key_action": \#(flag)"#) }
            if chance(45) {
                let status = ["a_faire", "en_cours", "realisee", "abandonnee"].randomElement(using: &seed) ?? "en_cours"
                // Where none is given it would be that of what was known before.
                let completion = status == "realisee" ? #", "completed_on": "\#(day)""# : ""
                members.append(#""status": "\#(status)", "status_reason": "R\#(number)"\#(completion)"#)
            }
            return members
        }
    }

    @Test("makes no difference to any member, figure, list, series or comparison of any day, nor to what was answered before")
    func anyOrder() async throws {
        let seed = Seed.fresh()
        var dice = seed
        let plans = (0..<max(1, Self.count / Self.actionsOfPlan)).map { Facts(year: 2001 + $0, &dice) }
        try #require(plans.count <= 100)
        var pairs = 0
        for facts in plans {
            let order = facts.days.shuffled(using: &dice)
            let asked = facts.days.map { _ in facts.days.randomElement(using: &dice) ?? Self.beginning }
            pairs += try await TestServer.with { inOrder in
                try await TestServer.with { shuffled in
                    try await Self.record(facts, facts.days, asking: asked, of: inOrder, seed)
                    try await Self.record(facts, order, asking: asked, of: shuffled, seed)
                    return try await Self.compare(facts, inOrder, shuffled, seed)
                }
            }
        }
        print("JALON_TEST_TIMELINES \(Self.count): \(pairs) pairs of states")
        #expect(pairs >= plans.count * Self.actionsOfPlan * Self.daysOfPlan)
    }

    /// What was answered before is asked again after each entry.
    private static func record(
        _ facts: Facts, _ days: [String], asking asked: [String], of server: TestServer, _ seed: Seed
    ) async throws {
        let path = "/v1/roadmaps/TE-\(facts.year)/plan"
        let first = await server.send(.put, path, body: facts.first)
        try #require(first.status == 201, "\(first.text) \(seed)")
        var answered: [String: String] = [:]
        for (day, past) in zip(days, asked) {
            let known = try await server.send(.get, "/v1/figures?year=\(facts.year)").json()["scope"]["known_at"].text ?? ""
            for question in ["/v1/figures?year=\(facts.year)", "/v1/actions?year=\(facts.year)&limit=200"] {
                let target = "\(question)&as_of=\(past)&known_at=\(known)"
                answered[target] = await server.send(.get, target).text
            }
            let body = facts.document(on: day, numbered: facts.days.firstIndex(of: day) ?? 0)
            let answer = await server.send(.put, path, body: body, fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(answer.text) \(seed)")
            for (target, text) in answered {
                #expect(await server.send(.get, target).text == text, "\(target) \(seed)")
            }
        }
        #expect(try await FigureAudit.differences(in: server.database).isEmpty, "\(seed)")
    }

    /// - Returns: how many states of an action on a day were compared.
    private static func compare(_ facts: Facts, _ one: TestServer, _ other: TestServer, _ seed: Seed) async throws -> Int {
        var pairs = 0
        let (first, last) = (facts.days.first ?? beginning, facts.days.last ?? beginning)
        var targets = [
            "/v1/figures/series?year=\(facts.year)&from=\(beginning)&to=2024-01-31",
            "/v1/figures/compare?year=\(facts.year)&from=\(first)&to=\(last)", "/v1/figures?year=\(facts.year)",
        ]
        for day in [beginning] + facts.days {
            targets.append("/v1/figures?year=\(facts.year)&as_of=\(day)")
            targets.append("/v1/actions?year=\(facts.year)&as_of=\(day)&limit=200")
            targets.append("/v1/roadmaps/TE-\(facts.year)?as_of=\(day)")
        }
        for target in targets {
            let (answer, wanted) = (await other.send(.get, target), await one.send(.get, target))
            try #require(answer.status == 200 && wanted.status == 200, "\(target) \(answer.text) \(wanted.text)")
            let (found, expected) = (try JSONTree(json: answer.text).lasting, try JSONTree(json: wanted.text).lasting)
            #expect(found == expected, "\(target) \(seed)")
            if target.hasPrefix("/v1/actions") { pairs += found["data"].items.count }
        }
        return pairs
    }
}

extension JSONTree {
    /// Without what says when something was recorded, and how often.
    fileprivate var lasting: JSONTree {
        switch self {
        case .object(let members):
            let told = [
                "known_at", "version", "plan_version", "created_at", "updated_at", "computed_at", "links", "oldest_update",
            ]
            return .object(members.filter { !told.contains($0.key) }.mapValues(\.lasting))
        case .list(let items): return .list(items.map(\.lasting))
        case .null, .flag, .number, .text: return self
        }
    }
}
