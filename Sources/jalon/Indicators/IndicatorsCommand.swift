import ActionPlans
import ArgumentParser

/// `jalon indicators` shows their numbers; its subcommand defines them.
struct IndicatorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indicators",
        abstract: Message(
            "Montre les chiffres des indicateurs d’une année, ou définit des indicateurs.",
            "Shows the numbers of the indicators in a year, or defines indicators."
        ).shown,
        subcommands: [IndicatorsShowCommand.self, IndicatorsApplyCommand.self],
        defaultSubcommand: IndicatorsShowCommand.self)
}

struct IndicatorsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: Message(
            "Montre les chiffres des indicateurs d’une année.", "Shows the numbers of the indicators in a year."
        ).shown,
        discussion: Message(
            """
            Avec --indicator, un seul chiffre, avec sa règle, les organismes qui y contribuent, et ceux qui manquent, par leur nom.
            """,
            """
            With --indicator, one number, with its rule, the bodies that contribute to it, and those that are missing, by name.
            """
        ).shown)

    @Option(help: Message("L’année.", "The year.").help)
    var year: Int

    @Option(help: Message("Un seul indicateur (REEMPLOI).", "One indicator (REEMPLOI).").help("code"))
    var indicator: String?

    @Option(help: Message("Un seul ministère (TE).", "One ministry (TE).").help("code"))
    var ministry: String?

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
        let request = try self.request
        let answer = try await ServerClient.use(server) { client in try await client.send(request) }
        guard answer.isSuccess else { throw answer.failure() }
        if format == .json {
            try Terminal.write(answer.bytes)
            return try Terminal.write("\n")
        }
        let document = try JSONText.document(answer)
        if format == .csv {
            let numbers = indicator == nil ? document["indicators"].items : [document].compactMap(\.self)
            return try Terminal.write(IndicatorTable(numbers).csv)
        }
        let lines = indicator == nil ? IndicatorYearPage(document, year: year).lines : IndicatorPage(document).lines
        for line in lines { try Terminal.writeLine(line) }
    }

    private var request: ServerClient.Request {
        get throws {
            let asked = [("ministry", ministry), ("known_at", knownAt)]
                .compactMap { name, text in text.map { (name: name, value: $0) } }
            guard let indicator else {
                var request = ServerClient.Request("/v1/indicators/figures")
                request.query = [("year", String(year))] + asked
                return request
            }
            var request = ServerClient.Request("/v1/indicators/\(try IndicatorCode(typed: indicator))/figures")
            request.query = [("period", String(year))] + asked
            return request
        }
    }
}

extension IndicatorCode {
    /// - Throws: ``Failure`` for what is no code, before anything is sent.
    init(typed text: String) throws(Failure) {
        guard let code = IndicatorCode(text) else { throw Failure(.refused, .notAnIndicatorCode(text.printable)) }
        self = code
    }
}

extension Message {
    static func notAnIndicatorCode(_ text: String) -> Message {
        Message(
            "« \(text) » n’est pas un code d’indicateur : il s’écrit comme REEMPLOI.",
            "“\(text)” is not an indicator code: it is written as REEMPLOI is.")
    }
}
