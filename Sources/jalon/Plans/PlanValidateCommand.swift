import ActionPlans
import ArgumentParser
import Documents

struct PlanValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: Message("Vérifie des plans sans serveur ni base.", "Validates plans without server or database.").shown,
        discussion: Message(
            """
            Lit les fichiers avec le code du serveur : mêmes titres de colonnes, mêmes libellés, mêmes règles, mêmes messages. Chaque \
            faute sort sur une ligne, fichier:ligne:colonne: pointeur: message.

            Ce que seul le serveur sait n’est pas jugé ici : ce qui est déjà enregistré (une action nouvelle doit avoir un titre, une \
            thématique et un niveau cible), les ministères, les périodes des autres plans, vos droits. « jalon plan apply --dry-run » le dit.
            """,
            """
            Reads the files with the server's own code: the same titles of columns, labels, rules and messages. Each fault is one line, \
            file:line:column: pointer: message.

            What only the server knows is not judged here: what is stored already (a new action needs a title, a theme and a target \
            level), the ministries, the periods of other plans, your rights. “jalon plan apply --dry-run” tells.
            """
        ).shown)

    @Argument(
        help: Message(
            "Fichiers YAML, JSON ou CSV, dossiers, ou - pour l’entrée standard.",
            "YAML, JSON or CSV files, folders, or - for standard input."
        ).help("file"), completion: .file(extensions: SourceFile.extensions))
    var files: [String]

    @OptionGroup var table: TableOptions

    func run() throws {
        let rules = try PlanRules()
        var statuses: [ExitStatus] = []
        let paths = try SourceFile.expanding(files)
        for path in paths {
            do throws(Failure) {
                let file = try SourceFile(reading: path, as: .plan(table.roadmap, isNamed: false))
                let judgement = rules.judge(file)
                for fault in judgement.faults {
                    try Terminal.tell(SourceFile.line(fault, in: file.name, file.syntax, at: fault.position))
                }
                Self.say(judgement.ifNew, of: file)
                if !judgement.faults.isEmpty { statuses.append(.refused) }
            } catch {
                guard error.status != .unwritable else { throw error }
                for line in error.details.isEmpty ? [error.text] : error.details { try Terminal.tell(line) }
                statuses.append(error.status)
            }
        }
        let (good, bad) = (paths.count - statuses.count, statuses.count)
        Terminal.say(Message("Fichiers bons : \(good), fautifs : \(bad).", "Good files: \(good), faulty: \(bad)."))
        if let status = ExitStatus.summing(statuses) { throw status }
    }

    /// What the server alone can judge, and what was passed over.
    private static func say(_ ifNew: [LocatedFault], of file: SourceFile) {
        for warning in file.document.warnings {
            Terminal.say("\(file.place(warning.position)): " + Message("attention : ", "warning: ").shown + warning.message.shown)
        }
        for (message, faults) in Dictionary(grouping: ifNew, by: \.message.shown).sorted(by: { $0.key < $1.key }) {
            let count = Message.counted(faults.count, ("action", "actions"), ("action", "actions"))
            let several = faults.count > 1 ? Message(" (\(count.french))", " (\(count.english))").shown : ""
            Terminal.say(
                "\(file.place(faults.first?.position)): "
                    + Message(
                        "à savoir, pour les actions nouvelles\(several) : \(message)",
                        "to know, for new actions\(several): \(message)"
                    ).shown)
        }
    }
}
