import ActionPlans
import ArgumentParser
import JalonServer
import NIOCore

/// What every write on a revision says beside.
struct RevisionReason: ParsableArguments {
    @Option(help: Message("Le motif, pour l’historique.", "The reason, for history.").help("text"))
    var reason: String?

    @Flag(help: Message("Tout vérifier sans rien enregistrer.", "Check everything, store nothing.").help)
    var dryRun = false

    var query: [(name: String, value: String)] { dryRun ? [("dry_run", "true")] : [] }

    func write(to body: inout JSONWriter) {
        if let reason { body.member("reason", reason) }
    }

    static func body(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(write)
        return Array(writer.buffer.readableBytesView)
    }

    /// Shows the revision as it is left.
    func report(_ answer: ServerAnswer) throws {
        let page = RevisionPage(try JSONText.document(answer), tag: answer.entityTag)
        try Terminal.report(
            page.lines, of: dryRun ? DryRun.nothingStored : Message("C’est enregistré.", "It is stored."))
        if dryRun { Terminal.say(DryRun.note) }
    }
}

/// A revision and the state it is to be in.
struct RevisionMoveOptions: ParsableArguments {
    @OptionGroup var revised: RevisedRoadmap
    @OptionGroup var said: RevisionReason

    @Option(
        help: Message(
            "Ne rien faire si la révision, ou ce qu’elle révise, a changé depuis votre lecture : l’ETag que « revision show » affiche.",
            "Do nothing if the revision, or what it revises, has changed since you read it: the ETag that “revision show” shows."
        ).help("etag"))
    var ifMatch: String?

    func validate() throws {
        if let refusal = ifMatch.flatMap(TypedTag.refusal) { throw ValidationError(refusal.shown) }
    }

    func run(to state: RevisionState, effectiveOn: String? = nil) async throws {
        let answer = try await ServerClient.use(revised.server) { client in
            let current = try await client.send(ServerClient.Request(revised.path))
            guard current.isSuccess else { throw current.failure() }
            var request = ServerClient.Request(revised.path)
            request.method = "PATCH"
            request.query = said.query
            request.ifMatch = ifMatch.flatMap(TypedTag.field) ?? current.entityTag
            let body = RevisionReason.body { body in
                body.member("state", state.code)
                if let effectiveOn { body.member("effective_on", effectiveOn) }
                said.write(to: &body)
            }
            request.body = (body, SourceFile.Syntax.json.mediaType)
            return try await client.send(request)
        }
        guard answer.isSuccess else {
            var failure = answer.failure()
            if answer.status == 412 {
                failure.details.append(
                    Message(
                        "Relisez-la : jalon revision show \(revised.roadmap)",
                        "Read it again: jalon revision show \(revised.roadmap)"
                    ).shown)
            }
            throw failure
        }
        try said.report(answer)
    }
}

struct RevisionSubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: Message("Remet la révision à la coordination.", "Submits the revision to the coordination.").shown)

    @OptionGroup var move: RevisionMoveOptions

    func run() async throws { try await move.run(to: .soumise) }
}

struct RevisionReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return",
        abstract: Message(
            "Renvoie la révision à son ministère, avec un motif, ou reprend la sienne.",
            "Returns the revision to its ministry, with a reason, or takes back one's own."
        ).shown)

    @OptionGroup var move: RevisionMoveOptions

    func run() async throws { try await move.run(to: .enPreparation) }
}

struct RevisionValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: Message(
            "Valide la révision : tout ce qu’elle change entre dans le plan.",
            "Validates the revision: all that it changes comes into the plan."
        ).shown)

    @OptionGroup var move: RevisionMoveOptions

    @Option(
        help: Message("Vrai depuis ce jour (aujourd’hui par défaut).", "True since this day (today by default).").help("date"))
    var effectiveOn: String?

    func run() async throws { try await move.run(to: .validee, effectiveOn: effectiveOn) }
}

struct RevisionAbandonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abandon",
        abstract: Message(
            "Renonce à la révision ; le plan reste comme il est.", "Gives the revision up; the plan stays as it is."
        ).shown)

    @OptionGroup var move: RevisionMoveOptions

    func run() async throws { try await move.run(to: .abandonnee) }
}
