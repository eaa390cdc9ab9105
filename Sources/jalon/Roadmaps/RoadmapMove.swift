import ActionPlans
import ArgumentParser
import JalonServer
import NIOCore

/// One roadmap and the state it is to be in.
struct RoadmapMoveOptions: ParsableArguments {
    @Argument(help: Message("La feuille de route, par exemple TE-2022.", "The roadmap, for example TE-2022.").help("id"))
    var roadmap: String

    @Option(
        help: Message("Vrai depuis ce jour (aujourd’hui par défaut).", "True since this day (today by default).").help("date"))
    var effectiveOn: String?

    @Option(
        help: Message(
            "Le jour où cet état a cessé, s’il n’a pas duré jusqu’au prochain état connu.",
            "The day on which this state ended, if it did not last until the next one that is known."
        ).help("date"))
    var until: String?

    @Option(help: Message("Le motif, pour l’historique.", "The reason, for history.").help("text"))
    var reason: String?

    @Flag(help: Message("Tout vérifier sans rien enregistrer.", "Check everything, store nothing.").help)
    var dryRun = false

    @OptionGroup var read: ReadState

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard RoadmapID(roadmap) == nil else { return }
        throw ValidationError(Message.noRoadmap(roadmap).shown)
    }

    func run(to state: RoadmapState) async throws {
        let (labels, before, after) = try await ServerClient.use(server) { client in
            let path = "/v1/roadmaps/\(roadmap)"
            let current = try await client.send(ServerClient.Request(path))
            guard current.isSuccess else { throw current.failure() }
            let before: ListedRoadmap = try current.decoded()
            try await read.check(roadmap, as: current, client)
            try await checkSubmission(of: before, to: state, client)
            var request = ServerClient.Request(path)
            request.method = "PATCH"
            request.query = dryRun ? [("dry_run", "true")] : []
            // What the answer below says is true of the state that was read, and so is what --if-match was compared with.
            request.ifMatch = current.entityTag
            request.body = (body(state), SourceFile.Syntax.json.mediaType)
            let answer = try await client.send(request)
            let labels = try await Labels.read(client)
            guard answer.isSuccess else { throw refusal(answer, from: before.state) }
            return (labels, before, try answer.decoded(as: ListedRoadmap.self))
        }
        let line = outcome(of: state, from: before, to: after, labels).shown
        let done = dryRun ? DryRun.nothingStored : Message("C’est enregistré.", "It is stored.")
        try Terminal.report([line], of: done)
        if dryRun { Terminal.say(DryRun.note) }
    }

    /// A submission counts from its date, which has to be given for past years and be one on which the draft was there.
    private func checkSubmission(of before: ListedRoadmap, to state: RoadmapState, _ client: ServerClient) async throws {
        guard before.state == RoadmapState.brouillon.code, let id = RoadmapID(roadmap) else { return }
        guard let effectiveOn else { return try UndatedSubmission.refuse(roadmap, id, from: .brouillon, to: state) }
        var request = ServerClient.Request("/v1/roadmaps/\(id)")
        request.query = [("as_of", effectiveOn)]
        // Any other refusal, of a date that is none for instance, is told by the change itself.
        if try await client.send(request).status == 404 {
            throw UndatedSubmission.beforeBeginning(id, on: effectiveOn, lastYear: before.lastYear)
        }
    }

    private func body(_ state: RoadmapState) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { body in
            body.member("state", state.code)
            if let effectiveOn { body.member("effective_on", effectiveOn) }
            if let until { body.member("until", until) }
            if let reason { body.member("reason", reason) }
        }
        return Array(writer.buffer.readableBytesView)
    }

    private func refusal(_ answer: ServerAnswer, from state: String) -> Failure {
        var failure = answer.failure()
        switch answer.status {
        case 409:
            let mayReturn = [RoadmapState.soumise, .enRelecture].map(\.code).contains(state)
            failure.details.append(
                Message(
                    "L’ordre : submit, review, validate, close"
                        + (mayReturn ? " ; return en fait de nouveau un brouillon." : "."),
                    "The order: submit, review, validate, close" + (mayReturn ? "; return makes it a draft again." : ".")
                ).shown)
        case 412:
            failure.details.append(
                read.ifMatch == nil
                    ? Message("Quelqu’un d’autre vient d’écrire : relancez.", "Somebody else has just written: run it again.")
                        .shown
                    : ReadState.howToRead(roadmap).shown)
        default: break
        }
        return failure
    }

    private func outcome(
        of said: RoadmapState, from before: ListedRoadmap, to after: ListedRoadmap, _ labels: Labels
    ) -> Message {
        let (old, new) = (labels.state(before.state), labels.state(after.state))
        let name = "\(after.id), \(after.ministryName)"
        if before.state == after.state, before.version != after.version, let effectiveOn {
            let told = labels.state(said.code)
            let end =
                until.map { Message("jusqu’au \($0) (exclu)", "until \($0) (not included)") }
                ?? Message("jusqu’au prochain état connu", "until the next state that was known")
            return Message(
                "\(name) : « \(told) » depuis le \(effectiveOn), \(end.french) ; aujourd’hui « \(new) ».",
                "\(name): “\(told)” since \(effectiveOn), \(end.english); today “\(new)”.")
        }
        if before.state == after.state, said.code != after.state, let effectiveOn {
            let told = labels.state(said.code)
            return Message(
                "\(name) : l’état était déjà « \(told) » le \(effectiveOn), rien ne change ; aujourd’hui « \(new) ».",
                "\(name): the state was “\(told)” already on \(effectiveOn), nothing changes; today “\(new)”.")
        }
        guard before.state != after.state else {
            return Message(
                "\(name) : l’état est déjà « \(new) », rien ne change.",
                "\(name): the state is “\(new)” already, nothing changes.")
        }
        let day = effectiveOn.map { Message(" depuis le \($0)", " since \($0)") } ?? Message("", "")
        let actions = Message.counted(after.actionCount, ("action", "actions"), ("action", "actions"))
        return Message(
            "\(name) : « \(old) » → « \(new) »\(day.french), \(actions.french).",
            "\(name): “\(old)” → “\(new)”\(day.english), \(actions.english).")
    }
}
