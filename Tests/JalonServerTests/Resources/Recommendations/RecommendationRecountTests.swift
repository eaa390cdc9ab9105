import ActionPlans
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

/// Random recommendations, told through the API; the questions are answered anew from their histories, as the coordinators read them.
@Suite("Figures of recommendations against a naive recount of their histories")
struct RecommendationRecountTests {
    private typealias Scene = RecommendationScene
    private static let plans = ["TE-2022", "JUS-2022", "EF-2021"]
    private static let days = (1...28).map { $0 < 10 ? "2022-03-0\($0)" : "2022-03-\($0)" }

    /// What a history says of one recommendation at an instant, folded change by change.
    private struct Told {
        var members: [String: JSONValue] = [:]

        init(_ changes: [JSONValue], until instant: String) {
            for change in changes.reversed() where (change["recorded_at"].text ?? "") <= instant {
                for (name, said) in change["changes"].members { members[name] = said["to"] }
            }
        }

        func text(_ name: String) -> String? { members[name]?.text }

        /// Whether a move had been made by a day.
        func day(_ name: String, by day: String) -> String? { text(name).flatMap { $0 <= day ? $0 : nil } }
    }

    private struct Count: Equatable, CustomStringConvertible {
        var sent = 0
        var answered = 0
        var followed = 0
        var days: [Int] = []

        mutating func add(_ told: Told, by day: String) {
            guard let sent = told.day("sent_on", by: day) else { return }
            self.sent += 1
            if let answered = told.day("answered_on", by: day) {
                self.answered += 1
                days.append((Int(answered.suffix(2)) ?? 0) - (Int(sent.suffix(2)) ?? 0))
            }
            if told.day("closed_on", by: day) != nil, told.text("outcome") == "mise_en_oeuvre" { followed += 1 }
        }

        /// In halves of a day, so that no rounding is shared with the service.
        var halves: Int? {
            let sorted = days.sorted()
            guard let last = sorted.indices.last else { return nil }
            return sorted[last / 2] + sorted[(last + 1) / 2]
        }

        var description: String { "\(sent) \(answered) \(followed) \(halves.map { String($0) } ?? "-")" }
    }

    private struct Story {
        let server: TestServer
        var dice: Seed
        private(set) var instants: [String] = []
        private(set) var ids: [String] = []

        init(_ server: TestServer, _ dice: Seed) {
            self.server = server
            self.dice = dice
        }

        mutating func tell(_ writes: Int) async throws {
            for plan in RecommendationRecountTests.plans {
                let actions = "\(ImpactScene.action("A")), {code: B, title: B, theme: fin_usage, target_level: reflexion}"
                try await ImpactScene.plan(server, plan, actions)
            }
            try await Scene.patch(server, "/v1/roadmaps/EF-2021", #"{"last_year": 2022}"#)
            try await begin()
            for _ in 0..<writes {
                if ids.isEmpty || Int.random(in: 0..<3, using: &dice) == 0 { try await give() } else { try await move() }
                if Int.random(in: 0..<8, using: &dice) == 0 { instants.append(try await ImpactScene.now(server)) }
            }
            instants.append(try await ImpactScene.now(server))
        }

        /// Whatever the dice say, there is one that was sent, answered and followed.
        private mutating func begin() async throws {
            let id = try await Scene.give(
                server, "TE-2022", Scene.advice("A", #""state": "emise", "effective_on": "2022-03-01""#))
            try await Scene.must(server, id, #"{"state": "amendee", "answer": "Oui", "effective_on": "2022-03-04"}"#)
            try await Scene.must(
                server, id, #"{"state": "close", "outcome": "mise_en_oeuvre", "effective_on": "2022-03-08"}"#)
            ids.append(id)
            instants.append(try await ImpactScene.now(server))
        }

        private mutating func one(_ values: [String]) -> String { values.randomElement(using: &dice) ?? values[0] }

        private mutating func give() async throws {
            let category = one(["missing_theme", "wording", "other"])
            let state = one(["brouillon", "emise"])
            let day = one(Array(RecommendationRecountTests.days.prefix(12)))
            let body = """
                {"subject": "\(one(["plan", "A", "B", "achats"]))", "category": "\(category)", "priority": "majeure", "text": "X",
                "state": "\(state)", "effective_on": "\(day)"}
                """
            ids.append(try await Scene.give(server, one(RecommendationRecountTests.plans), body))
        }

        /// Whatever is refused changes nothing: days may be out of order, and moves may not follow.
        private mutating func move() async throws {
            let day = one(RecommendationRecountTests.days)
            let body = one([
                #"{"state": "emise", "effective_on": "\#(day)"}"#,
                #"{"state": "acceptee", "answer": "Oui", "effective_on": "\#(day)"}"#,
                #"{"state": "declinee", "answer": "Non", "effective_on": "\#(day)"}"#,
                #"{"state": "close", "outcome": "mise_en_oeuvre", "effective_on": "\#(day)"}"#,
                #"{"state": "close", "outcome": "sans_objet", "effective_on": "\#(day)"}"#,
                #"{"outcome": "mise_en_oeuvre", "reason": "Corrigé"}"#,
                #"{"category": "no_due_date", "reason": "Corrigé"}"#,
            ])
            let answer = await Scene.change(server, one(ids), body)
            try #require([200, 409, 422].contains(answer.status), "\(body) \(answer.text)")
        }
    }

    /// As the answer writes it, in halves of a day.
    private static func halves(_ csv: String?) -> Int? {
        guard let csv, !csv.isEmpty else { return nil }
        let parts = csv.split(separator: ",")
        return (Int(parts[0]) ?? 0) * 2 + (parts.count > 1 ? 1 : 0)
    }

    @Test("whatever was sent, answered, closed and corrected, on each day and as known at each instant")
    func recount() async throws {
        let seed = Seed.fresh()
        try await TestServer.with { server in
            var story = Story(server, seed)
            try await story.tell(120)
            var histories: [String: [JSONValue]] = [:]
            for id in story.ids {
                histories[id] = try await server.send(.get, "/v1/recommendations/\(id)/history?limit=200").json()["data"].items
            }
            var (questions, answered) = (0, 0)
            for instant in story.instants {
                for day in [Self.days[0], Self.days[8], Self.days[16], Self.days[27], "2022-12-31"] {
                    answered += try await Self.compare(server, histories, day, instant, seed)
                    questions += 1
                }
            }
            print("\(questions) questions, \(answered) answers counted, \(seed)")
            #expect(answered > 0, "\(seed)")
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [], "\(seed)")
        }
    }

    /// - Returns: how many answers were counted.
    private static func compare(
        _ server: TestServer, _ histories: [String: [JSONValue]], _ day: String, _ instant: String, _ seed: Seed
    ) async throws -> Int {
        var expected: [String: Count] = [:]
        for (id, changes) in histories {
            let told = Told(changes, until: instant)
            guard !told.members.isEmpty else { continue }
            let theme = told.text("theme") ?? "plan"
            let groups = [
                "", "ministry \(id.split(separator: "-")[0])", "theme \(theme)", "category \(told.text("category") ?? "")",
            ]
            for group in groups { expected[group, default: Count()].add(told, by: day) }
        }
        let question = "year=2022&as_of=\(day)&known_at=\(instant)"
        let table = await server.send(.get, "/v1/recommendations/figures.csv?\(question)")
        try #require(table.status == 200, "\(table.text) \(seed)")
        for line in table.text.split(separator: "\r\n").dropFirst() {
            let cells = line.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
            let group = cells[3].isEmpty ? "" : "\(cells[3]) \(cells[4])"
            let own = expected[group] ?? Count()
            let told = "\(cells[6]) \(cells[7]) \(cells[8]) \(halves(cells[9]).map { String($0) } ?? "-")"
            #expect(told == own.description, "\(group) \(question) \(seed)")
            guard own.sent > 0 else { continue }
            let list = await server.send(.get, "\(cells[10].replacing("\"", with: ""))&count=true")
            #expect(try list.json()["meta"]["total"].number == own.sent, "\(group) \(question) \(list.text.prefix(300)) \(seed)")
        }
        let figures = try await server.send(.get, "/v1/recommendations/figures?\(question)").json()
        for (number, wanted) in [("answered", expected[""]?.answered), ("followed", expected[""]?.followed)] {
            let link = try #require(figures["totals"]["links"][number].text)
            let total = try await server.send(.get, "\(link)&count=true").json()["meta"]["total"].number
            #expect(total == wanted ?? 0 && total == figures["totals"][number].number, "\(number) \(question) \(seed)")
        }
        return expected[""]?.answered ?? 0
    }
}
