import ActionPlans
import Foundation
import HTTPTypes
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Figures of avoided impacts against a naive recount")
struct ImpactRecountTests {
    private static let plans = ["TE-2022", "JUS-2022", "EF-2023"]
    private static let years = 2022...2024

    /// Random factors, impacts, actions and plans, through the API and in the list of a recount that shares nothing with it.
    private struct Story {
        let server: TestServer
        var dice: Seed
        var naive = NaiveImpacts()
        /// At which questions are asked.
        var instants: [String] = []
        private var factors: [String] = []
        private var actions: [String: NaiveImpacts.Action] = [:]
        private var impacts: [String: [Int: NaiveImpacts.Impact]] = [:]
        private var published: [String: Bool] = [:]

        init(server: TestServer, dice: Seed) {
            self.server = server
            self.dice = dice
        }

        mutating func tell(_ writes: Int) async throws {
            for number in 0..<4 { try await addVersion(of: "F\(number)") }
            for plan in ImpactRecountTests.plans {
                let own = (1...3).map { ImpactScene.action("A\($0)", "key_action: \($0 < 3)") }
                try await ImpactScene.plan(server, plan, own.joined(separator: ", "), state: "soumise")
                published[plan] = true
                naive.append(.plan(plan, isPublished: true), at: try await ImpactScene.now(server))
                for number in 1...3 { try await keep(.init(isKey: number < 3, isAbandoned: false), as: "\(plan)-A\(number)") }
            }
            try await overlap()
            for _ in 0..<writes {
                switch Int.random(in: 0..<20, using: &dice) {
                case 0: try await addVersion(of: factors.randomElement(using: &dice) ?? "F0")
                case 1: try await movePlan()
                case 2: try await changeAction()
                case 3, 4: try await deleteImpact()
                case 5...9: try await changeImpact()
                default: try await giveImpact()
                }
                if Int.random(in: 0..<2, using: &dice) == 0 { instants.append(try await ImpactScene.now(server)) }
            }
            instants.append(try await ImpactScene.now(server))
        }

        /// Two impacts that overlap, with their intervals: whatever the dice say, there is something to leave out.
        private mutating func overlap() async throws {
            let bounds = NaiveImpacts.Bounds(low: 1, central: 2, high: 3)
            try await addVersion(of: "F4", family: "A", carbon: bounds, minerals: bounds)
            for plan in ["TE-2022", "JUS-2022"] {
                try await give(
                    .init(factor: "F4", version: 0, quantity: bounds, year: 2022, isMeasured: false, group: "G0"),
                    to: "\(plan)-A1")
            }
            instants.append(try await ImpactScene.now(server))
        }

        private mutating func keep(_ action: NaiveImpacts.Action, as id: String) async throws {
            actions[id] = action
            naive.append(.action(id, action), at: try await ImpactScene.now(server))
        }

        private mutating func addVersion(of code: String) async throws {
            let family = Bool.random(using: &dice) ? "A" : "B"
            let kind = Int.random(in: 0..<4, using: &dice)
            let carbon = kind == 0 ? nil : bounds(Int.random(in: 0..<100_000, using: &dice))
            let minerals = kind == 1 ? nil : bounds(Int.random(in: 0..<1_000, using: &dice))
            try await addVersion(of: code, family: family, carbon: carbon, minerals: minerals)
        }

        private mutating func addVersion(
            of code: String, family: String, carbon: NaiveImpacts.Bounds?, minerals: NaiveImpacts.Bounds?
        ) async throws {
            let body = ImpactScene.factor(code, co2: carbon.map(Self.json), sb: minerals.map(Self.json), family: family)
            let answer = await server.send(.post, "/v1/impact-factors", body: body)
            guard answer.status == 201 else { return }
            if !factors.contains(code) { factors.append(code) }
            naive.append(
                .factor(code, .init(family: family, carbon: carbon, minerals: minerals)), at: try await ImpactScene.now(server))
        }

        private mutating func movePlan() async throws {
            let plan = ImpactRecountTests.plans.randomElement(using: &dice) ?? "TE-2022"
            let isPublished = !(published[plan] ?? true)
            let state = isPublished ? "soumise" : "brouillon"
            let answer = await server.send(
                .patch, "/v1/roadmaps/\(plan)", body: #"{"state": "\#(state)"}"#, fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(answer.text)")
            published[plan] = isPublished
            naive.append(.plan(plan, isPublished: isPublished), at: try await ImpactScene.now(server))
        }

        private mutating func changeAction() async throws {
            guard let (id, former) = actions.sorted(by: { $0.key < $1.key }).randomElement(using: &dice) else { return }
            var action = former
            let body: String
            switch Int.random(in: 0..<3, using: &dice) {
            case 0:
                action.isKey.toggle()
                body = #"{"key_action": \#(action.isKey)}"#
            case 1: body = #"{"confidential": \#(Bool.random(using: &dice))}"#
            default:
                action.isAbandoned.toggle()
                body =
                    action.isAbandoned
                    ? #"{"status": "abandonnee", "status_reason": "sans suite"}"#
                    : #"{"status": "en_cours", "status_reason": null}"#
            }
            let answer = await server.send(.patch, "/v1/actions/\(id)", body: body, fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(answer.text)")
            try await keep(action, as: id)
        }

        private mutating func giveImpact() async throws {
            let action = actions.keys.sorted().randomElement(using: &dice) ?? "TE-2022-A1"
            let impact = NaiveImpacts.Impact(
                factor: factors.randomElement(using: &dice) ?? "F0", version: 0,
                quantity: bounds(Int.random(in: 0..<1_000_000, using: &dice)),
                year: Int.random(in: ImpactRecountTests.years, using: &dice), isMeasured: Bool.random(using: &dice),
                group: Int.random(in: 0..<3, using: &dice) == 0 ? "G\(Int.random(in: 0..<3, using: &dice))" : nil)
            try await give(impact, to: action)
        }

        private mutating func give(_ impact: NaiveImpacts.Impact, to action: String) async throws {
            let body = ImpactScene.impact(
                of: impact.factor, Self.json(impact.quantity), in: impact.year,
                basis: impact.isMeasured ? "measured" : "estimated", group: impact.group)
            let answer = await server.send(.post, "/v1/actions/\(action)/impacts", body: body)
            try #require(answer.status == 201, "\(answer.text)")
            try await record(impact, as: answer, of: action)
        }

        /// The service says which version of the factor it took.
        private mutating func record(_ impact: NaiveImpacts.Impact, as answer: TestAnswer, of action: String) async throws {
            let told = try answer.json()
            let number = try #require(told["number"].number)
            var kept = impact
            kept.version = try #require(told["factor_version"].number)
            impacts[action, default: [:]][number] = kept
            naive.append(.impact(action, number, kept), at: try await ImpactScene.now(server))
        }

        private mutating func anyImpact() -> (action: String, number: Int, impact: NaiveImpacts.Impact)? {
            let all = impacts.sorted { $0.key < $1.key }.flatMap { action, own in
                own.sorted { $0.key < $1.key }.map { (action: action, number: $0.key, impact: $0.value) }
            }
            return all.randomElement(using: &dice)
        }

        private mutating func changeImpact() async throws {
            guard let chosen = anyImpact() else { return }
            let (action, number) = (chosen.action, chosen.number)
            var impact = chosen.impact
            let body: String
            switch Int.random(in: 0..<3, using: &dice) {
            case 0:
                impact.quantity = bounds(Int.random(in: 0..<1_000_000, using: &dice))
                body = "{\"quantity\": \(Self.json(impact.quantity))}"
            case 1:
                impact.factor = factors.randomElement(using: &dice) ?? "F0"
                body = #"{"factor": "\#(impact.factor)"}"#
            default:
                impact.isMeasured.toggle()
                impact.group = nil
                body = #"{"basis": "\#(impact.isMeasured ? "measured" : "estimated")", "overlap_group": null}"#
            }
            let answer = await server.send(
                .patch, "/v1/actions/\(action)/impacts/\(number)", body: body, fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(answer.text)")
            try await record(impact, as: answer, of: action)
        }

        private mutating func deleteImpact() async throws {
            guard let (action, number, _) = anyImpact() else { return }
            let answer = await server.send(.delete, "/v1/actions/\(action)/impacts/\(number)", fields: ["If-Match": "*"])
            try #require(answer.status == 204, "\(answer.text)")
            impacts[action]?[number] = nil
            naive.append(.impact(action, number, nil), at: try await ImpactScene.now(server))
        }

        private mutating func bounds(_ central: Int) -> NaiveImpacts.Bounds {
            guard Int.random(in: 0..<6, using: &dice) > 0 else { return .init(low: nil, central: central, high: nil) }
            return .init(
                low: Int.random(in: 0...central, using: &dice), central: central,
                high: central + Int.random(in: 0..<100_000, using: &dice))
        }

        private static func json(_ bounds: NaiveImpacts.Bounds) -> String {
            func decimal(_ thousandths: Int?) -> String {
                thousandths.map { "\($0 / 1_000).\(String(1_000 + $0 % 1_000).dropFirst())" } ?? "null"
            }
            return #"{"low": \#(decimal(bounds.low)), "central": \#(decimal(bounds.central)), "high": \#(decimal(bounds.high))}"#
        }
    }

    @Test("whatever was given, changed, deleted, hidden, abandoned and versioned, in each year and as known at each instant")
    func recount() async throws {
        let seed = Seed.fresh()
        let writes = Int(ProcessInfo.processInfo.environment["JALON_TEST_IMPACTS"] ?? "") ?? 150
        try await TestServer.with { server in
            var story = Story(server: server, dice: seed)
            try await story.tell(writes)
            var (questions, counted, leftOut, whole) = (0, 0, 0, 0)
            for instant in story.instants {
                for year in Self.years {
                    let answer = await server.send(
                        .get, "/v1/impacts/figures?year=\(year)&known_at=\(instant)", as: .anonymous)
                    try #require(answer.status == 200, "\(answer.text) \(seed)")
                    let expected = story.naive.told(year, at: instant)
                    #expect(Self.families(answer.text) == expected.families, "\(year) \(instant) \(seed)")
                    let key = try answer.json()["key_actions"]
                    #expect(
                        key["with_estimate"].number == expected.key.0 && key["without_estimate"].number == expected.key.1,
                        "\(year) \(instant) \(seed)")
                    questions += 1
                    counted += expected.counted
                    leftOut += expected.leftOut
                    whole += answer.text.contains(#""without_interval":0"#) ? 1 : 0
                }
            }
            print(
                "JALON_TEST_IMPACTS \(writes): \(questions) years, \(counted) impacts counted and \(leftOut) left out, \(seed)")
            #expect(counted > questions && leftOut > 0 && whole > 0, "\(seed)")
            let found = try await IndicatorScene.auditFinds(server)
            #expect(found == [], "\(seed)")
        }
    }

    /// Of each family what stands before its themes, and its factors, with the digits as they were sent.
    private static func families(_ text: String) -> [String: String] {
        let pattern = #/{"method_family":"([AB])",(.*?),"by_theme":.*?("by_factor":\[.*?\])}/#
        return Dictionary(
            text.matches(of: pattern).map { (String($0.1), "\($0.2) \($0.3)") }, uniquingKeysWith: { $1 })
    }
}
