import Testing

@testable import ActionPlans

@Suite("Definitions of indicators")
struct IndicatorDefinitionTests {
    private typealias Sample = IndicatorSample
    private static let catalogue = PracticeCatalogue(ids: ["i.2", "i.10"])

    /// The faults of a good definition after a change.
    private static func faults(
        _ kind: IndicatorKind = .ratio, _ periodicity: Periodicity = .year, _ overTime: OverTime? = nil,
        _ change: (inout IndicatorDefinition) throws -> Void
    ) throws -> [String] {
        var definition = try Sample.indicator(kind, decimals: 1, periodicity, overTime)
        #expect(IndicatorDefinition.faults(of: definition, catalogue: catalogue).isEmpty, "before the change")
        try change(&definition)
        return Sample.places(IndicatorDefinition.faults(of: definition, catalogue: catalogue))
    }

    @Test("each kind takes the rules that say something of it, and refuses all others")
    func rules() throws {
        let taken: [IndicatorKind: Set<Consolidation>] = [
            .count: [.sum, .minimum, .maximum, .none], .quantity: [.sum, .minimum, .maximum, .none],
            .ratio: [.ratioOfSums, .none], .average: [.ratioOfSums, .none], .flag: [.shareOfYes, .none],
        ]
        for kind in IndicatorKind.allCases {
            for rule in Consolidation.allCases {
                let faults = try Self.faults(kind) { $0.consolidation = rule }
                #expect(faults == (taken[kind]?.contains(rule) == true ? [] : ["consolidation inconsistent"]), "\(kind) \(rule)")
            }
        }
    }

    @Test("ratios and averages say in words what is divided by what, and nothing else does")
    func words() throws {
        for kind in IndicatorKind.allCases {
            let needed = kind == .ratio || kind == .average
            let without = try Self.faults(kind) { ($0.numerator, $0.denominator) = (nil, nil) }
            #expect(without == (needed ? ["numerator required", "denominator required"] : []))
            let with = try Self.faults(kind) { ($0.numerator, $0.denominator) = ("a", "b") }
            #expect(with == (needed ? [] : ["numerator inconsistent", "denominator inconsistent"]))
        }
    }

    @Test("the periods of a year make the year by a rule, exactly where they are shorter")
    func overTime() throws {
        for periodicity in Periodicity.allCases where periodicity != .year {
            #expect(try Self.faults(.count, periodicity, .last) { $0.overTime = nil } == ["over_time required"])
        }
        #expect(try Self.faults(.count) { $0.overTime = .sum } == ["over_time inconsistent"])
    }

    @Test("a share is told in percent, and nothing else is: a percentage that is sent alone has lost its base")
    func units() throws {
        for kind in [IndicatorKind.ratio, .flag] {
            #expect(try Self.faults(kind) { $0.unit = "kWh" } == ["unit inconsistent"])
        }
        for kind in [IndicatorKind.count, .quantity, .average] {
            #expect(try Self.faults(kind) { $0.unit = "%" } == ["unit inconsistent"])
            #expect(try Self.faults(kind) { $0.unit = "% du parc" } == ["unit inconsistent"])
            #expect(try Self.faults(kind) { $0.unit = "‰" } == ["unit inconsistent"])
            #expect(try Self.faults(kind) { $0.unit = "kg CO2 eq" } == [])
        }
    }

    @Test("bounds stand in their order, and yes and no have none")
    func bounds() throws {
        let (low, high) = (try Sample.number("5.7"), try Sample.number("5.71"))
        #expect(try Self.faults { ($0.minimum, $0.maximum) = (high, low) } == ["maximum inconsistent"])
        #expect(try Self.faults { ($0.minimum, $0.maximum) = (low, high) } == [])
        #expect(try Self.faults { ($0.minimum, $0.maximum) = (low, low) } == [])
        #expect(
            try Self.faults(.flag) { ($0.minimum, $0.maximum) = (low, high) } == ["minimum inconsistent", "maximum inconsistent"])
    }

    @Test("decimals and days allowed lie within their ranges")
    func ranges() throws {
        for (decimals, days) in [(-1, -1), (7, 1_001)] {
            #expect(
                try Self.faults {
                    $0.decimals = decimals
                    $0.daysAllowed = days
                } == ["decimals out-of-range", "days_allowed out-of-range"])
        }
        #expect(
            try Self.faults {
                $0.decimals = 6
                $0.daysAllowed = 1_000
            } == [])
    }

    @Test("periods are of the periodicity, and in their order")
    func periods() throws {
        #expect(try Self.faults { $0.firstPeriod = try Sample.period("2022-S1") } == ["first_period inconsistent"])
        #expect(try Self.faults { $0.lastPeriod = try Sample.period("2023-01") } == ["last_period inconsistent"])
        #expect(try Self.faults { $0.fromPeriod = try Sample.period("2023-T1") } == ["from_period inconsistent"])
        #expect(try Self.faults { $0.lastPeriod = try Sample.period("2021") } == ["last_period inconsistent"])
        #expect(try Self.faults { $0.lastPeriod = try Sample.period("2022") } == [])
        #expect(try Self.faults { $0.fromPeriod = try Sample.period("2021") } == ["from_period inconsistent"])
        #expect(
            try Self.faults {
                $0.fromPeriod = try Sample.period("2024")
                $0.lastPeriod = try Sample.period("2023")
            } == ["from_period inconsistent"])
    }

    @Test("nothing stands twice in a list, and a perimeter names somebody")
    func lists() throws {
        #expect(try Self.faults { $0.themes = [.achats, .finUsage, .achats] } == ["themes/2 duplicate"])
        #expect(
            try Self.faults { $0.practices = ["i.2", "z.9", "i.2"] } == [
                "practices/1 unknown-reference", "practices/2 duplicate",
            ])
        #expect(try Self.faults { $0.perimeter = [] } == ["perimeter too-few"])
        let (first, second) = (try Sample.body("TE"), try Sample.body("ECO"))
        #expect(try Self.faults { $0.perimeter = [first, second, first] } == ["perimeter/2 duplicate"])
        #expect(try Self.faults { $0.perimeter = Array(repeating: first, count: 201) } == ["perimeter too-many"])
    }

    @Test("texts are trimmed and have their lengths, and what is stored has practices in the catalogue's order")
    func texts() throws {
        #expect(try Self.faults { $0.title = " " } == ["title too-short"])
        #expect(try Self.faults { $0.unit = String(repeating: "k", count: 61) } == ["unit too-long"])
        #expect(try Self.faults { $0.numerator = String(repeating: "n", count: 301) } == ["numerator too-long"])
        #expect(try Self.faults { $0.source = String(repeating: "s", count: 1_001) } == ["source too-long"])
        #expect(try Self.faults { $0.description = String(repeating: "d", count: 2_001) } == ["description too-long"])
        var definition = try Sample.indicator(.ratio)
        definition.title = "  Réemploi "
        definition.unit = " % "
        definition.practices = ["i.10", "i.2"]
        let (stored, faults) = definition.checked(Self.catalogue)
        #expect(stored.title == "Réemploi" && stored.unit == "%" && stored.practices == ["i.2", "i.10"] && faults.isEmpty)
    }

    @Test("what changes the meaning is told by its members, and nothing else makes another definition")
    func meaning() throws {
        let definition = try Sample.indicator(.ratio)
        func members(_ change: (inout IndicatorDefinition) throws -> Void) rethrows -> [String] {
            var other = definition
            try change(&other)
            return other.differsInMeaning(from: definition)
        }
        #expect(
            members {
                $0.title = "Autre"
                $0.decimals = 3
                $0.direction = .decrease
                $0.daysAllowed = 30
                $0.maximum = .zero
                $0.source = "décret"
                $0.description = "…"
                $0.themes = [.achats]
                $0.practices = ["i.2"]
                $0.perimeterNote = "…"
            } == [])
        let body = try Sample.body("TE"), other = try Sample.body("ECO")
        #expect(
            members {
                $0.kind = .count
                $0.unit = "kg"
                $0.consolidation = .sum
                $0.overTime = .sum
                $0.numerator = nil
                $0.denominator = nil
                $0.perimeter = [body]
                $0.periodicity = .month
            } == ["kind", "unit", "consolidation", "over_time", "numerator", "denominator", "perimeter", "periodicity"])
        var named = definition, turned = definition
        (named.perimeter, turned.perimeter) = ([body, other], [other, body])
        #expect(turned.differsInMeaning(from: named) == [])
    }

    @Test("the rule is told in both languages, with what is divided by what, over time, and with its rounding")
    func rule() throws {
        let ratio = try Sample.indicator(.ratio).rule
        #expect(
            ratio.french
                == "Somme, pour tous les organismes, de « matériels orientés vers le réemploi », divisée par la somme de "
                + "« matériels réformés », en % ; arrondi une seule fois, à la fin, à 0 décimale.")
        #expect(
            ratio.english == "Sum, over all bodies, of “matériels orientés vers le réemploi”, divided by the sum of "
                + "“matériels réformés”, in %; rounded once, at the end, to 0 decimals.")
        #expect(
            try Sample.indicator(.count, decimals: 2, .month, .last).rule.french
                == "Somme des valeurs des organismes, en kWh ; d’une année compte la dernière période ; "
                + "arrondi une seule fois, à la fin, à 2 décimales.")
        for kind in IndicatorKind.allCases {
            let rules = try kind.consolidations.map { try Sample.indicator(kind, $0).rule.french }
            #expect(Set(rules).count == rules.count, "each rule has its own words")
        }
    }

    @Test("a code is written as those of actions, and each list has its own words in both languages")
    func codes() {
        #expect(IndicatorCode("REEMPLOI-1.2")?.description == "REEMPLOI-1.2")
        for text in ["", "reemploi", "-A", String(repeating: "A", count: 33), "A_B"] { #expect(IndicatorCode(text) == nil) }
        let labels: [[Message]] = [
            IndicatorKind.allCases.map(\.label), Consolidation.allCases.map(\.label), Direction.allCases.map(\.label),
            OverTime.allCases.map(\.label), MeasureState.allCases.map(\.label), Periodicity.allCases.map(\.label),
        ]
        for list in labels {
            #expect(Set(list.map(\.french)).count == list.count && Set(list.map(\.english)).count == list.count)
        }
        #expect(Consolidation.codes == ["sum", "ratio_of_sums", "share_of_yes", "min", "max", "none"])
    }
}
