import ActionPlans
import Documents

/// What a column of a plan sent as a table holds, and all the titles by which ministries name it.
enum PlanColumn: Hashable, Sendable, CaseIterable {
    case code
    case member(ActionMember)
    /// « Date de mise en œuvre », of the official template: that of completion for what is done, the due date for what is not.
    case implementation

    /// The columns that are members, which are those of an export.
    static let members = [PlanColumn.code] + ActionMember.allCases.map(PlanColumn.member)
    static let allCases = members + [.implementation]

    /// The member of the document.
    var name: String {
        switch self {
        case .code: "code"
        case .member(let member): member.rawValue
        case .implementation: ActionMember.completedOn.rawValue
        }
    }

    /// What it holds, told apart from what any other column does.
    var word: String { self == .implementation ? "implementation" : name }

    /// As messages name it, beside ``name``.
    var frenchTitle: String { titles.first ?? name }

    // MARK: - Titles

    /// Nobody means anything else by these titles: the words of the official template of plans, and what people write for them.
    var titles: [String] {
        switch self {
        case .code: ["Code", "Code de l’action", "Identifiant", "Référence", "Réf", "Action code", "Reference"]
        case .member(let member): Self.titles(of: member)
        case .implementation: ["Date de mise en œuvre", "Mise en œuvre", "Implementation date", "Date of implementation"]
        }
    }

    private static func titles(of member: ActionMember) -> [String] {
        switch member {
        case .title: ["Intitulé", "Libellé", "Titre", "Nom de l’action", "Action title"]
        case .description: ["Description", "Descriptif", "Détail"]
        case .theme: ["Thématique", "Thème", "Axe thématique", "Theme"]
        case .targetLevel:
            [
                "Niveau d’engagement cible", "Niveau d’engagement", "Niveau d’engagement visé", "Niveau cible", "Niveau visé",
                "Engagement cible", "Engagement visé", "Target level", "Target engagement level",
            ]
        case .reachedLevel:
            ["Niveau atteint", "Niveau d’engagement atteint", "Engagement atteint", "Reached level", "Reached engagement level"]
        case .status: ["État d’avancement", "Statut", "Avancement", "État", "État actuel", "Status"]
        case .statusReason:
            [
                "Motif du statut", "Motif", "Motif d’abandon", "Motif de l’abandon", "Raison de l’abandon", "Cause de l’abandon",
                "Status reason", "Reason for abandonment",
            ]
        case .keyAction: ["Action-clé", "Action-clef", "Key action"]
        case .identifiedOn: ["Date d’identification", "Identifiée le", "Identified on", "Date of identification"]
        case .dueOn:
            [
                "Échéance", "Date d’échéance", "Date limite", "Date butoir", "Date cible", "Date visée", "Échéance prévue",
                "Date prévue", "Date prévisionnelle", "Date de fin prévue", "Date de mise en œuvre prévue",
                "Date prévisionnelle de mise en œuvre", "Date prévue de mise en œuvre", "Date de réalisation prévue", "Due on",
                "Due date", "Deadline",
            ]
        case .completedOn:
            [
                "Date de réalisation", "Réalisée le", "Terminée le", "Achevée le", "Date de réalisation effective",
                "Date de mise en œuvre effective", "Date effective de mise en œuvre", "Date d’achèvement", "Date de fin réelle",
                "Date de fin effective", "Completed on", "Completion date", "Date of completion",
            ]
        case .lead:
            [
                "Pilote", "Responsable", "Porteur", "Porteuse", "Direction pilote", "Direction responsable", "Direction porteuse",
                "Service pilote", "Service responsable", "Service porteur", "Entité pilote", "Entité responsable",
                "Pilote de mise en œuvre ou de suivi", "Pilote de mise en œuvre", "Pilotage", "Lead", "Owner",
            ]
        case .contributors:
            [
                "Contributeurs", "Contributrices", "Partenaires", "Directions contributrices", "Services contributeurs",
                "Entités contributrices", "Directions associées", "Services associés", "Acteurs associés", "Contributors",
                "Partners",
            ]
        case .practices:
            ["Bonnes pratiques", "Bonnes pratiques associées", "Pratiques", "Fiches de bonnes pratiques", "Practices"]
        case .confidential: ["Confidentielle", "Confidentiel", "Confidentialité", "Confidential"]
        }
    }

    /// People mean a column by these too, where no other column of the table is a better one.
    private var vagueTitles: [String] {
        switch self {
        case .code: ["N°", "Nº", "No", "Numéro", "Num", "ID", "Number"]
        case .member(.title): ["Action", "Mesure", "Nom", "Objet", "Name"]
        case .member(.description): ["Commentaire", "Remarque", "Observation", "Précision", "Comment", "Note"]
        case .member(.theme): ["Axe", "Domaine"]
        case .member(.targetLevel): ["Niveau", "Engagement", "Cible", "Level"]
        case .member(.dueOn): ["Date de fin", "Fin", "Délai"]
        case .member(.statusReason): ["Raison", "Justification"]
        case .member(.lead): ["Direction", "Service", "Entité"]
        case .member(.keyAction): ["Clé", "Clef", "Key"]
        case .member, .implementation: []
        }
    }

    /// A title as it was understood.
    struct Match {
        let column: PlanColumn
        /// As it is known.
        let title: String
        /// Another column of the table may be a better one for the same member.
        let isVague: Bool
    }

    private static let matches: [String: Match] = {
        var matches: [String: Match] = [:]
        for column in allCases {
            for title in (column == .implementation ? [] : [column.name]) + column.titles {
                if let key = keys(of: title).first { matches[key] = Match(column: column, title: title, isVague: false) }
            }
        }
        for column in allCases {
            for title in column.vagueTitles {
                guard let key = keys(of: title).first, matches[key] == nil else { continue }
                matches[key] = Match(column: column, title: title, isVague: true)
            }
        }
        return matches
    }()

    /// The column that a title names.
    static func match(_ title: String) -> Match? {
        keys(of: title).lazy.compactMap { matches[$0] }.first
    }

    /// The title so near to this one that it was probably meant, among those of the columns that the table has not.
    static func nearest(to title: String, without taken: Set<PlanColumn>) -> Match? {
        let known = matches.lazy.filter { !$0.value.isVague && !taken.contains($0.value.column) }.map(\.key)
        return keys(of: title).first.flatMap { Closeness.slip($0, among: known) }.flatMap { matches[$0] }
    }

    // MARK: - Words

    /// What stands between the words that matter.
    private static let small: Set<String> = ["a", "au", "d", "de", "des", "du", "l", "la", "le", "les", "of", "the"]

    /// What a title reads like: its words without articles, without numbering and in the singular, then without the remark that
    /// follows it (« Échéance (JJ/MM/AAAA) », « Statut : »), then without « de l’action ».
    private static func keys(of title: String) -> [String] {
        let start = title.prefix { !"([{:*".contains($0) }
        var keys: [String] = []
        for text in [title, String(start)] {
            guard var words = PlainWords.of(text)?.split(separator: " ").map(String.init) else { continue }
            while words.count > 1, words[0].allSatisfy(\.isNumber) { words.removeFirst() }
            words = words.filter { !small.contains($0) }.map(singular)
            for list in [words, words.last == "action" ? words.dropLast() : words] where !list.isEmpty {
                let key = list.joined(separator: " ")
                if !keys.contains(key) { keys.append(key) }
            }
        }
        return keys
    }

    private static func singular(_ word: String) -> String {
        word.utf8.count > 3 && (word.hasSuffix("s") || word.hasSuffix("x")) ? String(word.dropLast()) : word
    }
}
