import Testing

@testable import ActionPlans

@Suite("Periods")
struct PeriodTests {
    private static func period(_ text: String) throws -> Period { try #require(Period(text), "\(text)") }

    @Test(
        "each form is read, and written the same",
        arguments: [
            ("2025", Periodicity.year, "2025-01-01", "2025-12-31"), ("2025-S1", .semester, "2025-01-01", "2025-06-30"),
            ("2025-S2", .semester, "2025-07-01", "2025-12-31"), ("2025-T1", .quarter, "2025-01-01", "2025-03-31"),
            ("2025-T3", .quarter, "2025-07-01", "2025-09-30"), ("2025-07", .month, "2025-07-01", "2025-07-31"),
            ("2024-02", .month, "2024-02-01", "2024-02-29"), ("2100-02", .month, "2100-02-01", "2100-02-28"),
            ("2000-12", .month, "2000-12-01", "2000-12-31"),
        ])
    func forms(text: String, periodicity: Periodicity, first: String, last: String) throws {
        let period = try Self.period(text)
        #expect(period.description == text)
        #expect(period.periodicity == periodicity)
        #expect(period.firstDay.description == first)
        #expect(period.lastDay.description == last)
    }

    @Test(
        "any other form is refused",
        arguments: [
            "", "25", "1999", "2101", "2025-", "2025-S", "2025-S0", "2025-S3", "2025-T0", "2025-T5", "2025-s1", "2025-Q1",
            "2025-00", "2025-13", "2025-7", "2025-007", "2025-S01", "2025-07-01", "+2025", "2025 ", " 2025", "2025-S1-",
            "2025-+7",
            "2025–07", "2025-١١", "-2025",
        ])
    func otherForms(text: String) {
        #expect(Period(text) == nil)
    }

    @Test("the periods of a year cover each of its days once, in order, and follow one another by their index")
    func periodsOfAYear() throws {
        for periodicity in Periodicity.allCases {
            let periods = Period.all(of: periodicity, in: 2024)
            #expect(periods.count == periodicity.periodsInYear && periods == periods.sorted())
            #expect(periods.first?.firstDay.description == "2024-01-01" && periods.last?.lastDay.description == "2024-12-31")
            for (period, next) in zip(periods, periods.dropFirst()) {
                #expect(period.lastDay.following == next.firstDay)
                #expect(period.next == next && next.previous == period && next.index == period.index + 1)
                #expect(period.contains(period.lastDay) && !period.contains(next.firstDay))
                #expect(try Self.period("2024").contains(period) && !period.contains(next))
            }
            let next = try #require(periods.last?.next)
            #expect(next == Period.all(of: periodicity, in: 2025).first)
            #expect(Period.all(of: periodicity, in: 2100).last?.next == nil)
            #expect(Period.all(of: periodicity, in: 2000).first?.previous == nil)
            #expect(Period.all(of: periodicity, in: 1999).isEmpty)
        }
    }

    @Test("periods stand by their first day, the longer one first")
    func order() throws {
        let texts = [
            "2024-12", "2025", "2025-S1", "2025-T1", "2025-01", "2025-02", "2025-T2", "2025-S2", "2025-T3", "2025-07", "2026",
        ]
        let periods = try texts.map(Self.period)
        #expect(periods.reversed().sorted() == periods)
    }

    @Test("days are added and counted across all years that there are, one by one and far apart")
    func days() throws {
        var day = try #require(CivilDate("1900-01-01"))
        let first = day
        for count in 0... {
            #expect(day.dayNumber - first.dayNumber == count)
            #expect(first.adding(days: count) == day)
            #expect(day.adding(days: -count) == first)
            guard let next = day.following else { break }
            day = next
        }
        #expect(day.description == "2199-12-31")
        #expect(day.adding(days: 1) == nil && first.adding(days: -1) == nil)
    }
}
