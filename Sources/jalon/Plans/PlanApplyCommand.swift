import ActionPlans
import ArgumentParser
import Documents
import FoundationEssentials

struct PlanApplyCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: Message(
            "Crée ou met à jour des feuilles de route d’après des fichiers.", "Creates or updates roadmaps from files."
        ).shown,
        discussion: Message(
            """
            Chaque fichier est un plan entier ; il est appliqué tout entier ou pas du tout, et les autres continuent. Une \
            action absente du fichier est gardée et signalée. Appliquer deux fois le même fichier ne change rien.

            Essayez d’abord avec --dry-run : tout ce qui a été compris est montré, rien n’est enregistré, et la fin est celle \
            qu’aurait l’application.
            """,
            """
            Each file is a whole plan; it is applied whole or not at all, and the others go on. An action that the file \
            leaves out is kept and reported. Applying the same file twice changes nothing.

            Rehearse first with --dry-run: all that was understood is shown, nothing is stored, and it ends as the application would.
            """
        ).shown)

    @Argument(
        help: Message(
            "Fichiers YAML, JSON ou CSV, dossiers, ou - pour l’entrée standard.",
            "YAML, JSON or CSV files, folders, or - for standard input."
        ).help("file"), completion: .file(extensions: SourceFile.extensions))
    var files: [String]

    @OptionGroup var table: TableOptions

    @OptionGroup var settings: PlanSettings

    @Flag(
        help: Message(
            "Montrer ce qui est compris et ce qui changerait, sans rien enregistrer.",
            "Show what is understood and what would change, store nothing."
        ).help)
    var dryRun = false

    @Flag(
        help: Message(
            "Écraser ce que le plan dit maintenant, même s’il a changé depuis l’export ou pendant l’écriture.",
            "Overwrite what the plan says now, even if it has changed since the export or while writing."
        ).help)
    var overwrite = false

    @Option(
        help: Message(
            "N’appliquer que si la feuille de route est encore dans l’état exporté (l’ETag que « plan export » affiche ; un fichier YAML le dit lui-même).",
            "Apply only if the roadmap is still in the exported state (the ETag that “plan export” shows; a YAML file tells it itself)."
        ).help("etag"))
    var ifMatch: String?

    @Option(
        help: Message(
            "text (pour lire) ou json (la réponse du serveur, une ligne par fichier).",
            "text (to read) or json (the server's answer, a line for each file)."
        ).help)
    var format = Format.text

    @OptionGroup var server: ServerOptions

    func validate() throws {
        if let refusal = ifMatch.flatMap(TypedTag.refusal) { throw ValidationError(refusal.shown) }
        if ifMatch != nil, files.count > 1 || overwrite {
            throw ValidationError(
                Message(
                    "--if-match ne vaut que pour un seul fichier, et sans --overwrite.",
                    "--if-match is for a single file, without --overwrite."
                ).shown)
        }
    }

    func run() async throws {
        let paths = try SourceFile.expanding(files)
        var statuses: [ExitStatus] = []
        var ministries: [MinistryCode] = []
        try await ServerClient.use(server) { client in
            let application = PlanApplication(
                client: client, settings: settings, dryRun: dryRun, overwrite: overwrite,
                ifMatch: ifMatch.flatMap { TypedTag.field($0) })
            for (index, path) in paths.enumerated() {
                do {
                    let file = try SourceFile(reading: path, as: .plan(table.roadmap))
                    ministries.append(try file.roadmap().ministry)
                    let end = try await application.apply(file)
                    try show(end, of: file)
                    if let refusal = end.refusal { throw refusal }
                } catch let stop as PlanApplication.Stop {
                    stop.failure.report()
                    statuses.append(stop.failure.status)
                    Self.sayLeft(paths.count - index - 1)
                    break
                } catch let failure as Failure {
                    failure.report()
                    statuses.append(failure.status)
                }
            }
        }
        if dryRun { sayRehearsed(ministries) }
        if let status = ExitStatus.summing(statuses) { throw status }
    }

    private func show(_ end: PlanApplication.End, of file: SourceFile) throws {
        guard let outcome = end.outcome else { return }
        guard format == .text else {
            try Terminal.write(end.document)
            try Terminal.write("\n")
            return
        }
        for line in outcome.lines(isRehearsal: dryRun) { try Terminal.writeLine(line) }
        for warning in outcome.warnings {
            Terminal.say(warning.line(in: file))
            if warning.code == "no-effective-date" { Terminal.say(outcome.howToDate(in: file, isRehearsal: dryRun)) }
        }
    }

    private func sayRehearsed(_ ministries: [MinistryCode]) {
        Terminal.say(DryRun.note)
        if Set(ministries).count < ministries.count {
            Terminal.say(
                Message(
                    "Plusieurs fichiers sont d’un même ministère : chacun est essayé comme si les autres n’étaient pas appliqués.",
                    "Several files are of one ministry: each is rehearsed as if the others were not applied."))
        }
    }

    private static func sayLeft(_ count: Int) {
        guard count > 0 else { return }
        Terminal.say(Message("Fichiers non envoyés : \(count).", "Files not sent: \(count)."))
    }
}

extension PlanOutcome.Warning {
    fileprivate func line(in file: SourceFile) -> String {
        let place = [file.name] + [line, column].compactMap { $0.map(String.init) }
        return "\(place.joined(separator: ":")): " + Message("attention : \(detail)", "warning: \(detail)").shown
    }
}

extension PlanOutcome {
    /// What to type for a plan that should hold from an earlier day.
    fileprivate func howToDate(in file: SourceFile, isRehearsal: Bool) -> Message {
        let date = "--effective-on \(roadmap.firstYear)-01-01"
        let isNewDraft = created && roadmap.state == RoadmapState.brouillon.code
        let more =
            isNewDraft && file.syntax == .csv
            ? Message(
                " Ajoutez --last-year s’il couvre plusieurs années, --state soumise pour le remettre.",
                " Add --last-year if it covers several years, --state soumise to submit it.") : Message("", "")
        guard !isRehearsal, isNewDraft else {
            return Message(
                "  S’il valait déjà : \(date), ou la date depuis laquelle il vaut.\(more.french)",
                "  If it held before: \(date), or the date from which it holds.\(more.english)")
        }
        let (delete, apply) = ("jalon plan delete \(roadmap.id)", "jalon plan apply \(date) \(file.name)")
        return Message(
            "  S’il valait déjà : \(delete), puis \(apply), avec la date depuis laquelle il vaut.\(more.french)",
            "  If it held before: \(delete), then \(apply), with the date from which it holds.\(more.english)")
    }
}
