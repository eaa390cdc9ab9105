/// Days counted one after another, so that they can be added and subtracted.
extension CivilDate {
    /// How many days before it since 1 March of the year 0. A year that begins with March has its leap day at its end.
    package var dayNumber: Int {
        let years = month < 3 ? year - 1 : year
        let months = (month + 9) % 12
        return Self.daysBefore(years: years) + Self.daysBefore(months: months) + day - 1
    }

    /// - Returns: nil outside ``years``.
    package func adding(days: Int) -> CivilDate? {
        let number = dayNumber + days
        // The mean year of the calendar finds the year, or the one after it.
        var years = (10_000 * number + 14_780) / 3_652_425
        var rest = number - Self.daysBefore(years: years)
        if rest < 0 {
            years -= 1
            rest = number - Self.daysBefore(years: years)
        }
        let months = (100 * rest + 52) / 3_060
        let day = rest - Self.daysBefore(months: months) + 1
        return CivilDate(year: months < 10 ? years : years + 1, month: (months + 2) % 12 + 1, day: day)
    }

    private static func daysBefore(years: Int) -> Int { years * 365 + years / 4 - years / 100 + years / 400 }

    /// From March on, months repeat their lengths every five months.
    private static func daysBefore(months: Int) -> Int { (months * 306 + 5) / 10 }
}
