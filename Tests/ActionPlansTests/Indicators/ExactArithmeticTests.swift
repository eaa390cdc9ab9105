import RandomSeed
import Testing

@testable import ActionPlans

/// Random numbers against reckonings on paper: on groups of digits, or on the digits of the texts themselves.
@Suite("Exact decimals, against digits on paper")
struct ExactArithmeticTests {
    /// A number as somebody may send it: often short, sometimes of all its digits.
    static func text(_ seed: inout Seed, negative: Bool = true) -> String {
        let whole = Bool.random(using: &seed) ? Int.random(in: 1...3, using: &seed) : Int.random(in: 1...15, using: &seed)
        let decimals = Bool.random(using: &seed) ? 0 : Int.random(in: 1...6, using: &seed)
        func digits(_ count: Int) -> String { (0..<count).map { _ in "\(Int.random(in: 0...9, using: &seed))" }.joined() }
        let first = whole == 1 ? digits(1) : "\(Int.random(in: 1...9, using: &seed))" + digits(whole - 1)
        let text = decimals == 0 ? first : first + "." + digits(decimals)
        let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
        return negative && !isZero && Int.random(in: 0..<4, using: &seed) == 0 ? "-" + text : text
    }

    /// In millionths.
    static func millionths(_ text: String) -> BigInteger {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count > 1 ? String(parts[1]) : ""
        return BigInteger(parts[0] + decimals + String(repeating: "0", count: 6 - decimals.count))
    }

    @Test("every number that may be sent is given back as it was written")
    func roundTrip() throws {
        var seed = Seed.fresh()
        for _ in 0..<20_000 {
            let text = Self.text(&seed)
            #expect(ExactDecimal(text)?.description == text, "\(seed)")
        }
    }

    @Test("sums, differences and comparisons are those of paper, with the decimals of the longer number")
    func sums() throws {
        var seed = Seed.fresh()
        for _ in 0..<10_000 {
            let (first, second) = (Self.text(&seed), Self.text(&seed))
            let (left, right) = (try #require(ExactDecimal(first)), try #require(ExactDecimal(second)))
            let (big, other) = (Self.millionths(first), Self.millionths(second))
            let sum = left + right, difference = left - right
            #expect(Self.millionths(sum.description) == big + other, "\(first) + \(second); \(seed)")
            #expect(Self.millionths(difference.description) == big - other, "\(first) - \(second); \(seed)")
            #expect(sum.scale == max(left.scale, right.scale), "\(first) + \(second); \(seed)")
            #expect(left.isLess(than: right) == (big < other), "\(first) < \(second); \(seed)")
            #expect(left.equals(inValue: right) == (big == other), "\(first) = \(second); \(seed)")
        }
    }

    /// The quotient of two whole numbers as children divide on paper, digit by digit, then rounded by the next digits.
    private static func longDivision(_ numerator: BigInteger, by denominator: BigInteger, decimals: Int) -> String {
        let digits = (numerator.text + String(repeating: "0", count: decimals)).map(String.init)
        var (rest, quotient) = (BigInteger(0), "")
        for digit in digits {
            rest = rest * BigInteger(10) + BigInteger(digit)
            var times = 0
            while rest >= denominator {
                rest = rest - denominator
                times += 1
            }
            quotient += "\(times)"
        }
        if rest + rest >= denominator { quotient = Self.addingOne(quotient) }
        while quotient.count <= decimals { quotient = "0" + quotient }
        while quotient.count > decimals + 1, quotient.hasPrefix("0") { quotient.removeFirst() }
        return decimals == 0 ? quotient : quotient.dropLast(decimals) + "." + quotient.suffix(decimals)
    }

    private static func addingOne(_ digits: String) -> String {
        let kept = digits.prefix { _ in true }.reversed().drop { $0 == "9" }
        let nines = String(repeating: "0", count: digits.count - kept.count)
        guard let last = kept.first, let digit = Int(String(last)) else { return "1" + nines }
        return String(kept.dropFirst().reversed()) + "\(digit + 1)" + nines
    }

    @Test("a quotient is that of long division on paper, rounded once")
    func quotients() throws {
        var seed = Seed.fresh()
        for _ in 0..<2_000 {
            let first = Self.text(&seed), second = Self.text(&seed, negative: false)
            let decimals = Int.random(in: 0...6, using: &seed), times = Bool.random(using: &seed) ? 100 : 1
            let (numerator, denominator) = (try #require(ExactDecimal(first)), try #require(ExactDecimal(second)))
            guard !denominator.isZero else { continue }
            let paper = Self.longDivision(
                Self.millionths(first).magnitude * BigInteger(times), by: Self.millionths(second), decimals: decimals)
            let isZero = paper.allSatisfy { $0 == "0" || $0 == "." }
            let expected = numerator.isNegative && !isZero ? "-" + paper : paper
            let quotient = ExactDecimal.quotient(numerator, denominator, times: times, decimals: decimals)
            #expect(quotient?.description == expected, "\(times) x \(first) / \(second); \(seed)")
        }
    }

    @Test("rounding to fewer decimals takes the nearest number, and of two the one further from zero")
    func rounding() throws {
        var seed = Seed.fresh()
        for _ in 0..<10_000 {
            let text = Self.text(&seed), decimals = Int.random(in: 0...6, using: &seed)
            let rounded = try #require(ExactDecimal(text)).rounded(to: decimals).description
            let exact = BigFraction(numerator: Self.millionths(text), denominator: .power(6))
            #expect(exact.isRounded(rounded, times: 1, decimals: decimals), "\(text) is not \(rounded); \(seed)")
        }
    }

    /// Halves are rare among random numbers: every other pair has denominators of which they are made.
    @Test("the middle between two shares is rounded once, from both as they are")
    func middles() throws {
        var seed = Seed.fresh()
        for round in 0..<10_000 {
            func fraction() throws -> (Fraction, BigFraction) {
                let above = round.isMultiple(of: 2) ? "\(Int.random(in: -20...20, using: &seed))" : Self.text(&seed)
                let below =
                    round.isMultiple(of: 2) ? "\(Int.random(in: 1...4, using: &seed))" : "1" + Self.text(&seed, negative: false)
                let short = below.utf8.count > 15 ? String(below.prefix(15).prefix { $0 != "." }) : below
                let (numerator, denominator) = (try #require(ExactDecimal(above)), try #require(ExactDecimal(short)))
                let fraction = try #require(Fraction(numerator, over: denominator))
                return (fraction, BigFraction(numerator: Self.millionths(above), denominator: Self.millionths(short)))
            }
            let (left, bigLeft) = try fraction(), (right, bigRight) = try fraction()
            let decimals = Int.random(in: 0...3, using: &seed), times = Bool.random(using: &seed) ? 100 : 1
            let middle = Fraction.middle(left, right, times: times, decimals: decimals).description
            #expect(
                BigFraction.middle(bigLeft, bigRight).isRounded(middle, times: times, decimals: decimals),
                "\(left) and \(right): \(middle); \(seed)")
        }
    }

    @Test("no number traps, however large")
    func extremes() {
        let numbers = [Int128.min, .min + 1, -1, 0, 1, .max - 1, .max].flatMap { coefficient in
            [0, 6, 37].map { ExactDecimal(coefficient: coefficient, scale: $0) }
        }
        for left in numbers {
            #expect(!left.isLess(than: left) && left.equals(inValue: left))
            #expect(!left.description.isEmpty && !left.inWords.french.isEmpty && !left.withoutTrailingZeros.description.isEmpty)
            #expect(!left.magnitude.isNegative)
            for decimals in [-1, 0, 6, 37, 99] { _ = left.rounded(to: decimals) }
            for exponent in [-99, -37, 0, 37, 99] { _ = left.times(powerOfTen: exponent) }
            for right in numbers {
                #expect(left.isLess(than: right) == right.isLess(than: left) ? left.equals(inValue: right) : true)
                _ = (left + right, left - right)
                for times in [Int.min, -1, 0, 100, .max] {
                    _ = ExactDecimal.quotient(left, right, times: times, decimals: 6)
                    _ = ExactDecimal.quotient(left, right, times: times, decimals: 99)
                    _ = left.times(times)
                }
                guard let fraction = Fraction(left, over: right) else { continue }
                _ = Fraction.middle(fraction, Fraction(left), times: 100, decimals: 6)
                _ = Fraction.middle(fraction, Fraction(right), times: .max, decimals: 37)
            }
        }
    }
}
