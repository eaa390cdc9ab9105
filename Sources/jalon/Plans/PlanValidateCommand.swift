import ActionPlans
import ArgumentParser
import JalonServer

struct PlanValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: Message("Vérifie des plans sans serveur ni base.", "Validates plans without server or database.").shown,
        discussion: Message(
            """
            Lit les fichiers comme le serveur et applique les règles d’une création. Chaque faute sort sur une ligne, \
            fichier:ligne:colonne: pointeur: message. Hors ligne, seuls les codes des vocabulaires sont admis (le serveur \
            accepte aussi les libellés français), les bonnes pratiques sont jugées sur leur forme et les ministères ne sont \
            pas vérifiés.
            """,
            """
            Reads the files as the server does and applies the rules of a creation. Each fault is one line, \
            file:line:column: pointer: message. Offline only the codes of the vocabularies are accepted (the server also \
            takes the French labels), practices are judged by their form, and ministries are not checked.
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
        let rules = PlanRules()
        var statuses: [ExitStatus] = []
        let paths = try SourceFile.expanding(files)
        for path in paths {
            do throws(Failure) {
                let file = try SourceFile(reading: path, as: .plan(table.roadmap))
                let faults = rules.faults(of: file)
                for fault in faults {
                    try Terminal.writeLine(SourceFile.line(fault, in: file.name, file.syntax, at: fault.position))
                }
                if !faults.isEmpty { statuses.append(.refused) }
            } catch {
                for line in error.details.isEmpty ? [error.text] : error.details { try Terminal.writeLine(line) }
                statuses.append(error.status)
            }
        }
        let (good, bad) = (paths.count - statuses.count, statuses.count)
        Terminal.say(Message("Fichiers bons : \(good), fautifs : \(bad).", "Good files: \(good), faulty: \(bad)."))
        if let status = ExitStatus.summing(statuses) { throw status }
    }
}
