/// The rule of an indicator in words, which its numbers are told with.
extension IndicatorDefinition {
    package var rule: Message {
        let (base, time) = (baseInWords, timeInWords)
        guard consolidation != .none else { return Message(base.french + time.french + ".", base.english + time.english + ".") }
        return Message(
            base.french + time.french + " ; arrondi une seule fois, à la fin, à \(decimals) décimale\(decimals > 1 ? "s" : "").",
            base.english + time.english + "; rounded once, at the end, to \(decimals) decimal\(decimals == 1 ? "" : "s").")
    }

    private var baseInWords: Message {
        switch consolidation {
        case .sum: return Message("Somme des valeurs des organismes, en \(unit)", "Sum of the bodies’ values, in \(unit)")
        case .ratioOfSums:
            let (above, below) = (numerator ?? "", denominator ?? "")
            return Message(
                "Somme, pour tous les organismes, de « \(above) », divisée par la somme de « \(below) », en \(unit)",
                "Sum, over all bodies, of “\(above)”, divided by the sum of “\(below)”, in \(unit)")
        case .shareOfYes:
            return Message(
                "Nombre de réponses « oui », divisé par le nombre de réponses « oui » ou « non », en \(unit)",
                "Number of answers “yes”, divided by the number of answers “yes” or “no”, in \(unit)")
        case .minimum:
            return Message("Plus petite des valeurs des organismes, en \(unit)", "Lowest of the bodies’ values, in \(unit)")
        case .maximum:
            return Message("Plus grande des valeurs des organismes, en \(unit)", "Highest of the bodies’ values, in \(unit)")
        case .none:
            guard let numerator, let denominator else {
                return Message(
                    "Valeurs des organismes, en \(unit), sans nombre commun",
                    "Values of the bodies, in \(unit), without a common number")
            }
            return Message(
                "Pour chaque organisme, « \(numerator) » divisé par « \(denominator) », en \(unit), sans nombre commun",
                "For each body, “\(numerator)” divided by “\(denominator)”, in \(unit), without a common number")
        }
    }

    private var timeInWords: Message {
        switch overTime {
        case .sum: Message(" ; les périodes d’une année s’ajoutent", "; the periods of a year add up")
        case .last: Message(" ; d’une année compte la dernière période", "; of a year the last period counts")
        case nil: Message("", "")
        }
    }
}
