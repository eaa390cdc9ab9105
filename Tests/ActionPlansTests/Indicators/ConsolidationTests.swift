import RandomSeed
import Testing

@testable import ActionPlans

@Suite("Consolidation")
struct ConsolidationTests {
    private typealias Sample = IndicatorSample

    /// What a body sends, as text: both what is judged and what recounts it read it for themselves.
    struct Sent {
        enum Answer {
            case value(String)
            case parts(String, String)
            case yes(Bool)
            case none(isApplicable: Bool)
        }

        let body: String
        let period: String
        let answer: Answer

        func read() throws -> MeasureAnswer {
            switch answer {
            case .value(let text): return try Sample.value(text)
            case .parts(let numerator, let denominator): return try Sample.parts(numerator, denominator)
            case .yes(let isYes): return .yes(isYes)
            case .none(let isApplicable): return isApplicable ? .unavailable("en cours") : .notApplicable("aucun parc propre")
            }
        }
    }

    /// A definition, a period that is asked for, and what was sent; some of it for other periods.
    struct Case {
        let definition: IndicatorDefinition
        let asked: String
        let sent: [Sent]
    }

    private static func randomCase(_ seed: inout Seed) throws -> Case {
        let kind = IndicatorKind.allCases.randomElement(using: &seed) ?? .count
        // Months make the longest cases and no others: they come less often.
        let periodicity = (Periodicity.allCases + [.year, .semester, .quarter]).randomElement(using: &seed) ?? .year
        var definition = try Sample.indicator(
            kind, kind.consolidations.randomElement(using: &seed), decimals: Int.random(in: 0...6, using: &seed), periodicity,
            periodicity == .year ? nil : OverTime.allCases.randomElement(using: &seed))
        let periods = Period.all(of: periodicity, in: 2024).map(\.description)
        if Int.random(in: 0..<6, using: &seed) == 0 {
            definition.lastPeriod = try Sample.period(periods.randomElement(using: &seed) ?? "")
        }
        if Int.random(in: 0..<6, using: &seed) == 0 {
            definition.fromPeriod = try Sample.period(periods.randomElement(using: &seed) ?? "")
        }
        let asked = Bool.random(using: &seed) ? "2024" : periods.randomElement(using: &seed) ?? ""
        var sent: [Sent] = []
        for body in ["A", "B", "C", "D", "E", "F"].prefix(Int.random(in: 0...6, using: &seed)) {
            for period in periods + ["2023", "2024", "2024-S1", "2024-T2", "2024-03", "2025"] {
                // Each body has its gaps; what is of another length is there only to be passed over.
                let isOther = !periods.contains(period)
                guard Int.random(in: 0..<(isOther ? 4 : 8), using: &seed) != 0, !isOther || Bool.random(using: &seed) else {
                    continue
                }
                guard !sent.contains(where: { $0.body == body && $0.period == period }) else { continue }
                sent.append(Sent(body: body, period: period, answer: randomAnswer(kind, &seed)))
            }
        }
        return Case(definition: definition, asked: asked, sent: sent.shuffled(using: &seed))
    }

    private static func randomAnswer(_ kind: IndicatorKind, _ seed: inout Seed) -> Sent.Answer {
        guard Int.random(in: 0..<5, using: &seed) != 0 else { return .none(isApplicable: Bool.random(using: &seed)) }
        func number(negative: Bool) -> String {
            Bool.random(using: &seed)
                ? "\(Int.random(in: 0...20, using: &seed))" : ExactArithmeticTests.text(&seed, negative: negative)
        }
        switch kind {
        case .count, .quantity: return .value(number(negative: kind == .quantity))
        case .ratio, .average: return .parts(number(negative: false), "\(Int.random(in: 1...40, using: &seed))")
        case .flag: return .yes(Bool.random(using: &seed))
        }
    }

    // MARK: - The recount

    /// The same numbers, reckoned again from the texts, in whole millionths.
    struct Recount {
        var value: BigFraction?
        var numerator: BigInteger?
        var denominator: BigInteger?
        var own: [String: BigFraction] = [:]
        /// Own values in their order.
        var sorted: [BigFraction] { own.values.sorted() }
    }

    private static func counted(_ test: Case) -> [String] {
        let names: [Periodicity: [String]] = [
            .year: ["2024"], .semester: ["2024-S1", "2024-S2"], .quarter: ["2024-T1", "2024-T2", "2024-T3", "2024-T4"],
            .month: (1...12).map { $0 < 10 ? "2024-0\($0)" : "2024-\($0)" },
        ]
        let all = names[test.definition.periodicity] ?? []
        // Periods of one length stand in the order of their texts.
        let kept = all.filter { name in
            (test.asked == "2024" || name == test.asked)
                && test.definition.lastPeriod.map { name <= $0.description } ?? true
                && test.definition.fromPeriod.map { name >= $0.description } ?? true
        }
        return test.definition.overTime == .last ? Array(kept.suffix(1)) : kept
    }

    private static func recount(_ test: Case) -> Recount {
        let counted = counted(test)
        var above: [String: BigInteger] = [:], below: [String: BigInteger] = [:]
        for sent in test.sent where counted.contains(sent.period) {
            switch sent.answer {
            case .value(let text):
                above[sent.body, default: BigInteger(0)] =
                    above[sent.body, default: BigInteger(0)] + ExactArithmeticTests.millionths(text)
                below[sent.body] = .power(6)
            case .parts(let numerator, let denominator):
                above[sent.body, default: BigInteger(0)] =
                    above[sent.body, default: BigInteger(0)] + ExactArithmeticTests.millionths(numerator)
                below[sent.body, default: BigInteger(0)] =
                    below[sent.body, default: BigInteger(0)] + ExactArithmeticTests.millionths(denominator)
            case .yes(let isYes):
                above[sent.body, default: BigInteger(0)] =
                    above[sent.body, default: BigInteger(0)] + BigInteger(isYes ? 1_000_000 : 0)
                below[sent.body, default: BigInteger(0)] = below[sent.body, default: BigInteger(0)] + .power(6)
            case .none: break
            }
        }
        var recount = Recount()
        for (body, numerator) in above {
            recount.own[body] = BigFraction(numerator: numerator, denominator: below[body] ?? BigInteger(0))
        }
        guard !above.isEmpty else { return recount }
        let all = above.values.reduce(BigInteger(0), +), base = below.values.reduce(BigInteger(0), +)
        switch test.definition.consolidation {
        case .sum: recount.value = BigFraction(numerator: all, denominator: .power(6))
        case .ratioOfSums, .shareOfYes:
            recount.value = BigFraction(numerator: all, denominator: base)
            (recount.numerator, recount.denominator) = (all, base)
        case .minimum: recount.value = recount.own.values.min()
        case .maximum: recount.value = recount.own.values.max()
        case .none: break
        }
        return recount
    }

    // MARK: - The comparison

    private static func difference(_ figure: ConsolidatedFigure, _ recount: Recount, _ definition: IndicatorDefinition) -> String?
    {
        let times = definition.kind == .ratio || definition.kind == .flag ? 100 : 1
        func isSame(_ told: ExactDecimal?, _ exact: BigFraction?) -> Bool {
            guard let told, let exact else { return told == nil && exact == nil }
            return exact.isRounded(told.description, times: times, decimals: definition.decimals)
        }
        func isSame(_ told: ExactDecimal?, _ exact: BigInteger?) -> Bool {
            told.map { ExactArithmeticTests.millionths($0.description) } == exact
        }
        let own = recount.sorted
        if !isSame(figure.value, recount.value) { return "value \(String(describing: figure.value))" }
        if !isSame(figure.numerator, recount.numerator) { return "numerator" }
        if !isSame(figure.denominator, recount.denominator) { return "denominator" }
        if figure.bodies.map(\.body.text) != recount.own.keys.sorted() || figure.contributors != own.count { return "bodies" }
        if let other = figure.bodies.first(where: { !isSame($0.value, recount.own[$0.body.text]) }) { return "value of \(other)" }
        if !isSame(figure.lowest, own.first) { return "lowest" }
        if !isSame(figure.highest, own.last) { return "highest" }
        let middle = own.isEmpty ? nil : BigFraction.middle(own[(own.count - 1) / 2], own[own.count / 2])
        return isSame(figure.median, middle) ? nil : "median"
    }

    @Test("every consolidated number is that of a recount on paper, of random definitions, gaps and periods")
    func recounted() throws {
        var seed = Seed.fresh()
        var values = 0
        for number in 0..<10_000 {
            let test = try Self.randomCase(&seed)
            let answers = try test.sent.map { (try Sample.body($0.body), try Sample.period($0.period), try $0.read()) }
            let figure = test.definition.consolidate(answers, in: try Sample.period(test.asked))
            if figure.value != nil { values += 1 }
            let difference = Self.difference(figure, Self.recount(test), test.definition)
            #expect(difference == nil, "case \(number): \(test); \(seed)")
            if difference != nil { return }
        }
        #expect(values > 4_000, "most cases have a number; \(seed)")
    }

    @Test("parts that are added in any order, and in any grouping, are the same parts")
    func anyOrder() throws {
        var seed = Seed.fresh()
        for _ in 0..<1_000 {
            let kind = IndicatorKind.allCases.randomElement(using: &seed) ?? .count
            let bodies = try (0..<Int.random(in: 0...12, using: &seed)).map { number in
                let sent = (0..<Int.random(in: 0...4, using: &seed)).map { _ in
                    Sent(body: "B\(number)", period: "2024", answer: Self.randomAnswer(kind, &seed))
                }
                return ConsolidationParts(ofOneBody: try sent.map { try $0.read() })
            }
            let once = bodies.reduce(ConsolidationParts(), +)
            let shuffled = bodies.shuffled(using: &seed)
            let cut = Int.random(in: 0...shuffled.count, using: &seed)
            var twice = shuffled[..<cut].reversed().reduce(ConsolidationParts(), +)
            twice += shuffled[cut...].reduce(ConsolidationParts(), +)
            #expect(once == twice, "\(seed)")
            let definition = try Sample.indicator(kind)
            var named: [MinistryCode: ConsolidationParts] = [:]
            for (number, parts) in bodies.enumerated() { named[try Sample.body("B\(number)")] = parts }
            #expect(once.figure(of: definition).value == definition.consolidate(named).value, "\(seed)")
            #expect(once.contributors == definition.consolidate(named).contributors, "\(seed)")
        }
    }

    @Test("of equal values in several writings, the least and the greatest do not depend on which came first")
    func equalValues() throws {
        let bodies = try ["5.7", "5.70", "5.700"].map { ConsolidationParts(ofOneBody: [try Sample.value($0)]) }
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let parts = order.map { bodies[$0] }.reduce(ConsolidationParts(), +)
            #expect(parts.least?.description == "5.7" && parts.greatest?.description == "5.700", "\(order)")
        }
    }
}
