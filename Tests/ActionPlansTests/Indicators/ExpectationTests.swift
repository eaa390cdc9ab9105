import Testing

@testable import ActionPlans

@Suite("What is expected of whom, and by when")
struct ExpectationTests {
    private typealias Sample = IndicatorSample

    @Test("a body that existed on some day of the period is expected, where the definition or the census names it")
    func expected() throws {
        var definition = try Sample.indicator(.count, .sum, .semester, .sum)
        let (te, eco) = (try Sample.body("TE"), try Sample.body("ECO"))
        let period = try Sample.period("2025-S1"), census: Set = [te]
        func isExpected(_ body: MinistryCode, _ period: Period, _ first: String, _ last: String?) throws -> Bool {
            definition.isExpected(
                body, in: period, existed: (try Sample.day(first), try last.map(Sample.day)), census: census)
        }
        #expect(try isExpected(te, period, "2020-01-01", nil))
        #expect(try isExpected(te, period, "2025-06-30", nil))
        #expect(try !isExpected(te, period, "2025-07-01", nil))
        #expect(try isExpected(te, period, "2020-01-01", "2025-01-01"))
        #expect(try !isExpected(te, period, "2020-01-01", "2024-12-31"))
        #expect(!definition.isExpected(te, in: period, existed: nil, census: census))
        #expect(try !isExpected(eco, period, "2020-01-01", nil), "the census does not name it")
        definition.perimeter = [eco]
        #expect(try isExpected(eco, period, "2020-01-01", nil) && !isExpected(te, period, "2020-01-01", nil))
        for other in ["2025", "2025-01", "2021-S2"] {
            #expect(try !isExpected(eco, Sample.period(other), "2020-01-01", nil), "no period of the indicator")
        }
        definition.lastPeriod = try Sample.period("2024-S2")
        #expect(try !isExpected(eco, period, "2020-01-01", nil))
    }

    @Test("a body merged in mid-year answers for its part, and what it was merged into for its own: both perimeters")
    func mergedInMidYear() throws {
        let definition = try Sample.indicator(.count)
        let (old, new) = (try Sample.body("MTES"), try Sample.body("TE")), census: Set = [old, new]
        let (end, start) = (try Sample.day("2025-06-30"), try Sample.day("2025-07-01")), founded = try Sample.day("2017-05-17")
        let year = try Sample.period("2025"), after = try Sample.period("2026"), before = try Sample.period("2024")
        #expect(definition.isExpected(old, in: year, existed: (founded, end), census: census))
        #expect(definition.isExpected(new, in: year, existed: (start, nil), census: census))
        #expect(!definition.isExpected(old, in: after, existed: (founded, end), census: census))
        #expect(!definition.isExpected(new, in: before, existed: (start, nil), census: census))
        let figure = definition.consolidate(
            [(old, year, try Sample.value("40")), (new, year, try Sample.value("60"))], in: year)
        #expect(figure.value?.description == "100" && figure.contributors == 2)
    }

    @Test("an answer is due so many days after the end of its period, and late from the next day on")
    func due() throws {
        let definition = try Sample.indicator(.count)
        let period = try Sample.period("2025")
        #expect(definition.dueOn(period).description == "2026-03-31")
        #expect(try definition.daysLate(period, today: Sample.day("2025-06-01")) == 0)
        #expect(try definition.daysLate(period, today: Sample.day("2026-03-31")) == 0)
        #expect(try definition.daysLate(period, today: Sample.day("2026-04-01")) == 1)
        #expect(try definition.daysLate(period, today: Sample.day("2027-03-31")) == 365)
        var generous = try Sample.indicator(.count)
        generous.daysAllowed = 1_000
        #expect(try generous.dueOn(Sample.period("2100")).description == "2103-09-27")
    }
}
