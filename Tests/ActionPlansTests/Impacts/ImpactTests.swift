import RandomSeed
import Testing

@testable import ActionPlans

@Suite("Impacts")
struct ImpactTests {
    private static func number(_ central: String, _ low: String? = nil, _ high: String? = nil) throws -> BoundedNumber {
        BoundedNumber(
            low: try low.map { try #require(ExactDecimal($0)) }, central: try #require(ExactDecimal(central)),
            high: try high.map { try #require(ExactDecimal($0)) })
    }

    private static func faults(_ number: BoundedNumber) -> [String] {
        var faults: [Fault] = []
        number.check("quantity", &faults)
        return faults.map { "\($0.member) \($0.code.rawValue)" }
    }

    @Test("have bounds in their order, both or neither, and none below zero")
    func bounds() throws {
        for (central, low, high, expected) in [
            ("2", nil, nil, []), ("2", "1", "3", []), ("2", "2.0", "2", []), ("0", "0", "0", []),
            ("2", "3", "1", ["quantity/low inconsistent"]), ("1", "2", "3", ["quantity/central inconsistent"]),
            ("3", "1", "2", ["quantity/high inconsistent"]), ("2", "1", nil, ["quantity/high required"]),
            ("2", nil, "3", ["quantity/low required"]), ("2", "-1", "3", ["quantity/low out-of-range"]),
        ] as [(String, String?, String?, [String])] {
            #expect(Self.faults(try Self.number(central, low, high)) == expected, "\(low ?? "–") \(central) \(high ?? "–")")
        }
    }

    @Test("that say exchanged bounds are told that they are exchanged")
    func exchanged() throws {
        var faults: [Fault] = []
        try Self.number("2", "3", "1").check("quantity", &faults)
        #expect(faults.first?.message.english.contains("exchanged") == true)
        #expect(faults.first?.message.french.contains("échangées") == true)
    }

    @Test("are the product of the bounds, exactly, and have no interval where either has none")
    func product() throws {
        let factor = try Self.number("54.9", "40.05", "70")
        let product = try #require(factor.times(Self.number("1000.5", "900", "1100.25")))
        #expect(product.low?.withoutTrailingZeros.description == "36045")
        #expect(product.central.withoutTrailingZeros.description == "54927.45")
        #expect(product.high?.withoutTrailingZeros.description == "77017.5")
        #expect(try factor.times(Self.number("2"))?.hasInterval == false)
        #expect(try Self.number("2").times(factor)?.hasInterval == false)
    }

    @Test("are refused where the product is larger than any that adds up without a digit lost")
    func largest() throws {
        #expect(try Self.number("1000000").times(Self.number("1000000000")) != nil)
        #expect(try Self.number("1000000").times(Self.number("1000000000.000001")) == nil)
        #expect(try Self.number("999999999999999.999999").times(Self.number("999999999999999.999999")) == nil)
        #expect(try Self.number("1").times(Self.number("1", "1", "1")) != nil)
    }

    @Test("are worth so many Europeans, with the imprecision of the constant in the bounds")
    func europeans() throws {
        let told = try #require(EuropeanYear.equivalent(of: Self.number("54900", "54900", "54900"), .carbon))
        #expect(told.low?.description == "6.74")
        #expect(told.central.description == "6.78")
        #expect(told.high?.description == "6.82")
        let minerals = try #require(EuropeanYear.equivalent(of: Self.number("2.8", "2.8", "2.8"), .minerals))
        #expect(minerals.low?.description == "43.08")
        #expect(minerals.central.description == "46.67")
        #expect(minerals.high?.description == "50.91")
        #expect(try EuropeanYear.equivalent(of: Self.number("54900"), .carbon)?.hasInterval == false)
    }

    private static func part(
        _ id: String, _ central: String?, group: String? = nil, family: String = "A", basis: ImpactBasis = .estimated,
        interval: (String, String)? = nil
    ) throws -> ImpactPart {
        let pieces = id.split(separator: "/")
        let action = try #require(ActionID(String(pieces[0])))
        return ImpactPart(
            id: try #require(ImpactID(action: action, number: pieces[1])), theme: .achats,
            factor: .init(code: try #require(ImpactCode("F")), version: 1), methodFamily: try #require(ImpactCode(family)),
            basis: basis, overlapGroup: try group.map { try #require(ImpactCode($0)) },
            amounts: try central.map { [.carbon: try number($0, interval?.0, interval?.1)] }
                ?? [.minerals: try number("1")])
    }

    @Test("of a group that overlaps count once: the largest central amount, then the first by its id")
    func overlap() throws {
        let figures = ImpactFigures([
            try Self.part("TE-2022-A/2", "10", group: "G"), try Self.part("TE-2022-A/1", "10.0", group: "G"),
            try Self.part("EF-2022-A/1", "9", group: "G"), try Self.part("AGR-2022-A/1", nil, group: "G"),
            try Self.part("JUS-2022-A/1", "1"),
        ])
        #expect(figures.groups.map(\.counted.id.description) == ["TE-2022-A/1"])
        #expect(figures.groups[0].leftOut.map(\.id.description) == ["AGR-2022-A/1", "EF-2022-A/1", "TE-2022-A/2"])
        #expect(figures.families[0].total.estimated.numbers[.carbon]?.central.withoutTrailingZeros.description == "11")
        #expect(figures.families[0].total.estimated.impacts == 2)
    }

    @Test("of two families, and those estimated and measured, are never in one sum")
    func families() throws {
        let figures = ImpactFigures([
            try Self.part("TE-2022-A/1", "1"), try Self.part("TE-2022-A/2", "2", basis: .measured),
            try Self.part("TE-2022-A/3", "4", family: "B"),
        ])
        #expect(figures.families.map(\.code.text) == ["A", "B"])
        let first = figures.families[0].total
        #expect(first.estimated.numbers[.carbon]?.central == ExactDecimal(1))
        #expect(first.measured.numbers[.carbon]?.central == ExactDecimal(2))
        #expect(first.estimated.numbers[.minerals] == nil)
    }

    @Test("add up in any order to the same digits")
    func order() throws {
        var seed = Seed.fresh()
        var parts: [ImpactPart] = []
        for number in 1...200 {
            let millionths = Int.random(in: 0..<1_000_000_000, using: &seed)
            let central = "\(millionths / 1_000_000)." + String(String(millionths % 1_000_000 + 1_000_000).dropFirst())
            parts.append(try Self.part("TE-2022-A/\(number)", central, interval: ("0", "1000")))
        }
        let once = ImpactFigures(parts).families[0].total.estimated.numbers[.carbon]?.bounded
        let again = ImpactFigures(parts.shuffled(using: &seed)).families[0].total.estimated.numbers[.carbon]?.bounded
        #expect(once == again, "\(seed)")
    }

    @Test("have ids of an action and a number, in plain digits")
    func ids() throws {
        let action = try #require(ActionID("TE-2022-ACH-01"))
        #expect(ImpactID(action: action, number: "12")?.key == "ACH-01/12")
        for text in ["0", "01", "-1", "1.0", "10000", "", "²", "1/2"] {
            #expect(ImpactID(action: action, number: text) == nil, "\(text)")
        }
        #expect(ImpactID(roadmap: action.roadmap, key: "ACH-01/12")?.description == "TE-2022-ACH-01/12")
        #expect(ImpactID(roadmap: action.roadmap, key: "ACH-01") == nil)
    }
}
