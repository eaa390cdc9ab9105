/// A decimal number exactly as somebody wrote it: `5.70` is not `5.7`, though both have the same value. Nothing that people
/// send passes through a floating-point number.
package struct ExactDecimal: Hashable, Sendable, CustomStringConvertible {
    package let coefficient: Int128
    /// How many digits stand after the point, trailing zeros included.
    package let scale: Int

    /// How many digits a number that is sent may have before its point, and after it.
    package static let mostWholeDigits = 15
    package static let mostDecimals = 6

    package static let zero = ExactDecimal(0)

    package init(_ whole: Int) {
        self.init(coefficient: Int128(whole), scale: 0)
    }

    init(coefficient: Int128, scale: Int) {
        self.coefficient = coefficient
        self.scale = scale
    }

    /// Reads a number that somebody sends: `-?digits(.digits)?`, and exponents as JSON has them where they leave an exact
    /// number of no more digits than are allowed. Trailing zeros count as they are written.
    /// - Returns: nil for anything else, zeros before a number included: it could not be given back as a JSON number.
    package init?(_ text: String) {
        guard let written = Writing(text), let number = written.number, number.wholeDigits <= Self.mostWholeDigits,
            number.scale <= Self.mostDecimals
        else { return nil }
        self = number
    }

    /// Reads a number that was reckoned from numbers that were sent, such as a sum that the database tells: it may be longer.
    package init?(reckoned text: String) {
        guard let number = Writing(text)?.number, number.wholeDigits <= Self.mostReckonedDigits, number.scale <= Self.mostDecimals
        else {
            return nil
        }
        self = number
    }

    /// So that many additions more have room.
    private static let mostReckonedDigits = 25

    /// With a point, without an exponent: a JSON number, and what was written.
    package var description: String { written(wholePart, mark: ".") }

    /// As a sentence tells it: `5 700,5` with narrow no-break spaces, `5,700.5`.
    package var inWords: Message {
        // Only sums of more than nine thousand of the largest numbers are beyond an Int: their digits stand together.
        let whole = Int(wholePart)
        return Message(
            written(whole.map { Headline.grouped($0, separator: "\u{202F}") } ?? wholePart, mark: ","),
            written(whole.map { Headline.grouped($0, separator: ",") } ?? wholePart, mark: "."))
    }

    private var digits: String {
        let digits = String(coefficient.magnitude)
        return String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
    }

    private var wholePart: String { String(digits.dropLast(scale)) }

    private var wholeDigits: Int { digits.utf8.count - scale }

    private func written(_ whole: String, mark: Character) -> String {
        let sign = coefficient < 0 ? "-" : ""
        return scale == 0 ? sign + whole : sign + whole + String(mark) + digits.suffix(scale)
    }
}

extension ExactDecimal {
    /// The parts of a text that is a number.
    private struct Writing {
        let isNegative: Bool
        let whole: Substring.UTF8View
        let decimals: Substring.UTF8View
        let exponent: Int

        /// In bytes. Longer texts are no numbers that we could keep.
        private static let longest = 80

        init?(_ text: String) {
            guard text.utf8.count <= Self.longest else { return nil }
            var rest = text[...].utf8
            isNegative = rest.first == UInt8(ascii: "-")
            if isNegative { rest = rest.dropFirst() }
            whole = rest.prefix(while: \.isDigit)
            guard let first = whole.first, whole.count == 1 || first != UInt8(ascii: "0") else { return nil }
            rest = rest.dropFirst(whole.count)
            if rest.first == UInt8(ascii: ".") {
                decimals = rest.dropFirst().prefix(while: \.isDigit)
                guard !decimals.isEmpty else { return nil }
                rest = rest.dropFirst(1 + decimals.count)
            } else {
                decimals = rest.prefix(0)
            }
            if let mark = rest.first {
                guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E"), let read = Self.exponent(rest.dropFirst()) else {
                    return nil
                }
                exponent = read
            } else {
                exponent = 0
            }
        }

        private static func exponent(_ text: Substring.UTF8View) -> Int? {
            let isSigned = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
            let digits = isSigned ? text.dropFirst() : text
            guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
            // Beyond this the digits of so short a text cannot make a number again, whatever the exponent is.
            let magnitude = min(Int(Substring(digits)) ?? .max, 2 * longest)
            return text.first == UInt8(ascii: "-") ? -magnitude : magnitude
        }

        /// - Returns: nil for more digits than a number of ours can hold.
        var number: ExactDecimal? {
            var coefficient: Int128 = 0
            for digit in [whole, decimals].joined() {
                guard let next = coefficient.appending(Int128(digit - UInt8(ascii: "0"))) else { return nil }
                coefficient = next
            }
            var scale = decimals.count - exponent
            if scale < 0, coefficient == 0 { scale = 0 }
            guard scale <= ExactDecimal.largestScale else { return nil }
            while scale < 0 {
                guard let next = coefficient.appending(0) else { return nil }
                coefficient = next
                scale += 1
            }
            return ExactDecimal(coefficient: isNegative ? -coefficient : coefficient, scale: scale)
        }
    }
}

extension Int128 {
    /// This number with a digit more; nil where it would be too large.
    fileprivate func appending(_ digit: Int128) -> Int128? {
        let (shifted, isTooLarge) = multipliedReportingOverflow(by: 10)
        let (sum, isTooLargeNow) = shifted.addingReportingOverflow(digit)
        return isTooLarge || isTooLargeNow ? nil : sum
    }
}
