/// What was said of factors, impacts, actions and plans, told again by nothing but a list of what was written, in whole numbers: no
/// table, no SQL, no domain.
struct NaiveImpacts {
    /// In thousandths.
    struct Bounds {
        var low: Int?
        var central: Int
        var high: Int?

        /// In millionths.
        func times(_ other: Bounds) -> Bounds {
            var product = Bounds(low: nil, central: central * other.central, high: nil)
            if let low, let high, let otherLow = other.low, let otherHigh = other.high {
                product.low = low * otherLow
                product.high = high * otherHigh
            }
            return product
        }
    }

    struct Factor {
        let family: String
        let carbon: Bounds?
        let minerals: Bounds?
    }

    struct Impact {
        var factor: String
        var version: Int
        var quantity: Bounds
        var year: Int
        var isMeasured: Bool
        var group: String?
    }

    struct Action {
        var isKey: Bool
        var isAbandoned: Bool
    }

    enum Event {
        case factor(String, Factor)
        case plan(String, isPublished: Bool)
        case action(String, Action)
        /// nil for one that is gone.
        case impact(String, Int, Impact?)
    }

    private var log: [(instant: String, event: Event)] = []

    mutating func append(_ event: Event, at instant: String) { log.append((instant, event)) }

    private struct Part {
        let id: String
        let impact: Impact
        let factor: Factor

        var carbon: Bounds? { factor.carbon?.times(impact.quantity) }
        var minerals: Bounds? { factor.minerals?.times(impact.quantity) }
    }

    private struct Known {
        var factors: [String: [Factor]] = [:]
        var published: Set<String> = []
        var actions: [String: Action] = [:]
        var impacts: [String: [Int: Impact]] = [:]
    }

    /// Instants are compared as texts: all have the same form.
    private func known(at instant: String) -> Known {
        var known = Known()
        for entry in log where entry.instant <= instant {
            switch entry.event {
            case .factor(let code, let factor): known.factors[code, default: []].append(factor)
            case .plan(let id, let isPublished):
                if isPublished { known.published.insert(id) } else { known.published.remove(id) }
            case .action(let id, let action): known.actions[id] = action
            case .impact(let action, let number, let impact): known.impacts[action, default: [:]][number] = impact
            }
        }
        return known
    }

    /// The families of a year as the service writes them, but for themes and ministries; how many key actions have an impact, and have none;
    /// and how many impacts count.
    func told(_ year: Int, at instant: String) -> (families: [String: String], key: (Int, Int), counted: Int, leftOut: Int) {
        let known = known(at: instant)
        let counted = known.actions.filter { id, action in
            !action.isAbandoned && known.published.contains(String(id.prefix(upTo: id.lastIndex(of: "-") ?? id.endIndex)))
        }
        var parts: [Part] = []
        for action in counted.keys.sorted() {
            for (number, impact) in (known.impacts[action] ?? [:]).sorted(by: { $0.key < $1.key }) where impact.year == year {
                guard let versions = known.factors[impact.factor], impact.version <= versions.count else { continue }
                let place = String(10_000 + number)
                parts.append(Part(id: "\(action)/\(place)", impact: impact, factor: versions[impact.version - 1]))
            }
        }
        let all = parts.count
        for group in Set(parts.compactMap(\.impact.group)) {
            let members = parts.filter { $0.impact.group == group }
            let largest = members.map { $0.carbon?.central ?? -1 }.max()
            let winner = members.filter { $0.carbon?.central ?? -1 == largest }.map(\.id).min()
            parts.removeAll { $0.impact.group == group && $0.id != winner }
        }
        let families = Dictionary(grouping: parts, by: \.factor.family).mapValues { own in
            let factors = Dictionary(grouping: own) { "\($0.impact.factor)\",\"version\":\($0.impact.version)" }
            // Longer numbers of versions come after shorter ones; the codes are of one length.
            let lines = factors.sorted { ($0.key.prefix(2), $0.key.count, $0.key) < ($1.key.prefix(2), $1.key.count, $1.key) }.map
            {
                code, own in
                """
                {"factor":"\(code),"title":"Achat reconditionné","functional_unit":"un équipement acheté",\(Self.total(own, false))}
                """
            }
            return Self.total(own, true) + " \"by_factor\":[" + lines.joined(separator: ",") + "]"
        }
        // Each plan is of one year.
        let keys = counted.filter { $0.value.isKey && $0.key.contains("-\(year)-") }.keys
        let with = keys.count { !(known.impacts[$0] ?? [:]).isEmpty }
        return (families, (with, keys.count - with), parts.count, all - parts.count)
    }

    private static func total(_ parts: [Part], _ withEuropeans: Bool) -> String {
        [(false, "estimated"), (true, "measured")].map { isMeasured, name in
            let own = parts.filter { $0.impact.isMeasured == isMeasured }
            let (carbon, minerals) = (own.compactMap(\.carbon), own.compactMap(\.minerals))
            let sums = "\"impacts\":\(own.count),\"kg_co2_eq\":\(sum(carbon)),\"kg_sb_eq\":\(sum(minerals))"
            guard withEuropeans else { return "\"\(name)\":{\(sums)}" }
            // In grams, so that the constants are whole.
            let (people, others) = (worth(carbon, 8_050_000, 8_100_000, 8_150_000), worth(minerals, 55, 60, 65))
            return "\"\(name)\":{\(sums),\"europeans\":{\"kg_co2_eq\":\(people),\"kg_sb_eq\":\(others)}}"
        }.joined(separator: ",")
    }

    private static func bounds(_ amounts: [Bounds]) -> (low: Int, central: Int, high: Int)? {
        let whole = amounts.compactMap { $0.low == nil ? nil : $0 }
        guard whole.count == amounts.count else { return nil }
        return amounts.reduce((0, 0, 0)) { ($0.0 + ($1.low ?? 0), $0.1 + $1.central, $0.2 + ($1.high ?? 0)) }
    }

    private static func sum(_ amounts: [Bounds]) -> String {
        guard !amounts.isEmpty else { return "null" }
        let known = bounds(amounts)
        let central = amounts.reduce(0) { $0 + $1.central }
        let lacking = amounts.count { $0.low == nil }
        return """
            {"low":\(known.map { decimal($0.low) } ?? "null"),"central":\(decimal(central)),"high":\(known.map { decimal($0.high) } ?? "null"),\
            "impacts":\(amounts.count),"without_interval":\(lacking)}
            """
    }

    private static func worth(_ amounts: [Bounds], _ least: Int, _ middle: Int, _ most: Int) -> String {
        guard !amounts.isEmpty else { return "null" }
        let known = bounds(amounts)
        let central = amounts.reduce(0) { $0 + $1.central }
        return """
            {"low":\(known.map { hundredths($0.low, most) } ?? "null"),"central":\(hundredths(central, middle)),\
            "high":\(known.map { hundredths($0.high, least) } ?? "null")}
            """
    }

    /// Millionths without zeros at their end.
    private static func decimal(_ millionths: Int) -> String {
        var rest = String(String(1_000_000 + millionths % 1_000_000).dropFirst())
        while rest.hasSuffix("0") { rest.removeLast() }
        return "\(millionths / 1_000_000)" + (rest.isEmpty ? "" : ".\(rest)")
    }

    /// Of an amount in millionths of a kilogram over a constant in grams, half up.
    private static func hundredths(_ millionths: Int, _ grams: Int) -> String {
        let unit = grams * 10
        let rounded = (2 * millionths + unit) / (2 * unit)
        return "\(rounded / 100)." + String(String(100 + rounded % 100).dropFirst())
    }
}
