import ActionPlans
import ArgumentParser
import JalonServer
import NIOCore

/// `PATCH /v1/recommendations/{id}`, as a référent answers.
struct RecommendationAnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: Message("Répond à une recommandation, au nom du ministère.", "Answers a recommendation, for the ministry.")
            .shown,
        discussion: Message(
            """
              jalon recommendations answer TE-2022-R01 acceptee --met-by TE-2022-ACH-03 'L’action vise désormais la réalisation.'
              jalon recommendations answer TE-2022-R02 declinee 'Hors de notre périmètre.'
            """,
            """
              jalon recommendations answer TE-2022-R01 acceptee --met-by TE-2022-ACH-03 'The action now aims at doing it.'
              jalon recommendations answer TE-2022-R02 declinee 'Out of our perimeter.'
            """
        ).shown)

    @Argument(
        help: Message("La recommandation, par exemple TE-2022-R01.", "The recommendation, for example TE-2022-R01.").help("id"))
    var recommendation: String

    @Argument(help: Message("acceptee, amendee ou declinee.", "acceptee, amendee or declinee.").help("state"))
    var state: String

    @Argument(help: Message("Pourquoi, et comment.", "Why, and how.").help("text"))
    var answer: String

    @Option(help: Message("L’action qui y répond.", "The action that meets it.").help("id"))
    var metBy: String?

    @Option(
        help: Message("Vrai depuis ce jour (aujourd’hui par défaut).", "True since this day (today by default).").help("date"))
    var effectiveOn: String?

    @Option(help: Message("Le motif, pour l’historique.", "The reason, for history.").help("text"))
    var reason: String?

    @Flag(help: Message("Tout vérifier sans rien enregistrer.", "Check everything, store nothing.").help)
    var dryRun = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard RecommendationID(recommendation) != nil else {
            throw ValidationError(
                Message(
                    "« \(recommendation.clipped) » n’est pas l’identifiant d’une recommandation, comme TE-2022-R01.",
                    "“\(recommendation.clipped)” is not the id of a recommendation, such as TE-2022-R01."
                ).shown)
        }
        guard RecommendationState(rawValue: state)?.isAnswer != true else { return }
        let answers = RecommendationState.answers.map(\.code).joined(separator: ", ")
        throw ValidationError(
            Message("Une réponse est l’une de : \(answers).", "An answer is one of: \(answers).").shown)
    }

    func run() async throws {
        let after: ListedRecommendation = try await ServerClient.use(server) { client in
            let path = "/v1/recommendations/\(recommendation)"
            let current = try await client.send(ServerClient.Request(path))
            guard current.isSuccess else { throw current.failure() }
            var request = ServerClient.Request(path)
            request.method = "PATCH"
            request.query = dryRun ? [("dry_run", "true")] : []
            request.ifMatch = current.entityTag
            request.body = (body, SourceFile.Syntax.json.mediaType)
            let answer = try await client.send(request)
            guard answer.isSuccess else {
                var failure = answer.failure()
                if answer.status == 412 {
                    failure.details.append(
                        Message("Quelqu’un d’autre vient d’écrire : relancez.", "Somebody else has just written: run it again.")
                            .shown)
                }
                throw failure
            }
            return try answer.decoded()
        }
        let done = dryRun ? DryRun.nothingStored : Message("C’est enregistré.", "It is stored.")
        try Terminal.report(["\(after.id) : \(after.shownState)"], of: done)
        if dryRun { Terminal.say(DryRun.note) }
    }

    private var body: [UInt8] {
        var writer = JSONWriter()
        writer.object { body in
            body.member("state", state)
            body.member("answer", answer)
            if let metBy { body.member("met_by", metBy) }
            if let effectiveOn { body.member("effective_on", effectiveOn) }
            if let reason { body.member("reason", reason) }
        }
        return Array(writer.buffer.readableBytesView)
    }
}
