import ActionPlans
import ArgumentParser
import Documents
import JalonServer

struct CensusProgressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "progress",
        abstract: Message(
            "Montre où en est chaque ministère attendu, depuis quand, et qui est en retard.",
            "Shows where each expected ministry stands, since when, and who is late."
        ).shown)

    @Option(help: Message("L’année.", "The year.").help)
    var year: Int

    @Option(help: Message("Une campagne du recensement (2023-plans).", "A round of the census (2023-plans).").help("code"))
    var round: String?

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

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var request = ServerClient.Request("/v1/censuses/\(year)/progress")
        // The server writes its own tables.
        if format == .csv { request.accept = "text/csv" }
        request.query = [("round", round), ("as_of", asOf), ("known_at", knownAt)].compactMap { name, text in
            text.map { (name, $0) }
        }
        let answer = try await ServerClient.use(server) { [request] client in try await client.send(request) }
        guard answer.isSuccess else { throw answer.failure() }
        switch format {
        case .json:
            try Terminal.write(answer.bytes)
            try Terminal.write("\n")
        case .csv: try Terminal.write(answer.bytes)
        case .table: for line in CensusProgressPage(try JSONText.document(answer)).lines { try Terminal.writeLine(line) }
        }
    }
}

/// The progress of a census as a person reads it.
private struct CensusProgressPage {
    private let progress: DocumentNode?

    init(_ progress: DocumentNode?) { self.progress = progress }

    var lines: [String] { [heading, ""] + table.lines() + ["", late] }

    private var heading: String {
        let (name, due, day) = (
            progress["round"].text ?? text("year"), progress["due_on"].text ?? "", progress["as_of"].text ?? ""
        )
        return Message(
            "Recensement \(name), attendu pour le \(due), au \(day)", "Census of \(name), due on \(due), as of \(day)"
        ).shown
    }

    private func text(_ name: String) -> String { progress[name].integer.map { String($0) } ?? "" }

    private var table: TextTable {
        var table = TextTable(columns: [
            .init(title: Message("ministère", "ministry").shown, alignment: .left),
            .init(title: "", alignment: .left, isElastic: true),
            .init(title: Message("étape", "stage").shown, alignment: .left),
            .init(title: Message("depuis", "since").shown, alignment: .left),
            .init(title: Message("jours de retard", "days late").shown),
            .init(title: Message("actions", "actions").shown),
            .init(title: Message("réalisées", "done").shown),
            .init(title: Message("dernière saisie", "last entry").shown, alignment: .left),
            .init(title: Message("mesures validées", "measures validated").shown),
            .init(title: Message("recommandations ouvertes", "open recommendations").shown),
        ])
        table.rows = progress["bodies"].items.map { node in
            let body = DocumentNode?.some(node)
            func number(_ name: String) -> String { body[name].integer.map { String($0) } ?? "–" }
            let daysLate = body["days_late"].integer ?? 0
            return [
                body["code"].text ?? "", body["name"].text ?? "", Self.stage(body["stage"].text ?? ""), body["since"].text ?? "–",
                daysLate == 0 ? "" : String(daysLate), number("actions"), number("realisees"), body["last_update"].text ?? "–",
                Self.measures(body["measures"]), body["open_recommendations"].integer.map { $0 == 0 ? "" : String($0) } ?? "",
            ]
        }
        return table
    }

    private static func measures(_ measures: DocumentNode?) -> String {
        let (validated, expected) = (measures["validee"].integer ?? 0, measures["expected"].integer ?? 0)
        return expected == 0 ? "–" : "\(validated)/\(expected)"
    }

    private var late: String {
        let late = progress["late"]["ministries"].items.compactMap { DocumentNode?.some($0).text }
        guard !late.isEmpty else { return Message("Personne n’est en retard.", "Nobody is late.").shown }
        let names = late.joined(separator: ", ")
        return Message("En retard (\(late.count)) : \(names).", "Late (\(late.count)): \(names).").shown
    }

    private static func stage(_ code: String) -> String {
        switch PlanStage(rawValue: code) {
        case .nothing: Message("rien", "nothing").shown
        case .draft: Message("brouillon", "draft").shown
        case .submitted: Message("soumise", "submitted").shown
        case .inReview: Message("en relecture", "in review").shown
        case .returned: Message("revenue en brouillon", "a draft again").shown
        case .validated: Message("validée", "validated").shown
        // Of a newer server.
        case nil: code
        }
    }
}
