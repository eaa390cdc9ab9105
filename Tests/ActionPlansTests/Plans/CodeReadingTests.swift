import Testing

@testable import ActionPlans

@Suite("Codes that spreadsheets change")
struct CodeReadingTests {
    private static func finding(_ code: String, in stored: [String], named: [String] = []) throws -> CodesAsNumbers.Finding? {
        let codes = try stored.map { try #require(ActionCode($0)) }
        let named = try (named + [code]).map { try #require(ActionCode($0)) }
        return CodesAsNumbers(codes, named: Set(named)).finding(on: try #require(ActionCode(code)))
    }

    @Test(
        "the code that a spreadsheet has made another of is found",
        arguments: [
            ("1", "01"), ("7", "007"), ("0", "000"), ("1.1", "1.10"), ("2", "2.0"), ("1.5", "01.5"), ("100000", "1E5"),
            ("1E5", "100000"), ("1E5", "1E05"), ("3-4", "03-04"), ("2025-04-03", "3-4"), ("03-04-2025", "3-4"),
            ("12345678901234500", "12345678901234567"),
        ])
    func changed(code: String, before: String) throws {
        let expected = try #require(ActionCode(before))
        #expect(try Self.finding(code, in: [before, "ACH-01"]) == .changed(expected))
        // A code that the document names has not been changed: the other one is new.
        #expect(try Self.finding(code, in: [before, "ACH-01"], named: [before]) != .changed(expected))
    }

    @Test("the form of a number with an exponent or of a date is suspect where no other code has it")
    func suspect() throws {
        for code in ["1E5", "3-4", "2025-04-03"] { #expect(try Self.finding(code, in: ["ACH-01"]) == .suspect) }
        #expect(try Self.finding("3-5", in: ["3-4"], named: ["3-4"]) == nil)
        #expect(try Self.finding("1E6", in: ["1E5"]) == nil)
    }

    @Test(
        "a new code is left alone",
        arguments: [
            ("2", "01"), ("01", "1"), ("1.10", "1.1"), ("21", "20"), ("ACH-02", "ACH-01"), ("A1E5", "1E5"), ("1.2.3", "ACH-01"),
            ("40-50", "ACH-01"), ("1E", "ACH-01"), ("E5", "ACH-01"), ("A.1", "A.01"),
        ])
    func new(code: String, other: String) throws {
        #expect(try Self.finding(code, in: [other]) == nil)
    }

    @Test("what is no code may be what a spreadsheet makes of one")
    func noCodes() {
        for text in ["03-avr", "3-avr.", "avr-03", "03/04/2025", "2025/04/03", "1,00E+05", "1.0E+05"] {
            #expect(ActionCode.looksChanged(text), "\(text)")
        }
        for text in ["ach-01", "A b", "", "3-avenir", "=1", "E+", String(repeating: "1", count: 40)] {
            #expect(!ActionCode.looksChanged(text), "\(text)")
        }
    }
}
