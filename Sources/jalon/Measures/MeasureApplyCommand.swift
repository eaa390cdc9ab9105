import ActionPlans
import ArgumentParser

/// What validating and applying a file of measures have in common.
struct MeasureFileOptions: ParsableArguments {
    @Argument(
        help: Message(
            "Fichier CSV ou JSON, ou - pour l’entrée standard.", "CSV or JSON file, or - for standard input."
        ).help("file"), completion: .file(extensions: ["csv", "json"]))
    var file: String

    @Flag(
        help: Message(
            "Confirmer les nombres qui sautent de plus de dix fois par rapport à la période d’avant.",
            "Confirm the numbers that jump by more than ten times over the period before."
        ).help)
    var acceptJump = false

    @Option(
        help: Message(
            "Motif, gardé dans l’historique ; exigé pour corriger une mesure validée.",
            "Reason, kept in the history; needed to correct a validated measure."
        ).help("text"))
    var reason: String?

    @OptionGroup var server: ServerOptions

    func sent(_ source: SourceFile, dryRun: Bool) async throws -> ServerAnswer {
        var request = ServerClient.Request("/v1/measures")
        request.method = "PUT"
        if dryRun { request.query.append(("dry_run", "true")) }
        if acceptJump { request.query.append(("accept", "jump")) }
        if let reason { request.query.append(("reason", reason)) }
        request.body = (source.bytes, source.syntax.mediaType)
        return try await ServerClient.use(server) { [request] client in try await client.send(request) }
    }

    /// Why the server refuses the file, with the flags of the command where it names parameters of the API.
    static func refusal(_ answer: ServerAnswer, of source: SourceFile) -> Failure {
        let failure = answer.failure(in: source)
        return Failure(failure.status, withFlags(failure.text), details: failure.details.map(withFlags))
    }

    private static func withFlags(_ text: String) -> String {
        text.replacing("accept=jump", with: "--accept-jump").replacing("(reason)", with: "(--reason)")
    }
}

struct MeasureApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: Message("Crée ou met à jour des mesures d’après un fichier.", "Creates or updates measures from a file.").shown,
        discussion: Message(
            """
            Le fichier est appliqué tout entier ou pas du tout. Une mesure qui n’y est pas est gardée ; une ligne sans réponse n’est pas lue. \
            Appliquer deux fois le même fichier ne change rien.
            """,
            """
            The file is applied whole or not at all. A measure that is not in it is kept; a line without an answer is not read. Applying the same \
            file twice changes nothing.
            """
        ).shown)

    @OptionGroup var options: MeasureFileOptions

    func run() async throws {
        let source = try SourceFile(reading: options.file, as: .measures)
        let answer = try await options.sent(source, dryRun: false)
        guard answer.isSuccess else { throw MeasureFileOptions.refusal(answer, of: source) }
        let outcome = try MeasureOutcome(answer)
        outcome.sayWarnings(in: source)
        let done = Message(
            "Les mesures sont enregistrées ; seul le compte rendu est perdu.", "The measures are stored; only the report is lost."
        )
        try Terminal.report(outcome.lines, of: done)
    }
}

struct MeasureValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: Message(
            "Vérifie un fichier de mesures auprès du serveur, sans rien enregistrer.",
            "Validates a file of measures with the server, and stores nothing."
        ).shown,
        discussion: Message(
            """
            Chaque faute sort sur une ligne, fichier:ligne:colonne: message. Sans faute, ce qui changerait est montré.
            """,
            """
            Each fault is one line, file:line:column: message. Without a fault, what would change is shown.
            """
        ).shown)

    @OptionGroup var options: MeasureFileOptions

    func run() async throws {
        let source: SourceFile
        do {
            source = try SourceFile(reading: options.file, as: .measures)
        } catch {
            throw try Self.told(error)
        }
        let answer = try await options.sent(source, dryRun: true)
        guard answer.isSuccess else { throw try Self.told(MeasureFileOptions.refusal(answer, of: source)) }
        let outcome = try MeasureOutcome(answer)
        outcome.sayWarnings(in: source)
        for line in outcome.lines { try Terminal.writeLine(line) }
        Terminal.say(DryRun.note)
    }

    /// The faults are what was asked for: they go to standard output.
    private static func told(_ failure: Failure) throws -> Failure {
        for detail in failure.details { try Terminal.tell(detail) }
        return Failure(failure.status, failure.text)
    }
}
