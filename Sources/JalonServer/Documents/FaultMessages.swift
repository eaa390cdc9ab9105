import ActionPlans

extension Message {
    static func wrongType(_ expected: String, _ found: String) -> Message {
        let names = [
            "object": "un objet", "array": "une liste", "string": "un texte", "boolean": "un booléen",
            "integer": "un nombre entier", "number": "un nombre", "null": "null",
        ]
        return Message(
            "Il faut \(names[expected] ?? expected) et non \(names[found] ?? found).",
            "Expected \(expected), not \(found).")
    }

    static func notPlainDigits(_ literal: String) -> Message {
        Message(
            "« \(literal.clipped) » : un nombre entier s’écrit en chiffres, sans décimales ni exposant.",
            "“\(literal.clipped)”: a whole number is written in digits, without decimals or exponent.")
    }

    static func requiredParameter(_ name: String) -> Message {
        Message("Le paramètre « \(name) » est obligatoire.", "The parameter “\(name)” is required.")
    }

    static func outOfRange(_ range: ClosedRange<Int>) -> Message {
        Message(
            "La valeur doit être un entier de \(range.lowerBound) à \(range.upperBound).",
            "The value must be an integer from \(range.lowerBound) to \(range.upperBound).")
    }

    static func invalidDate(_ text: String) -> Message {
        Message(
            "« \(text.clipped) » n’est pas une date qui existe, de la forme AAAA-MM-JJ, de 1900 à 2199.",
            "“\(text.clipped)” is not an existing date of the form YYYY-MM-DD from 1900 to 2199.")
    }

    static func notOneOf(_ text: String, _ codes: [String]) -> Message {
        let closest = Closeness.closest(to: text, among: codes)
        let hint = closest.first.map { Message(" Vouliez-vous « \($0) » ?", " Did you mean “\($0)”?") }
        let list = codes.joined(separator: ", ")
        return Message(
            "« \(text.clipped) » n’est pas une valeur admise ; valeurs : \(list)." + (hint?.french ?? ""),
            "“\(text.clipped)” is not an accepted value; values: \(list)." + (hint?.english ?? ""))
    }

    /// Something nobody knows, with the closest names there are.
    static func unknown(_ french: String, _ english: String, _ name: String, _ names: [String]) -> Message {
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
