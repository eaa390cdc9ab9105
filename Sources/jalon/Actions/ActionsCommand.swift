import ActionPlans
import ArgumentParser
import JalonServer

/// `GET /v1/actions`, from the command line.
struct ActionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actions",
        abstract: Message("Liste les actions de tous les ministères.", "Lists the actions of all ministries.").shown,
        discussion: Message(
            """
            Les filtres s’ajoutent ; chacun prend une valeur, plusieurs entre virgules, ou se répète. Seules sortent les actions que \
            le jeton permet de voir. En CSV, toutes les colonnes ; en JSON, ce que le serveur répond, en un seul document.

              jalon actions --year 2022 --late --ministry TE
              jalon actions --year 2022 --status en_cours --format csv > actions.csv
            """,
            """
            Filters add up; each takes one value, several between commas, or is repeated. Only the actions that the token may see \
            come out. In CSV, all the columns; in JSON, what the server answers, as one document.

              jalon actions --year 2022 --late --ministry TE
              jalon actions --year 2022 --status en_cours --format csv > actions.csv
            """
        ).shown)

    @OptionGroup var filter: ActionFilterOptions

    @Option(
        parsing: .unconditional,
        help: Message(
            "Ordre, par exemple due_on ou -due_on,id.",
            "Order, for example due_on or -due_on,id."
        ).help("members"))
    var sort: String?

    @Option(help: Message("Au plus tant d’actions (sinon toutes).", "At most so many actions (otherwise all).").help("count"))
    var limit: Int?

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError(Message("--limit : au moins 1.", "--limit: at least 1.").shown) }
        guard limit != nil, format == .csv else { return }
        throw ValidationError(
            Message("En CSV, toute la liste : sans --limit.", "In CSV, the whole list: without --limit.").shown)
    }

    /// What the server gives in one page.
    private static let largestPage = 200

    func run() async throws {
        var request = ServerClient.Request("/v1/actions")
        request.query = filter.query
        if let sort { request.query.append(("sort", sort)) }
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
        request.query.append(("limit", String(min(limit ?? Self.largestPage, Self.largestPage))))
        return request
    }

    private func writeJSON(_ request: ServerClient.Request, _ client: ServerClient) async throws {
        var list = JSONList()
        var left = limit ?? .max
        try await client.pages(of: paged(request)) { answer in
            let items = try JSONText.items(of: answer).prefix(left)
            left -= items.count
            try list.write(Array(items))
            return left > 0
        }
        try list.end()
    }

    private func writeTable(_ request: ServerClient.Request, _ client: ServerClient) async throws {
        var actions: [ListedAction] = []
        let labels = try await Labels.read(client)
        try await client.pages(of: paged(request)) { answer in
            let page: ListedAction.Page = try answer.decoded()
            actions += page.data.prefix((limit ?? .max) - actions.count)
            return actions.count < limit ?? .max
        }
        if !actions.isEmpty {
            for line in ListedAction.table(actions, labels).lines() { try Terminal.writeLine(line) }
        }
        let late = actions.count(where: \.late)
        let count = Message.counted(actions.count, ("action", "actions"), ("action", "actions"))
        Terminal.say(Message("\(count.french), dont \(late) en retard.", "\(count.english), \(late) of them late."))
    }
}

/// What a person reads of an action in a list.
struct ListedAction: Decodable {
    struct Page: Decodable {
        let data: [ListedAction]
    }

    let id: String
    let title: String
    let theme: String
    let status: String
    let targetLevel: String
    let dueOn: String?
    let lead: String?
    let late: Bool

    enum CodingKeys: String, CodingKey {
        case id, title, theme, status, lead, late
        case targetLevel = "target_level"
        case dueOn = "due_on"
    }

    static func table(_ actions: [ListedAction], _ labels: Labels) -> TextTable {
        let titles = [
            Message("action", "action"), Message("intitulé", "title"), Message("thématique", "theme"),
            Message("niveau cible", "target level"), Message("état", "status"), Message("échéance", "due"), Message("", ""),
        ]
        var table = TextTable(
            columns: titles.enumerated().map { .init(title: $1.shown, alignment: .left, isElastic: $0 == 1) })
        table.rows = actions.map { action in
            [
                action.id, action.title, labels.theme(action.theme), labels.level(action.targetLevel),
                labels.status(action.status), action.dueOn ?? "–",
                action.late ? Message("en retard", "late").shown : "",
            ]
        }
        return table
    }
}
