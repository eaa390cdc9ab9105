import ActionPlans
import ArgumentParser

struct FiguresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figures",
        abstract: Message("Montre les chiffres consolidés d’une année.", "Shows the consolidated figures of a year.").shown)

    @Option(help: Message("L’année.", "The year.").help)
    var year: Int

    @Option(
        help: Message("Ces ministères seulement (TE, ou TE,EF ; répétable).", "These ministries only (TE, or TE,EF; repeatable).")
            .help("code"))
    var ministry: [String] = []

    @Option(help: Message("Ces thématiques seulement (répétable).", "These themes only (repeatable).").help("code"))
    var theme: [String] = []

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let answer = try await ServerClient.use(server) { client in
            var request = ServerClient.Request("/v1/figures")
            request.query = [("year", String(year))]
            if !ministry.isEmpty { request.query.append(("ministry", ministry.joined(separator: ","))) }
            if !theme.isEmpty { request.query.append(("theme", theme.joined(separator: ","))) }
            return try await client.send(request)
        }
        guard answer.isSuccess else { throw answer.failure() }
        switch format {
        case .json:
            Terminal.write(answer.bytes)
            Terminal.write("\n")
        case .csv:
            Terminal.write(try answer.decoded(as: Figures.self).csv.text)
        case .table:
            for line in FiguresPage(try answer.decoded()).lines { Terminal.writeLine(line) }
        }
    }
}
