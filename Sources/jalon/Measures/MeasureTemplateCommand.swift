import ActionPlans
import ArgumentParser
import Documents
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
            Une ligne par mesure attendue qui n’a pas été donnée, ou qui a été renvoyée, en CSV, pour un tableur. Le titre de l’indicateur et le nom \
            du ministère y sont pour qui remplit ; de ce qui a été renvoyé, la réponse et le motif du renvoi, dans des colonnes qui ne sont pas \
            lues. Une ligne remplie est soumise ; écrivez « brouillon » dans la colonne « state » pour la garder. Les lignes laissées sans réponse \
            ne sont pas lues par « jalon measures apply ».
            """,
            """
            A line for each expected measure that was not given, or was returned, in CSV, for a spreadsheet. The title of the indicator and the name \
            of the ministry are there for whoever fills it in; of what was returned, the answer and the reason of its return, in columns that are not \
            read. A line that is filled in is submitted; write “brouillon” into the column “state” to keep it. Lines that are left without an answer \
            are not read by “jalon measures apply”.
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
        "indicator", "title", "ministry", "name", "period", "value", "numerator", "denominator", "not_applicable", "unavailable",
        "state", "estimated", "source", "method", "comment",
    ]

    /// What was sent back, and why.
    private static let returnedColumns = ["returned_answer", "returned_reason"]

    func run() async throws {
        try output.check()
        // What was sent back awaits another answer.
        let expectations = request("/v1/expected-measures", states: "manquante,renvoyee")
        let answers = request("/v1/measures", states: "renvoyee")
        let (expected, returned) = try await ServerClient.use(server) { client in
            var expected: [Expected] = []
            try await client.pages(of: expectations) { answer in
                let page: Page = try answer.decoded()
                expected += page.data
                return true
            }
            var returned: [String: [TableValue]] = [:]
            guard expected.contains(where: \.isReturned) else { return (expected, returned) }
            try await client.pages(of: answers) { answer in
                for measure in try JSONText.items(of: answer) { returned[Self.key(measure)] = Self.returnedCells(measure) }
                return true
            }
            return (expected, returned)
        }
        var table = CSVTable(columns: Self.columns + (returned.isEmpty ? [] : Self.returnedColumns))
        table.rows = expected.map { one in
            let names = [one.indicator, one.title, one.ministry, one.name, one.period].map { TableValue.text($0) }
            // Whoever fills in a line means to hand it in.
            return names
                + Self.columns.dropFirst(names.count).map { $0 == "state" ? .text(MeasureState.soumise.rawValue) : .none }
                + (returned.isEmpty ? [] : returned[one.key] ?? [.none, .none])
        }
        try output.write(Array(table.text.utf8))
        Terminal.say(told(expected.count, returned: expected.count(where: \.isReturned)))
    }

    private func request(_ path: String, states: String) -> ServerClient.Request {
        var request = ServerClient.Request(path)
        request.query = [("year", String(year)), ("state", states), ("limit", "200")]
        if let ministry { request.query.append(("ministry", ministry)) }
        if !indicator.isEmpty { request.query.append(("indicator", indicator.joined(separator: ","))) }
        return request
    }

    private static func key(_ measure: DocumentNode) -> String {
        ["indicator", "ministry", "period"].map { measure[$0]?.shown ?? "" }.joined(separator: "/")
    }

    /// A number, the two numbers of a part, or the words that were given instead; then the reason of the return.
    private static func returnedCells(_ measure: DocumentNode) -> [TableValue] {
        func text(_ member: String) -> String? { measure[member].flatMap { $0.isNull ? nil : $0.shown } }
        let parts = text("numerator").flatMap { numerator in text("denominator").map { "\(numerator) / \($0)" } }
        let answer = parts ?? text("answer") ?? text("value") ?? text("not_applicable") ?? text("unavailable")
        return [TableValue(answer), TableValue(text("state_reason"))]
    }

    private func told(_ count: Int, returned: Int) -> Message {
        let all = Message.counted(count, ("mesure à donner", "mesures à donner"), ("measure to be given", "measures to be given"))
        let back = Message.counted(returned, ("renvoyée", "renvoyées"), ("returned", "returned"))
        return Message(
            "\(all.french) pour \(year)" + (returned > 0 ? ", dont \(back.french)." : "."),
            "\(all.english) for \(year)" + (returned > 0 ? ", of which \(back.english)." : "."))
    }

    private struct Page: Decodable {
        let data: [Expected]
    }

    private struct Expected: Decodable {
        let indicator: String
        let title: String
        let ministry: String
        let name: String
        let period: String
        let state: String

        var isReturned: Bool { state == MeasureState.renvoyee.rawValue }
        var key: String { "\(indicator)/\(ministry)/\(period)" }
    }
}
