import ActionPlans
import ArgumentParser
import Logging

/// Which database, for every command that opens one itself.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .customLong("database-url"),
        help: Message(
            "Base PostgreSQL, URL ou conninfo (DATABASE_URL ; sinon les variables PG*).",
            "PostgreSQL database, URL or conninfo (DATABASE_URL; otherwise the PG* variables)."
        ).help("url"))
    var databaseURL: String?

    @Option(
        help: Message(
            "Fichier de configuration, YAML ou JSON.", "Configuration file, YAML or JSON."
        ).help("file"), completion: .file(extensions: ["yaml", "yml", "json"]))
    var config: String?

    var flags: [SettingName: String] { databaseURL.map { [.databaseURL: $0] } ?? [:] }

    /// The settings these options lead to; others' flags complete them.
    func settings(_ others: [SettingName: String?] = [:], isListening: Bool = false) throws(Failure) -> Settings {
        try Settings(
            flags: flags.merging(others.compactMapValues { $0 }) { own, _ in own }, file: config, isListening: isListening)
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
