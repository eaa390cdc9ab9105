/// What is amiss.
package enum RecommendationCategory: String, Vocabulary {
    case missingTheme = "missing_theme"
    case levelTooLow = "level_too_low"
    case notMeasurable = "not_measurable"
    case noDueDate = "no_due_date"
    case doneElsewhere = "done_elsewhere"
    case wording
    case other

    package static let listName = Message("catégorie de recommandation", "category of recommendation")

    package var label: Message {
        switch self {
        case .missingTheme: Message("Thématique sans action", "Theme without an action")
        case .levelTooLow: Message("Niveau d’engagement trop bas", "Engagement level too low")
        case .notMeasurable: Message("Résultat non mesurable", "Result that cannot be measured")
        case .noDueDate: Message("Sans échéance", "Without a due date")
        case .doneElsewhere: Message("Déjà fait ailleurs", "Done elsewhere")
        case .wording: Message("Rédaction", "Wording")
        case .other: Message("Autre", "Other")
        }
    }
}

package enum RecommendationPriority: String, Vocabulary {
    case majeure
    case mineure

    package static let listName = Message("priorité de recommandation", "priority of recommendation")

    package var label: Message {
        switch self {
        case .majeure: Message("Majeure", "Major")
        case .mineure: Message("Mineure", "Minor")
        }
    }
}

/// What became of a recommendation, in the words of the French control bodies.
package enum RecommendationOutcome: String, Vocabulary {
    case miseEnOeuvre = "mise_en_oeuvre"
    case enCours = "en_cours"
    case incomplete
    case nonMiseEnOeuvre = "non_mise_en_oeuvre"
    case sansObjet = "sans_objet"

    package static let listName = Message("suite d’une recommandation", "outcome of a recommendation")

    package var label: Message {
        switch self {
        case .miseEnOeuvre: Message("Mise en œuvre", "Implemented")
        case .enCours: Message("Mise en œuvre en cours", "Being implemented")
        case .incomplete: Message("Mise en œuvre incomplète", "Partly implemented")
        case .nonMiseEnOeuvre: Message("Non mise en œuvre", "Not implemented")
        case .sansObjet: Message("Devenue sans objet", "No longer relevant")
        }
    }
}

/// What a recommendation is about: all of the plan, one of the themes, or one of its actions.
package enum RecommendationSubject: Hashable, Sendable {
    case plan
    case theme(Theme)
    case action(ActionCode)

    /// - Returns: nil for what is none of these. Codes of actions are in capitals, those of themes are not.
    package init?(_ text: String) {
        if text == "plan" {
            self = .plan
        } else if let theme = Theme(rawValue: text) {
            self = .theme(theme)
        } else if let code = ActionCode(text) {
            self = .action(code)
        } else {
            return nil
        }
    }

    package var text: String {
        switch self {
        case .plan: "plan"
        case .theme(let theme): theme.code
        case .action(let code): code.text
        }
    }

    package var action: ActionCode? {
        if case .action(let code) = self { code } else { nil }
    }
}
