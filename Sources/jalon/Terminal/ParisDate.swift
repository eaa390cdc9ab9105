import ActionPlans
import Foundation
import JalonServer

/// Days as this machine reckons them, where no database is at hand to be asked.
enum ParisDate {
    /// The day that it is in Paris at an instant. Throws where this machine cannot tell: without time zones, or with a clock out of all reason.
    static func day(of instant: Date) throws(Failure) -> CivilDate {
        // A static build can lose the zones without a word; the day of Greenwich would then be yesterday's for an hour or two.
        guard let paris = TimeZone(identifier: "Europe/Paris") else {
            throw Failure(
                .refused,
                Message(
                    "Cette machine ne connaît pas l’heure de Paris : installez le paquet tzdata.",
                    "This machine does not know the time in Paris: install the package tzdata."))
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = paris
        let day = calendar.dateComponents([.year, .month, .day], from: instant)
        guard let date = CivilDate(year: day.year ?? 0, month: day.month ?? 0, day: day.day ?? 0) else {
            throw Failure(
                .refused,
                Message(
                    "L’horloge de cette machine est déréglée : mettez-la à l’heure.",
                    "The clock of this machine is wrong: set it."))
        }
        return date
    }

    /// The last day before an instant as the server writes it, or that instant where it cannot be told.
    static func lastDay(before instant: String) -> String {
        // What is less than a second does not change the day, but for midnight itself.
        guard let second = try? Date(String(instant.prefix(19)) + "Z", strategy: .iso8601) else { return instant }
        let isWhole = instant.dropFirst(19).allSatisfy { !("1"..."9").contains($0) }
        return (try? day(of: isWhole ? second.addingTimeInterval(-1) : second))?.description ?? instant
    }
}
