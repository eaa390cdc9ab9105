import ActionPlans
import ArgumentParser
import JalonServer

/// `jalon recommendations` lists what the coordinators advise; its subcommand answers it.
struct RecommendationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommendations",
        abstract: Message(
            "Liste les recommandations faites aux ministères, ou répond à l’une d’elles.",
            "Lists the recommendations made to the ministries, or answers one of them."
        ).shown,
        subcommands: [RecommendationListCommand.self, RecommendationAnswerCommand.self],
        defaultSubcommand: RecommendationListCommand.self)
}

/// `GET /v1/recommendations`, from the command line.
struct RecommendationListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: Message("Liste les recommandations.", "Lists the recommendations.").shown,
        discussion: Message(
            """
            Les filtres s’ajoutent ; chacun prend une valeur, ou plusieurs entre virgules.

              jalon recommendations list --year 2022 --open
              jalon recommendations list --ministry TE --sort due_on
              jalon recommendations list --year 2022 --format csv > recommandations.csv
            """,
            """
            Filters add up; each takes one value, or several between commas.

              jalon recommendations list --year 2022 --open
              jalon recommendations list --ministry TE --sort due_on
              jalon recommendations list --year 2022 --format csv > recommendations.csv
            """
        ).shown)

    @Option(help: Message("Ministères (TE, ou TE,EF).", "Ministries (TE, or TE,EF).").help("codes"))
    var ministry: String?

    @Option(help: Message("Année que couvre la feuille de route.", "Year that the roadmap covers.").help)
    var year: String?

    @Option(help: Message("Feuilles de route (TE-2022).", "Roadmaps (TE-2022).").help("ids"))
    var roadmap: String?

    @Option(
        help: Message(
            "Ce dont elles parlent : plan, une thématique ou un code d’action.",
            "What they are about: plan, a theme or an action code."
        ).help("subjects"))
    var subject: String?

    @Option(help: Message("Thématiques.", "Themes.").help("codes"))
    var theme: String?

    @Option(help: Message("Catégories (missing_theme…).", "Categories (missing_theme…).").help("codes"))
    var category: String?

    @Option(help: Message("Priorités (majeure, mineure).", "Priorities (majeure, mineure).").help("codes"))
    var priority: String?

    @Option(help: Message("États (emise, acceptee…).", "States (emise, acceptee…).").help("states"))
    var state: String?

    @Option(help: Message("Suites (mise_en_oeuvre…).", "Outcomes (mise_en_oeuvre…).").help("codes"))
    var outcome: String?

    @Flag(inversion: .prefixedNo, help: Message("Ouvertes, ou non.", "Open ones, or the others.").help)
    var open: Bool?

    @Option(help: Message("Échéance avant ce jour.", "Due before this day.").help("date"))
    var dueBefore: String?

    @Option(
        help: Message("Le jour en question (aujourd’hui par défaut).", "The day in question (today by default).").help("date"))
    var asOf: String?

    @Option(
        help: Message(
            "L’instant jusqu’auquel tenir compte de ce qui a été enregistré.",
            "The instant up to which to count what was recorded."
        )
        .help("instant"))
    var knownAt: String?

    @Option(parsing: .unconditional, help: Message("Ordre : id, due_on, -due_on.", "Order: id, due_on, -due_on.").help("member"))
    var sort: String?

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var request = ServerClient.Request("/v1/recommendations")
        request.query = [
            ("ministry", ministry), ("year", year), ("roadmap", roadmap), ("subject", subject), ("theme", theme),
            ("category", category), ("priority", priority), ("state", state), ("outcome", outcome),
            ("open", open.map { String($0) }),
            ("due_before", dueBefore), ("as_of", asOf), ("known_at", knownAt), ("sort", sort),
        ].compactMap { name, value in value.map { (name, $0) } }
        try await ServerClient.use(server) { [request] client in
            switch format {
            case .csv: try await client.writeTable(of: request)
            case .json: try await writeJSON(request, client)
            case .table: try await writeTable(request, client)
            }
        }
    }

    private func paged(_ request: ServerClient.Request) -> ServerClient.Request {
        var request = request
        request.query.append(("limit", "200"))
        return request
    }

    private func writeJSON(_ request: ServerClient.Request, _ client: ServerClient) async throws {
        var list = JSONList()
        try await client.pages(of: paged(request)) { answer in
            try list.write(Array(JSONText.items(of: answer)))
            return true
        }
        try list.end()
    }

    private func writeTable(_ request: ServerClient.Request, _ client: ServerClient) async throws {
        let labels = try await Labels.read(client)
        var found: [ListedRecommendation] = []
        try await client.pages(of: paged(request)) { answer in
            let page: ListedRecommendation.Page = try answer.decoded()
            found += page.data
            return true
        }
        if !found.isEmpty {
            for line in ListedRecommendation.table(found, labels).lines() { try Terminal.writeLine(line) }
        }
        let open = found.count(where: \.isOpen)
        let count = Message.counted(
            found.count, ("recommandation", "recommandations"), ("recommendation", "recommendations"))
        Terminal.say(Message("\(count.french), dont \(open) à suivre.", "\(count.english), \(open) of them open."))
    }
}

/// What a person reads of a recommendation.
struct ListedRecommendation: Decodable {
    struct Page: Decodable {
        let data: [ListedRecommendation]
    }

    let id: String
    let subject: String
    let theme: String?
    let category: String
    let priority: String
    let text: String
    let state: String
    let outcome: String?
    let dueOn: String?

    enum CodingKeys: String, CodingKey {
        case id, subject, theme, category, priority, text, state, outcome
        case dueOn = "due_on"
    }

    var isOpen: Bool { RecommendationState(rawValue: state).map(RecommendationState.open.contains) ?? false }

    /// Codes of a newer server are shown as they are.
    var shownState: String {
        if let outcome { return RecommendationOutcome(rawValue: outcome)?.label.shown ?? outcome }
        return RecommendationState(rawValue: state)?.label.shown ?? state
    }

    private func shownSubject(_ labels: Labels) -> String {
        switch RecommendationSubject(subject) {
        case .plan: Message("la feuille de route", "the roadmap").shown
        case .theme(let theme): labels.theme(theme.code)
        case .action(let code): code.text
        case nil: subject
        }
    }

    static func table(_ found: [ListedRecommendation], _ labels: Labels) -> TextTable {
        let titles = [
            Message("recommandation", "recommendation"), Message("sur", "on"), Message("catégorie", "category"),
            Message("priorité", "priority"), Message("texte", "text"), Message("échéance", "due"),
            Message("état, suite", "state, outcome"),
        ]
        var table = TextTable(
            columns: titles.enumerated().map { .init(title: $1.shown, alignment: .left, isElastic: $0 == 4) })
        table.rows = found.map { item in
            [
                item.id, item.shownSubject(labels), RecommendationCategory(rawValue: item.category)?.label.shown ?? item.category,
                RecommendationPriority(rawValue: item.priority)?.label.shown ?? item.priority,
                item.text.split(whereSeparator: \.isNewline).joined(separator: " "), item.dueOn ?? "–", item.shownState,
            ]
        }
        return table
    }
}
