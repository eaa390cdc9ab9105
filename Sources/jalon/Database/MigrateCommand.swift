import ActionPlans
import ArgumentParser
import JalonServer

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: Message(
            "Met en place le schéma dans une base vide.", "Sets up the schema in an empty database."
        ).shown,
        discussion: Message(
            "Sans effet si le schéma est déjà là. Une base d’une autre version, ou qui contient autre chose, est refusée (78).",
            "Does nothing when the schema is there already. A database of another version, or that holds something else, "
                + "is refused (78)."
        ).shown)

    @OptionGroup var options: DatabaseOptions

    func run() async throws {
        let outcome = try await CommandDatabase.use(options.settings()) { database in
            try await Migration.apply(to: database)
        }
        switch outcome {
        case .applied:
            Terminal.say(
                Message("Schéma version \(Migration.version) mis en place.", "Schema version \(Migration.version) applied."))
        case .alreadyThere:
            Terminal.say(
                Message(
                    "Le schéma version \(Migration.version) est déjà là.",
                    "Schema version \(Migration.version) is already there."))
        }
    }
}
