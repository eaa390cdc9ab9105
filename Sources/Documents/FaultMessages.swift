import ActionPlans

extension Message {
    package static func wrongType(_ expected: String, _ found: String) -> Message {
        let names = [
            "object": "un objet", "array": "une liste", "string": "un texte", "integer": "un nombre entier",
            "number": "un nombre",
            "boolean": "true ou false, sans guillemets,", "date": "une date (AAAA-MM-JJ)",
        ]
        let englishNames = ["boolean": "true or false, without quotation marks", "date": "a date (YYYY-MM-DD)"]
        let kinds = [
            "object": "un objet", "array": "une liste", "string": "un texte", "boolean": "un booléen", "number": "un nombre",
        ]
        return Message(
            "Il faut \(names[expected] ?? expected) et non \(kinds[found] ?? found).",
            "Expected \(englishNames[expected] ?? expected), not \(found).")
    }

    package static func notPlainDigits(_ literal: String) -> Message {
        Message(
            "« \(literal.clipped) » : un nombre entier s’écrit en chiffres, sans décimales ni exposant.",
            "“\(literal.clipped)”: a whole number is written in digits, without decimals or exponent.")
    }

    package static func outOfRange(_ range: ClosedRange<Int>) -> Message {
        Message(
            "La valeur doit être un entier de \(range.lowerBound) à \(range.upperBound).",
            "The value must be an integer from \(range.lowerBound) to \(range.upperBound).")
    }

    /// - Parameter text: what is not of the form `YYYY-MM-DD`, or no day of the calendar.
    package static func invalidDate(_ text: String) -> Message {
        let shown = text.clipped
        return switch WrittenDate(text) {
        case .day(let day):
            Message("« \(shown) » : écrivez cette date \(day).", "“\(shown)”: write this date \(day).")
        case .shortYear(let day):
            Message(
                "« \(shown) » : mettez l’année sur quatre chiffres, \(day) si c’est bien \(day.year).",
                "“\(shown)”: write the year in four digits, \(day) if it is \(day.year).")
        case .monthFirst(let day):
            Message(
                "« \(shown) » : le jour vient avant le mois ; écrivez \(day).",
                "“\(shown)”: the day comes before the month; write \(day).")
        case .otherZone:
            Message(
                "« \(shown) » : à cette heure de ce fuseau, le jour n’est pas le même à Paris ; écrivez la date seule, AAAA-MM-JJ.",
                "“\(shown)”: at this hour of this zone the day is not the same in Paris; write the date alone, YYYY-MM-DD.")
        case .noDay:
            Message(
                "« \(shown) » : il manque le jour ; écrivez AAAA-MM-JJ, par exemple le dernier jour de la période.",
                "“\(shown)”: the day is missing; write YYYY-MM-DD, for example the last day of the period.")
        case .serialNumber(let day):
            Message(
                "« \(shown) » est le nombre par lequel un tableur compte les jours ; écrivez \(day), ou mettez la colonne au format date.",
                "“\(shown)” is the number by which a spreadsheet counts days; write \(day), or format the column as dates.")
        case .noSuchDay, nil:
            Message(
                "« \(shown) » n’est pas une date qui existe, de la forme AAAA-MM-JJ, de 1900 à 2199.",
                "“\(shown)” is not an existing date of the form YYYY-MM-DD from 1900 to 2199.")
        }
    }

    package static func notOneOf(_ text: String, _ codes: [String]) -> Message {
        notOneOf(text, codes, closest: Closeness.closest(to: text, among: codes).first)
    }

    /// - Parameter labels: where they are accepted in place of codes, messages show them.
    package static func notOneOf<Code: Vocabulary>(
        _ text: String, of type: Code.Type, labels: VocabularyLabels? = nil
    ) -> Message {
        let shown = Dictionary(uniqueKeysWithValues: Code.codes.map { ($0, labels?.label(of: $0) ?? $0) })
        let written = Code.codes.map { (shown: shown[$0] ?? $0, written: $0) }
        let accepted = (labels?.writings ?? []).map { (shown: shown[$0.code] ?? $0.code, written: $0.writing) }
        let words = VocabularyWords.words(for: type).map { (shown: shown[$0.code] ?? $0.code, written: $0.word) }
        let closest = Closeness.closest(to: text, among: written + accepted + words).first
        return notOneOf(text, Code.codes.map { shown[$0] ?? $0 }, closest: closest)
    }

    private static func notOneOf(_ text: String, _ values: [String], closest: String?) -> Message {
        let list = values.joined(separator: ", ")
        return Message(
            "« \(text.clipped) » n’est pas une valeur admise ; valeurs : \(list)."
                + (closest.map { " Vouliez-vous « \($0) » ?" } ?? ""),
            "“\(text.clipped)” is not an accepted value; values: \(list)." + (closest.map { " Did you mean “\($0)”?" } ?? ""))
    }

    /// Something nobody knows, with the closest names there are.
    package static func unknown(_ french: String, _ english: String, _ name: String, _ names: [String]) -> Message {
        let closest = Closeness.closest(to: name, among: names)
        let list = closest.isEmpty ? Array(Set(names)).sorted() : closest
        guard !list.isEmpty else {
            return Message(
                "Le \(french) « \(name.clipped) » est inconnu ; il n’y en a aucun ici.",
                "The \(english) “\(name.clipped)” is unknown; there are none here.")
        }
        return Message(
            "Le \(french) « \(name.clipped) » est inconnu ; "
                + (closest.isEmpty ? "noms admis : " : "vouliez-vous : ") + list.joined(separator: ", ")
                + (closest.isEmpty ? "." : " ?"),
            "The \(english) “\(name.clipped)” is unknown; "
                + (closest.isEmpty ? "known names: " : "did you mean: ") + list.joined(separator: ", ")
                + (closest.isEmpty ? "." : "?"))
    }
}
