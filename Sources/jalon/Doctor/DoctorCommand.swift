import ActionPlans
import ArgumentParser
import JalonServer
import NIOCore
import Postgres

struct DoctorCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: Message(
            "Vérifie l’installation et dit comment réparer.", "Checks the installation and says how to mend it."
        ).shown,
        discussion: Message(
            "Lit la même configuration que « jalon serve » et n’écrit rien. Sort 0 seulement si tout va bien, sinon 1.",
            "Reads the same configuration as “jalon serve” and writes nothing. Exits 0 only if all is well, otherwise 1."
        ).shown)

    @OptionGroup var database: DatabaseOptions

    @Option(help: Message("Connexions du serveur (JALON_POOL ; 10).", "The server's connections (JALON_POOL; 10).").help("count"))
    var pool: Int?

    @Option(help: Message("table ou json.", "table or json.").help("format"))
    var format = Format.table

    func run() async throws {
        let checks = await examine()
        let isWell = checks.allSatisfy(\.isOK)
        switch format {
        case .table:
            for check in checks { try Self.show(check) }
            Terminal.say(isWell ? Message("Tout va bien.", "All is well.") : Self.count(checks))
        case .json:
            var writer = JSONWriter()
            writer.object { document in
                document.member("ok", isWell)
                document.member("checks", listOf: checks) { $1.write(to: &$0) }
            }
            try Terminal.write(String(buffer: writer.buffer) + "\n")
        }
        if !isWell { throw ExitStatus.refused }
    }

    private func examine() async -> [Check] {
        let name = Message("Configuration", "Configuration")
        let settings: Settings
        do {
            settings = try database.settings([.pool: pool.map(String.init)], isListening: true)
        } catch {
            let text = ([error.text] + error.details).joined(separator: " ")
            return [
                .problem(
                    "configuration", name, Message(text, text),
                    mend: Message("Corrigez l’option, la variable ou le fichier.", "Mend the flag, the variable or the file."))
            ]
        }
        let file = settings.file.map { Message("fichier \($0)", "file \($0)") } ?? Message("sans fichier", "no file")
        let finding = Message(
            "\(file.french), \(settings.server.database.connections) connexions, port \(settings.server.port)",
            "\(file.english), \(settings.server.database.connections) connections, port \(settings.server.port)")
        return [.ok("configuration", name, finding)] + (await DatabaseChecks(settings).run())
    }

    private static func show(_ check: Check) throws(Failure) {
        let mark = check.isOK ? Terminal.green("✓") : Terminal.red("✗")
        try Terminal.tell("\(mark) \(Terminal.bold(check.name.shown))\(Message(" : ", ": ").shown)\(check.finding.shown)")
        if let mend = check.mend { try Terminal.tell("    → \(mend.shown)") }
    }

    private static func count(_ checks: [Check]) -> Message {
        let count = checks.count { !$0.isOK }
        return Message(
            "Problèmes : \(count), sur \(checks.count) vérifications.", "Problems: \(count), in \(checks.count) checks.")
    }
}
