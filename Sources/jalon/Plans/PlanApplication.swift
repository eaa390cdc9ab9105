import ActionPlans
import Documents
import FoundationEssentials

/// The way of one file to the server: what it is written over, and whether it may be.
struct PlanApplication {
    let client: ServerClient
    let settings: PlanSettings
    let dryRun: Bool
    let overwrite: Bool
    /// As the user gave it.
    let ifMatch: String?

    /// What no other file can mend: the server is away, or does not know the token.
    struct Stop: Error {
        let failure: Failure
    }

    /// What became of a file. A rehearsal that ends in a refusal has both.
    struct End {
        var outcome: PlanOutcome?
        /// The server's document.
        var document: [UInt8] = []
        var refusal: Failure?
    }

    func apply(_ file: SourceFile) async throws -> End {
        let roadmap = try file.roadmap()
        let path = "/v1/roadmaps/\(roadmap)/plan"
        let current = try await send(ServerClient.Request(path), for: file)
        guard current.status == 200 || current.status == 404 else { throw Self.named(file, current.failure()) }
        let isThere = current.status == 200
        try refuseUndated(roadmap, file, over: isThere ? current : nil)
        let tag = tag(of: file, roadmap, isThere ? current.entityTag : nil)
        var request = ServerClient.Request(path)
        request.method = "PUT"
        request.query = settings.query
        request.body = (file.bytes, file.syntax.mediaType)
        request.ifMatch = overwrite && isThere ? "*" : tag.field
        // What decides whether it may be applied is looked at in the rehearsal too, so that both end alike.
        let needsLook = isThere && (isDated(file) || (!overwrite && ifMatch == nil && !file.emptyCells.isEmpty))
        if dryRun || needsLook {
            let rehearsal = try await put(request.rehearsed, of: file, tag, over: current)
            let refusal = isThere ? refusal(of: rehearsal, file) : nil
            if dryRun { return End(outcome: rehearsal.outcome, document: rehearsal.document, refusal: refusal) }
            if let refusal { throw refusal }
        }
        let end = try await put(request, of: file, tag, over: current)
        file.tell(end.outcome?.entityTag, of: roadmap, on: client.name)
        return end
    }

    /// An empty member says no date.
    private func isDated(_ file: SourceFile) -> Bool {
        if settings.effectiveOn != nil { return true }
        guard let member = file.root["effective_on"] else { return false }
        if case .null = member.content { return false }
        return true
    }

    // MARK: - Over which state

    private struct Tag {
        var field: String?
        /// Whether the file itself says it.
        var isOfFile = false
    }

    /// - Parameter current: of the plan as it is; nil where there is none, over which nothing can be lost.
    private func tag(of file: SourceFile, _ roadmap: RoadmapID, _ current: String?) -> Tag {
        if let ifMatch { return Tag(field: ifMatch) }
        guard let current, let told = file.exportTag, !overwrite else { return Tag(field: current) }
        guard told.roadmap == roadmap.description, told.server == client.name else {
            Terminal.say(
                Message(
                    "\(file.name) : sa première ligne parle de \(told.roadmap) sur \(told.server), pas de ce plan-ci ; elle n’est pas suivie.",
                    "\(file.name): its first line speaks of \(told.roadmap) on \(told.server), not of this plan; it is not followed."
                ))
            return Tag(field: current)
        }
        return Tag(field: told.entityTag, isOfFile: true)
    }

    // MARK: - Refusals

    private func refuseUndated(_ roadmap: RoadmapID, _ file: SourceFile, over current: ServerAnswer?) throws {
        guard !isDated(file) else { return }
        let before = try current.map { try $0.decoded(as: StoredState.self).state } ?? nil
        let after = settings.state ?? file.root["state"].flatMap { if case .text(let state) = $0.content { state } else { nil } }
        try UndatedSubmission.refuse(
            file.name, roadmap, from: before.flatMap(RoadmapState.init(rawValue:)),
            to: after.flatMap(RoadmapState.init(rawValue:)))
    }

    /// Of a plan, the state of its roadmap.
    private struct StoredState: Decodable {
        let state: String?
    }

    private func refusal(of rehearsal: End, _ file: SourceFile) -> Failure? {
        guard let outcome = rehearsal.outcome else { return nil }
        return erasure(outcome, file)
    }

    private func erasure(_ outcome: PlanOutcome, _ file: SourceFile) -> Failure? {
        guard !overwrite, ifMatch == nil else { return nil }
        let erased = outcome.erased(by: file.emptyCells)
        guard !erased.isEmpty else { return nil }
        let most = 20
        let others =
            erased.count > most ? [Message("… et \(erased.count - most) autres", "… and \(erased.count - most) more").shown] : []
        return Failure(
            .refused,
            Message(
                """
                \(file.name) : ses cellules vides effaceraient ce que le plan dit maintenant. Remplissez-les, ou ajoutez --overwrite si c’est voulu \
                (--if-match avec l’ETag de l’export, pour n’effacer que ce que vous aviez sous les yeux).
                """,
                """
                \(file.name): its empty cells would erase what the plan says now. Fill them in, or add --overwrite if it is meant (--if-match \
                with the ETag of the export, to erase only what you had before your eyes).
                """), details: erased.prefix(most) + others)
    }

    // MARK: - To the server and back

    private func put(
        _ request: ServerClient.Request, of file: SourceFile, _ tag: Tag, over current: ServerAnswer
    ) async throws -> End {
        let answer = try await send(request, for: file)
        if answer.isSuccess {
            var outcome: PlanOutcome = try answer.decoded()
            outcome.entityTag = answer.entityTag
            return End(outcome: outcome, document: answer.bytes)
        }
        guard answer.status == 412 else {
            var failure = answer.failure(in: file)
            let isDraft = (try? current.decoded(as: StoredState.self))?.state == RoadmapState.brouillon.code
            if isDraft, answer.blames("effective_on"), let roadmap = try? file.roadmap() {
                failure.details.append(
                    Message(
                        "La commande qui supprime un brouillon : jalon plan delete \(roadmap)",
                        "The command that deletes a draft: jalon plan delete \(roadmap)"
                    ).shown)
            }
            throw Self.named(file, failure)
        }
        // The state has moved. Where the plan already says what the file says, there is nothing to lose.
        let isOurs = tag.isOfFile || answer.mayHaveBeenDone
        if isOurs, ifMatch == nil, let now = answer.entityTag ?? current.entityTag {
            var again = request.rehearsed
            again.ifMatch = now
            let second = try await send(again, for: file)
            if second.isSuccess, var outcome: PlanOutcome = try? second.decoded(), outcome.changesNothing {
                outcome.entityTag = now
                return End(outcome: outcome, document: second.bytes)
            }
        }
        var failure = answer.failure(in: file)
        failure.details.append(moved(tag).shown)
        throw Self.named(file, failure)
    }

    private func moved(_ tag: Tag) -> Message {
        if tag.isOfFile || ifMatch != nil {
            return Message(
                "Le plan a changé depuis l’export : exportez-le de nouveau et reportez-y vos modifications (--overwrite l’écraserait).",
                "The plan has changed since the export: export it again and make your changes there (--overwrite would overwrite it)."
            )
        }
        return Message(
            "Quelqu’un d’autre vient d’écrire : relancez, ou ajoutez --overwrite.",
            "Somebody else has just written: run it again, or add --overwrite.")
    }

    private func send(_ request: ServerClient.Request, for file: SourceFile) async throws -> ServerAnswer {
        let answer: ServerAnswer
        do {
            answer = try await client.send(request)
        } catch let failure as Failure {
            throw Stop(failure: failure)
        }
        if answer.status == 401 || answer.secondsToWait != nil { throw Stop(failure: Self.named(file, answer.failure())) }
        return answer
    }

    private static func named(_ file: SourceFile, _ failure: Failure) -> Failure {
        Failure(failure.status, "\(file.name): \(failure.text)", details: failure.details)
    }
}

extension ServerClient.Request {
    /// The same, of which nothing is kept.
    fileprivate var rehearsed: ServerClient.Request {
        var request = self
        request.query.removeAll { $0.name == "dry_run" }
        request.query.append(("dry_run", "true"))
        return request
    }
}
