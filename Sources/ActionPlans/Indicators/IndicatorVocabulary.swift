/// What an indicator is: it decides what an answer is made of, and which rules may consolidate it.
package enum IndicatorKind: String, Vocabulary {
    /// Whole things that are counted.
    case count
    /// An amount of a unit.
    case quantity
    /// A part of a whole, in percent; it may exceed 100 %.
    case ratio
    /// A sum over a number, such as years of life over computers.
    case average
    /// Yes or no.
    case flag

    package static let listName = Message("nature d’indicateur", "kind of indicator")

    package var label: Message {
        switch self {
        case .count: Message("Nombre", "Count")
        case .quantity: Message("Quantité", "Quantity")
        case .ratio: Message("Part", "Ratio")
        case .average: Message("Moyenne", "Average")
        case .flag: Message("Oui ou non", "Yes or no")
        }
    }

    /// The rules that say something of it: shares are never added up, nor their mean taken.
    package var consolidations: [Consolidation] {
        switch self {
        case .count, .quantity: [.sum, .minimum, .maximum, .none]
        case .ratio, .average: [.ratioOfSums, .none]
        case .flag: [.shareOfYes, .none]
        }
    }

    /// Whether an answer has a numerator and a denominator.
    package var hasParts: Bool { self == .ratio || self == .average }

    /// Whether its values are shares in percent.
    package var isInPercent: Bool { self == .ratio || self == .flag }

    var times: Int { isInPercent ? 100 : 1 }
}

/// How the answers of the bodies make one number.
package enum Consolidation: String, Vocabulary {
    case sum
    case ratioOfSums = "ratio_of_sums"
    case shareOfYes = "share_of_yes"
    case minimum = "min"
    case maximum = "max"
    case none

    package static let listName = Message("règle de consolidation", "rule of consolidation")

    package var label: Message {
        switch self {
        case .sum: Message("Somme", "Sum")
        case .ratioOfSums: Message("Rapport des sommes", "Ratio of sums")
        case .shareOfYes: Message("Part de « oui »", "Share of “yes”")
        case .minimum: Message("Plus petite valeur", "Lowest value")
        case .maximum: Message("Plus grande valeur", "Highest value")
        case .none: Message("Pas de consolidation", "No consolidation")
        }
    }
}

/// Where an indicator should go.
package enum Direction: String, Vocabulary {
    case increase
    case decrease
    case none

    package static let listName = Message("sens souhaité", "direction")

    package var label: Message {
        switch self {
        case .increase: Message("À la hausse", "Upwards")
        case .decrease: Message("À la baisse", "Downwards")
        case .none: Message("Sans sens souhaité", "No direction")
        }
    }
}

/// How shorter periods make a longer one.
package enum OverTime: String, Vocabulary {
    /// A flow: what came in each period adds up.
    case sum
    /// A stock: what is there at the end of the last period. Adding stocks up would count the same things again.
    case last

    package static let listName = Message("cumul dans le temps", "rule over time")

    package var label: Message {
        switch self {
        case .sum: Message("Somme des périodes", "Sum of the periods")
        case .last: Message("Dernière période", "Last period")
        }
    }
}
