import ActionPlans
import ArgumentParser
import Documents
import JalonServer

/// The revision of a validated plan: what its ministry would change of what it commits to.
struct RevisionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revision",
        abstract: Message(
            "Montre, prépare, remet ou valide la révision d’un plan validé.",
            "Shows, prepares, submits or validates the revision of a validated plan."
        ).shown,
        subcommands: [
            RevisionShowCommand.self, RevisionOpenCommand.self, RevisionReviseCommand.self, RevisionSubmitCommand.self,
            RevisionReturnCommand.self, RevisionValidateCommand.self, RevisionAbandonCommand.self,
        ])
}

/// The roadmap whose revision it is.
struct RevisedRoadmap: ParsableArguments {
    @Argument(help: Message("La feuille de route, par exemple TE-2022.", "The roadmap, for example TE-2022.").help("id"))
    var roadmap: String

    @OptionGroup var server: ServerOptions

    var path: String { "/v1/roadmaps/\(roadmap)/revision" }

    func validate() throws {
        guard RoadmapID(roadmap) == nil else { return }
        throw ValidationError(Message.noRoadmap(roadmap).shown)
    }
}

struct RevisionShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: Message(
            "Montre chaque engagement révisé, avant et après, et ce qui peut suivre.",
            "Shows each commitment that is revised, before and after, and what may follow."
        ).shown)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @OptionGroup var revised: RevisedRoadmap

    @Option(
        help: Message("table (pour lire) ou json (le document du serveur).", "table (to read) or json (the server's document).")
            .help)
    var format = Format.table

    func run() async throws {
        let answer = try await ServerClient.use(revised.server) { client in
            try await client.send(ServerClient.Request(revised.path))
        }
        guard answer.isSuccess else { throw answer.failure() }
        switch format {
        case .json:
            try Terminal.write(answer.bytes)
            try Terminal.write("\n")
        case .table:
            let page = RevisionPage(try JSONText.document(answer), tag: answer.entityTag)
            for line in page.lines { try Terminal.writeLine(line) }
        }
    }
}

struct RevisionOpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: Message("Ouvre une révision d’un plan validé.", "Opens a revision of a validated plan.").shown)

    @OptionGroup var revised: RevisedRoadmap
    @OptionGroup var said: RevisionReason

    func run() async throws {
        let answer = try await ServerClient.use(revised.server) { client in
            var request = ServerClient.Request(revised.path)
            request.method = "POST"
            request.query = said.query
            request.body = (RevisionReason.body { said.write(to: &$0) }, SourceFile.Syntax.json.mediaType)
            return try await client.send(request)
        }
        guard answer.isSuccess else { throw answer.failure() }
        try said.report(answer)
    }
}

struct RevisionReviseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revise",
        abstract: Message(
            "Change un engagement d’une action, la retire, ou reprend ce qui en était révisé.",
            "Changes a commitment of an action, removes it, or takes back what was revised of it."
        ).shown,
        discussion: Message(
            """
            jalon revision revise TE-2022 ACH-03 --target-level realisation --key-action true
            jalon revision revise TE-2022 USA-02 --remove
            jalon revision revise TE-2022 FIN-09 --title "Donner le matériel" --theme fin_usage --target-level reflexion   (une action nouvelle)
            """,
            """
            jalon revision revise TE-2022 ACH-03 --target-level realisation --key-action true
            jalon revision revise TE-2022 USA-02 --remove
            jalon revision revise TE-2022 FIN-09 --title "Donner le matériel" --theme fin_usage --target-level reflexion   (a new action)
            """
        ).shown)

    @OptionGroup var revised: RevisedRoadmap

    @Argument(
        help: Message("Le code de l’action, par exemple ACH-03.", "The code of the action, for example ACH-03.").help("code"))
    var code: String

    @Option(help: Message("Le libellé.", "The title.").help("text"))
    var title: String?

    @Option(help: Message("La thématique.", "The theme.").help("code"))
    var theme: String?

    @Option(help: Message("Le niveau d’engagement cible.", "The target level.").help("code"))
    var targetLevel: String?

    @Option(help: Message("Action-clé : true ou false.", "Key action: true or false.").help)
    var keyAction: Bool?

    @Flag(help: Message("Retirer l’action du plan.", "Remove the action from the plan.").help)
    var remove = false

    @Flag(
        help: Message("Reprendre tout ce qui était révisé de l’action.", "Take back all that was revised of the action.").help)
    var takeBack = false

    @OptionGroup var said: RevisionReason

    func validate() throws {
        guard ActionCode(code) != nil else {
            throw ValidationError(Message("« \(code) » n’est pas un code d’action.", "“\(code)” is not an action code.").shown)
        }
        let changes = title != nil || theme != nil || targetLevel != nil || keyAction != nil
        guard [changes, remove, takeBack].count(where: { $0 }) == 1 else {
            throw ValidationError(
                Message(
                    "Dites ce qui change (--title, --theme, --target-level, --key-action), ou --remove, ou --take-back.",
                    "Say what changes (--title, --theme, --target-level, --key-action), or --remove, or --take-back."
                ).shown)
        }
    }

    func run() async throws {
        let answer = try await ServerClient.use(revised.server) { client in
            let current = try await client.send(ServerClient.Request(revised.path))
            guard current.isSuccess else { throw current.failure() }
            var request = ServerClient.Request("\(revised.path)/actions/\(code)")
            request.ifMatch = current.entityTag
            request.query = said.query
            if takeBack {
                request.method = "DELETE"
                if let reason = said.reason { request.query.append(("reason", reason)) }
            } else {
                request.method = "PATCH"
                request.body = (body, SourceFile.Syntax.json.mediaType)
            }
            let written = try await client.send(request)
            guard written.isSuccess else { throw written.failure() }
            return takeBack ? try await client.send(ServerClient.Request(revised.path)) : written
        }
        guard answer.isSuccess else { throw answer.failure() }
        try said.report(answer)
    }

    private var body: [UInt8] {
        RevisionReason.body { body in
            if let title { body.member("title", title) }
            if let theme { body.member("theme", theme) }
            if let targetLevel { body.member("target_level", targetLevel) }
            if let keyAction { body.member("key_action", keyAction) }
            // What changes is not to be removed any more.
            body.member("removed", remove)
            said.write(to: &body)
        }
    }
}
