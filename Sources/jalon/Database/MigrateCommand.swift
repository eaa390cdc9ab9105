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
            "Dire la version de la base et les passages à venir, sans rien changer ; une base que migrate refuserait est refusée (78).",
            "Tell the version of the database and the steps to come, and change nothing; a database that migrate would refuse is refused (78)."
        ).help)
    var status = false

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let settings = try options.settings()
        if status {
            let status = try await CommandDatabase.use(settings) { database in
                let status = try await Migration.status(of: database)
                if let refusal = status.refusal { throw refusal }
                return status
            }
            try Terminal.writeLine(Self.line(status).shown)
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

    private static func line(_ status: Migration.Status) -> Message {
        guard case .version(let stored, _) = status.state else {
            let wanted = Migration.version
            return Message("base vide ; à mettre en place : version \(wanted)", "empty database; to apply: version \(wanted)")
        }
        guard !status.steps.isEmpty else {
            return Message("version \(stored) ; rien à faire", "version \(stored); nothing to do")
        }
        let steps = status.steps.map(String.init).joined(separator: ", ")
        return Message("version \(stored) ; passages à venir : \(steps)", "version \(stored); steps to come: \(steps)")
    }
}
