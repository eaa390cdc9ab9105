/// How an impact is known.
package enum ImpactBasis: String, Vocabulary {
    /// Reckoned before, or without counting.
    case estimated
    /// Counted after the fact.
    case measured

    package static let listName = Message("base d’impact", "basis of an impact")

    package var label: Message {
        switch self {
        case .estimated: Message("Estimé", "Estimated")
        case .measured: Message("Mesuré", "Measured")
        }
    }
}

/// What is avoided. The unit is in the name, so that kilograms are not taken for tons.
package enum ImpactIndicator: String, CaseIterable, Sendable {
    /// Greenhouse gases, in kilograms of carbon dioxide.
    case carbon = "kg_co2_eq"
    /// Minerals and metals, in kilograms of antimony.
    case minerals = "kg_sb_eq"
}
