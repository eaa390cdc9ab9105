import ActionPlans
import ArgumentParser

/// The filters of `GET /v1/actions`. What each may be is for the server to say.
struct ActionFilterOptions: ParsableArguments {
    @Option(help: Message("Ministères (TE, ou TE,EF).", "Ministries (TE, or TE,EF).").help("codes"))
    var ministry: [String] = []

    @Option(help: Message("Année que couvre la feuille de route.", "Year that the roadmap covers.").help)
    var year: [String] = []

    @Option(help: Message("Feuilles de route (TE-2022).", "Roadmaps (TE-2022).").help("ids"))
    var roadmap: [String] = []

    @Option(help: Message("États de la feuille de route.", "States of the roadmap.").help("states"))
    var roadmapState: [String] = []

    @Option(help: Message("Thématiques.", "Themes.").help("codes"))
    var theme: [String] = []

    @Option(help: Message("États d’avancement (a_faire, en_cours…).", "Statuses (a_faire, en_cours…).").help("codes"))
    var status: [String] = []

    @Option(help: Message("Niveaux cibles.", "Target levels.").help("codes"))
    var targetLevel: [String] = []

    @Option(help: Message("Niveaux atteints.", "Reached levels.").help("codes"))
    var reachedLevel: [String] = []

    @Option(help: Message("Bonnes pratiques citées (e.2).", "Practices cited (e.2).").help("ids"))
    var practice: [String] = []

    @Flag(inversion: .prefixedNo, help: Message("En retard, ou à l’heure.", "Late, or in time.").help)
    var late: Bool?

    @Flag(inversion: .prefixedNo, help: Message("Actions-clés, ou les autres.", "Key actions, or the others.").help)
    var keyAction: Bool?

    @Flag(inversion: .prefixedNo, help: Message("Confidentielles, ou les autres.", "Confidential, or the others.").help)
    var confidential: Bool?

    @Flag(
        inversion: .prefixedNo, help: Message("Niveau cible atteint, ou non.", "Target level reached, or not.").help)
    var targetReached: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: Message("Présentes à la première validation, ou non.", "Present at the first validation, or not.").help)
    var validationCohort: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: Message("Dont un impact évité est donné, ou non.", "With an avoided impact, or without.").help)
    var withImpact: Bool?

    @Option(help: Message("Pilote.", "Lead.").help("text"))
    var lead: String?

    @Option(help: Message("Échéance à partir de ce jour.", "Due on or after this day.").help("date"))
    var dueOnFrom: String?

    @Option(help: Message("Échéance jusqu’à ce jour.", "Due on or before this day.").help("date"))
    var dueOnTo: String?

    @Option(
        name: [.customLong("q"), .customLong("search")],
        help: Message("Mots cherchés, sans égard aux accents.", "Words to find, whatever their accents.").help("words"))
    var words: String?

    @Option(help: Message("Telles qu’elles étaient ce jour-là.", "As they were on that day.").help("date"))
    var asOf: String?

    @Option(help: Message("Telles que connues à cet instant.", "As known at that instant.").help("instant"))
    var knownAt: String?

    var query: [(name: String, value: String)] {
        let lists = [
            ("ministry", ministry), ("year", year), ("roadmap", roadmap), ("roadmap_state", roadmapState), ("theme", theme),
            ("status", status), ("target_level", targetLevel), ("reached_level", reachedLevel), ("practice", practice),
        ].filter { !$1.isEmpty }.map { (name: $0, value: $1.joined(separator: ",")) }
        let flags = [
            ("late", late), ("key_action", keyAction), ("confidential", confidential), ("target_reached", targetReached),
            ("validation_cohort", validationCohort), ("with_impact", withImpact),
        ].compactMap { name, flag in flag.map { (name: name, value: String($0)) } }
        let values = [
            ("lead", lead), ("due_on_from", dueOnFrom), ("due_on_to", dueOnTo), ("q", words), ("as_of", asOf),
            ("known_at", knownAt),
        ].compactMap { name, text in text.map { (name: name, value: $0) } }
        return lists + flags + values
    }
}
