import ActionPlans
import FoundationEssentials
import JalonServer

/// Days as this machine reckons them, where no database is at hand to be asked.
enum ParisDate {
    /// The day that it is in Paris at an instant. Throws where this machine cannot tell, with a clock out of all reason.
    static func day(of instant: Date) throws(Failure) -> CivilDate {
        let local = instant.addingTimeInterval(isSummer(instant) ? 7_200 : 3_600)
        let day = calendar.dateComponents([.year, .month, .day], from: local)
        guard let date = CivilDate(year: day.year ?? 0, month: day.month ?? 0, day: day.day ?? 0) else {
            throw Failure(
                .refused,
                Message(
                    "L’horloge de cette machine est déréglée : mettez-la à l’heure.",
                    "The clock of this machine is wrong: set it."))
        }
        return date
    }

    /// Summer time lasts from one in the morning, in Greenwich, of the last Sunday of March until the same hour of the last Sunday of
    /// October: directive 2000/84/EC. It is written here, since the tables of all zones weigh thirty megabytes with what reads them.
    private static func isSummer(_ instant: Date) -> Bool {
        let year = calendar.component(.year, from: instant)
        guard let start = lastSunday(of: 3, year), let end = lastSunday(of: 10, year) else { return false }
        return start <= instant && instant < end
    }

    /// At one in the morning, of a month that has thirty-one days.
    private static func lastSunday(of month: Int, _ year: Int) -> Date? {
        calendar.date(from: DateComponents(year: year, month: month, day: 31, hour: 1)).map { last in
            // Sunday is the first day.
            last.addingTimeInterval(-86_400 * Double(calendar.component(.weekday, from: last) - 1))
        }
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// The last day before an instant as the server writes it, or that instant where it cannot be told.
    static func lastDay(before instant: String) -> String {
        // What is less than a second does not change the day, but for midnight itself.
        guard let second = try? Date(String(instant.prefix(19)) + "Z", strategy: .iso8601) else { return instant }
        let isWhole = instant.dropFirst(19).allSatisfy { !("1"..."9").contains($0) }
        return (try? day(of: isWhole ? second.addingTimeInterval(-1) : second))?.description ?? instant
    }
}
