import Testing

@testable import ActionPlans

@Suite("Dates as people and spreadsheets write them")
struct WrittenDateTests {
    @Test(
        "what can only be one day is that day",
        arguments: [
            ("31/12/2022", "2022-12-31"), ("7/11/2022", "2022-11-07"), ("07.11.2022", "2022-11-07"), ("7-11-2022", "2022-11-07"),
            ("2022-12-31", "2022-12-31"), ("2022/12/31", "2022-12-31"), ("2022-3-1", "2022-03-01"),
            ("31/12/2022 00:00", "2022-12-31"), ("31/12/2022 00:00:00", "2022-12-31"), ("2022-12-31 00:00:00.000", "2022-12-31"),
            ("2022-12-31T00:00:00", "2022-12-31"), ("2022-12-31T00:00:00Z", "2022-12-31"), ("2022-12-31T12:30Z", "2022-12-31"),
            ("2022-12-31T00:00:00+01:00", "2022-12-31"), ("2022-12-31T23:59:59+0200", "2022-12-31"),
            ("2022-12-31T00:00:00.000+00:00", "2022-12-31"), ("31 décembre 2022", "2022-12-31"), ("1er mars 2023", "2023-03-01"),
            ("31-déc.-2022", "2022-12-31"), ("15 AOÛT 2024", "2024-08-15"), (" 30 / 06 / 2024 ", "2024-06-30"),
        ])
    func days(text: String, day: String) throws {
        #expect(WrittenDate(text) == .day(try #require(CivilDate(day))))
    }

    @Test("every day is found again in each form, and in the number of a spreadsheet")
    func everyDay() throws {
        var day = try #require(CivilDate("2000-01-01"))
        for serial in 36_526..<(36_526 + 12_000) {
            #expect(WrittenDate("\(day.day)/\(day.month)/\(day.year)") == .day(day))
            #expect(WrittenDate(day.inWords.french) == .day(day))
            #expect(WrittenDate(String(serial)) == .serialNumber(day))
            day = try #require(day.following)
        }
        #expect(WrittenDate("44926") == .serialNumber(try #require(CivilDate("2022-12-31"))))
    }

    @Test("what may be another day, or none, is told apart")
    func doubts() throws {
        let last = try #require(CivilDate("2022-12-31"))
        #expect(WrittenDate("31/12/22") == .shortYear(last))
        #expect(WrittenDate("31 déc. 22") == .shortYear(last))
        #expect(WrittenDate("12/31/2022") == .monthFirst(last))
        for text in ["2022-12-30T23:00:00Z", "2022-12-30T22:00:00.000Z", "2022-12-30T23:00+00:00"] {
            #expect(WrittenDate(text) == .otherZone)
        }
        for text in ["2022", "12/2022", "2022-12", "décembre 2022", "déc.-2022"] { #expect(WrittenDate(text) == .noDay) }
        for text in ["30/02/2022", "2022-02-30", "2023-02-29", "32/12/2022", "2022-13-01", "31/12/1899", "31 février 2022"] {
            #expect(WrittenDate(text) == .noSuchDay)
        }
    }

    @Test(
        "what is no date is not taken for one",
        arguments: [
            "", " ", "fin 2022", "T4 2022", "31/12", "1,5", "12", "123456", "31/12/202", "31/12-2022", "31/12/2022 midi",
            "31/12/2022 25:00", "2022-12-31T00:00:00+99:00x", "jui 2022", "3 actions en mars 2022", "/31/12/2022", "31/12/2022/1",
            "999999999999999999999/1/2022", "e\u{301}", "2022-12-31 00:0", String(repeating: "1/", count: 100),
        ])
    func others(text: String) {
        #expect(WrittenDate(text) == nil)
    }
}
