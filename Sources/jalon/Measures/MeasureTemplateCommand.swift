import ActionPlans
import ArgumentParser
import JalonServer

/// A table of what is still expected, for who has to answer.
struct MeasureTemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: Message(
            "Écrit un tableau des mesures qui manquent pour une année, à remplir.",
            "Writes a table of the measures that are missing for a year, to be filled in."
        ).shown,
        discussion: Message(
            """
            Une ligne par mesure attendue qui n’a pas été donnée, en CSV, pour un tableur. Les lignes laissées sans réponse ne sont pas lues par \
            « jalon measures apply ».
            """,
            """
            A line for each expected measure that was not given, in CSV, for a spreadsheet. Lines that are left without an answer are not read by \
            “jalon measures apply”.
            """
        ).shown)

    @Option(help: Message("L’année.", "The year.").help)
    var year: Int

    @Option(help: Message("Un ministère (TE).", "A ministry (TE).").help("code"))
    var ministry: String?

    @Option(help: Message("Indicateurs (REEMPLOI, ou REEMPLOI,DEEE).", "Indicators (REEMPLOI, or REEMPLOI,DEEE).").help("codes"))
    var indicator: [String] = []

    @OptionGroup var output: MeasureOutputOptions

    @OptionGroup var server: ServerOptions

    private static let columns = [
        "indicator", "ministry", "period", "value", "numerator", "denominator", "not_applicable", "unavailable", "state",
        "estimated", "source", "method", "comment",
    ]

    func run() async throws {
        try output.check()
        let named = indicator.flatMap { $0.split(separator: ",").map(String.init) }
        let missing = try await ServerClient.use(server) { client in
            let codes = named.isEmpty ? try await codes(client) : named
            var missing: [(indicator: String, ministry: String, period: String)] = []
            for code in codes { missing += try await self.missing(code, client) }
            return missing
        }
        var table = CSVTable(columns: Self.columns)
        let blanks = Array(repeating: TableValue.none, count: Self.columns.count - 3)
        table.rows = missing.map { [.text($0.indicator), .text($0.ministry), .text($0.period)] + blanks }
        try output.write(Array(table.text.utf8))
        let count = Message.counted(
            missing.count, ("mesure manque", "mesures manquent"), ("measure is missing", "measures are missing"))
        Terminal.say(Message("\(count.french) pour \(year).", "\(count.english) for \(year)."))
    }

    private var ministryQuery: [(name: String, value: String)] { ministry.map { [("ministry", $0)] } ?? [] }

    /// Those that have something to answer in the year.
    private func codes(_ client: ServerClient) async throws -> [String] {
        var request = ServerClient.Request("/v1/indicators/figures")
        request.query = [("year", String(year))] + ministryQuery
        let answer = try await client.send(request)
        guard answer.isSuccess else { throw answer.failure() }
        let page: YearPage = try answer.decoded()
        return page.indicators.map(\.indicator.code)
    }

    private func missing(
        _ code: String, _ client: ServerClient
    ) async throws -> [(indicator: String, ministry: String, period: String)] {
        let code = try IndicatorCode(typed: code)
        var request = ServerClient.Request("/v1/indicators/\(code)/figures")
        request.query = [("period", String(year))] + ministryQuery
        let answer = try await client.send(request)
        guard answer.isSuccess else { throw answer.failure() }
        let figure: MissingList = try answer.decoded()
        return figure.missing.flatMap { body in body.periods.map { (code.text, body.ministry, $0) } }
    }

    private struct YearPage: Decodable {
        struct Line: Decodable {
            struct Indicator: Decodable {
                let code: String
            }

            let indicator: Indicator
        }

        let indicators: [Line]
    }

    private struct MissingList: Decodable {
        struct Body: Decodable {
            let ministry: String
            let periods: [String]
        }

        let missing: [Body]
    }
}
