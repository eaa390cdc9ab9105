import ActionPlans
import ArgumentParser
import Documents
import FoundationEssentials

/// `GET /v1/measures`, as a file that can be applied again.
struct MeasureExportCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, json
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: Message("Écrit des mesures dans un fichier.", "Writes measures to a file.").shown,
        discussion: Message(
            """
            Le fichier se modifie, puis se donne à « jalon measures apply » ; tel quel, il ne change rien. Chaque ligne dit la version de sa mesure : \
            une mesure que quelqu’un d’autre a changée depuis n’est pas écrasée. Videz « version » pour l’écraser quand même.
            """,
            """
            The file can be edited, then given to “jalon measures apply”; as it is, it changes nothing. Each line says the version of its measure: \
            one that somebody else has changed since is not overwritten. Empty “version” to overwrite it nevertheless.
            """
        ).shown)

    @Option(help: Message("Indicateurs (REEMPLOI, ou REEMPLOI,DEEE).", "Indicators (REEMPLOI, or REEMPLOI,DEEE).").help("codes"))
    var indicator: [String] = []

    @Option(help: Message("Ministères (TE, ou TE,EF).", "Ministries (TE, or TE,EF).").help("codes"))
    var ministry: [String] = []

    @Option(help: Message("Périodes (2025, 2025-S1…).", "Periods (2025, 2025-S1…).").help("periods"))
    var period: [String] = []

    @Option(help: Message("Année, avec toutes ses périodes.", "Year, with all its periods.").help)
    var year: Int?

    @Option(help: Message("États (brouillon, soumise…).", "States (brouillon, soumise…).").help("states"))
    var state: [String] = []

    @Option(help: Message("Telles que connues à cet instant.", "As known at that instant.").help("instant"))
    var knownAt: String?

    @Option(help: Message("csv ou json (sinon d’après -o, sinon csv).", "csv or json (otherwise after -o, otherwise csv).").help)
    var format: Format?

    @OptionGroup var output: MeasureOutputOptions

    @OptionGroup var server: ServerOptions

    private var query: [(name: String, value: String)] {
        let lists = [("indicator", indicator), ("ministry", ministry), ("period", period), ("state", state)]
            .filter { !$1.isEmpty }.map { (name: $0, value: $1.joined(separator: ",")) }
        let values = [("year", year.map(String.init)), ("known_at", knownAt)]
            .compactMap { name, text in text.map { (name: name, value: $0) } }
        return lists + values
    }

    func run() async throws {
        try output.check()
        let named = output.path.flatMap { Format(rawValue: FileName($0).ending.lowercased()) }
        var request = ServerClient.Request("/v1/measures")
        request.query = query
        let isDocument = (format ?? named ?? .csv) == .json
        if isDocument { request.query.append(("limit", "200")) } else { request.accept = "text/csv" }
        let bytes = try await ServerClient.use(server) { [request] client -> [UInt8] in
            guard isDocument else {
                let answer = try await client.send(request)
                guard answer.isSuccess else { throw answer.failure() }
                return answer.bytes
            }
            var lines: [[UInt8]] = []
            try await client.pages(of: request) { answer in
                lines += try JSONText.items(of: answer).map { JSONText.bytes(Self.line($0)) }
                return true
            }
            return Array(#"{"measures":["#.utf8) + Array(lines.joined(separator: Array(",\n".utf8))) + Array("]}\n".utf8)
        }
        try output.write(bytes)
    }

    private static let members = [
        "indicator", "ministry", "period", "value", "numerator", "denominator", "not_applicable", "unavailable", "state",
        "state_reason", "estimated", "source", "method", "comment", "version",
    ]

    /// What a document says of a measure: a value that is computed is not sent back.
    private static func line(_ measure: DocumentNode) -> DocumentNode {
        guard case .object(let told) = measure.content else { return measure }
        let isComputed = measure["numerator"].map { !$0.isNull } ?? false
        return DocumentNode(
            .object(told.filter { members.contains($0.name) && !($0.name == "value" && isComputed) }), at: measure.position)
    }
}

/// Where a file of measures goes.
struct MeasureOutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: Message("Fichier à écrire (sinon la sortie standard).", "File to write (otherwise standard output).").help("file"),
        completion: .file())
    var path: String?

    @Flag(help: Message("Remplacer le fichier s’il existe.", "Replace the file if it exists.").help)
    var force = false

    /// Before anything is asked.
    func check() throws(Failure) {
        if let path, !force, WholeFile.isThere(path) { throw WholeFile.exists(path) }
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        guard let path else { return try Terminal.write(bytes) }
        try WholeFile.write(bytes, to: path, replacing: force)
        Terminal.say(Message("Écrit dans \(path).", "Written to \(path)."))
    }
}
