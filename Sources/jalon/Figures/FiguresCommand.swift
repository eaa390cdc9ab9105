import ActionPlans
import ArgumentParser

/// `jalon figures` shows them; its subcommands compare and check them.
struct FiguresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figures",
        abstract: Message(
            "Montre les chiffres consolidés d’une année, les compare ou les vérifie.",
            "Shows the consolidated figures of a year, compares or checks them."
        ).shown,
        subcommands: [FiguresShowCommand.self, FiguresCompareCommand.self, FiguresVerifyCommand.self],
        defaultSubcommand: FiguresShowCommand.self)
}

struct FiguresShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: Message("Montre les chiffres consolidés d’une année.", "Shows the consolidated figures of a year.").shown)

    @Option(help: Message("L’année.", "The year.").help)
    var year: Int

    @Option(
        help: Message("Ces ministères seulement (TE, ou TE,EF ; répétable).", "These ministries only (TE, or TE,EF; repeatable).")
            .help("code"))
    var ministry: [String] = []

    @Option(help: Message("Ces thématiques seulement (répétable).", "These themes only (repeatable).").help("code"))
    var theme: [String] = []

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

    @Option(
        help: Message(
            "Les ministères tels qu’ils étaient (then, par défaut) ou ce qu’ils sont devenus (today).",
            "Ministries as they were (then, the default) or what they have become (today)."
        )
        .help("then|today"))
    var perimeter: String?

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let answer = try await ServerClient.use(server) { client in
            var request = ServerClient.Request("/v1/figures")
            // The server writes its own tables.
            if format == .csv { request.accept = "text/csv" }
            request.query = [("year", String(year))]
            if !ministry.isEmpty { request.query.append(("ministry", ministry.joined(separator: ","))) }
            if !theme.isEmpty { request.query.append(("theme", theme.joined(separator: ","))) }
            if let asOf { request.query.append(("as_of", asOf)) }
            if let perimeter { request.query.append(("perimeter", perimeter)) }
            if let knownAt { request.query.append(("known_at", knownAt)) }
            return try await client.send(request)
        }
        guard answer.isSuccess else { throw answer.failure() }
        switch format {
        case .json:
            try Terminal.write(answer.bytes)
            try Terminal.write("\n")
        case .csv:
            try Terminal.write(answer.bytes)
        case .table:
            for line in FiguresPage(try answer.decoded()).lines { try Terminal.writeLine(line) }
        }
    }
}
