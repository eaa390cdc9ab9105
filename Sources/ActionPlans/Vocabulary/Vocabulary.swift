/// A closed list of codes in official order. Labels and meanings live in the database; rules need only the codes.
package protocol Vocabulary: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// The name of the list, for messages.
    static var listName: Message { get }
}

extension Vocabulary {
    package var code: String { rawValue }
    package static var codes: [String] { allCases.map(\.rawValue) }
}

package enum Theme: String, Vocabulary {
    case strategieGouvernance = "strategie_gouvernance"
    case sensibilisationFormation = "sensibilisation_formation"
    case achats
    case conceptionServices = "conception_services"
    case centreDonnees = "centre_donnees"
    case phaseUsage = "phase_usage"
    case finUsage = "fin_usage"

    package static let listName = Message("thématique", "theme")
}

/// How far a ministry commits itself on an action, and how far the action has got: a ladder, compared with `<`.
package enum EngagementLevel: String, Vocabulary, Comparable {
    case reflexion
    case experimentation
    case realisation

    package static let listName = Message("niveau d’engagement", "engagement level")

    package var rank: Int {
        switch self {
        case .reflexion: 1
        case .experimentation: 2
        case .realisation: 3
        }
    }

    package static func < (left: EngagementLevel, right: EngagementLevel) -> Bool {
        left.rank < right.rank
    }
}

/// How an action stands. Independent of its level: a *réflexion* whose study is delivered is `realisee`.
package enum ActionStatus: String, Vocabulary {
    case aFaire = "a_faire"
    case enCours = "en_cours"
    case realisee
    case abandonnee

    package static let listName = Message("état d’avancement", "status")

    /// Whether work remains: only an open action can be late.
    package var isOpen: Bool { self == .aFaire || self == .enCours }
}

package enum MinistryKind: String, Vocabulary {
    case poleMinisteriel = "pole_ministeriel"
    case directionInterministerielle = "direction_interministerielle"
    case ministere
    case operateur
    case collectivite

    package static let listName = Message("nature d’organisme", "kind of body")
}

package enum PracticePriority: String, Vocabulary {
    case prioritaire
    case recommandee
    case allerPlusLoin = "aller_plus_loin"

    package static let listName = Message("priorité", "priority")
}

package enum PracticeDifficulty: String, Vocabulary {
    case facile
    case moyenne
    case difficile

    package static let listName = Message("difficulté", "difficulty")
}
