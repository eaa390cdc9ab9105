import ActionPlans
import ArgumentParser
import Documents

struct IndicatorsApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: Message(
            "Crée ou met à jour des indicateurs et leurs cibles, d’après un fichier.",
            "Creates or updates indicators and their targets, from a file."
        ).shown,
        discussion: Message(
            """
            Le fichier a une liste « indicators ». Chacun a les membres que prend POST /v1/indicators, et peut avoir « targets », la liste de ses \
            cibles, et « from_period », la période depuis laquelle une nouvelle définition vaut. Un indicateur qui n’y est pas est gardé. \
            Ils sont appliqués l’un après l’autre, jusqu’au premier qui est refusé : corrigez-le, puis appliquez de nouveau le fichier. Ce qui est déjà \
            ainsi ne change pas ; ce qui change est nommé, membre par membre. Un fichier plus ancien remet ce qu’il dit : essayez-le d’abord avec --dry-run.
            """,
            """
            The file has a list “indicators”. Each has the members that POST /v1/indicators takes, and may have “targets”, the list of its targets, \
            and “from_period”, the period from which a new definition holds. An indicator that is not in it is kept. They \
            are applied one after the other, up to the first that is refused: correct it, then apply the file again. What is so already does not \
            change; what changes is named, member by member. An older file brings back what it says: rehearse it first with --dry-run.
            """
        ).shown)

    @Argument(
        help: Message("Fichier YAML ou JSON, ou - pour l’entrée standard.", "YAML or JSON file, or - for standard input.").help,
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var file: String

    @Flag(help: Message("Montrer ce qui changerait, sans rien enregistrer.", "Show what would change and store nothing.").help)
    var dryRun = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let source = try SourceFile(reading: file)
        let stated = try Self.indicators(of: source)
        let isDryRun = dryRun
        let done = isDryRun ? DryRun.nothingStored : Message("L’indicateur est enregistré.", "The indicator is stored.")
        try await ServerClient.use(server) { client in
            for indicator in stated {
                let line = try await indicator.apply(client, dryRun: isDryRun)
                try Terminal.report([line], of: done)
            }
        }
        if dryRun { Terminal.say(DryRun.note) }
    }

    private static func indicators(of source: SourceFile) throws(Failure) -> [StatedIndicator] {
        let noted = FaultList()
        var members = MemberReader(source.root, faults: noted)
        let read = members.objects("indicators", atMost: 1_000) { one in
            let code = one.required("code", one.text("code"))
            if let code, IndicatorCode(code) == nil { one.add("code", .invalidValue, .notAnIndicatorCode(code)) }
            return code
        }
        _ = members.required("indicators", read)
        members.finish()
        let stated = DocumentNode?.some(source.root)["indicators"].items
        let indicators = stated.compactMap { StatedIndicator($0) }
        guard noted.faults.isEmpty, indicators.count == stated.count else {
            throw Failure(
                .refused,
                Message(
                    "\(source.name) ne dit pas quels indicateurs définir.",
                    "\(source.name) does not say which indicators to define."),
                details: noted.faults.map { "\(source.place(of: $0.member)): /\($0.member): \($0.message.shown)" })
        }
        return indicators
    }
}

/// An indicator as a file states it.
private struct StatedIndicator {
    private let code: IndicatorCode
    /// All but its targets.
    private let definition: [(name: String, node: DocumentNode)]
    private let targets: DocumentNode?

    init?(_ node: DocumentNode) {
        guard case .object(let members) = node.content, let code = node["code"].text.flatMap({ IndicatorCode($0) }) else {
            return nil
        }
        self.code = code
        definition = members.filter { $0.name != "targets" }
        targets = members.first { $0.name == "targets" }?.node
    }

    /// - Returns: what was done, or would be, as a line.
    func apply(_ client: ServerClient, dryRun: Bool) async throws -> String {
        let path = "/v1/indicators/\(code)"
        let there = try await client.send(ServerClient.Request(path))
        guard there.isSuccess || there.status == 404 else { throw there.failure().about(code.text) }
        let former = there.isSuccess ? there : nil
        let written = try await write(client, path, over: former, dryRun: dryRun)
        let state = try Self.state(of: written, over: former)
        guard let targets else { return Message("\(code) \(state.french)", "\(code) \(state.english)").shown }
        let count = Message.counted(DocumentNode?.some(targets).items.count, ("cible", "cibles"), ("target", "targets"))
        // What is not there yet has no targets that could be rehearsed.
        let changed = former != nil || !dryRun ? try await set(targets, client, path + "/targets", dryRun: dryRun) : []
        let told =
            former == nil || changed.isEmpty
            ? Message(former == nil ? "" : " (inchangé)", former == nil ? "" : " (unchanged)")
            : Message(
                " (\(changed.map(\.french).joined(separator: ", ")))", " (\(changed.map(\.english).joined(separator: ", ")))")
        return Message(
            "\(code) \(state.french), \(count.french)\(told.french)", "\(code) \(state.english), \(count.english)\(told.english)"
        ).shown
    }

    /// What changed, member by member: a file that is older than what is there shows itself so.
    private static func state(of written: ServerAnswer, over former: ServerAnswer?) throws -> Message {
        guard let former else { return Message("créé", "created") }
        let names = try ChangedMembers.names(from: former, to: written).joined(separator: ", ")
        return names.isEmpty
            ? Message("inchangé", "unchanged") : Message("modifié (\(names))", "updated (\(names))")
    }

    private func write(
        _ client: ServerClient, _ path: String, over there: ServerAnswer?, dryRun: Bool
    ) async throws -> ServerAnswer {
        var request = ServerClient.Request(there == nil ? "/v1/indicators" : path)
        request.method = there == nil ? "POST" : "PATCH"
        request.query = dryRun ? [("dry_run", "true")] : []
        request.ifMatch = there?.entityTag
        let members = there == nil ? definition : definition.filter { $0.name != "code" }
        request.body = (Self.json(.object(members)), there == nil ? "application/json" : "application/merge-patch+json")
        let answer = try await client.send(request)
        guard answer.isSuccess else { throw answer.failure().about(code.text) }
        return answer
    }

    /// - Returns: each target that changes, comes or goes.
    private func set(_ targets: DocumentNode, _ client: ServerClient, _ path: String, dryRun: Bool) async throws -> [Message] {
        let there = try await client.send(ServerClient.Request(path))
        guard there.isSuccess else { throw there.failure().about(code.text) }
        var request = ServerClient.Request(path)
        request.method = "PUT"
        request.query = dryRun ? [("dry_run", "true")] : []
        request.ifMatch = there.entityTag
        request.body = (Self.json(.object([("targets", targets)])), "application/json")
        let answer = try await client.send(request)
        guard answer.isSuccess else { throw answer.failure().about(code.text) }
        return try TargetChanges(from: JSONText.document(there), to: JSONText.document(answer)).told
    }

    private static func json(_ content: DocumentNode.Content) -> [UInt8] {
        JSONText.bytes(DocumentNode(content, at: DocumentPosition(line: 1, column: 1)))
    }
}
