import ActionPlans
import ArgumentParser
import JalonServer
import NIOCore

/// Compares all that the database keeps with its history, and tells each place where they differ.
struct FiguresVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: Message(
            "Recompte les chiffres depuis l’historique, lui compare tout le reste, et dit chaque différence.",
            "Counts the figures anew from history, compares all else with it, and tells each difference."
        ).shown,
        discussion: Message(
            """
            Dans un même instantané de la base : trois comptes, depuis les périodes, depuis le grand livre, et depuis les \
            changements, repliés par ce programme ; l’instant où chaque nombre a bougé pour la dernière fois ; chaque nombre d’indicateur, depuis les réponses \
            que dit l’historique ; puis, membre par membre, \
            les tables d’aujourd’hui, les périodes et le flux, et les changements entre eux. À lancer après une restauration, après \
            « jalon migrate », et dès que quelqu’un a écrit en SQL. Sortie 0 si tout concorde, 1 sinon.
            """,
            """
            In one snapshot of the database: three counts, from the periods, from the ledger, and from the changes, folded by \
            this program; the instant at which each number last moved; then, member by member, the tables of today, the periods \
            and the feed, and the changes among themselves. To be run after a restore, after “jalon migrate”, and whenever somebody \
            has written with SQL. Exit 0 if all agree, 1 otherwise.
            """
        ).shown)

    @Option(
        help: Message(
            "Les feuilles de route qui ont couvert cette année et son recensement (sinon tout).",
            "The roadmaps that covered this year and its census (otherwise all)."
        )
        .help)
    var year: Int?

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let year = self.year
        let audit = try await CommandDatabase.use(database.settings()) { database in
            try await Migration.check(database)
            return try await FigureAudit.run(in: database, year: year)
        }
        switch format {
        case .json: try Terminal.write(json(audit) + "\n")
        case .csv: try Terminal.write(csv(audit).text)
        case .table: try show(audit)
        }
        let parts = [
            Message.counted(audit.roadmaps, ("feuille de route", "feuilles de route"), ("roadmap", "roadmaps")),
            Message.counted(audit.numbers, ("nombre recompté", "nombres recomptés"), ("number recounted", "numbers recounted")),
            Message.counted(audit.differences.count, ("différence", "différences"), ("difference", "differences")),
        ].map(\.shown).joined(separator: ", ")
        Terminal.say(Message("\(parts).", "\(parts)."))
        guard audit.differences.isEmpty else { throw ExitStatus.refused }
    }

    /// Those of earlier versions come first.
    private static let columns = [
        "source", "roadmap", "action", "day", "theme", "target_level", "status", "measure", "stored", "recounted", "thing",
        "known_from", "change", "mend",
    ]

    private static func cells(_ difference: AuditDifference) -> [TableValue] {
        func value(_ text: String) -> TableValue {
            difference.isNumeric ? Int(text).map { .number($0) } ?? .text(text) : .text(text)
        }
        return [
            .text(difference.source.rawValue), .text(difference.roadmap?.description ?? ""), .text(difference.action ?? ""),
            .text(difference.day), .text(difference.cell?.theme ?? ""), .text(difference.cell?.targetLevel ?? ""),
            .text(difference.cell?.status ?? ""), .text(difference.measure), value(difference.stored),
            value(difference.recounted), .text(difference.thing.description), .text(difference.knownFrom ?? ""),
            difference.change.map { .number($0) } ?? .text(""), .text(difference.mend.shown),
        ]
    }

    /// What to do stands once below the table for all that it is good for.
    private func show(_ audit: FigureAudit) throws {
        let differences = audit.differences
        guard !differences.isEmpty else { return }
        let shown = Self.columns.dropLast()
        var table = TextTable(
            columns: shown.map { .init(title: $0, alignment: ["stored", "recounted"].contains($0) ? .right : .left) })
        table.rows = differences.map { Self.cells($0).dropLast().map(Self.text) }
        for line in table.lines() { try Terminal.writeLine(line) }
        for source in AuditDifference.Source.allCases {
            guard let difference = differences.first(where: { $0.source == source }) else { continue }
            Terminal.say(
                Message("\(source.rawValue) : \(difference.mend.french)", "\(source.rawValue): \(difference.mend.english)"))
        }
    }

    private static func text(_ value: TableValue) -> String {
        switch value {
        case .number(let number): String(number)
        case .text(let text): text.clipped
        default: ""
        }
    }

    private func csv(_ audit: FigureAudit) -> CSVTable {
        var table = CSVTable(columns: Self.columns)
        table.rows = audit.differences.map(Self.cells)
        return table
    }

    private func json(_ audit: FigureAudit) -> String {
        var writer = JSONWriter()
        writer.object { document in
            document.member("roadmaps", audit.roadmaps)
            document.member("days", audit.days)
            document.member("numbers", audit.numbers)
            document.member("differences", listOf: audit.differences) { list, difference in
                list.object { item in
                    for (name, value) in zip(Self.columns, Self.cells(difference)) { item.member(name, value) }
                }
            }
        }
        return String(buffer: writer.buffer)
    }
}
