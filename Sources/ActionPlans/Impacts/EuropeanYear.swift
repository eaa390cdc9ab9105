/// What one European emits and uses up in a year, and how many of them an amount is worth.
package enum EuropeanYear {
    /// In kilograms. The source prints 8.1 t and 0.06 kg: all that is known is that they lie between the two halves of a last digit.
    package static func amount(_ indicator: ImpactIndicator) -> BoundedNumber {
        switch indicator {
        case .carbon: BoundedNumber(low: ExactDecimal(8_050), central: ExactDecimal(8_100), high: ExactDecimal(8_150))
        case .minerals:
            BoundedNumber(
                low: ExactDecimal(coefficient: 55, scale: 3), central: ExactDecimal(coefficient: 6, scale: 2),
                high: ExactDecimal(coefficient: 65, scale: 3))
        }
    }

    package static let decimals = 2

    /// How many Europeans an amount is worth, each bound rounded once: the least amount over the largest constant, and so on. An amount
    /// without an interval has none here either: the imprecision of the constant is not all of it.
    package static func equivalent(of amount: BoundedNumber, _ indicator: ImpactIndicator) -> BoundedNumber? {
        let one = Self.amount(indicator)
        guard let central = quotient(amount.central, one.central) else { return nil }
        return BoundedNumber(
            low: amount.low.flatMap { low in one.high.flatMap { quotient(low, $0) } }, central: central,
            high: amount.high.flatMap { high in one.low.flatMap { quotient(high, $0) } })
    }

    private static func quotient(_ amount: ExactDecimal, _ one: ExactDecimal) -> ExactDecimal? {
        .quotient(amount, one, times: 1, decimals: decimals)
    }

    package static let rule = Message(
        """
        Un Européen et par an : 8,1 t éq. CO2 et 0,06 kg éq. Sb. La source n’imprime que ces chiffres : les constantes valent entre 8,05 et 8,15 t, \
        entre 0,055 et 0,065 kg. « low » divise la borne basse par la plus grande constante, « high » la borne haute par la plus petite ; chacun est \
        arrondi une seule fois, à 2 décimales.
        """,
        """
        One European in a year: 8.1 t CO2 eq and 0.06 kg Sb eq. The source prints no more digits: the constants lie between 8.05 and 8.15 t, and \
        between 0.055 and 0.065 kg. “low” divides the low bound by the largest constant, “high” the high bound by the smallest; each is rounded \
        once, to 2 decimals.
        """)
}
