import ActionPlans
import ArgumentParser

struct PlanDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: Message("Supprime un brouillon de feuille de route.", "Deletes a draft of a roadmap.").shown,
        discussion: Message(
            """
            Seul un brouillon se supprime. S’il n’a jamais été remis, il n’en reste rien : le plan peut être appliqué de nouveau \
            avec une date plus ancienne (jalon plan apply --effective-on). Exportez-le d’abord si le fichier d’origine manque.
            """,
            """
            Only a draft can be deleted. If it was never submitted, nothing is left of it: the plan can be applied again with an \
            earlier date (jalon plan apply --effective-on). Export it first if the original file is missing.
            """
        ).shown)

    @Argument(help: Message("La feuille de route, par exemple TE-2022.", "The roadmap, for example TE-2022.").help)
    var roadmap: String

    @Option(help: Message("Le motif, gardé dans l’historique.", "The reason, kept in the history.").help("text"))
    var reason: String?

    @Flag(help: Message("Vérifier que c’est possible, sans rien supprimer.", "Check that it is possible, delete nothing.").help)
    var dryRun = false

    @OptionGroup var read: ReadState

    @OptionGroup var server: ServerOptions

    private struct Roadmap: Decodable {
        let actionCount: Int

        enum CodingKeys: String, CodingKey {
            case actionCount = "action_count"
        }
    }

    func validate() throws {
        guard RoadmapID(roadmap) == nil else { return }
        throw ValidationError(Message.noRoadmap(roadmap).shown)
    }

    func run() async throws {
        try await ServerClient.use(server) { client in
            let path = "/v1/roadmaps/\(roadmap)"
            let current = try await client.send(ServerClient.Request(path))
            guard current.isSuccess else { throw current.failure() }
            let count: Roadmap = try current.decoded()
            try await read.check(roadmap, as: current, client)
            var request = ServerClient.Request(path)
            request.method = "DELETE"
            request.ifMatch = current.entityTag
            if let reason { request.query.append(("reason", reason)) }
            if dryRun { request.query.append(("dry_run", "true")) }
            let answer = try await client.send(request)
            // Asked again after an answer that was lost, it may find its own work.
            guard answer.isSuccess || (answer.status == 404 && answer.mayHaveBeenDone) else { throw answer.failure() }
            let actions = Message.counted(count.actionCount, ("action", "actions"), ("action", "actions"))
            Terminal.say(
                dryRun
                    ? Message(
                        "Essai à blanc : \(roadmap) serait supprimée, avec \(actions.french).",
                        "Dry run: \(roadmap) would be deleted, with \(actions.english).")
                    : Message("\(roadmap) supprimée, avec \(actions.french).", "\(roadmap) deleted, with \(actions.english)."))
        }
    }
}
