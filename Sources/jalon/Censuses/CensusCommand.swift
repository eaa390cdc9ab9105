import ActionPlans
import ArgumentParser
import Documents
import FoundationEssentials

struct CensusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "census",
        abstract: Message(
            "Tient le recensement d’une année : qui doit un plan, pour quand, et où chacun en est.",
            "Keeps the census of a year: who owes a plan, by when, and where each one stands."
        ).shown,
        subcommands: [CensusApplyCommand.self, CensusProgressCommand.self])
}

struct CensusApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: Message("Crée ou met à jour un recensement.", "Creates or updates a census.").shown)

    @Argument(
        help: Message("Fichier YAML ou JSON, ou - pour l’entrée standard.", "YAML or JSON file, or - for standard input.").help,
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var file: String

    @Flag(help: Message("Montrer les différences sans rien enregistrer.", "Show the differences, store nothing.").help)
    var dryRun = false

    @OptionGroup var server: ServerOptions

    private struct Census: Decodable {
        let dueOn: String
        let expected: [String]
        let rounds: [Round]

        enum CodingKeys: String, CodingKey {
            case expected, rounds
            case dueOn = "due_on"
        }
    }

    private struct Round: Decodable, Equatable {
        let code: String
        let collects: String
        let opensOn: String
        let dueOn: String
        let expected: [String]?

        enum CodingKeys: String, CodingKey {
            case code, collects, expected
            case opensOn = "opens_on"
            case dueOn = "due_on"
        }

        var line: String {
            "\(code) \(collects) \(opensOn) – \(dueOn)" + (expected.map { " (\($0.joined(separator: ", ")))" } ?? "")
        }
    }

    func run() async throws {
        let file = try SourceFile(reading: self.file)
        let path = "/v1/censuses/\(try Self.year(of: file))"
        let (before, answer) = try await ServerClient.use(server) { client in
            let before = try await client.send(ServerClient.Request(path))
            guard before.isSuccess || before.status == 404 else { throw before.failure() }
            var request = ServerClient.Request(path)
            request.method = "PUT"
            request.query = dryRun ? [("dry_run", "true")] : []
            request.ifMatch = before.isSuccess ? before.entityTag : nil
            // The server takes a census in JSON only.
            request.body = (JSONText.bytes(file.root), SourceFile.Syntax.json.mediaType)
            let answer = try await client.send(request)
            guard answer.isSuccess else { throw answer.failure(in: file) }
            return (before, answer)
        }
        let old = before.isSuccess ? try before.decoded(as: Census.self) : nil
        let done = dryRun ? DryRun.nothingStored : Message("Le recensement est enregistré.", "The census is stored.")
        try Terminal.report(Self.lines(path, from: old, to: try answer.decoded()), of: done)
        if dryRun { Terminal.say(DryRun.note) }
    }

    private static func year(of file: SourceFile) throws -> Int {
        let noted = FaultList()
        var members = MemberReader(file.root, faults: noted)
        if let year = members.required("year", members.integer("year", in: RoadmapID.years)) { return year }
        throw Failure(
            .refused,
            Message("\(file.name) ne dit pas de quelle année il s’agit.", "\(file.name) does not say which year it is."),
            details: noted.faults.map { "\(file.place(of: $0.member)): /\($0.member): \($0.message.shown)" })
    }

    private static func lines(_ path: String, from old: Census?, to new: Census) -> [String] {
        let state =
            if let old {
                old.dueOn == new.dueOn && old.expected == new.expected && old.rounds == new.rounds
                    ? Message("inchangé", "unchanged") : Message("modifié", "updated")
            } else {
                Message("créé", "created")
            }
        let year = path.split(separator: "/").last ?? ""
        var lines = [
            Message(
                "Recensement \(year) \(state.french) — \(new.expected.count) ministères attendus pour le \(new.dueOn)",
                "Census \(year) \(state.english) — \(new.expected.count) ministries expected by \(new.dueOn)"
            ).shown
        ]
        guard let old else { return lines + new.rounds.map { "  \($0.line)" } }
        if old.dueOn != new.dueOn { lines.append("  due_on  \(old.dueOn) → \(new.dueOn)") }
        lines += new.rounds.filter { !old.rounds.contains($0) }.map { Terminal.green("  + \($0.line)") }
        lines += old.rounds.filter { !new.rounds.contains($0) }.map { Terminal.red("  - \($0.line)") }
        lines += new.expected.filter { !old.expected.contains($0) }.map { Terminal.green("  + \($0)") }
        lines += old.expected.filter { !new.expected.contains($0) }.map { Terminal.red("  - \($0)") }
        return lines
    }
}
