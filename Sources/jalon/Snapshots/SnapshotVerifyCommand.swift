import ActionPlans
import ArgumentParser
import JalonServer

/// Hashes the published document here, then asks the server to count it anew.
struct SnapshotVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: Message(
            "Vérifie des chiffres arrêtés, et dit ce qui les changerait aujourd’hui.",
            "Verifies a snapshot, and tells what would change it today."
        ).shown,
        discussion: Message(
            """
            L’empreinte du document est calculée ici ; le serveur recompte la liste et les chiffres. Sortie 0 si tout concorde avec ce \
            qui a été publié, 1 sinon. Ce que l’on a appris depuis est dit, et ne change pas la sortie.
            """,
            """
            The document is hashed here; the server counts the list and the figures anew. Exit 0 if all agrees with what was \
            published, 1 otherwise. What was learnt since is told, and does not change the exit.
            """
        ).shown)

    @Argument(help: Message("L’identifiant, comme 2022-1.", "The id, such as 2022-1.").help)
    var id: String

    @OptionGroup var server: ServerOptions

    private struct Verification: Decodable {
        struct Part: Decodable {
            let identical: Bool
        }

        struct Now: Decodable {
            let differences: [Difference]
            let causes: [Cause]
            let hidden: Int

            enum CodingKeys: String, CodingKey {
                case differences, causes
                case hidden = "hidden_causes"
            }
        }

        struct Difference: Decodable {
            let pointer: String
            let stored: PlanValue
            let current: PlanValue
        }

        struct Cause: Decodable {
            struct Resource: Decodable {
                let id: String
            }

            struct Author: Decodable {
                let label: String?
                let role: String
            }

            let resource: Resource
            let recordedAt: String
            let effectiveOn: String
            let actor: Author
            let reason: String?
            let changes: [String: PlanOutcome.Change]
            /// Of an impact.
            let factor: Factor?

            struct Factor: Decodable {
                let code: String
                let version: Int
            }

            enum CodingKeys: String, CodingKey {
                case resource, actor, reason, changes, factor
                case recordedAt = "recorded_at"
                case effectiveOn = "effective_on"
            }
        }

        let intact: Bool
        let document: Part
        let actions: Part
        let asPublished: Part
        let now: Now

        enum CodingKeys: String, CodingKey {
            case intact, document, actions
            case asPublished = "as_published"
            case now = "as_known_now"
        }
    }

    func run() async throws {
        let path = "/v1/snapshots/\(id)"
        let (snapshot, bytes, verification) = try await ServerClient.use(server) { client in
            func get(_ suffix: String) async throws -> ServerAnswer {
                let answer = try await client.send(ServerClient.Request(path + suffix))
                guard answer.isSuccess else { throw answer.failure() }
                return answer
            }
            let snapshot: Snapshot = try await get("").decoded()
            let bytes = try await get("/document").bytes
            let verification: Verification = try await get("/verification").decoded()
            return (snapshot, bytes, verification)
        }
        let own = Hexadecimal.sha256(of: bytes)
        for line in Snapshot.lines([snapshot]) { try Terminal.writeLine(line) }
        let checks = [
            (
                Message("document (haché ici)", "document (hashed here)"),
                own == snapshot.sha256 && verification.document.identical
            ),
            (Message("liste des actions", "list of actions"), verification.actions.identical),
            (Message("chiffres aux mêmes dates", "figures at the same dates"), verification.asPublished.identical),
        ]
        for (label, holds) in checks {
            let verdict = Message(holds ? "concorde" : "DIFFÈRE", holds ? "agrees" : "DIFFERS").shown
            try Terminal.writeLine("  " + label.shown + "  " + (holds ? Terminal.green(verdict) : Terminal.red(verdict)))
        }
        try writeNow(verification.now)
        guard checks.allSatisfy(\.1), verification.intact else { throw ExitStatus.refused }
    }

    /// More of them are read from the server's answer.
    private static let mostValues = 20

    private func writeNow(_ now: Verification.Now) throws(Failure) {
        try Terminal.writeLine("  " + Self.sentence(now).shown)
        for cause in now.causes {
            let members = cause.changes.sorted { $0.key < $1.key }.map {
                "\($0) \($1.from.shown(as: "")) → \($1.to.shown(as: ""))"
            }
            .joined(separator: ", ")
            let author = cause.actor.label ?? cause.actor.role
            let reason = cause.reason.map { "  \($0)" } ?? ""
            let factor = cause.factor.map { " (\($0.code), version \($0.version))" } ?? ""
            try Terminal.writeLine(
                "    \(cause.recordedAt)  \(cause.resource.id)\(factor)  \(members)  (\(cause.effectiveOn), \(author))\(reason)")
        }
        try Self.write(now.differences)
    }

    /// The values, by their place in the document.
    private static func write(_ differences: [Verification.Difference]) throws(Failure) {
        if differences.isEmpty { return }
        try Terminal.writeLine(
            "  " + Message("Les valeurs qui seraient autres :", "The values that would differ:").shown)
        for value in differences.prefix(mostValues) {
            try Terminal.writeLine("    \(value.pointer)  \(value.stored.shown(as: "")) → \(value.current.shown(as: ""))")
        }
        let left = differences.count - mostValues
        guard left > 0 else { return }
        let more = Message.counted(left, ("autre", "autres"), ("other", "others"))
        try Terminal.writeLine("    " + Message("… et \(more.french)", "… and \(more.english)").shown)
    }

    /// What counting anew with what is known now would change, and why.
    private static func sentence(_ now: Verification.Now) -> Message {
        guard !now.differences.isEmpty else {
            return Message(
                "Recomptés avec ce que l’on sait maintenant, les chiffres seraient les mêmes.",
                "Counted anew with what is known now, the figures would be the same.")
        }
        let values = Message.counted(
            now.differences.count, ("valeur du document serait autre", "valeurs du document seraient autres"),
            ("value of the document would differ", "values of the document would differ"))
        let count = now.causes.count + now.hidden
        let causes = Message.counted(
            count, ("changement enregistré depuis", "changements enregistrés depuis"),
            ("change recorded since", "changes recorded since"))
        let hidden =
            switch now.hidden {
            case 0: Message("", "")
            case count:
                count == 1
                    ? Message(", que vous ne pouvez pas voir", ", which you may not see")
                    : Message(", dont vous ne pouvez voir aucun", ", none of which you may see")
            default: Message(", dont \(now.hidden) que vous ne pouvez pas voir", ", \(now.hidden) of which you may not see")
            }
        let because =
            count == 0
            ? Message("", "")
            : Message(", à cause de \(causes.french)\(hidden.french)", ", because of \(causes.english)\(hidden.english)")
        return Message(
            "Recomptés avec ce que l’on sait maintenant : \(values.french)\(because.french)\(now.causes.isEmpty ? "." : " :")",
            "Counted anew with what is known now, \(values.english)\(because.english)\(now.causes.isEmpty ? "." : ":")")
    }
}
