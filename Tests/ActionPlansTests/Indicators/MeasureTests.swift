import Testing

@testable import ActionPlans

@Suite("Measures")
struct MeasureTests {
    private typealias Sample = IndicatorSample

    private static func faults(
        _ answer: MeasureAnswer, _ definition: IndicatorDefinition, _ period: String = "2025", previous: MeasureAnswer? = nil,
        acceptsJump: Bool = false, today: String = "2026-01-15"
    ) throws -> [Fault] {
        try Sample.measure(answer, period).faults(
            against: definition, previous: previous.map { try Sample.measure($0, "2024") }, acceptsJump: acceptsJump,
            today: Sample.day(today))
    }

    private static func places(_ answer: MeasureAnswer, _ definition: IndicatorDefinition, _ period: String = "2025") throws
        -> [String]
    {
        Sample.places(try faults(answer, definition, period))
    }

    @Test("the form of an answer follows from the kind; whoever has none says why")
    func forms() throws {
        let forms: [(MeasureAnswer, [IndicatorKind])] = [
            (try Sample.value("5"), [.count, .quantity]), (try Sample.parts("1", "2"), [.ratio, .average]),
            (.yes(false), [.flag]),
            (.notApplicable("aucun parc propre"), IndicatorKind.allCases),
            (.unavailable("inventaire en cours"), IndicatorKind.allCases),
        ]
        for (answer, kinds) in forms {
            for kind in IndicatorKind.allCases {
                let faults = try Self.places(answer, Sample.indicator(kind))
                #expect(faults.isEmpty == kinds.contains(kind), "\(answer) for \(kind): \(faults)")
            }
        }
        #expect(try Self.places(Sample.value("42"), Sample.indicator(.ratio)) == ["value read-only-member"])
        #expect(try Self.places(Sample.parts("1", "2"), Sample.indicator(.count)) == ["numerator unknown-member"])
        #expect(try Self.places(.yes(true), Sample.indicator(.quantity)) == ["value wrong-type"])
    }

    @Test("a count is a whole number from 0 on, however it is written; a quantity may be anything")
    func counts() throws {
        let count = try Sample.indicator(.count), quantity = try Sample.indicator(.quantity)
        #expect(try Self.places(Sample.value("0"), count) == [])
        #expect(try Self.places(Sample.value("2509.0"), count) == [])
        #expect(try Self.places(Sample.value("2.5"), count) == ["value wrong-type"])
        #expect(try Self.places(Sample.value("-1"), count) == ["value out-of-range"])
        #expect(try Self.places(Sample.value("-1.5"), quantity) == [])
    }

    @Test("parts are not negative, and a share of nothing is not applicable")
    func parts() throws {
        let ratio = try Sample.indicator(.ratio)
        #expect(try Self.places(Sample.parts("-1", "-2"), ratio) == ["numerator out-of-range", "denominator out-of-range"])
        #expect(try Self.places(Sample.parts("0", "2"), ratio) == [])
        let faults = try Self.faults(Sample.parts("0", "0.00"), ratio)
        #expect(Sample.places(faults) == ["denominator out-of-range"])
        #expect(faults[0].message.french.contains("not_applicable"))
    }

    @Test("trap: a ratio over 100 % is taken, unless the definition says otherwise")
    func ratioOverHundred() throws {
        var ratio = try Sample.indicator(.ratio)
        #expect(try Self.places(Sample.parts("3001", "3000"), ratio) == [])
        #expect(
            try ratio.consolidate(
                [(Sample.body("TE"), Sample.period("2025"), Sample.parts("150", "100"))], in: Sample.period("2025")
            ).value?.description == "150")
        ratio.maximum = try Sample.number("100")
        #expect(try Self.places(Sample.parts("3000", "3000"), ratio) == [])
        let faults = try Self.faults(Sample.parts("3001", "3000"), ratio)
        #expect(Sample.places(faults) == ["numerator out-of-range"], "the bound is on the value before it is rounded")
        #expect(faults[0].message.french == "La valeur (100,033333) dépasse le maximum (100).")
    }

    @Test("bounds are for the value, of an average for the computed one")
    func bounds() throws {
        var average = try Sample.indicator(.average), quantity = try Sample.indicator(.quantity)
        (average.minimum, average.maximum) = (try Sample.number("1"), try Sample.number("20"))
        (quantity.minimum, quantity.maximum) = (average.minimum, average.maximum)
        #expect(try Self.places(Sample.parts("5700", "1000"), average) == [])
        #expect(try Self.places(Sample.parts("57000", "1000"), average) == ["numerator out-of-range"])
        #expect(try Self.places(Sample.parts("999", "1000"), average) == ["numerator out-of-range"])
        #expect(try Self.places(Sample.value("20.000"), quantity) == [])
        #expect(try Self.places(Sample.value("20.001"), quantity) == ["value out-of-range"])
        #expect(try Self.places(Sample.value("0.99"), quantity) == ["value out-of-range"])
    }

    @Test("a period is one of the definition's, and has begun")
    func periods() throws {
        var definition = try Sample.indicator(.count)
        let answer = try Sample.value("5")
        #expect(try Self.places(answer, definition, "2025-S1") == ["period inconsistent"])
        #expect(try Self.places(answer, definition, "2021") == ["period out-of-range"])
        #expect(try Self.places(answer, definition, "2026") == [], "begun, if not ended")
        #expect(try Self.places(answer, definition, "2027") == ["period in-the-future"])
        definition.lastPeriod = try Sample.period("2024")
        #expect(try Self.places(answer, definition) == ["period out-of-range"])
        definition.lastPeriod = nil
        definition.fromPeriod = try Sample.period("2026")
        #expect(try Self.places(answer, definition) == ["period out-of-range"], "the definition before is for it")
        #expect(try Self.places(answer, definition, "2026") == [])
    }

    @Test("trap: a quantity typed in thousands asks for a confirmation that names both values")
    func typedInThousands() throws {
        let quantity = try Sample.indicator(.quantity)
        let faults = try Self.faults(Sample.value("5700000"), quantity, previous: Sample.value("5600.5"))
        #expect(Sample.places(faults) == ["value inconsistent"])
        #expect(
            faults[0].message.french
                == "La valeur passe de 5\u{202F}600,5 (2024) à 5\u{202F}700\u{202F}000 (2025), soit un rapport de "
                + "plus de 10. Vérifiez l’unité ; si le nombre est juste, confirmez-le avec accept=jump.")
        #expect(try Self.faults(Sample.value("5700000"), quantity, previous: Sample.value("5600.5"), acceptsJump: true).isEmpty)
        #expect(try !Self.faults(Sample.value("5.7"), quantity, previous: Sample.value("5700")).isEmpty, "downwards as well")
        #expect(try Self.faults(Sample.value("100"), quantity, previous: Sample.value("10")).isEmpty, "ten times is not more")
        #expect(try !Self.faults(Sample.value("100.000001"), quantity, previous: Sample.value("10")).isEmpty)
        #expect(try Self.faults(Sample.value("10"), quantity, previous: Sample.value("100")).isEmpty)
        #expect(try !Self.faults(Sample.value("-5700"), quantity, previous: Sample.value("5.7")).isEmpty)
    }

    @Test("nothing is a number of times zero, and what has no number or another meaning is not compared")
    func noJump() throws {
        let quantity = try Sample.indicator(.quantity)
        #expect(try Self.faults(Sample.value("5700"), quantity, previous: Sample.value("0")).isEmpty)
        #expect(try Self.faults(Sample.value("0"), quantity, previous: Sample.value("5700")).isEmpty)
        #expect(try Self.faults(Sample.value("5700"), quantity, previous: .unavailable("inventaire en cours")).isEmpty)
        #expect(try Self.faults(.notApplicable("fermé"), quantity, previous: Sample.value("5700")).isEmpty)
        let earlier = try Sample.measure(Sample.value("5.7"), "2024", definition: 1)
        let later = try Sample.measure(Sample.value("5700"), "2025", definition: 2)
        #expect(
            try later.faults(against: quantity, previous: earlier, acceptsJump: false, today: Sample.day("2026-01-15")).isEmpty)
        #expect(try Self.faults(.yes(true), Sample.indicator(.flag), previous: .yes(false)).isEmpty)
    }

    @Test("a share whose parts were both typed in thousands jumps by its denominator")
    func partsInThousands() throws {
        let ratio = try Sample.indicator(.ratio)
        let faults = try Self.faults(Sample.parts("1.2", "3.0"), ratio, previous: Sample.parts("1200", "3000"))
        #expect(Sample.places(faults) == ["denominator inconsistent"])
        #expect(faults[0].message.english.hasPrefix("The denominator goes from 3,000 (2024) to 3.0 (2025)"))
        #expect(
            try Sample.places(Self.faults(Sample.parts("1200", "3000"), ratio, previous: Sample.parts("1.2", "3000")))
                == ["numerator inconsistent"])
        #expect(try Self.faults(Sample.parts("1200", "3000"), ratio, previous: Sample.parts("600", "1500")).isEmpty)
        #expect(
            try Self.faults(Sample.parts("1.2", "3.0"), ratio, previous: Sample.parts("1200", "3000"), acceptsJump: true).isEmpty)
    }

    @Test("a returned measure says why, and no other one does")
    func returned() throws {
        let definition = try Sample.indicator(.count)
        func faults(_ state: MeasureState, _ reason: String?) throws -> [String] {
            var measure = try Sample.measure(Sample.value("5"), "2025", state)
            measure.stateReason = reason
            return try Sample.places(
                measure.faults(against: definition, previous: nil, acceptsJump: false, today: Sample.day("2026-01-15")))
        }
        #expect(try faults(.renvoyee, nil) == ["state_reason required"])
        #expect(try faults(.renvoyee, " ") == ["state_reason too-short"])
        #expect(try faults(.renvoyee, "unité à vérifier") == [])
        #expect(try faults(.soumise, "unité à vérifier") == ["state_reason inconsistent"])
        #expect(try faults(.validee, nil) == [])
    }

    @Test("texts are trimmed and have their lengths")
    func texts() throws {
        let definition = try Sample.indicator(.count)
        let today = try Sample.day("2026-01-15")
        var measure = try Sample.measure(.unavailable("  inventaire en cours "))
        measure.source = " inventaire "
        let (stored, faults) = measure.checked(against: definition, previous: nil, acceptsJump: false, today: today)
        #expect(faults.isEmpty && stored.answer == .unavailable("inventaire en cours") && stored.source == "inventaire")
        measure.answer = .notApplicable(String(repeating: "r", count: 1_001))
        measure.source = String(repeating: "s", count: 1_001)
        measure.method = String(repeating: "m", count: 2_001)
        measure.comment = ""
        #expect(
            Sample.places(measure.faults(against: definition, previous: nil, acceptsJump: false, today: today))
                == ["not_applicable too-long", "source too-long", "method too-long", "comment too-short"])
        measure.answer = .unavailable("")
        #expect(try Self.places(measure.answer, definition) == ["unavailable too-short"])
    }

    @Test("every fault is told at once")
    func allFaults() throws {
        var measure = try Sample.measure(Sample.value("2.5"), "2021", .renvoyee)
        measure.source = ""
        #expect(
            try Sample.places(
                measure.faults(
                    against: Sample.indicator(.count), previous: nil, acceptsJump: false, today: Sample.day("2026-01-15")))
                == ["period out-of-range", "value wrong-type", "state_reason required", "source too-short"])
    }
}
