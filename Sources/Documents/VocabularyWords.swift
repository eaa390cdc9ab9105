import ActionPlans

/// What people write for a value of a vocabulary, beside its code and its labels. Nothing is understood by these words: a fault
/// asks whether the value was meant.
enum VocabularyWords {
    /// - Returns: each word with the code that it may stand for.
    static func words<Code: Vocabulary>(for type: Code.Type) -> [(word: String, code: String)] {
        switch type {
        case is ActionStatus.Type: pairs(statuses)
        case is EngagementLevel.Type: pairs(levels)
        case is Theme.Type: pairs(themes)
        default: []
        }
    }

    private static func pairs<Code: Vocabulary>(_ values: [(Code, [String])]) -> [(word: String, code: String)] {
        values.flatMap { value, words in words.map { (word: $0, code: value.code) } }
    }

    private static let statuses: [(ActionStatus, [String])] = [
        (
            .aFaire,
            [
                "à lancer", "à venir", "à démarrer", "pas commencée", "non commencée", "non démarrée", "non débutée",
                "identifiée",
                "prévue", "planifiée", "en attente", "todo", "to do", "not started", "planned",
            ]
        ),
        (
            .enCours,
            [
                "lancée", "commencée", "démarrée", "débutée", "engagée", "en œuvre", "en progrès", "in progress", "started",
                "ongoing",
            ]
        ),
        (
            .realisee,
            [
                "fini", "finie", "terminé", "terminée", "achevée", "accomplie", "fait", "faite", "close", "clôturée",
                "mise en œuvre",
                "done", "completed", "finished", "closed",
            ]
        ),
        (
            .abandonnee,
            [
                "annulée", "arrêtée", "stoppée", "supprimée", "retirée", "sans suite", "cancelled", "canceled", "abandoned",
                "dropped",
            ]
        ),
    ]

    private static let levels: [(EngagementLevel, [String])] = [
        (.reflexion, ["étude", "étude de faisabilité", "faisabilité", "réfléchir", "study"]),
        (.experimentation, ["essai", "test", "expérimenter", "expérience", "trial", "experiment"]),
        (
            .realisation,
            [
                "réalisé", "réalisée", "réaliser", "mise en œuvre", "déploiement", "généralisation", "passage à l’échelle",
                "roll-out",
            ]
        ),
    ]

    private static let themes: [(Theme, [String])] = [
        (.strategieGouvernance, ["stratégie", "gouvernance", "pilotage", "strategy", "governance"]),
        (.sensibilisationFormation, ["sensibilisation", "formation", "formations", "training", "awareness"]),
        (.achats, ["achat", "achats durables", "achats responsables", "marchés", "commande publique", "procurement"]),
        (
            .conceptionServices,
            ["conception", "écoconception", "services numériques", "service numérique", "conception de services", "design"]
        ),
        (
            .centreDonnees,
            [
                "centre de données", "centres de données", "salle serveur", "salles serveurs", "serveurs", "hébergement",
                "datacenter",
                "data center",
            ]
        ),
        (.phaseUsage, ["usage", "usages", "utilisation", "use"]),
        (.finUsage, ["fin de vie", "réemploi", "déchets", "recyclage", "end of life"]),
    ]
}
