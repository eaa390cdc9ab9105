import ActionPlans
import ArgumentParser
import JalonServer

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: Message(
            "Amène la base à la version du schéma que demande ce programme.",
            "Brings the database to the schema this program needs."
        ).shown,
        discussion: Message(
            """
            Une base vide reçoit le schéma ; une base d’une version antérieure passe d’une version à la suivante, chaque fois toute entière ou pas \
            du tout. Sans effet si tout est déjà là. Une base d’une version plus récente, ou qui contient autre chose, est refusée (78).
            """,
            """
            An empty database gets the schema; one of an earlier version goes from version to version, each time whole or not at all. Does \
            nothing when all is there. A database of a later version, or that holds something else, is refused (78).
            """
        ).shown)

    @Flag(
        help: Message(
            "Dire la version de la base et les passages à venir, sans rien changer.",
            "Tell the version of the database and the steps to come, and change nothing."
        ).help)
    var status = false

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let settings = try options.settings()
        if status {
            try Self.tell(try await CommandDatabase.use(settings) { database in try await Migration.status(of: database) })
            return
        }
        let outcome = try await CommandDatabase.use(settings) { database in try await Migration.apply(to: database) }
        switch outcome {
        case .applied:
            Terminal.say(
                Message("Schéma version \(Migration.version) mis en place.", "Schema version \(Migration.version) applied."))
        case .upgraded(let from):
            Terminal.say(
                Message(
                    "Schéma passé de la version \(from) à la version \(Migration.version).",
                    "Schema brought from version \(from) to version \(Migration.version)."))
        case .alreadyThere:
            Terminal.say(
                Message(
                    "Le schéma version \(Migration.version) est déjà là.",
                    "Schema version \(Migration.version) is already there."))
        }
    }

    private static func tell(_ status: Migration.Status) throws {
        let wanted = Migration.version
        let line =
            switch status.state {
            case .empty:
                Message("base vide ; à mettre en place : version \(wanted)", "empty database; to apply: version \(wanted)")
            case .unknown(let tables): CommandDatabase.message(.unknownDatabase(tables: tables))
            case .version(let stored, _) where stored > wanted: CommandDatabase.message(.newerVersion(stored))
            case .version(let stored, _) where status.steps.isEmpty:
                Message("version \(stored) ; rien à faire", "version \(stored); nothing to do")
            case .version(let stored, _):
                Message(
                    "version \(stored) ; passages à venir : \(status.steps.map(String.init).joined(separator: ", "))",
                    "version \(stored); steps to come: \(status.steps.map(String.init).joined(separator: ", "))")
            }
        try Terminal.writeLine(line.shown)
    }
}
