import ActionPlans
import ArgumentParser
import Documents

struct PlanExportCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case yaml, json, csv

        /// After a file's name.
        init?(of path: String) {
            let name = FileName(path).ending.lowercased()
            self.init(rawValue: name == "yml" ? "yaml" : name)
        }

        var mediaType: String { self == .csv ? "text/csv" : "application/\(rawValue)" }
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: Message("Écrit le plan d’une feuille de route.", "Writes the plan of a roadmap.").shown,
        discussion: Message(
            """
            Le document obtenu peut être modifié, puis donné à « jalon plan apply ». En CSV, seulement les actions. La première ligne \
            d’un export en YAML dit de quel état il vient : « jalon plan apply » n’écrase alors pas ce que d’autres ont écrit depuis.
            """,
            """
            The document can be edited, then given to “jalon plan apply”. In CSV, the actions only. The first line of an export in YAML \
            tells its state: “jalon plan apply” then does not overwrite what others have written since.
            """
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
        guard RoadmapID(roadmap) != nil else { throw ValidationError(Message.noRoadmap(roadmap).shown) }
        if let output, let refusal = Self.misnamed(output, format) { throw ValidationError(refusal.shown) }
    }

    /// What is wrong with a file's name: it must not tell another kind than what is in the file.
    static func misnamed(_ path: String, _ format: Format?) -> Message? {
        let file = FileName(path)
        let (name, ending) = (file.text, file.ending)
        guard !ending.isEmpty else { return nil }
        if ForeignFile(extension: ending) != nil {
            return Message(
                "« \(name) » : un export est en CSV, en YAML ou en JSON. Un tableur ouvre le CSV : -o \(file.stem).csv.",
                "“\(name)”: an export is in CSV, YAML or JSON. A spreadsheet opens CSV: -o \(file.stem).csv.")
        }
        switch (Format(of: name), format) {
        case (let told?, let format?) where told != format:
            return Message(
                "« \(name) » serait en \(format.rawValue) sous un nom de \(told.rawValue) : changez le nom, ou --format.",
                "“\(name)” would be \(format.rawValue) under the name of \(told.rawValue): change the name, or --format.")
        case (nil, nil):
            return Message(
                "« \(name) » ne dit pas le format : un nom en .yaml, .json ou .csv, ou --format.",
                "“\(name)” does not tell the format: a name that ends in .yaml, .json or .csv, or --format.")
        default: return nil
        }
    }

    func run() async throws {
        if let output, !force, WholeFile.isThere(output) { throw WholeFile.exists(output) }
        let format = self.format ?? output.flatMap { Format(of: $0) } ?? .yaml
        let (answer, server) = try await ServerClient.use(server) { client in
            var request = ServerClient.Request("/v1/roadmaps/\(roadmap)/plan")
            request.accept = format.mediaType
            return (try await client.send(request), client.name)
        }
        guard answer.isSuccess else { throw answer.failure() }
        // A plan always has one.
        guard let tag = answer.entityTag else { throw answer.foreign }
        var bytes = answer.bytes
        if format == .yaml {
            bytes = Array(ExportTag(roadmap: roadmap, server: server, entityTag: tag).line.utf8) + bytes
        } else {
            let typed = tag.filter { $0 != "\"" }
            Terminal.say(
                Message(
                    "État exporté : pour n’écraser le travail de personne, jalon plan apply --if-match \(typed) …",
                    "Exported state: to overwrite nobody’s work, jalon plan apply --if-match \(typed) …"))
            Terminal.say(
                Message(
                    "Pour ne valider que cet état : jalon roadmap validate \(roadmap) --if-match \(typed)",
                    "To validate this state and no other: jalon roadmap validate \(roadmap) --if-match \(typed)"))
        }
        guard let output else {
            try Terminal.write(bytes)
            if bytes.last != UInt8(ascii: "\n") { try Terminal.write("\n") }
            return
        }
        try WholeFile.write(bytes, to: output, replacing: force)
        Terminal.say(Message("\(roadmap) écrit dans \(output).", "\(roadmap) written to \(output)."))
    }
}
