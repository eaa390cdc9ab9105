import ActionPlans
import ArgumentParser
import JalonServer

struct SnapshotListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: Message("Liste les chiffres arrêtés.", "Lists the snapshots.").shown)

    @Option(help: Message("Ceux de cette année (sinon tous).", "Those of this year (otherwise all).").help)
    var year: Int?

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var server: ServerOptions

    private struct Page: Decodable {
        let data: [Snapshot]
    }

    func run() async throws {
        var request = ServerClient.Request("/v1/snapshots")
        request.query = [("limit", "200")]
        if let year { request.query.append(("year", String(year))) }
        try await ServerClient.use(server) { [request] client in
            if format == .json {
                var list = JSONList()
                try await client.pages(of: request) { answer in
                    try list.write(try JSONText.items(of: answer))
                    return true
                }
                return try list.end()
            }
            var snapshots: [Snapshot] = []
            try await client.pages(of: request) { answer in
                snapshots += try answer.decoded(as: Page.self).data
                return true
            }
            if format == .csv { return try Terminal.write(Self.csv(snapshots).text) }
            guard !snapshots.isEmpty else {
                return Terminal.say(Message("Aucune édition arrêtée.", "No snapshot."))
            }
            for line in Snapshot.lines(snapshots) { try Terminal.writeLine(line) }
        }
    }

    private static func csv(_ snapshots: [Snapshot]) -> CSVTable {
        var table = CSVTable(
            columns: ["id", "year", "as_of", "known_at", "created_at", "sha256", "replaces", "replaced_by", "title"])
        table.rows = snapshots.map { snapshot in
            [
                .text(snapshot.id), .number(snapshot.year), .text(snapshot.asOf), .text(snapshot.knownAt),
                .text(snapshot.createdAt), .text(snapshot.sha256), TableValue(snapshot.replaces),
                TableValue(snapshot.replacedBy), .text(snapshot.title),
            ]
        }
        return table
    }
}
