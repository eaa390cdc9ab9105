/// The sentence that gets published, with the numbers it is made of.
package struct Headline: Hashable, Sendable {
    package let actions: Int
    /// The largest round hundred strictly below the count; nil when there is none above zero.
    package let moreThan: Int?
    /// Whole percent of `realisees_identifiees`; nil without actions.
    package let percent: Int?

    /// Up to here "plus de…" would flatter the figure: the exact count is said.
    package static let exactUpTo = 300

    package init(_ tally: Tally) {
        actions = tally.actions
        moreThan = actions > 100 ? (actions - 1) / 100 * 100 : nil
        percent = Percent.whole(
            Rate.realiseesIdentifiees.numerator(tally), of: Rate.realiseesIdentifiees.denominator(tally))
    }

    package var text: Message {
        guard let percent else { return Message("Aucune action identifiée", "No action identified") }
        let rounded = actions > Self.exactUpTo ? moreThan : nil
        let count = Message(
            Self.grouped(rounded ?? actions, separator: "\u{202F}"), Self.grouped(rounded ?? actions, separator: ","))
        let plural = actions > 1 ? "s" : ""
        return Message(
            (rounded == nil ? "" : "Plus de ") + count.french
                + " action\(plural) identifiée\(plural), dont \(percent)\u{A0}% réalisée\(plural)",
            (rounded == nil ? "" : "More than ") + count.english
                + " action\(plural) identified, of which \(percent)% done")
    }

    /// Thousands apart, by a narrow no-break space in French and a comma in English.
    package static func grouped(_ number: Int, separator: Character) -> String {
        var text = ""
        let digits = String(number)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(separator) }
            text.append(digit)
        }
        return text
    }
}
