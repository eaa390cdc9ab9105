import ActionPlans
import ArgumentParser
import JalonServer
import NIOCore

struct SnapshotCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: Message("Arrête les chiffres d’une année.", "Freezes the figures of a year.").shown)

    @Option(help: Message("L’année.", "The year.").help)
    var year: Int

    @Option(help: Message("Sous quel titre.", "Under which title.").help("text"))
    var title: String

    @Option(help: Message("Une note de lecture.", "A note for the reader.").help("text"))
    var note: String?

    @Option(
        help: Message("Le jour en question (aujourd’hui par défaut).", "The day in question (today by default).").help("date"))
    var asOf: String?

    @Option(help: Message("L’édition que celle-ci corrige.", "The edition that this one corrects.").help("id"))
    var replaces: String?

    @Flag(help: Message("Tout calculer sans rien enregistrer.", "Compute everything, store nothing.").help)
    var dryRun = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var writer = JSONWriter()
        writer.object { body in
            body.member("year", year)
            body.member("title", title)
            if let note { body.member("note", note) }
            if let asOf { body.member("as_of", asOf) }
            if let replaces { body.member("replaces", replaces) }
        }
        let bytes = Array(writer.buffer.readableBytesView)
        let answer = try await ServerClient.use(server) { client in
            var request = ServerClient.Request("/v1/snapshots")
            request.method = "POST"
            request.whenLost = Message(
                "L’édition est peut-être enregistrée : voyez « jalon snapshot list » avant de relancer.",
                "The edition may be stored: see “jalon snapshot list” before running it again.")
            request.query = dryRun ? [("dry_run", "true")] : []
            request.body = (bytes, SourceFile.Syntax.json.mediaType)
            return try await client.send(request)
        }
        guard answer.isSuccess else { throw answer.failure() }
        let snapshot: Snapshot = try answer.decoded()
        let done =
            dryRun
            ? DryRun.nothingStored
            : Message("L’édition \(snapshot.id) est enregistrée.", "The edition \(snapshot.id) is stored.")
        try Terminal.report(Snapshot.lines([snapshot]), of: done)
        for warning in snapshot.warnings ?? [] {
            Terminal.say(Message("attention : \(warning.detail)", "warning: \(warning.detail)"))
        }
        if dryRun { Terminal.say(DryRun.note) }
    }
}
