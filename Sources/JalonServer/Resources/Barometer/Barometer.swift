import ActionPlans

/// The figures of a year in the words of a public page: counts, rates and the names of ministries, never an action.
struct Barometer: Sendable {
    struct Group: Sendable {
        let code: String
        let label: String
        let tally: Tally
    }

    struct Ministry: Sendable {
        let code: MinistryCode
        let name: String
        let acronym: String?
        let plan: PlanState
        /// Of what the census was due by, whether the plan has come since or not.
        let isLate: Bool
        /// nil for a ministry that sent nothing: it is missing, not zero.
        let tally: Tally?
    }

    /// How far a ministry's plan has got.
    enum PlanState: String, Sendable {
        case validee, soumise, manquante

        var label: Message {
            switch self {
            case .validee: Message("Plan validé", "Plan validated")
            case .soumise: Message("Plan remis", "Plan submitted")
            case .manquante: Message("Plan manquant", "Plan missing")
            }
        }

        init(_ state: RoadmapState?) {
            switch state {
            case .validee, .close: self = .validee
            case .soumise, .enRelecture, .brouillon: self = .soumise
            case nil: self = .manquante
            }
        }
    }

    static let title = Message(
        "Baromètre des feuilles de route numériques écoresponsables", "Barometer of the ministries’ green digital roadmaps")
    static let source = Message(
        "Feuilles de route numériques écoresponsables des ministères, suivies dans Jalon",
        "Green digital roadmaps of the French ministries, followed in Jalon")
    static let licence = (
        code: "etalab-2.0", name: Message("Licence Ouverte 2.0 (Etalab)", "Open Licence 2.0 (Etalab)"),
        address: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"
    )

    let language: Language
    let year: Int
    let headline: Headline
    let total: Tally
    let scope: FigureScope
    let lastChange: FigureFacts.Change?
    let statuses: [(code: String, label: String, actions: Int)]
    let themes: [Group]
    let targetLevels: [Group]
    let reachedLevels: [Group]
    let ministries: [Ministry]
    let coverage: Coverage
    /// When the census of the year was due; nil without one.
    let dueOn: CivilDate?
    let names: [MinistryCode: String]
    let points: [FigureSeries.Point]
    let indicators: [IndicatorFigure]
    let impacts: ImpactFacts
    /// Without any plan of the year, all that is told of actions is empty.
    let hasPlans: Bool
    let snapshot: BarometerFacts.FrozenFigures?

    init(_ facts: BarometerFacts, _ vocabularies: Vocabularies, _ language: Language) {
        let figures = facts.figures
        let tallies = figures.tallies
        self.language = language
        year = facts.year
        total = tallies.total
        headline = Headline(total)
        scope = facts.scope
        lastChange = facts.lastChange
        statuses = ActionStatus.allCases.map { ($0.code, vocabularies.label($0)[language], tallies.total[$0]) }
        themes = Theme.allCases.map {
            Group(code: $0.code, label: vocabularies.label($0)[language], tally: tallies.byTheme[$0] ?? Tally())
        }
        targetLevels = EngagementLevel.allCases.map {
            Group(code: $0.code, label: vocabularies.label($0)[language], tally: tallies.byTargetLevel[$0] ?? Tally())
        }
        reachedLevels = (EngagementLevel.allCases.map(Optional.some) + [nil]).map { level in
            let label = level.map { vocabularies.label($0) } ?? Message("Aucun", "None")
            return Group(
                code: level?.code ?? ActionFilter.noLevel, label: label[language], tally: tallies.byReachedLevel[level] ?? Tally()
            )
        }
        coverage = figures.coverage
        dueOn = figures.census?.dueOn
        names = figures.names
        points = facts.points
        indicators = facts.indicators
        impacts = facts.impacts
        snapshot = facts.snapshot
        hasPlans = !figures.roadmaps.isEmpty
        let states = Dictionary(figures.roadmaps.map { ($0.id.ministry, $0.state) }) { first, _ in first }
        let late = Set(figures.coverage.late.map(\.ministry))
        ministries = FigureBody.all(of: Set(coverage.expected + Array(states.keys)), figures).map { body in
            Ministry(
                code: body.code, name: body.name, acronym: facts.acronyms[body.code], plan: PlanState(states[body.code]),
                isLate: late.contains(body.code),
                tally: states[body.code].map { _ in body.tally })
        }
    }

    var hasCensus: Bool { dueOn != nil }

    func name(of ministry: MinistryCode) -> String { names[ministry] ?? ministry.text }

    /// Who had not sent its plan in time, by name, and when it did since.
    private var lateText: Message? {
        guard let dueOn, !coverage.late.isEmpty else { return nil }
        let due = dueOn.inWords
        let french = coverage.late.map { late in
            name(of: late.ministry) + (late.submittedOn.map { " (remis le \($0.inWords.french))" } ?? " (rien reçu)")
        }
        let english = coverage.late.map { late in
            name(of: late.ministry) + (late.submittedOn.map { " (sent on \($0.inWords.english))" } ?? " (nothing received)")
        }
        return Message(
            " En retard sur l’échéance du \(due.french) : \(french.joined(separator: ", ")).",
            " Late, due on \(due.english): \(english.joined(separator: ", ")).")
    }

    /// The day asked for, or else that of the last change.
    var day: CivilDate? { scope.reading.asOf ?? lastChange?.day }

    /// The coverage in words.
    var coverageText: Message {
        var (french, english) = (receivedText.french, receivedText.english)
        if let late = lateText {
            french += late.french
            english += late.english
        }
        if hasCensus, !coverage.unexpected.isEmpty {
            let others = coverage.unexpected.map(name).joined(separator: ", ")
            french += " Comptés sans être attendus : \(others)."
            english += " Counted without being expected: \(others)."
        }
        return Message(french, english)
    }

    /// What of the coverage goes with every number.
    var receivedText: Message {
        let received = coverage.received.count
        let plural = received > 1 ? "s" : ""
        guard hasCensus else {
            return Message(
                "\(received) plan\(plural) reçu\(plural) ; aucun recensement ne dit combien en étaient attendus.",
                "\(received) plan\(plural) received; no census says how many were expected.")
        }
        let expected = coverage.expected.count
        var (french, english) = (
            "\(received) plan\(plural) reçu\(plural) sur \(expected) attendu\(expected > 1 ? "s" : "").",
            "\(received) plan\(plural) received of \(expected) expected."
        )
        if coverage.provisional {
            let missing = coverage.missing.map(name).joined(separator: ", ")
            french += " Manque\(coverage.missing.count > 1 ? "nt" : "") : \(missing). Les chiffres sont provisoires."
            english += " Missing: \(missing). The figures are provisional."
        }
        return Message(french, english)
    }
}
