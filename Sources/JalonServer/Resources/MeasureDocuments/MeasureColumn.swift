import ActionPlans
import Documents

/// What a column of a table of measures holds, and the titles by which it is known: our own names, the French words for them, and
/// the names that the State's tools for indicators use.
enum MeasureColumn: String, Sendable, CaseIterable {
    case indicator, ministry, period
    /// A day in the period that is meant.
    case day = "date_valeur"
    case kind = "type_valeur"
    case value, answer, numerator, denominator
    case notApplicable = "not_applicable"
    case unavailable, state
    case stateReason = "state_reason"
    case estimated, source, method, comment, version

    /// Columns that the service writes and nobody sets, and names that templates show beside codes: what they hold is not read.
    private static let readOnly = [
        "definition", "state_label", "due_on", "created_at", "updated_at", "link", "links", "title", "Intitulé", "Titre",
        "returned_answer", "returned_reason", "Intitulé de l’indicateur", "Titre de l’indicateur", "Libellé", "name", "Nom",
        "Nom de l’organisme", "Nom du ministère",
    ]

    /// The member of the document, where a day stands for its period.
    var name: String { self == .day ? MeasureColumn.period.rawValue : rawValue }

    /// Whether it says which measure a line is about, and nothing of it.
    var isKey: Bool { [.indicator, .ministry, .period, .day, .kind, .version].contains(self) }

    /// Whether a cell of it says something of the measure. The state that a template holds beforehand says nothing without an answer.
    func says(_ cell: CSVParser.Cell) -> Bool {
        if isKey || cell.isBlank { return false }
        return self != .state || cell.text.trimmed() != MeasureState.soumise.code
    }

    private var titles: [String] {
        switch self {
        case .indicator: ["identifiant_indic", "Indicateur", "Code de l’indicateur"]
        case .ministry: ["zone_id", "Ministère", "Code du ministère", "Organisme", "Code de l’organisme"]
        case .period: ["Période"]
        case .day: ["Date de la valeur", "Date"]
        case .kind: []
        case .value: ["valeur"]
        case .answer: ["Réponse"]
        case .numerator: ["Numérateur"]
        case .denominator: ["Dénominateur"]
        case .notApplicable: ["Sans objet", "Non applicable"]
        case .unavailable: ["Indisponible", "Non disponible"]
        case .state: ["État"]
        case .stateReason: ["Motif du renvoi", "Motif de renvoi"]
        case .estimated: ["Estimée", "Estimé"]
        case .source: []
        case .method: ["Méthode"]
        case .comment: ["Commentaire"]
        case .version: []
        }
    }

    /// A title as it was understood.
    enum Match: Sendable {
        case column(MeasureColumn, title: String)
        /// One that is passed over without a word.
        case readOnly
    }

    private static let matches: [String: Match] = {
        var matches: [String: Match] = [:]
        for column in allCases {
            for title in [column.rawValue] + column.titles {
                if let key = PlainWords.of(title) { matches[key] = .column(column, title: title) }
            }
        }
        for title in readOnly { if let key = PlainWords.of(title) { matches[key] = .readOnly } }
        return matches
    }()

    /// The column that a title names, with or without the remark that follows it (« Valeur (en kWh) »).
    static func match(_ title: String) -> Match? {
        [title, String(title.prefix { !"([{:*".contains($0) })].lazy.compactMap { PlainWords.of($0).flatMap { matches[$0] } }
            .first
    }

    /// The column so near to a title that it was probably meant, among those that the table has not.
    static func nearest(to title: String, without taken: Set<MeasureColumn>) -> (column: MeasureColumn, title: String)? {
        let known = matches.compactMap { key, match -> String? in
            if case .column(let column, _) = match { taken.contains(column) ? nil : key } else { nil }
        }
        guard let key = PlainWords.of(title), let meant = Closeness.slip(key, among: known),
            case .column(let column, let title)? = matches[meant]
        else { return nil }
        return (column, title)
    }
}
