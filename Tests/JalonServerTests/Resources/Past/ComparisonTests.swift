import ActionPlans
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Comparisons of figures")
struct ComparisonTests {
    @Test("what moved between any two readings is what a naive classification finds, adds up at every level, and is listed")
    func everyPair() async throws {
        let seed = Seed.fresh()
        var found: Set<String> = []
        // In one history too little may happen: which causes there are is chance too.
        for history in 0..<4 where found.count < 10 {
            found.formUnion(try await Self.causes(in: Seed(seed.value &+ UInt64(history))))
        }
        #expect(found.count >= 10, "histories in which too little happens: \(found.sorted()) \(seed)")
    }

    /// Checks many pairs of readings of one history.
    /// - Returns: the causes that something was moved by.
    private static func causes(in seed: Seed) async throws -> Set<String> {
        try await TestServer.with { server async throws in
            var history = RandomHistory(server, seed)
            for _ in 0..<700 { try await history.step() }
            let naive = try await NaiveHistory.read(server.database)
            var found: Set<String> = []
            for round in 0..<80 {
                let question = ComparedPair(naive, &history)
                let answer = try await server.send(.get, question.target, as: question.caller).json()
                try #require(answer["moves"].items.count == 12, "\(answer) \(seed)")
                let expected = NaiveComparison(naive, question)
                try expected.check(answer, question, seed)
                checkSums(answer, seed)
                found.formUnion(answer["moves"].items.filter { $0["count"].number != 0 }.compactMap(\.["cause"].text))
                if round.isMultiple(of: 6) { try await checkLists(answer, expected, question, server, seed) }
                try await checkSides(answer, server, question.caller, seed)
            }
            return found
        }
    }

    private static let effects = ["actions", "realisees"] + ActionStatus.codes

    private static func effect(_ effect: JSONValue, _ name: String) -> Int {
        effect[name].number ?? effect["by_status"][name].number ?? .min
    }

    /// From one side, all effects lead to the other: as a whole and in each group, for actions and for each status.
    private static func checkSums(_ answer: JSONValue, _ seed: Seed) {
        for group in [answer] + answer["by_ministry"].items + answer["by_theme"].items {
            for name in effects {
                let side = name == "realisees" ? "realisee" : name
                let sum = group["moves"].items.reduce(0) { $0 + effect($1["effect"], name) }
                #expect(effect(group["from"], side) + sum == effect(group["to"], side), "\(name) of \(group["code"]) \(seed)")
            }
        }
        for name in effects {
            let sum = answer["moves"].items.reduce(0) { $0 + effect($1["effect"], name) }
            #expect(effect(answer["change"], name) == sum, "\(name) \(seed)")
        }
        for dimension in ["by_ministry", "by_theme"] {
            for side in ["from", "to"] {
                let sum = answer[dimension].items.reduce(0) { $0 + ($1[side]["actions"].number ?? 0) }
                #expect(sum == answer[side]["actions"].number, "\(dimension) \(side) \(seed)")
            }
        }
    }

    /// Each side is the figures of that reading.
    private static func checkSides(_ answer: JSONValue, _ server: TestServer, _ caller: TestServer.Caller, _ seed: Seed)
        async throws
    {
        for side in ["from", "to"] {
            let figures = try await server.send(.get, try #require(answer[side]["links"]["figures"].text), as: caller).json()
            #expect(figures["totals"]["actions"].number == answer[side]["actions"].number, "\(side) \(seed)")
            #expect(figures["totals"]["realisees"].number == answer[side]["realisees_identifiees"]["numerator"].number, "\(seed)")
        }
    }

    /// Every list has as many actions as its number says, page after page, and none is both listed and withheld.
    private static func checkLists(
        _ answer: JSONValue, _ expected: NaiveComparison, _ question: ComparedPair, _ server: TestServer, _ seed: Seed
    ) async throws {
        for group in [answer] + answer["by_ministry"].items + answer["by_theme"].items {
            for move in group["moves"].items {
                guard let link = move["links"]["actions"].text else { continue }
                let whole = try await server.send(.get, "\(link)&limit=200&count=true").json()
                let ids = whole["data"].items.compactMap(\.["id"].text)
                if question.caller == .coordinator {
                    #expect(ids.count == move["count"].number, "\(link) \(seed)")
                    #expect(
                        whole["meta"]["hidden"].number == 0 && whole["meta"]["total"].number == ids.count, "\(link) \(seed)")
                }
                #expect(ids == ids.sorted(by: { $0.sortKey < $1.sortKey }), "\(link) \(seed)")
                if group["code"].text == nil, question.caller == .coordinator, let cause = move["cause"].text {
                    #expect(Set(ids) == Set(expected.causes.filter { $0.value == cause }.keys), "\(link) \(seed)")
                }
                let reader = try await server.send(.get, "\(link)&limit=3&count=true", as: .reader).json()
                guard !question.withDrafts else { continue }
                let visible = reader["meta"]["total"].number ?? -1
                #expect(reader["data"].items.count == min(3, visible), "\(link) \(seed)")
                if question.caller == .anonymous {
                    #expect(visible + (reader["meta"]["hidden"].number ?? 0) == move["count"].number, "\(link) \(seed)")
                }
                #expect(!reader["data"].items.contains { $0["title"].text == nil }, "\(link) \(seed)")
            }
        }
    }
}

extension String {
    /// An action's id as the list orders it.
    fileprivate var sortKey: [String] { split(separator: "-", maxSplits: 2).map(String.init) }
}

extension [String] {
    fileprivate static func < (left: [String], right: [String]) -> Bool { left.lexicographicallyPrecedes(right) }
}

/// Two readings, at random.
struct ComparedPair {
    let years: (from: Int, to: Int)
    let days: (from: String, to: String)
    let instants: (from: String?, to: String?)
    let withDrafts: Bool
    let themes: [String]?
    let caller: TestServer.Caller

    init(_ naive: NaiveHistory, _ history: inout RandomHistory) {
        func instant(_ seed: inout Seed) -> String? {
            Bool.random(using: &seed) ? nil : naive.changes[Int.random(in: naive.changes.indices, using: &seed)].recordedAt
        }
        let first = Int.random(in: 2021...2023, using: &history.seed)
        let isYearOnYear = Int.random(in: 0..<6, using: &history.seed) == 0
        years = (first, isYearOnYear ? first + 1 : first)
        let days = [history.day(), Bool.random(using: &history.seed) ? "2024-12-31" : history.day()].sorted()
        self.days = Int.random(in: 0..<5, using: &history.seed) == 0 ? (days[0], days[0]) : (days[0], days[1])
        instants = (instant(&history.seed), instant(&history.seed))
        withDrafts = Int.random(in: 0..<4, using: &history.seed) == 0
        themes = Int.random(in: 0..<3, using: &history.seed) == 0 ? ["achats", "fin_usage", "phase_usage"] : nil
        caller = withDrafts || Bool.random(using: &history.seed) ? .coordinator : .anonymous
    }

    var states: [String] { ["soumise", "en_relecture", "validee", "close"] + (withDrafts ? ["brouillon"] : []) }

    var target: String {
        var target = "/v1/figures/compare?from_year=\(years.from)&to_year=\(years.to)&from=\(days.from)&to=\(days.to)"
        if let instant = instants.from { target += "&from_known_at=\(instant)" }
        if let instant = instants.to { target += "&to_known_at=\(instant)" }
        if withDrafts { target += "&roadmap_state=\(states.joined(separator: ","))" }
        if let themes { target += "&theme=\(themes.joined(separator: ","))" }
        return target
    }
}

/// Each action classified by itself from the two worlds, and counted.
struct NaiveComparison {
    private(set) var causes: [String: String] = [:]
    private var numbers: [String: Int] = [:]

    init(_ naive: NaiveHistory, _ question: ComparedPair) {
        let from = naive.world(on: question.days.from, knownAt: question.instants.from)
        let to = naive.world(on: question.days.to, knownAt: question.instants.to)
        for id in Set(from.actions.keys).union(to.actions.keys) {
            let before = Self.side(id, in: from, question.years.from, question)
            let after = Self.side(id, in: to, question.years.to, question)
            guard before?.counts == true || after?.counts == true else { continue }
            let cause = Self.cause(before, after)
            causes[id] = cause
            let old = before.flatMap { $0.counts ? $0.action : nil }, new = after.flatMap { $0.counts ? $0.action : nil }
            numbers["total \(cause)", default: 0] += 1
            numbers["\(id.prefix { $0 != "-" }) \(cause)", default: 0] += 1
            let oldTheme = old?["theme"], newTheme = new?["theme"]
            if let oldTheme, let newTheme, oldTheme != newTheme {
                numbers["\(oldTheme) left", default: 0] += 1
                numbers["\(newTheme) entered", default: 0] += 1
            } else {
                numbers["\(oldTheme ?? newTheme ?? "") \(cause)", default: 0] += 1
            }
        }
    }

    private typealias Side = (action: NaiveHistory.Action, counts: Bool)

    private static func side(_ id: String, in world: NaiveHistory.World, _ year: Int, _ question: ComparedPair) -> Side? {
        guard let action = world.actions[id], let roadmap = world.roadmaps[action.roadmap] else { return nil }
        let isDraft = roadmap.state == "brouillon"
        if isDraft, question.caller != .coordinator { return nil }
        let counts =
            roadmap.firstYear <= year && year <= roadmap.lastYear && question.states.contains(roadmap.state)
            && (question.themes?.contains(action["theme"]) ?? true)
        return (action, counts)
    }

    private static func cause(_ before: Side?, _ after: Side?) -> String {
        guard let before else { return "new" }
        guard let after else { return "removed" }
        if !before.counts { return "entered" }
        if !after.counts { return "left" }
        switch (before.action["status"], after.action["status"]) {
        case ("a_faire", "realisee"), ("en_cours", "realisee"), ("abandonnee", "realisee"): return "done"
        case ("a_faire", "abandonnee"), ("en_cours", "abandonnee"), ("realisee", "abandonnee"): return "abandoned"
        case ("realisee", "a_faire"), ("realisee", "en_cours"): return "reopened"
        case ("abandonnee", "a_faire"), ("abandonnee", "en_cours"): return "resumed"
        case ("a_faire", "en_cours"): return "started"
        case ("en_cours", "a_faire"): return "put_back"
        default:
            let isSame = ["theme", "target_level"].allSatisfy { before.action[$0] == after.action[$0] }
            return isSame && before.action.isKey == after.action.isKey ? "unchanged" : "reclassified"
        }
    }

    func check(_ answer: JSONValue, _ question: ComparedPair, _ seed: Seed) throws {
        var found: [String: Int] = [:]
        for group in [answer] + answer["by_ministry"].items + answer["by_theme"].items {
            for move in group["moves"].items {
                let count = move["count"].number ?? -1
                if count != 0 { found["\(group["code"].text ?? "total") \(move["cause"].text ?? "")"] = count }
            }
        }
        #expect(found == numbers, "\(question.target) as \(question.caller) \(seed)")
    }
}
