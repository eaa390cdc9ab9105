/// What was said of indicators and measures, told again by nothing but a list of what was written: no table, no SQL, no domain.
struct NaiveIndicators {
    struct Definition {
        let number: Int
        let fromYear: Int
        let kind: String
        let rule: String
        let decimals: Int
        let isHalfYearly: Bool
        let counts: String
    }

    /// In hundredths, so that they are whole.
    enum Answer {
        case value(Int)
        case parts(Int, Int)
        case flag(Bool)
        case none
    }

    struct Given {
        let definition: Int
        let answer: Answer
        let isValidated: Bool
    }

    struct Key: Hashable {
        let indicator: String
        let body: String
        let period: String
    }

    enum Event {
        case defined(String, Definition)
        case given(Key, Given)
    }

    private var log: [(instant: String, event: Event)] = []

    mutating func append(_ event: Event, at instant: String) { log.append((instant, event)) }

    /// Instants are compared as texts: all have the same form.
    func definitions(of indicator: String, at instant: String) -> [Definition] {
        log.filter { $0.instant <= instant }.compactMap { entry in
            if case .defined(indicator, let definition) = entry.event { definition } else { nil }
        }
    }

    private func measures(of indicator: String, at instant: String) -> [Key: Given] {
        var known: [Key: Given] = [:]
        for entry in log where entry.instant <= instant {
            if case .given(let key, let given) = entry.event, key.indicator == indicator { known[key] = given }
        }
        return known
    }

    /// The number of a year as it is told; `null` on an empty base.
    func number(of indicator: String, in year: Int, at instant: String) -> (version: Int, value: String)? {
        guard let definition = definitions(of: indicator, at: instant).last(where: { $0.fromYear <= year }) else { return nil }
        var periods = definition.isHalfYearly ? ["\(year)-S1", "\(year)-S2"] : ["\(year)"]
        if definition.counts == "last" { periods = [periods[periods.count - 1]] }
        let counted = measures(of: indicator, at: instant).filter {
            periods.contains($0.key.period) && $0.value.isValidated && $0.value.definition == definition.number
        }
        return (definition.number, Self.consolidated(counted.map { ($0.key.body, $0.value.answer) }, definition))
    }

    private static func consolidated(_ answers: [(body: String, answer: Answer)], _ definition: Definition) -> String {
        var bodies: [String: Int] = [:]
        var (above, below, yes, said) = (0, 0, 0, 0)
        for (body, answer) in answers {
            switch answer {
            case .value(let value):
                bodies[body, default: 0] += value
                said += 1
            case .parts(let numerator, let denominator):
                above += numerator
                below += denominator
                said += 1
            case .flag(let isYes):
                yes += isYes ? 1 : 0
                said += 1
            case .none: break
            }
        }
        guard said > 0 else { return "null" }
        switch definition.rule {
        case "sum": return rounded(bodies.values.reduce(0, +), over: 100, definition.decimals)
        case "min": return bodies.values.min().map { rounded($0, over: 100, definition.decimals) } ?? "null"
        case "max": return bodies.values.max().map { rounded($0, over: 100, definition.decimals) } ?? "null"
        case "share_of_yes": return rounded(yes * 100, over: said, definition.decimals)
        default: return rounded(above * (definition.kind == "ratio" ? 100 : 1), over: below, definition.decimals)
        }
    }

    /// By long division, the half up. No number here is below zero.
    private static func rounded(_ above: Int, over below: Int, _ decimals: Int) -> String {
        var (whole, rest) = above.quotientAndRemainder(dividingBy: below)
        var digits: [Int] = []
        for _ in 0..<decimals {
            digits.append(rest * 10 / below)
            rest = rest * 10 % below
        }
        if rest * 2 >= below {
            var place = digits.count - 1
            while place >= 0, digits[place] == 9 {
                digits[place] = 0
                place -= 1
            }
            if place >= 0 { digits[place] += 1 } else { whole += 1 }
        }
        return decimals == 0 ? "\(whole)" : "\(whole)." + digits.map(String.init).joined()
    }
}
