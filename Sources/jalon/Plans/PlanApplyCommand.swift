import ActionPlans
import ArgumentParser
import Foundation
import JalonServer

struct PlanApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: Message(
            "Crée ou met à jour des feuilles de route d’après des fichiers.", "Creates or updates roadmaps from files."
        ).shown,
        discussion: Message(
            """
            Chaque fichier est un plan entier ; il est appliqué tout entier ou pas du tout, et les autres continuent. Une \
            action absente du fichier est gardée et signalée. Appliquer deux fois le même fichier ne change rien.
            """,
            """
            Each file is a whole plan; it is applied whole or not at all, and the others go on. An action that the file \
            leaves out is kept and reported. Applying the same file twice changes nothing.
            """
        ).shown)

    @Argument(
        help: Message(
            "Fichiers YAML, JSON ou CSV, dossiers, ou - pour l’entrée standard.",
            "YAML, JSON or CSV files, folders, or - for standard input."
        ).help("file"), completion: .file(extensions: SourceFile.extensions))
    var files: [String]

    @OptionGroup var table: TableOptions

    @Flag(help: Message("Montrer les différences sans rien enregistrer.", "Show the differences, store nothing.").help)
    var dryRun = false

    @Flag(
        help: Message(
            "Écraser même si la feuille de route change entre la lecture et l’écriture.",
            "Overwrite even if the roadmap changes between reading and writing."
        ).help)
    var overwrite = false

    @Option(
        help: Message(
            "N’appliquer que si la feuille de route est encore dans l’état exporté (l’ETag que « plan export » affiche).",
            "Apply only if the roadmap is still in the exported state (the ETag that “plan export” shows)."
        ).help("etag"))
    var ifMatch: String?

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard ifMatch != nil, files.count > 1 || overwrite else { return }
        throw ValidationError(
            Message(
                "--if-match ne vaut que pour un seul fichier, et sans --overwrite.",
                "--if-match is for a single file, without --overwrite."
            ).shown)
    }

    func run() async throws {
        let paths = try SourceFile.expanding(files)
        var statuses: [ExitStatus] = []
        try await ServerClient.use(server) { client in
            for (index, path) in paths.enumerated() {
                do {
                    let file = try SourceFile(reading: path, as: .plan(table.roadmap))
                    let outcome = try await apply(file, with: client)
                    for line in outcome.lines(detailed: dryRun) { try Terminal.writeLine(line) }
                } catch let stop as Stop {
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
        if dryRun { Terminal.say(Message("Essai à blanc : rien n’a été enregistré.", "Dry run: nothing was stored.")) }
        if let status = ExitStatus.summing(statuses) { throw status }
    }

    /// What no other file can mend: the server is away, or does not know the token.
    private struct Stop: Error {
        let failure: Failure
    }

    private func apply(_ file: SourceFile, with client: ServerClient) async throws -> PlanOutcome {
        let path = "/v1/roadmaps/\(try Self.roadmap(of: file))/plan"
        let current = try await send(ServerClient.Request(path), with: client)
        if current.status == 200, file.hasEmptyCells, ifMatch == nil, !overwrite, !dryRun { throw Self.mayErase(file) }
        var request = ServerClient.Request(path)
        request.method = "PUT"
        request.query = dryRun ? [("dry_run", "true")] : []
        request.body = (file.bytes, file.syntax.mediaType)
        switch current.status {
        case 200: request.ifMatch = overwrite ? "*" : ifMatch ?? current.entityTag
        case 404: request.ifMatch = ifMatch
        default: throw Self.named(file, current.failure())
        }
        let answer = try await send(request, with: client)
        guard answer.isSuccess else {
            var failure = answer.failure(in: file)
            if answer.status == 412 {
                failure.details.append(
                    Message(
                        ifMatch == nil
                            ? "Quelqu’un d’autre vient d’écrire : relancez, ou ajoutez --overwrite."
                            : "Le plan a changé depuis : exportez-le de nouveau et reportez-y vos modifications.",
                        ifMatch == nil
                            ? "Somebody else has just written: run it again, or add --overwrite."
                            : "The plan has changed since: export it again and make your changes there."
                    ).shown)
            }
            throw Self.named(file, failure)
        }
        return try answer.decoded()
    }

    private func send(_ request: ServerClient.Request, with client: ServerClient) async throws -> ServerAnswer {
        let answer: ServerAnswer
        do {
            answer = try await client.send(request)
        } catch let failure as Failure {
            throw Stop(failure: failure)
        }
        if answer.status == 401 { throw Stop(failure: answer.failure()) }
        return answer
    }

    /// The roadmap that the file names; whatever else is wrong with it is for the server to say.
    private static func roadmap(of file: SourceFile) throws -> RoadmapID {
        let noted = FaultList()
        var members = MemberReader(file.root, faults: noted)
        let ministry = members.required("ministry", members.text("ministry"))
        let year = members.required("first_year", members.integer("first_year", in: RoadmapID.years))
        if let code = ministry, MinistryCode(code) == nil {
            members.add(
                "ministry", .invalidValue,
                Message("« \(code) » n’est pas un code de ministère.", "“\(code)” is not a ministry code."))
        }
        if let code = ministry.flatMap({ MinistryCode($0) }), let year, let id = RoadmapID(ministry: code, firstYear: year) {
            return id
        }
        throw Failure(
            .refused,
            Message(
                "\(file.name) ne dit pas de quelle feuille de route il s’agit.", "\(file.name) does not say which roadmap it is."),
            details: PlanRules.rootFirst(noted.faults).map {
                "\(file.place(of: $0.member)): \($0.member.isEmpty ? "" : "/\($0.member): ")\($0.message.shown)"
            })
    }

    private static func mayErase(_ file: SourceFile) -> Failure {
        Failure(
            .refused,
            Message(
                """
                \(file.name) : ses cellules vides effaceraient aussi ce que d’autres ont rempli depuis l’export. Ajoutez --if-match \
                avec l’ETag que l’export a affiché, ou --overwrite.
                """,
                """
                \(file.name): its empty cells would also erase what others have filled in since the export. Add --if-match with the \
                ETag that the export showed, or --overwrite.
                """))
    }

    private static func named(_ file: SourceFile, _ failure: Failure) -> Failure {
        Failure(failure.status, "\(file.name): \(failure.text)", details: failure.details)
    }

    private static func sayLeft(_ count: Int) {
        guard count > 0 else { return }
        Terminal.say(Message("Fichiers non envoyés : \(count).", "Files not sent: \(count)."))
    }
}
