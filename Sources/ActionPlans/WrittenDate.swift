/// A date as people and spreadsheets write it, where the service wants `YYYY-MM-DD`.
package enum WrittenDate: Hashable, Sendable {
    /// One day is meant and no other: `7/11/2022`, `2022-12-31 00:00`, `31 décembre 2022`.
    case day(CivilDate)
    /// The form of a date, of a day that the calendar has not.
    case noSuchDay
    /// `31/12/22`: the century is missing.
    case shortYear(CivilDate)
    /// `12/31/2022`: only the American order of month and day makes a date of it.
    case monthFirst(CivilDate)
    /// `2022-12-30T23:00:00Z`: the day depends on where one reads the clock.
    case otherZone
    /// `décembre 2022`, `2022`, `12/2022`: no day.
    case noDay
    /// `44926`: a spreadsheet counts days since 1900 and shows a date.
    case serialNumber(CivilDate)

    /// In bytes. No date is longer.
    private static let longest = 40

    /// - Returns: nil for what is no date at all.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        let parts = Self.parts(of: text)
        guard let reading = Self.date(parts[...]) else { return nil }
        guard case .day = reading.date, !reading.rest.isEmpty else {
            guard reading.rest.isEmpty || Self.time(reading.rest) != nil else { return nil }
            self = reading.date
            return
        }
        switch Self.time(reading.rest) {
        case .sameDay?: self = reading.date
        case .otherDay?: self = .otherZone
        case nil: return nil
        }
    }

    // MARK: - Parts

    /// A run of digits or of letters, and what stands before it.
    private struct Part {
        var before: String
        var text: String
        var isNumber: Bool
        var number: Int { isNumber && text.utf8.count <= 6 ? Int(text) ?? -1 : -1 }
    }

    private static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var before = ""
        var isOpen = false
        for character in text.lowercased() {
            let isDigit = character.isASCII && character.isNumber
            guard isDigit || character.isLetter else {
                if !character.isWhitespace {
                    before = before == " " ? String(character) : before + String(character)
                } else if before.isEmpty {
                    before = " "
                }
                isOpen = false
                continue
            }
            if isOpen, let last = parts.last, last.isNumber == isDigit {
                parts[parts.count - 1].text.append(character)
            } else {
                parts.append(Part(before: before, text: String(character), isNumber: isDigit))
                before = ""
                isOpen = true
            }
        }
        // What ends a text is nothing but a full stop or blanks: « 31 déc. ».
        if !before.allSatisfy({ $0 == "." || $0 == " " }) { parts.append(Part(before: before, text: "", isNumber: false)) }
        return parts
    }

    // MARK: - Day

    private static func date(_ parts: ArraySlice<Part>) -> (date: WrittenDate, rest: ArraySlice<Part>)? {
        guard let first = parts.first, first.before.isEmpty || first.before == " " else { return nil }
        if let inWords = dateInWords(parts) { return inWords }
        guard first.isNumber else { return nil }
        let separators: Set<String> = ["/", "-", "."]
        let joined = parts.dropFirst().prefix { $0.isNumber && separators.contains($0.before) }.prefix(2)
        let numbers = [first] + joined
        let rest = parts.dropFirst(numbers.count)
        if numbers.count == 3, numbers[1].before == numbers[2].before {
            return date(numbers).map { ($0, rest) }
        }
        guard rest.isEmpty else { return nil }
        switch (numbers.count, first.text.utf8.count, numbers[numbers.count - 1].text.utf8.count) {
        case (1, 4, _) where CivilDate.years.contains(first.number): return (.noDay, [])
        case (1, 5, _): return serial(first.number).map { (.serialNumber($0), []) }
        case (2, 1...2, 4), (2, 4, 1...2): return (.noDay, [])
        default: return nil
        }
    }

    private static func date(_ numbers: [Part]) -> WrittenDate? {
        let (first, second, third) = (numbers[0], numbers[1], numbers[2])
        guard second.text.utf8.count <= 2 else { return nil }
        switch (first.text.utf8.count, third.text.utf8.count) {
        case (4, 1...2):
            return CivilDate(year: first.number, month: second.number, day: third.number).map { .day($0) } ?? .noSuchDay
        case (1...2, 4):
            if let day = CivilDate(year: third.number, month: second.number, day: first.number) { return .day(day) }
            return CivilDate(year: third.number, month: first.number, day: second.number).map { .monthFirst($0) } ?? .noSuchDay
        case (1...2, 2):
            return CivilDate(year: century(third.number), month: second.number, day: first.number).map { .shortYear($0) }
        default: return nil
        }
    }

    /// A plan of this century is meant, whatever the year.
    private static func century(_ year: Int) -> Int { 2000 + year }

    private static let months = [
        "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
    ]

    /// Whether a word is the name of a month, or begins it.
    static func isMonth(_ word: some StringProtocol) -> Bool { month(String(word)) != nil }

    /// The month that a word begins, accents aside: `déc`, `sept`, `décembre`.
    private static func month(_ word: String) -> Int? {
        let plain = word.map { ["é": "e", "û": "u"][$0] ?? $0 }
        guard plain.count >= 3 else { return nil }
        let found = months.indices.filter { months[$0].starts(with: plain) }
        // « jui » begins two of them.
        return found.count == 1 ? found[0] + 1 : nil
    }

    /// `31 décembre 2022`, `1er mars 2023`, `31-déc.-2022`, `décembre 2022`.
    private static func dateInWords(_ parts: ArraySlice<Part>) -> (date: WrittenDate, rest: ArraySlice<Part>)? {
        var rest = parts
        var day: Int?
        if let first = rest.first, first.isNumber {
            guard first.text.utf8.count <= 2 else { return nil }
            day = first.number
            rest = rest.dropFirst()
            if day == 1, rest.first?.text == "er" { rest = rest.dropFirst() }
        }
        guard let word = rest.first, !word.isNumber, let month = month(word.text) else { return nil }
        rest = rest.dropFirst()
        guard let year = rest.first, year.isNumber, [2, 4].contains(year.text.utf8.count) else { return nil }
        rest = rest.dropFirst()
        guard let day else { return (.noDay, rest) }
        if year.text.utf8.count == 2 {
            return CivilDate(year: century(year.number), month: month, day: day).map { (.shortYear($0), rest) }
        }
        return (CivilDate(year: year.number, month: month, day: day).map { .day($0) } ?? .noSuchDay, rest)
    }

    /// The day that spreadsheets show for a number; only those that plans may mean.
    private static func serial(_ number: Int) -> CivilDate? {
        // 36526 is 1 January 2000; 73050 is 31 December 2099.
        guard (36_526...73_050).contains(number), var date = CivilDate(year: 2000, month: 1, day: 1) else { return nil }
        var left = number - 36_526
        while left >= 31, let next = date.adding(months: 1) {
            left -= lengthOfMonth(of: date)
            date = next
        }
        for _ in 0..<left { date = date.following ?? date }
        return date
    }

    private static func lengthOfMonth(of date: CivilDate) -> Int {
        (28...31).last { CivilDate(year: date.year, month: date.month, day: $0) != nil } ?? 28
    }

    // MARK: - Time

    private enum Time {
        case sameDay, otherDay
    }

    /// The time after a date, and whether the date is the day in Paris then.
    /// - Returns: nil for what is no time.
    private static func time(_ parts: ArraySlice<Part>) -> Time? {
        var rest = parts
        if rest.first?.text == "t" {
            rest = rest.dropFirst()
        } else if rest.first?.before != " " {
            return nil
        }
        guard let hours = rest.first, hours.isNumber, hours.text.utf8.count <= 2, (0...24).contains(hours.number) else {
            return nil
        }
        rest = rest.dropFirst()
        for place in 0..<3 {
            guard let part = rest.first, part.isNumber, part.before == (place < 2 ? ":" : ".") else { break }
            guard place == 2 || (part.text.utf8.count == 2 && part.number < 60) else { return nil }
            rest = rest.dropFirst()
        }
        guard let zone = rest.first else { return .sameDay }
        rest = rest.dropFirst()
        switch (zone.before, zone.text, zone.isNumber) {
        case ("", "z", false): break
        case ("+", _, true), ("-", _, true):
            let minutes = rest.first.flatMap { $0.isNumber && $0.before == ":" ? $0.number : nil }
            if minutes != nil { rest = rest.dropFirst() }
            // Whoever tells a zone of their own tells the day that it is there.
            if zone.number != 0 || (minutes ?? 0) != 0 { return rest.isEmpty ? .sameDay : nil }
        default: return nil
        }
        // Programs in Paris write its midnight as 22:00 or 23:00 UTC of the day before.
        guard rest.isEmpty else { return nil }
        return hours.number < 22 ? .sameDay : .otherDay
    }
}
