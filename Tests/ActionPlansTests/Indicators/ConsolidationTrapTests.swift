import Testing

@testable import ActionPlans

/// What people get wrong with such numbers, each with the number that comes out.
@Suite("Traps of consolidation")
struct ConsolidationTrapTests {
    private typealias Sample = IndicatorSample

    private static func figure(
        _ definition: IndicatorDefinition, _ answers: [(String, String, MeasureAnswer)], _ period: String = "2025"
    ) throws -> ConsolidatedFigure {
        definition.consolidate(
            try answers.map { (try Sample.body($0.0), try Sample.period($0.1), $0.2) }, in: try Sample.period(period))
    }

    @Test("trap: the mean of percentages; 9 of 10 and 100 of 1,000 is 10.8 %, not 50 %")
    func meanOfPercentages() throws {
        let figure = try Self.figure(
            Sample.indicator(.ratio, decimals: 1),
            [("A", "2025", Sample.parts("9", "10")), ("B", "2025", Sample.parts("100", "1000"))])
        #expect(figure.value?.description == "10.8")
        #expect(figure.numerator?.description == "109" && figure.denominator?.description == "1010")
        #expect(figure.bodies.map(\.value?.description) == ["90.0", "10.0"])
        #expect(figure.median?.description == "50.0", "which is told beside it as what it is")
    }

    @Test("trap: missing as zero; who has not answered lowers nothing, and nothing answered is no 0")
    func missingAsZero() throws {
        let sum = try Sample.indicator(.count), ratio = try Sample.indicator(.ratio),
            lowest = try Sample.indicator(.quantity, .minimum)
        #expect(try Self.figure(sum, [("A", "2025", Sample.value("5"))]).contributors == 1)
        #expect(
            try Self.figure(lowest, [("A", "2025", Sample.value("5")), ("B", "2025", .unavailable("…"))]).value?.description
                == "5")
        for definition in [sum, ratio, lowest, try Sample.indicator(.flag)] {
            let figure = try Self.figure(definition, [("A", "2025", .unavailable("inventaire en cours"))])
            #expect(figure.value == nil && figure.numerator == nil && figure.denominator == nil)
            #expect(figure.median == nil && figure.lowest == nil && figure.highest == nil && figure.contributors == 0)
        }
        #expect(try Self.figure(sum, [("A", "2025", Sample.value("0"))]).value?.description == "0", "0 is an answer")
    }

    @Test("trap: not applicable in a denominator; it leaves every base, as what is unavailable does")
    func notApplicable() throws {
        let ratio = try Self.figure(
            Sample.indicator(.ratio),
            [
                ("A", "2025", Sample.parts("1", "2")), ("B", "2025", .notApplicable("aucun parc propre")),
                ("C", "2025", .unavailable("…")),
            ])
        #expect(ratio.value?.description == "50" && ratio.denominator?.description == "2" && ratio.contributors == 1)
        let flag = try Self.figure(
            Sample.indicator(.flag),
            [
                ("A", "2025", .yes(true)), ("B", "2025", .yes(false)), ("C", "2025", .notApplicable("…")),
                ("D", "2025", .unavailable("…")),
            ])
        #expect(flag.value?.description == "50" && flag.numerator?.description == "1" && flag.denominator?.description == "2")
    }

    @Test("trap: a stock read as a flow; of a stock the last period makes the year")
    func stockAsFlow() throws {
        let computers = [
            ("A", "2025-T1", try Sample.value("1000")), ("A", "2025-T2", try Sample.value("1010")),
            ("A", "2025-T3", try Sample.value("1020")), ("A", "2025-T4", try Sample.value("1030")),
            ("B", "2025-T3", try Sample.value("500")),
        ]
        let stock = try Sample.indicator(.count, .sum, .quarter, .last)
        #expect(try Self.figure(stock, computers).value?.description == "1030")
        #expect(
            try Self.figure(stock, computers).bodies.map(\.body.text) == ["A"],
            "an older stock does not stand in for the last one")
        #expect(try Self.figure(stock, computers, "2025-T3").value?.description == "1520")
        #expect(try Self.figure(Sample.indicator(.count, .sum, .quarter, .sum), computers).value?.description == "4560")
        var ended = stock
        ended.lastPeriod = try Sample.period("2025-T3")
        #expect(
            try Self.figure(ended, computers).value?.description == "1520", "of an indicator that ends in the year, its last one")
    }

    @Test("trap: 2025-S1 counted twice in a year's sum, as a half-year and in its months")
    func halfYearCountedTwice() throws {
        let answers = [
            ("A", "2025-S1", try Sample.value("10")), ("A", "2025-S2", try Sample.value("20")),
            ("A", "2025", try Sample.value("30")),
            ("A", "2025-01", try Sample.value("1")), ("A", "2024-S2", try Sample.value("400")),
        ]
        #expect(try Self.figure(Sample.indicator(.quantity, .sum, .semester, .sum), answers).value?.description == "30")
        #expect(
            try Self.figure(Sample.indicator(.quantity, .sum, .semester, .sum), answers, "2025-S1").value?.description == "10")
        #expect(try Self.figure(Sample.indicator(.quantity), answers).value?.description == "30")
        #expect(try Self.figure(Sample.indicator(.quantity), answers, "2025-S1").value == nil, "a year tells nothing of its half")
        #expect(try Self.figure(Sample.indicator(.quantity, .sum, .month, .sum), answers, "2025-S1").value?.description == "1")
    }

    @Test("trap: an average of averages; years of life weigh by their computers, in bodies and over time")
    func averageOfAverages() throws {
        let figure = try Self.figure(
            Sample.indicator(.average, decimals: 1),
            [("A", "2025", Sample.parts("57000", "10000")), ("B", "2025", Sample.parts("80", "10"))])
        #expect(figure.value?.description == "5.7")
        #expect(figure.median?.description == "6.9", "6.85")
        let monthly = try Self.figure(
            Sample.indicator(.average, decimals: 2, .month, .sum),
            [("A", "2025-01", Sample.parts("9", "1")), ("A", "2025-02", Sample.parts("30", "10"))])
        #expect(monthly.value?.description == "3.55" && monthly.bodies.first?.value?.description == "3.55")
    }

    @Test("trap: parts rounded before the sum; three times 0.4 is 1, and three thirds are 100 %")
    func roundingBeforeTheSum() throws {
        let sum = try Self.figure(
            Sample.indicator(.quantity), ["A", "B", "C"].map { ($0, "2025", try Sample.value("0.4")) })
        #expect(sum.value?.description == "1")
        #expect(sum.bodies.map(\.value?.description) == ["0", "0", "0"])
        let median = try Self.figure(
            Sample.indicator(.quantity), [("A", "2025", Sample.value("1.4")), ("B", "2025", Sample.value("2.4"))])
        #expect(median.median?.description == "2", "half of 3.8, not of 1 and 2")
        let shares = try Self.figure(
            Sample.indicator(.ratio), ["A", "B"].map { ($0, "2025", try Sample.parts("1", "8")) })
        #expect(shares.median?.description == "13" && shares.value?.description == "13", "12.5 once")
    }

    @Test("the lowest and the highest value are those of whole bodies, and a number may stay apart")
    func otherRules() throws {
        let answers = [
            ("A", "2025-S1", try Sample.value("-5")), ("A", "2025-S2", try Sample.value("25")),
            ("B", "2025-S1", try Sample.value("7")),
        ]
        #expect(try Self.figure(Sample.indicator(.quantity, .minimum, .semester, .sum), answers).value?.description == "7")
        #expect(try Self.figure(Sample.indicator(.quantity, .maximum, .semester, .sum), answers).value?.description == "20")
        let apart = try Self.figure(Sample.indicator(.quantity, Consolidation.none, .semester, .sum), answers)
        #expect(apart.value == nil && apart.bodies.map(\.value?.description) == ["20", "7"])
        #expect(
            apart.lowest?.description == "7" && apart.highest?.description == "20" && apart.median?.description == "14", "13.5")
    }
}
