import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Figures of the past against a naive recount")
struct PastFigureTests {
    /// How many pairs of a day and an instant are compared; `JALON_AUDIT_PAIRS` asks for more.
    private static let pairs = ProcessInfo.processInfo.environment["JALON_AUDIT_PAIRS"].flatMap { Int($0) } ?? 400
    private static let pairsOfOne = pairs < 2_000 ? 100 : 250

    @Test("every number of any day, as known at any instant, equals a naive recount, and its list has as many actions")
    func everyPair() async throws {
        let first = Seed.fresh()
        // Each is the first of a run with its own seed, so that it can be replayed alone.
        let histories = (0..<max(1, Self.pairs / Self.pairsOfOne)).map { Seed(first.value &+ UInt64($0)) }
        // A few histories at a time: each has a server of its own.
        let checked = try await withThrowingTaskGroup(of: Int.self) { group in
            var waiting = histories[...]
            var checked = 0
            for seed in waiting.prefix(3) { group.addTask { try await check(seed) } }
            waiting = waiting.dropFirst(3)
            while let more = try await group.next() {
                checked += more
                if let seed = waiting.popFirst() { group.addTask { try await check(seed) } }
            }
            return checked
        }
        print("JALON_AUDIT_PAIRS checked: \(checked)")
        #expect(checked >= min(Self.pairs, Self.pairsOfOne))
    }

    private func check(_ seed: Seed) async throws -> Int {
        try await TestServer.with { server async throws in
            var history = RandomHistory(server, seed)
            while try !history.isLong(tried: 160, accepted: 20) { try await history.step() }
            let naive = try await NaiveHistory.read(server.database)
            try await checkToday(naive, server, seed)
            let instants = naive.changes.map(\.recordedAt)
            for pair in 0..<Self.pairsOfOne {
                let day =
                    Bool.random(using: &history.seed)
                    ? history.day() : naive.changes[Int.random(in: naive.changes.indices, using: &history.seed)].effectiveOn
                let instant = pair.isMultiple(of: 4) ? nil : instants[Int.random(in: instants.indices, using: &history.seed)]
                let question = PastQuestion(
                    year: Int.random(in: 2021...2024, using: &history.seed), day: day, instant: instant,
                    withDrafts: Int.random(in: 0...2, using: &history.seed) == 0,
                    themes: Int.random(in: 0...3, using: &history.seed) == 0 ? ["achats", "fin_usage"] : nil)
                let figures = try await server.send(.get, question.target).json()
                let expected = PastRecount(naive.world(on: day, knownAt: instant), question)
                for (name, found) in PastRecount.numbers(of: figures) {
                    #expect(found == expected.numbers[name] ?? 0, "\(name) of \(question.target) \(seed)")
                }
                #expect(
                    Set(expected.numbers.keys).isSubset(of: PastRecount.numbers(of: figures).keys), "\(question.target) \(seed)")
                try await expected.checkRest(of: figures, question, server, seed)
                if pair.isMultiple(of: 5) { try await checkLists(figures, question, server, &history.seed) }
            }
            #expect(try await FigureAudit.differences(in: server.database).isEmpty, "\(seed)")
            return Self.pairsOfOne
        }
    }

    /// With every change, the fold is the tables of today.
    private func checkToday(_ naive: NaiveHistory, _ server: TestServer, _ seed: Seed) async throws {
        let world = naive.world(on: "9999", knownAt: nil)
        let rows = try await server.database.read { session in
            try session.query(
                "select ministry || '-' || first_year || '-' || code, status, theme, coalesce(completed_on::text, ''), in_validation_cohort from actions"
            ) { row in
                (
                    try row.next(String.self),
                    "\(try row.next(String.self)) \(try row.next(String.self)) \(try row.next(String.self)) \(try row.next(Bool.self))"
                )
            }
        }
        let folded = world.actions.mapValues { "\($0["status"]) \($0["theme"]) \($0["completed_on"]) \($0.inCohort)" }
        #expect(Dictionary(uniqueKeysWithValues: rows) == folded, "\(seed)")
    }

    /// A few links of the document, at random: each leads to as many actions as its number says.
    private func checkLists(_ figures: JSONValue, _ question: PastQuestion, _ server: TestServer, _ seed: inout Seed) async throws
    {
        let links = PastRecount.links(of: figures)
        for _ in 0..<4 {
            let (number, link) = links[Int.random(in: links.indices, using: &seed)]
            let list = try await server.send(.get, "\(link)&limit=200&count=true").json()
            #expect(list["meta"]["total"].number == number, "\(link) \(seed)")
            #expect(list["data"].items.count == number, "\(link) \(seed)")
            #expect(link.contains("as_of=\(question.day)"), "\(link)")
        }
    }
}

struct PastQuestion {
    let year: Int
    let day: String
    let instant: String?
    let withDrafts: Bool
    let themes: [String]?

    var states: [String] { ["soumise", "en_relecture", "validee", "close"] + (withDrafts ? ["brouillon"] : []) }

    var target: String {
        var target = "/v1/figures?year=\(year)&as_of=\(day)"
        if let instant { target += "&known_at=\(instant)" }
        if withDrafts { target += "&roadmap_state=\(states.joined(separator: ","))" }
        if let themes { target += "&theme=\(themes.joined(separator: ","))" }
        return target
    }
}

/// The numbers of a set of figures, counted one action at a time.
struct PastRecount {
    private(set) var numbers: [String: Int] = [:]
    private let roadmaps: [NaiveHistory.Roadmap]
    /// Whatever their state.
    private let ofYear: [NaiveHistory.Roadmap]
    private let census: [String: String]?

    init(_ world: NaiveHistory.World, _ question: PastQuestion) {
        let ofYear = world.roadmaps.filter { $0.value.firstYear <= question.year && question.year <= $0.value.lastYear }
        let counted = ofYear.filter { question.states.contains($0.value.state) }
        roadmaps = Array(counted.values)
        self.ofYear = Array(ofYear.values)
        census = world.censuses[question.year]
        func isWanted(_ action: NaiveHistory.Action) -> Bool { question.themes?.contains(action["theme"]) ?? true }
        for action in world.actions.values where isWanted(action) {
            if counted[action.roadmap] != nil {
                count(action, on: question.day)
            } else if let state = ofYear[action.roadmap]?.state {
                numbers["excluded.\(state).actions", default: 0] += 1
            }
        }
        numbers["totals.roadmaps"] = counted.count
        for roadmap in ofYear.values where !question.states.contains(roadmap.state) {
            numbers["excluded.\(roadmap.state).roadmaps", default: 0] += 1
        }
    }

    private mutating func count(_ action: NaiveHistory.Action, on day: String) {
        func add(_ name: String, if holds: Bool = true) { if holds { numbers[name, default: 0] += 1 } }
        let ranks = Dictionary(uniqueKeysWithValues: zip(EngagementLevel.codes, 1...))
        let status = action["status"], reached = action["reached_level"]
        let isDone = status == "realisee"
        add("totals.actions")
        add("totals.realisees", if: isDone)
        add("totals.abandonnees", if: status == "abandonnee")
        add("totals.key_actions", if: action.isKey)
        add("totals.late", if: action.isLate(on: day))
        add("totals.confidential", if: action.isConfidential)
        add("by_status.\(status)")
        for (dimension, code) in [
            ("by_theme", action["theme"]), ("by_target_level", action["target_level"]),
            ("by_reached_level", reached.isEmpty ? "aucun" : reached), ("by_ministry", action.ministry),
            ("by_key_action", String(action.isKey)),
        ] {
            add("\(dimension).\(code)")
            add("\(dimension).\(code).\(status)")
        }
        add("rates.realisees_identifiees.numerator", if: isDone)
        add("rates.realisees_identifiees.denominator")
        add("rates.realisees_actives.numerator", if: isDone)
        add("rates.realisees_actives.denominator", if: status != "abandonnee")
        add("rates.niveau_cible_atteint.numerator", if: (ranks[reached] ?? 0) >= (ranks[action["target_level"]] ?? 0))
        add("rates.niveau_cible_atteint.denominator")
        add("rates.niveau_realisation.numerator", if: reached == "realisation")
        add("rates.niveau_realisation.denominator")
        add("rates.cohorte_validation.numerator", if: action.inCohort && isDone)
        add("rates.cohorte_validation.denominator", if: action.inCohort)
        add("coverage.without_reached_level", if: reached.isEmpty)
    }

    /// The same numbers as the document gives them.
    static func numbers(of figures: JSONValue) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for (name, value) in figures["totals"].members { numbers["totals.\(name)"] = value.number }
        for group in figures["by_status"].items { numbers["by_status.\(group["code"].text ?? "")"] = group["actions"].number }
        for dimension in ["by_theme", "by_target_level", "by_reached_level", "by_ministry", "by_key_action"] {
            for group in figures[dimension].items {
                let name = "\(dimension).\(group["code"].text ?? "")"
                numbers[name] = group["actions"].number
                for (status, value) in group["by_status"].members { numbers["\(name).\(status)"] = value.number }
            }
        }
        for rate in figures["rates"].items {
            numbers["rates.\(rate["code"].text ?? "").numerator"] = rate["numerator"].number
            numbers["rates.\(rate["code"].text ?? "").denominator"] = rate["denominator"].number
        }
        for excluded in figures["excluded"].items {
            numbers["excluded.\(excluded["code"].text ?? "").roadmaps"] = excluded["roadmaps"].number
            numbers["excluded.\(excluded["code"].text ?? "").actions"] = excluded["actions"].number
        }
        numbers["coverage.without_reached_level"] = figures["coverage"]["without_reached_level"].number
        return numbers
    }

    static func links(of figures: JSONValue) -> [(Int, String)] {
        var links: [(Int, String)] = []
        func note(_ number: JSONValue, _ link: JSONValue) {
            if let number = number.number, let link = link.text { links.append((number, link)) }
        }
        for name in ["actions", "realisees", "abandonnees", "key_actions", "late", "confidential", "roadmaps"] {
            note(figures["totals"][name], figures["links"][name])
        }
        for dimension in ["by_status", "by_theme", "by_target_level", "by_reached_level", "by_ministry", "by_key_action"] {
            for group in figures[dimension].items {
                note(group["actions"], group["links"]["actions"])
                for status in ActionStatus.codes { note(group["by_status"][status], group["links"][status]) }
            }
        }
        for rate in figures["rates"].items {
            note(rate["numerator"], rate["links"]["numerator"])
            note(rate["denominator"], rate["links"]["denominator"])
        }
        return links
    }

    /// Coverage, the oldest update and the echo of the dates.
    func checkRest(of figures: JSONValue, _ question: PastQuestion, _ server: TestServer, _ seed: Seed) async throws {
        let senders = Set(roadmaps.map(\.ministry))
        let expected = census.map { Set(($0["expected"] ?? "").split(separator: ",").map(String.init)) } ?? senders
        let coverage = figures["coverage"]
        #expect(coverage["expected"].number == expected.count, "\(question.target) \(seed)")
        #expect(
            coverage["missing"].items.compactMap(\.["code"].text) == expected.subtracting(senders).sorted(),
            "\(question.target) \(seed)")
        #expect(coverage["due_on"].text == census?["due_on"], "\(question.target) \(seed)")
        let due = census?["due_on"] ?? "9"
        let late =
            question.day <= due
            ? []
            : expected.filter { ministry in
                !ofYear.contains {
                    $0.ministry == ministry && !($0.members["submitted_on"] ?? "").isEmpty
                        && $0.members["submitted_on"] ?? "9" <= due
                }
            }
        #expect(coverage["late"].number == late.count, "\(question.target) \(seed)")
        #expect(
            coverage["late_ministries"].items.compactMap(\.["code"].text) == late.sorted(), "\(question.target) \(seed)")
        #expect(figures["scope"]["as_of"].text == question.day)
        let knownAt = try #require(figures["scope"]["known_at"].text)
        if let instant = question.instant { #expect(knownAt == instant) }
    }
}
