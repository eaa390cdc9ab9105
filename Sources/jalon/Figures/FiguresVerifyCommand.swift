import ActionPlans
import ArgumentParser
import JalonServer

/// Counts the figures anew and tells each number that is kept otherwise.
struct FiguresVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: Message(
            "Recompte les chiffres depuis l’historique et dit chaque nombre qui diffère.",
            "Counts the figures anew from history and tells each number that differs."
        ).shown,
        discussion: Message(
            """
            Trois comptes, dans un même instantané de la base : depuis les périodes, depuis le grand livre, et depuis les \
            changements, repliés par ce programme ; puis les tables d’aujourd’hui, comparées aux dernières périodes, et l’instant où chaque \
            nombre a bougé pour la dernière fois. Sortie 0 si tout concorde, 1 sinon.
            """,
            """
            Three counts, in one snapshot of the database: from the periods, from the ledger, and from the changes, folded by \
            this program; then the tables of today, compared with the last periods, and the instant at which each number last \
            moved. Exit 0 if all agree, 1 otherwise.
            """
        ).shown)

    @Option(
        help: Message(
            "Les feuilles de route qui ont couvert cette année (sinon toutes).",
            "The roadmaps that covered this year (otherwise all)."
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
        case .table: for line in table(audit).lines() where !audit.differences.isEmpty { try Terminal.writeLine(line) }
        }
        let parts = [
            Message.counted(audit.roadmaps, ("feuille de route", "feuilles de route"), ("roadmap", "roadmaps")),
            Message.counted(audit.numbers, ("nombre recompté", "nombres recomptés"), ("number recounted", "numbers recounted")),
            Message.counted(audit.differences.count, ("différence", "différences"), ("difference", "differences")),
        ].map(\.shown).joined(separator: ", ")
        Terminal.say(Message("\(parts).", "\(parts)."))
        guard audit.differences.isEmpty else { throw ExitStatus.refused }
    }

    private static let columns = [
        "source", "roadmap", "action", "day", "theme", "target_level", "status", "measure", "stored", "recounted",
    ]

    private static func cells(_ difference: FigureDifference) -> [String] {
        [
            difference.source.rawValue, difference.roadmap.description, difference.action?.text ?? "", difference.day.description,
            difference.cell?.theme.code ?? "", difference.cell?.targetLevel.code ?? "", difference.cell?.status.code ?? "",
            difference.measure, difference.stored, difference.recounted,
        ]
    }

    private func table(_ audit: FigureAudit) -> TextTable {
        var table = TextTable(columns: Self.columns.enumerated().map { .init(title: $1, alignment: $0 < 8 ? .left : .right) })
        table.rows = audit.differences.map(Self.cells)
        return table
    }

    private func csv(_ audit: FigureAudit) -> CSVTable {
        var table = CSVTable(columns: Self.columns)
        table.rows = audit.differences.map { Self.cells($0).map { text in Int(text).map { .number($0) } ?? .text(text) } }
        return table
    }

    /// Codes, dates and numbers alone, which need no escaping.
    private func json(_ audit: FigureAudit) -> String {
        let differences = audit.differences.map { difference in
            let texts = zip(Self.columns, Self.cells(difference)).map { name, value in
                Int(value) == nil ? #""\#(name)": "\#(value)""# : #""\#(name)": \#(value)"#
            }
            return "{\(texts.joined(separator: ", "))}"
        }
        return
            #"{"roadmaps": \#(audit.roadmaps), "days": \#(audit.days), "numbers": \#(audit.numbers), "differences": [\#(differences.joined(separator: ", "))]}"#
    }
}
