import ActionPlans
import ArgumentParser
import JalonServer

/// What explains a difference between two dates, two years or two snapshots.
struct FiguresCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: Message(
            "Explique l’écart entre deux dates, deux années ou deux éditions arrêtées.",
            "Explains the difference between two dates, two years or two snapshots."
        ).shown,
        discussion: Message(
            """
            Chaque action a une cause et une seule, et les effets des causes font exactement l’écart.

              jalon figures compare --year 2022 --from 2022-06-30 --to 2022-12-31
              jalon figures compare --from-year 2022 --to-year 2023
              jalon figures compare 2022-1 2022-2
            """,
            """
            Each action has one cause and no other, and the effects of the causes make exactly the difference.

              jalon figures compare --year 2022 --from 2022-06-30 --to 2022-12-31
              jalon figures compare --from-year 2022 --to-year 2023
              jalon figures compare 2022-1 2022-2
            """
        ).shown)

    @Argument(help: Message("Deux éditions arrêtées, comme 2022-1 2022-2.", "Two snapshots, such as 2022-1 2022-2.").help("id"))
    var snapshots: [String] = []

    @Option(help: Message("L’année des deux côtés.", "The year of both sides.").help)
    var year: Int?

    @Option(help: Message("L’année de départ.", "The year of the beginning.").help)
    var fromYear: Int?

    @Option(help: Message("L’année d’arrivée.", "The year of the end.").help)
    var toYear: Int?

    @Option(help: Message("Le jour de départ.", "The day of the beginning.").help("date"))
    var from: String?

    @Option(help: Message("Le jour d’arrivée (aujourd’hui par défaut).", "The day of the end (today by default).").help("date"))
    var to: String?

    @Option(
        help: Message("L’instant jusqu’auquel le départ est connu.", "The instant up to which the beginning is known.").help(
            "instant"))
    var fromKnownAt: String?

    @Option(
        help: Message("L’instant jusqu’auquel l’arrivée est connue.", "The instant up to which the end is known.").help("instant")
    )
    var toKnownAt: String?

    @Option(help: Message("Ces ministères seulement (TE, ou TE,EF).", "These ministries only (TE, or TE,EF).").help("codes"))
    var ministry: [String] = []

    @Option(help: Message("Ces thématiques seulement.", "These themes only.").help("codes"))
    var theme: [String] = []

    @Option(help: Message("Ces niveaux cibles seulement.", "These target levels only.").help("codes"))
    var targetLevel: [String] = []

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var server: ServerOptions

    func validate() throws {
        let isDated =
            [from, to, fromKnownAt, toKnownAt].contains { $0 != nil } || [year, fromYear, toYear].contains { $0 != nil }
        if !snapshots.isEmpty, snapshots.count != 2 || isDated {
            throw ValidationError(
                Message(
                    "Donnez deux éditions et rien d’autre, ou des dates.", "Give two snapshots and nothing else, or dates."
                ).shown)
        }
        if snapshots.isEmpty, year == nil, fromYear == nil || toYear == nil {
            throw ValidationError(
                Message(
                    "Donnez --year avec --from et --to, ou --from-year et --to-year, ou deux éditions.",
                    "Give --year with --from and --to, or --from-year and --to-year, or two snapshots."
                ).shown)
        }
    }

    func run() async throws {
        try await ServerClient.use(server) { client in
            var request = ServerClient.Request("/v1/figures/compare")
            request.query = try await snapshots.isEmpty ? dated : frozen(client)
            for (name, values) in [("ministry", ministry), ("theme", theme), ("target_level", targetLevel)] where !values.isEmpty
            {
                request.query.append((name, values.joined(separator: ",")))
            }
            guard format != .csv else { return try await client.writeTable(of: request) }
            let answer = try await client.send(request)
            guard answer.isSuccess else { throw answer.failure() }
            guard format == .table else {
                try Terminal.write(answer.bytes)
                return try Terminal.write("\n")
            }
            for line in ComparisonPage(try answer.decoded()).lines { try Terminal.writeLine(line) }
        }
    }

    private var dated: [(name: String, value: String)] {
        [
            ("year", year.map { String($0) }), ("from_year", fromYear.map { String($0) }), ("to_year", toYear.map { String($0) }),
            ("from", from), ("to", to), ("from_known_at", fromKnownAt), ("to_known_at", toKnownAt),
        ].compactMap { name, value in value.map { (name: name, value: $0) } }
    }

    /// Each side as it was counted when it was frozen.
    private func frozen(_ client: ServerClient) async throws -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        var days: [String] = []
        for (side, id) in zip(["from", "to"], snapshots) {
            let answer = try await client.send(ServerClient.Request("/v1/snapshots/\(PercentEncoding.encoded(id))"))
            guard answer.isSuccess else {
                var failure = answer.failure()
                failure.details.append(Message("édition : \(id)", "snapshot: \(id)").shown)
                throw failure
            }
            let snapshot: Snapshot = try answer.decoded()
            days.append(snapshot.asOf)
            query += [("\(side)_year", String(snapshot.year)), (side, snapshot.asOf), ("\(side)_known_at", snapshot.knownAt)]
        }
        if days.count == 2, days[0] > days[1] {
            throw Failure(
                .refused,
                Message(
                    "L’édition \(snapshots[0]) (chiffres au \(days[0])) est postérieure à \(snapshots[1]) (au \(days[1])) : inversez-les.",
                    "The edition \(snapshots[0]) (figures at \(days[0])) is later than \(snapshots[1]) (at \(days[1])): swap them."
                ))
        }
        return query
    }
}
