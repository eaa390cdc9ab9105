import ActionPlans
import ArgumentParser
import JalonServer

/// `jalon impacts` shows what the actions avoid; its subcommand gives factors and impacts.
struct ImpactsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "impacts",
        abstract: Message(
            "Montre ce que les actions évitent dans une année, ou donne des facteurs et des impacts.",
            "Shows what the actions avoid in a year, or gives factors and impacts."
        ).shown,
        subcommands: [ImpactsShowCommand.self, ImpactsApplyCommand.self],
        defaultSubcommand: ImpactsShowCommand.self)
}

struct ImpactsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: Message(
            "Montre ce que les actions évitent dans une année.", "Shows what the actions avoid in a year."
        ).shown)

    @Option(help: Message("L’année.", "The year.").help)
    var year: Int

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
        var request = ServerClient.Request("/v1/impacts/figures")
        request.query = [("year", String(year))] + (knownAt.map { [("known_at", $0)] } ?? [])
        let answer = try await ServerClient.use(server) { [request] client in try await client.send(request) }
        guard answer.isSuccess else { throw answer.failure() }
        if format == .json {
            try Terminal.write(answer.bytes)
            return try Terminal.write("\n")
        }
        let figures = try JSONText.document(answer)
        if format == .csv { return try Terminal.write(ImpactTable(figures).csv) }
        for line in ImpactPage(figures, year: year).lines { try Terminal.writeLine(line) }
    }
}
