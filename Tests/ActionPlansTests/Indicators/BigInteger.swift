/// Whole numbers of any length, for recounts that share nothing with what they judge: groups of nine digits, as one reckons
/// on paper.
struct BigInteger: Equatable, Comparable {
    private var isNegative = false
    /// The lowest group first, without zeros at the end.
    private var groups: [Int] = []
    private static let base = 1_000_000_000

    init(_ value: Int) { self.init("\(value)") }

    /// Reads digits with an optional sign; a point among them is passed over.
    init(_ text: String) {
        var digits = text.filter { $0 != "-" && $0 != "." }
        while !digits.isEmpty {
            groups.append(Int(String(digits.suffix(9))) ?? -1)
            digits = String(digits.dropLast(9))
        }
        isNegative = text.hasPrefix("-")
        trim()
    }

    static func power(_ exponent: Int) -> BigInteger { BigInteger("1" + String(repeating: "0", count: exponent)) }

    private mutating func trim() {
        while groups.last == 0 { groups.removeLast() }
        if groups.isEmpty { isNegative = false }
    }

    /// Its digits, without a sign.
    var text: String {
        guard let last = groups.last else { return "0" }
        return groups.dropLast().reversed().reduce("\(last)") { text, group in
            let digits = "\(group)"
            return text + String(repeating: "0", count: 9 - digits.count) + digits
        }
    }

    var magnitude: BigInteger {
        var result = self
        result.isNegative = false
        return result
    }

    static prefix func - (number: BigInteger) -> BigInteger {
        var result = number
        result.isNegative = !number.isNegative && !number.groups.isEmpty
        return result
    }

    private static func isShorter(_ left: [Int], _ right: [Int]) -> Bool {
        if left.count != right.count { return left.count < right.count }
        for place in left.indices.reversed() where left[place] != right[place] { return left[place] < right[place] }
        return false
    }

    static func < (left: BigInteger, right: BigInteger) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? isShorter(right.groups, left.groups) : isShorter(left.groups, right.groups)
    }

    static func + (left: BigInteger, right: BigInteger) -> BigInteger {
        if left.isNegative != right.isNegative {
            return isShorter(left.groups, right.groups) ? difference(right, left) : difference(left, right)
        }
        var result = left
        result.groups = []
        var carry = 0
        for place in 0..<max(left.groups.count, right.groups.count) {
            let sum = left.group(place) + right.group(place) + carry
            result.groups.append(sum % base)
            carry = sum / base
        }
        if carry > 0 { result.groups.append(carry) }
        result.trim()
        return result
    }

    /// Of magnitudes; the first one is not the smaller.
    private static func difference(_ left: BigInteger, _ right: BigInteger) -> BigInteger {
        var result = left
        var borrow = 0
        for place in left.groups.indices {
            let rest = left.groups[place] - right.group(place) - borrow
            borrow = rest < 0 ? 1 : 0
            result.groups[place] = rest < 0 ? rest + base : rest
        }
        result.trim()
        return result
    }

    private func group(_ place: Int) -> Int { place < groups.count ? groups[place] : 0 }

    static func - (left: BigInteger, right: BigInteger) -> BigInteger { left + -right }

    static func * (left: BigInteger, right: BigInteger) -> BigInteger {
        var result = BigInteger(0)
        result.groups = Array(repeating: 0, count: left.groups.count + right.groups.count + 1)
        for (place, group) in left.groups.enumerated() {
            var carry = 0
            for (other, factor) in right.groups.enumerated() {
                let sum = result.groups[place + other] + group * factor + carry
                result.groups[place + other] = sum % base
                carry = sum / base
            }
            result.groups[place + right.groups.count] += carry
        }
        result.isNegative = left.isNegative != right.isNegative
        result.trim()
        return result
    }
}

/// An exact share, never reduced.
struct BigFraction: Comparable {
    var numerator: BigInteger
    /// Above zero.
    var denominator = BigInteger(1)

    static func < (left: BigFraction, right: BigFraction) -> Bool {
        left.numerator * right.denominator < right.numerator * left.denominator
    }

    static func == (left: BigFraction, right: BigFraction) -> Bool {
        left.numerator * right.denominator == right.numerator * left.denominator
    }

    /// Half of the sum of both.
    static func middle(_ left: BigFraction, _ right: BigFraction) -> BigFraction {
        BigFraction(
            numerator: left.numerator * right.denominator + right.numerator * left.denominator,
            denominator: BigInteger(2) * left.denominator * right.denominator)
    }

    /// Whether a text is this share rounded half away from zero, to exactly so many decimals: nothing else with as many
    /// decimals is as near, and of two that are, it is the one further from zero.
    func isRounded(_ text: String, times: Int, decimals: Int) -> Bool {
        let written = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (written.count > 1 ? written[1].count : 0) == decimals else { return false }
        let exact = numerator * BigInteger(times) * BigInteger.power(decimals)
        let rounded = BigInteger(text) * denominator
        let error = BigInteger(2) * (exact - rounded).magnitude
        return error < denominator || error == denominator && rounded.magnitude > exact.magnitude
    }
}
