import ActionPlans
import ArgumentParser
import Documents
import JalonServer

/// `GET /v1/duties`
struct DutiesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duties",
        abstract: Message(
            "Montre ce qui est attendu de vous maintenant, le plus pressant d’abord.",
            "Shows what is expected of you now, the most pressing first."
        ).shown,
        discussion: Message(
            """
            Pour un référent, les tâches de ses ministères ; pour la coordination, les siennes ou, avec --ministry, celles d’un ministère. Une tâche disparaît \
            d’elle-même quand ce qu’elle demande est fait.
            """,
            """
            For a référent, the duties of its ministries; for the coordinators, theirs or, with --ministry, those of a ministry. A duty ends by itself when \
            what it asks for is done.
            """
        ).shown)

    @Option(help: Message("Ministères (TE, ou TE,EF).", "Ministries (TE, or TE,EF).").help("codes"))
    var ministry: [String] = []

    @Option(
        help: Message("Les tâches de ce rôle : referent ou coordinator.", "The duties of this role: referent or coordinator.")
            .help("role"))
    var role: String?

    @Option(help: Message("Sortes de tâches (action-overdue…).", "Kinds of duties (action-overdue…).").help("codes"))
    var code: [String] = []

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var request = ServerClient.Request("/v1/duties")
        // The server writes its own tables.
        if format == .csv { request.accept = "text/csv" }
        request.query = [("ministry", ministry), ("code", code)].filter { !$1.isEmpty }
            .map { ($0, $1.joined(separator: ",")) }
        if let role { request.query.append(("role", role)) }
        let answer = try await ServerClient.use(server) { [request] client in try await client.send(request) }
        guard answer.isSuccess else { throw answer.failure() }
        switch format {
        case .json:
            try Terminal.write(answer.bytes)
            try Terminal.write("\n")
        case .csv: try Terminal.write(answer.bytes)
        case .table: for line in DutyPage(try JSONText.document(answer)).lines { try Terminal.writeLine(line) }
        }
    }
}

/// Duties as a person reads them.
private struct DutyPage {
    private let duties: DocumentNode?

    init(_ duties: DocumentNode?) { self.duties = duties }

    var lines: [String] {
        let total = duties["meta"]["total"].integer ?? 0
        guard total > 0 else { return [Message("Rien n’est attendu de vous.", "Nothing is expected of you.").shown] }
        return table.lines() + [""] + [count(total)]
    }

    private func count(_ total: Int) -> String {
        let shown = duties["data"].items.count
        let all = Message.counted(total, ("tâche", "tâches"), ("duty", "duties"))
        guard shown < total else { return Message("\(all.french).", "\(all.english).").shown }
        return Message(
            "\(all.french), dont voici les \(Number.shown(shown)) plus pressantes : voyez les autres par --ministry ou --code.",
            "\(all.english), of which these are the \(Number.shown(shown)) most pressing: see the others by --ministry or --code."
        ).shown
    }

    private var table: TextTable {
        var table = TextTable(columns: [
            .init(title: Message("échéance", "due on").shown, alignment: .left),
            .init(title: Message("jours de retard", "days late").shown),
            .init(title: Message("tâche", "duty").shown, alignment: .left),
            .init(title: Message("ministère", "ministry").shown, alignment: .left),
            .init(title: Message("sur", "about").shown, alignment: .left),
            // Never cut: it is what the table is for.
            .init(title: Message("à faire", "to do").shown, alignment: .left),
        ])
        table.rows = duties["data"].items.map { node in
            let duty = DocumentNode?.some(node)
            let daysLate = duty["days_late"].integer ?? 0
            return [
                duty["due_on"].text ?? "–", daysLate == 0 ? "" : Number.shown(daysLate), duty["code"].text ?? "",
                duty["ministry"].text ?? "–", duty["subject"]["id"].text ?? "", duty["text"].text ?? "",
            ]
        }
        return table
    }
}
