import RandomSeed
import Testing

@testable import ActionPlans

@Suite("Exact decimals")
struct ExactDecimalTests {
    private static func number(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text), "\(text)") }

    @Test(
        "what is written is given back, trailing zeros included",
        arguments: [
            "0", "0.0", "5.70", "5.7", "-5.70", "2509", "-0.000001", "999999999999999.999999", "-999999999999999.999999", "100.0",
        ])
    func roundTrip(text: String) throws {
        #expect(try Self.number(text).description == text)
    }

    @Test(
        "what is no number of ours is refused",
        arguments: [
            "", "-", "+5", ".5", "5.", "5,7", "5 700", " 5", "5 ", "1_000", "0x10", "NaN", "Infinity", "--5", "5.7.0", "05", "00",
            "-01.5", "1000000000000000", "0.0000001", "1.0000000", "١", "5\u{202F}700", "1e", "1e+", "e5", "1e5.0", "1e15",
            "1e-7",
            "1e999999999999999999999999", "1e-99999999999999999999999", "0e-7", String(repeating: "9", count: 400),
            "0." + String(repeating: "0", count: 70), "1" + String(repeating: "0", count: 39) + "e-30",
        ])
    func refused(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test(
        "an exponent is read where it leaves an exact number, and is not given back",
        arguments: [
            ("1e3", "1000"), ("1.5E+2", "150"), ("12e-1", "1.2"), ("1.50e1", "15.0"), ("-2.5e-3", "-0.0025"), ("0e99", "0"),
            ("1e14", "100000000000000"), ("1e-6", "0.000001"), ("0.000000000001e12", "1"), ("1e0002", "100"), ("0.0e0", "0.0"),
        ])
    func exponents(text: String, written: String) {
        #expect(ExactDecimal(text)?.description == written)
    }

    @Test("an exponent of any length is refused or makes the number that it says, with decimals and without")
    func exponents() {
        for digits in ["1", "1.5", "0.5", "12.25"] {
            for sign in ["", "-", "+"] {
                for exponent in [
                    "9223372036854775806", "9223372036854775807", "9223372036854775808", "99999999999999999999", "81", "200",
                ] {
                    #expect(ExactDecimal("\(digits)e\(sign)\(exponent)") == nil, "\(digits)e\(sign)\(exponent)")
                }
            }
        }
        let small = "0." + String(repeating: "0", count: 40) + "1"
        for exponent in ["81", "161", "999"] { #expect(ExactDecimal(small + "e" + exponent) == nil, "\(exponent)") }
        #expect(ExactDecimal(small + "e42")?.description == "10")
    }

    @Test("a sum that was reckoned may be longer than what is sent, but has no more decimals")
    func reckoned() {
        let long = "1234567890123456789012345.123456"
        #expect(ExactDecimal(long) == nil)
        #expect(ExactDecimal(reckoned: long)?.description == long)
        #expect(ExactDecimal(reckoned: "1" + long) == nil)
        #expect(ExactDecimal(reckoned: "0.1234567") == nil)
        #expect(ExactDecimal(reckoned: "5,7") == nil)
    }

    @Test("another writing of a value is a change, and no other value")
    func equality() throws {
        let (short, long) = (try Self.number("5.7"), try Self.number("5.70"))
        #expect(short != long)
        #expect(short.equals(inValue: long) && !short.isLess(than: long) && !long.isLess(than: short))
        #expect(try Self.number("-0.5").isLess(than: Self.number("-0.49")))
        #expect(try Self.number("2509.00").isWhole && !Self.number("2509.01").isWhole)
        #expect(try Self.number("-0").description == "0", "the sign of nothing says nothing")
    }

    @Test("a sentence tells a number as its language writes it")
    func inWords() throws {
        let number = try Self.number("-1234567.50").inWords
        #expect(number.french == "-1\u{202F}234\u{202F}567,50")
        #expect(number.english == "-1,234,567.50")
        #expect(try Self.number("0.05").inWords.french == "0,05")
        #expect(ExactDecimal(reckoned: "12345678901234567890.5")?.inWords.french == "12345678901234567890,5")
    }

    @Test(
        "halves are rounded away from zero, from the number as it is",
        arguments: [
            ("0.5", 0, "1"), ("-0.5", 0, "-1"), ("0.49", 0, "0"), ("1.005", 2, "1.01"), ("-1.005", 2, "-1.01"),
            ("5.7", 2, "5.70"),
            ("2.4999", 0, "2"), ("999999999999999.999999", 5, "1000000000000000.00000"), ("-0.4", 0, "0"),
        ])
    func rounding(text: String, decimals: Int, rounded: String) throws {
        #expect(try Self.number(text).rounded(to: decimals).description == rounded)
    }

    @Test("a share of nothing has no value, never 0")
    func emptyBase() throws {
        #expect(ExactDecimal.quotient(.zero, .zero, times: 100, decimals: 1) == nil)
        #expect(try ExactDecimal.quotient(Self.number("5"), Self.number("0.00"), times: 1, decimals: 0) == nil)
    }

    @Test("ten thousand of the largest numbers add up, and so does their share of the smallest one")
    func largest() throws {
        let most = try Self.number("999999999999999.999999"), least = try Self.number("0.000001")
        var sum = ExactDecimal.zero
        for _ in 0..<10_000 { sum += most }
        #expect(sum.description == "9999999999999999999.990000")
        let share = ExactDecimal.quotient(sum, least, times: 100, decimals: 6)
        #expect(share?.description == "999999999999999999999000000.000000")
        #expect(ExactDecimal.quotient(least, sum, times: 100, decimals: 6)?.description == "0.000000")
    }

    @Test("the point moves without a digit being lost, or not at all")
    func powersOfTen() throws {
        let number = try Self.number("5.70")
        #expect(number.times(powerOfTen: 1)?.description == "57.0")
        #expect(number.times(powerOfTen: 3)?.description == "5700")
        #expect(number.times(powerOfTen: -3)?.description == "0.00570")
        #expect(number.times(powerOfTen: 37)?.description == "57" + String(repeating: "0", count: 36))
        #expect(try Self.number("999999.9").times(powerOfTen: 37) == nil)
        #expect(number.times(powerOfTen: 99) == nil)
        #expect(number.times(powerOfTen: -36) == nil)
    }
}
