import ActionPlans
import ArgumentParser
import Foundation

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: Message("Applique, exporte ou vérifie des plans.", "Applies, exports or validates plans.").shown,
        subcommands: [PlanApplyCommand.self, PlanExportCommand.self, PlanValidateCommand.self])
}

struct PlanExportCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case yaml, json
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: Message("Écrit le plan d’une feuille de route.", "Writes the plan of a roadmap.").shown,
        discussion: Message(
            "Le document obtenu peut être modifié, puis donné à « jalon plan apply ».",
            "The document can be edited, then given to “jalon plan apply”."
        ).shown)

    @Argument(help: Message("La feuille de route, par exemple TE-2022.", "The roadmap, for example TE-2022.").help)
    var roadmap: String

    @Option(
        help: Message("yaml ou json (sinon d’après -o, sinon yaml).", "yaml or json (otherwise after -o, otherwise yaml).").help)
    var format: Format?

    @Option(
        name: [.short, .long],
        help: Message("Fichier à écrire (sinon la sortie standard).", "File to write (otherwise standard output).").help("file"),
        completion: .file())
    var output: String?

    @Flag(help: Message("Remplacer le fichier s’il existe.", "Replace the file if it exists.").help)
    var force = false

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard RoadmapID(roadmap) == nil else { return }
        throw ValidationError(
            Message(
                "« \(roadmap) » n’est pas une feuille de route : ministère et première année, par exemple TE-2022.",
                "“\(roadmap)” is not a roadmap: ministry and first year, for example TE-2022."
            ).shown)
    }

    func run() async throws {
        if let output, !force, FileManager.default.fileExists(atPath: output) {
            throw Failure(
                .refused,
                Message("\(output) existe déjà (--force le remplace).", "\(output) exists already (--force replaces it)."))
        }
        let format = self.format ?? (output?.lowercased().hasSuffix(".json") == true ? .json : .yaml)
        let answer = try await ServerClient.use(server) { client in
            var request = ServerClient.Request("/v1/roadmaps/\(roadmap)/plan")
            request.accept = "application/\(format.rawValue)"
            return try await client.send(request)
        }
        guard answer.isSuccess else { throw answer.failure() }
        if let tag = answer.entityTag {
            Terminal.say(
                Message(
                    "État exporté : pour n’écraser le travail de personne, jalon plan apply --if-match '\(tag)' …",
                    "Exported state: to overwrite nobody’s work, jalon plan apply --if-match '\(tag)' …"))
        }
        guard let output else {
            Terminal.write(answer.bytes)
            if answer.bytes.last != UInt8(ascii: "\n") { Terminal.write("\n") }
            return
        }
        do {
            try Data(answer.bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            throw Failure(.refused, Message("\(output) ne s’écrit pas.", "\(output) cannot be written."))
        }
        Terminal.say(Message("\(roadmap) écrit dans \(output).", "\(roadmap) written to \(output)."))
    }
}
