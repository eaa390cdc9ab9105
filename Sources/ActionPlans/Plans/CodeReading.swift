/// What a spreadsheet takes an action's code for, unless its column holds texts: a number or a date, which it then writes in
/// its own way. `01` comes back as `1`, `1E5` as `100000`, `3-4` as `2025-04-03`: the codes of other actions.
struct CodeReading: Hashable {
    enum Kind: Hashable {
        case whole, decimal, exponent, date
    }

    let kind: Kind
    /// The same for all codes that are one number or one day of the year.
    let value: String

    /// - Returns: nil for a code that spreadsheets leave as it is.
    init?(_ code: ActionCode) {
        let text = code.text
        if let (kind, value) = Self.number(text) {
            self.kind = kind
            self.value = value
        } else if let value = Self.day(text) {
            kind = .date
            self.value = value
        } else {
            return nil
        }
    }

    /// Whether a spreadsheet may have made the second code of the first.
    static func mayTurn(_ code: ActionCode, into other: ActionCode) -> Bool {
        guard code != other, let before = CodeReading(code), let after = CodeReading(other), before.value == after.value else {
            return false
        }
        // It writes a number in the shortest way: `1.10` becomes `1.1`, never the reverse.
        let isShortened = before.kind != .date && before.kind != .exponent && after.kind != .exponent
        return !isShortened || other.text == before.value
    }

    /// How many digits of a number a spreadsheet keeps.
    private static let precision = 15

    private static func number(_ text: String) -> (Kind, String)? {
        let parts = text.split(separator: "E", omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, mantissa.count <= 2, mantissa.allSatisfy(isDigits) else { return nil }
        if parts.count == 2 {
            guard isDigits(parts[1].drop { $0 == "-" }), let number = Double(text), number.isFinite else { return nil }
            return (.exponent, number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number))
        }
        let whole = shortened(mantissa[0])
        guard mantissa.count == 2 else { return (.whole, whole) }
        let decimals = String(mantissa[1].reversed().drop { $0 == "0" }.reversed())
        return (.decimal, decimals.isEmpty ? whole : "\(whole).\(decimals)")
    }

    private static func shortened(_ digits: Substring) -> String {
        let significant = digits.drop { $0 == "0" }
        guard !significant.isEmpty else { return "0" }
        return significant.prefix(precision) + String(repeating: "0", count: max(0, significant.count - precision))
    }

    /// The day and the month of what may be a date, with or without a year.
    private static func day(_ text: String) -> String? {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "." }
        guard (2...3).contains(parts.count), parts.allSatisfy(isDigits) else { return nil }
        let numbers = parts.compactMap { $0.utf8.count <= 4 ? Int($0) : nil }
        guard numbers.count == parts.count else { return nil }
        let isYearFirst = numbers.count == 3 && parts[0].utf8.count == 4
        let (day, month) = isYearFirst ? (numbers[2], numbers[1]) : (numbers[0], numbers[1])
        guard (1...31).contains(day), (1...12).contains(month) || (1...12).contains(day), (1...31).contains(month) else {
            return nil
        }
        // Which of the two is the day depends on the country.
        return "\(min(day, month))/\(max(day, month))"
    }

}

private func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(\.isDigit)
}

extension ActionCode {
    /// Whether a text that is no code is what a spreadsheet makes of one: `03-avr`, `03/04/2025`, `1,00E+05`.
    package static func looksChanged(_ text: String) -> Bool {
        guard text.utf8.count <= 32 else { return false }
        if let date = WrittenDate(text), date != .noDay { return true }
        let parts = text.lowercased().split { "-./ ".contains($0) }
        let isDay = { (part: Substring) in part.utf8.count <= 2 && part.utf8.allSatisfy(\.isDigit) }
        if parts.count == 2, parts.contains(where: isDay), parts.contains(where: { WrittenDate.isMonth($0) }) { return true }
        let exponent = text.uppercased().split(separator: "E", omittingEmptySubsequences: false)
        guard exponent.count == 2, exponent[1].first == "+" || exponent[1].first == "-" else { return false }
        return isDigits(exponent[1].dropFirst()) && isDigits(exponent[0].filter { $0 != "," && $0 != "." })
    }
}

/// The codes of a plan, to find the one that a spreadsheet has changed.
struct CodesAsNumbers {
    private var codes: [String: [ActionCode]] = [:]
    private var kinds: Set<CodeReading.Kind> = []

    /// - Parameter named: the codes that the document names, which nothing has changed.
    init(_ stored: some Sequence<ActionCode>, named: Set<ActionCode>) {
        for code in stored {
            guard let reading = CodeReading(code) else { continue }
            kinds.insert(reading.kind)
            if !named.contains(code) { codes[reading.value, default: []].append(code) }
        }
    }

    enum Finding: Hashable {
        /// A spreadsheet has probably made the code of this one.
        case changed(ActionCode)
        /// It has the form of what a spreadsheet changes, and no action of the plan has a code of that form.
        case suspect
    }

    /// What is to be said of a code that no action of the plan has.
    func finding(on code: ActionCode) -> Finding? {
        guard let reading = CodeReading(code) else { return nil }
        let candidates = codes[reading.value] ?? []
        if let before = candidates.filter({ CodeReading.mayTurn($0, into: code) }).min() { return .changed(before) }
        switch reading.kind {
        case .exponent: return kinds.contains(.exponent) ? nil : .suspect
        // `1.2.3` is a numbering more often than a day.
        case .date: return kinds.contains(.date) || !code.text.contains("-") ? nil : .suspect
        case .whole, .decimal: return nil
        }
    }
}

extension Message {
    static func unknownAction(_ code: ActionCode) -> Message {
        Message(
            """
            La feuille de route n’a pas d’action « \(code) ». Corrigez ce code ; ou, pour créer cette action, donnez son intitulé (title), \
            sa thématique (theme) et son niveau d’engagement cible (target_level).
            """,
            """
            The roadmap has no action “\(code)”. Correct this code; or, to create this action, give its title, its theme and its \
            target_level.
            """)
    }

    static func changedCode(_ code: ActionCode, _ finding: CodesAsNumbers.Finding) -> Message {
        switch finding {
        case .changed(let before):
            Message(
                """
                La feuille de route n’a pas d’action « \(code) », mais elle en a une « \(before) » : un tableur a sans doute changé ce \
                code. Mettez la colonne au format texte et écrivez « \(before) ».
                """,
                """
                The roadmap has no action “\(code)”, but it has one “\(before)”: a spreadsheet has probably changed this code. Format \
                the column as text and write “\(before)”.
                """)
        case .suspect:
            Message(
                """
                La feuille de route n’a pas d’action « \(code) » : un tableur a sans doute changé ce code. Mettez la colonne au format \
                texte et rétablissez-le. Une action nouvelle qui a bien ce code se crée en YAML ou en JSON.
                """,
                """
                The roadmap has no action “\(code)”: a spreadsheet has probably changed this code. Format the column as text and put \
                it back. A new action that really has this code is created in YAML or JSON.
                """)
        }
    }
}
