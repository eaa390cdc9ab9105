import ActionPlans
import ArgumentParser

/// What the user has read of a roadmap before it is moved or deleted.
struct ReadState: ParsableArguments {
    @Option(
        help: Message(
            """
            Ne rien faire si la feuille de route ou une de ses actions a changé depuis votre lecture : l’ETag que « plan export » affiche (la première \
            ligne d’un fichier YAML), ou celui de GET /v1/roadmaps/….
            """,
            """
            Do nothing if the roadmap or one of its actions has changed since you read it: the ETag that “plan export” shows (the first line of a \
            YAML file), or that of GET /v1/roadmaps/….
            """
        ).help("etag"))
    var ifMatch: String?

    func validate() throws {
        if let refusal = ifMatch.flatMap(TypedTag.refusal) { throw ValidationError(refusal.shown) }
    }

    /// Compares what was read with what is there. What follows is then bound to `current`, whose tag moves with each action.
    /// - Parameter current: the roadmap, read before: the plan, read after it, cannot be older.
    func check(_ roadmap: String, as current: ServerAnswer, _ client: ServerClient) async throws {
        guard let tag = ifMatch.flatMap(TypedTag.field), tag != "*", tag != current.entityTag else { return }
        for format in PlanExportCommand.Format.allCases {
            var request = ServerClient.Request("/v1/roadmaps/\(roadmap)/plan")
            request.accept = format.mediaType
            let plan = try await client.send(request)
            guard plan.isSuccess else { throw plan.failure() }
            if plan.entityTag == tag { return }
        }
        throw Failure(
            .refused,
            Message(
                "\(roadmap) n’est pas, ou n’est plus, dans l’état que vous avez lu (ETag \(tag)) : rien n’est fait.",
                "\(roadmap) is not, or no longer, in the state that you have read (ETag \(tag)): nothing is done."),
            details: [Self.howToRead(roadmap).shown])
    }

    /// Where what is new can be read.
    static func howToRead(_ roadmap: String) -> Message {
        Message(
            """
            Relisez-la (jalon plan export \(roadmap)) ; GET /v1/roadmaps/\(roadmap)/history dit ce qui a changé, et par qui. Puis recommencez avec le \
            nouvel ETag.
            """,
            """
            Read it again (jalon plan export \(roadmap)); GET /v1/roadmaps/\(roadmap)/history tells what has changed, and by whom. Then try again with \
            the new ETag.
            """)
    }
}
