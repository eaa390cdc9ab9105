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
        case yaml, json, csv

        /// After a file's name.
        init?(of path: String) {
            self.init(rawValue: (path as NSString).pathExtension.lowercased())
        }

        var mediaType: String { self == .csv ? "text/csv" : "application/\(rawValue)" }
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: Message("Écrit le plan d’une feuille de route.", "Writes the plan of a roadmap.").shown,
        discussion: Message(
            "Le document obtenu peut être modifié, puis donné à « jalon plan apply ». En CSV, seulement les actions.",
            "The document can be edited, then given to “jalon plan apply”. In CSV, the actions only."
        ).shown)

    @Argument(help: Message("La feuille de route, par exemple TE-2022.", "The roadmap, for example TE-2022.").help)
    var roadmap: String

    @Option(
        help: Message(
            "yaml, json ou csv (sinon d’après -o, sinon yaml).", "yaml, json or csv (otherwise after -o, otherwise yaml)."
        ).help)
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
        throw ValidationError(Message.noRoadmap(roadmap).shown)
    }

    func run() async throws {
        if let output, !force, WholeFile.isThere(output) { throw WholeFile.exists(output) }
        let format = self.format ?? output.flatMap { Format(of: $0) } ?? .yaml
        let answer = try await ServerClient.use(server) { client in
            var request = ServerClient.Request("/v1/roadmaps/\(roadmap)/plan")
            request.accept = format.mediaType
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
            try Terminal.write(answer.bytes)
            if answer.bytes.last != UInt8(ascii: "\n") { try Terminal.write("\n") }
            return
        }
        try WholeFile.write(answer.bytes, to: output, replacing: force)
        Terminal.say(Message("\(roadmap) écrit dans \(output).", "\(roadmap) written to \(output)."))
    }
}
