/// A published rate: a rule with a code and a version, so that the number can always be told with its definition.
package enum Rate: String, CaseIterable, Sendable {
    /// The headline: done among all that was identified, abandoned included.
    case realiseesIdentifiees = "realisees_identifiees"
    case realiseesActives = "realisees_actives"
    case niveauCibleAtteint = "niveau_cible_atteint"
    case niveauRealisation = "niveau_realisation"
    case cohorteValidation = "cohorte_validation"

    package var code: String { rawValue }

    /// Goes up when the rule changes, so that figures of two rules are never taken for one another.
    package var version: Int { 1 }

    package func numerator(_ tally: Tally) -> Int {
        switch self {
        case .realiseesIdentifiees, .realiseesActives: tally.realisees
        case .niveauCibleAtteint: tally.targetReached
        case .niveauRealisation: tally.realisationReached
        case .cohorteValidation: tally.cohortRealisees
        }
    }

    package func denominator(_ tally: Tally) -> Int {
        switch self {
        case .realiseesIdentifiees, .niveauCibleAtteint, .niveauRealisation: tally.actions
        case .realiseesActives: tally.active
        case .cohorteValidation: tally.cohort
        }
    }

    /// The pooled ratio; nil on an empty base.
    package func value(_ tally: Tally) -> Percent? {
        Percent(numerator(tally), of: denominator(tally))
    }

    /// The median of the ministries' own rates, which the pooled ratio must never be confused with.
    package func median(of ministries: some Sequence<Tally>) -> Percent? {
        Percent(medianOf: ministries.map { (numerator($0), denominator($0)) })
    }

    package var label: Message {
        switch self {
        case .realiseesIdentifiees: Message("Actions réalisées", "Actions done")
        case .realiseesActives: Message("Actions réalisées, hors abandons", "Actions done, abandoned ones left out")
        case .niveauCibleAtteint: Message("Niveau cible atteint", "Target level reached")
        case .niveauRealisation: Message("Niveau « réalisation » atteint", "Level “réalisation” reached")
        case .cohorteValidation:
            Message("Actions réalisées du plan validé à l’origine", "Actions done of the plan as first validated")
        }
    }

    package var rule: Message {
        switch self {
        case .realiseesIdentifiees:
            Message(
                "Actions à l’état « réalisée », rapportées à toutes les actions identifiées, abandonnées comprises.",
                "Actions whose status is “réalisée”, over all identified actions, abandoned ones included.")
        case .realiseesActives:
            Message(
                "Actions à l’état « réalisée », rapportées aux actions non abandonnées.",
                "Actions whose status is “réalisée”, over the actions that are not abandoned.")
        case .niveauCibleAtteint:
            Message(
                "Actions dont le niveau atteint égale ou dépasse le niveau cible, rapportées à toutes les actions.",
                "Actions whose reached level equals or exceeds their target level, over all actions.")
        case .niveauRealisation:
            Message(
                "Actions dont le niveau atteint est « réalisation », rapportées à toutes les actions.",
                "Actions whose reached level is “réalisation”, over all actions.")
        case .cohorteValidation:
            Message(
                "Parmi les actions présentes à la première validation de chaque feuille de route, celles qui sont réalisées.",
                "Of the actions present when each roadmap was first validated, those that are done.")
        }
    }
}
