import ActionPlans
import ArgumentParser

/// What `plan apply` says of a roadmap beside its file, as a table has no place for it. The server refuses what the file says otherwise.
struct PlanSettings: ParsableArguments {
    @Option(
        help: Message(
            "La date depuis laquelle le plan vaut, AAAA-MM-JJ (sinon aujourd’hui) : à donner pour un plan d’une période passée.",
            "The date from which the plan holds, YYYY-MM-DD (otherwise today): to give for a plan of a past period."
        ).help("date"))
    var effectiveOn: String?

    @Option(help: Message("Le motif, gardé dans l’historique.", "The reason, kept in the history.").help("texte"))
    var reason: String?

    @Option(
        help: Message(
            "L’état de la feuille de route : brouillon, soumise… (une nouvelle est un brouillon).",
            "The state of the roadmap: brouillon, soumise… (a new one is a draft)."
        ).help("état"), completion: .list(RoadmapState.codes))
    var state: String?

    @Option(
        help: Message("La dernière année du plan (sinon la première).", "The last year of the plan (otherwise the first).").help(
            "year"))
    var lastYear: String?

    @Option(help: Message("Le titre du plan.", "The title of the plan.").help("texte"))
    var title: String?

    func validate() throws {
        if let effectiveOn, CivilDate(effectiveOn) == nil {
            throw ValidationError(
                Message(
                    "--effective-on : « \(effectiveOn) » n’est pas une date, AAAA-MM-JJ, par exemple 2023-02-15.",
                    "--effective-on: “\(effectiveOn)” is not a date, YYYY-MM-DD, for example 2023-02-15."
                ).shown)
        }
        if let state, RoadmapState(rawValue: state) == nil {
            let states = RoadmapState.codes.joined(separator: ", ")
            throw ValidationError(
                Message(
                    "--state : « \(state) » n’est pas un état ; états : \(states).",
                    "--state: “\(state)” is not a state; states: \(states)."
                ).shown)
        }
        if let lastYear, RoadmapID.year(lastYear) == nil {
            throw ValidationError(
                Message(
                    "--last-year : une année en quatre chiffres, par exemple 2025.",
                    "--last-year: a year of four digits, for example 2025."
                )
                .shown)
        }
    }

    /// As the server takes it.
    var query: [(name: String, value: String)] {
        [("effective_on", effectiveOn), ("reason", reason), ("state", state), ("last_year", lastYear), ("title", title)]
            .compactMap { name, value in value.map { (name, $0) } }
    }
}
