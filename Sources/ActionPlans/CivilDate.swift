/// A day of the Gregorian calendar, without time or zone. The service reads every date as a day in Paris.
package struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    /// The years that any date of a plan can have; what lies outside is a typing error.
    package static let years = 1900...2199

    /// - Returns: nil for a day that does not exist or a year outside ``years``.
    package init?(year: Int, month: Int, day: Int) {
        guard Self.years.contains(year), (1...12).contains(month),
            day >= 1, day <= Self.lengthOfMonth(month, in: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads exactly `YYYY-MM-DD` (ASCII digits), as in RFC 3339 `full-date`.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[0..<4]),
            let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var description: String {
        "\(year)-\(Self.twoDigits(month))-\(Self.twoDigits(day))"
    }

    /// As a sentence says it: « 1er mars 2022 », “1 March 2022”.
    package var inWords: Message {
        Message(
            "\(day == 1 ? "1er" : "\(day)") \(Self.months.french[month - 1]) \(year)",
            "\(day) \(Self.months.english[month - 1]) \(year)")
    }

    private static let months = (
        french: [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
            "décembre",
        ],
        english: [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
            "December",
        ]
    )

    /// The next day; the last day of ``years`` has none.
    package var following: CivilDate? {
        CivilDate(year: year, month: month, day: day + 1) ?? CivilDate(year: year, month: month + 1, day: 1)
            ?? CivilDate(year: year + 1, month: 1, day: 1)
    }

    /// The same day of a later month, or that month's last day.
    package func adding(months: Int) -> CivilDate? {
        let total = year * 12 + month - 1 + months
        let (year, month) = (total / 12, total % 12 + 1)
        return CivilDate(year: year, month: month, day: min(day, Self.lengthOfMonth(month, in: year)))
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }

    private static func lengthOfMonth(_ month: Int, in year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
