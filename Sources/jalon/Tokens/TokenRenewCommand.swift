import ActionPlans
import ArgumentParser
import JalonServer
import NIOCore

struct TokenRenewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: Message(
            "Renouvelle son propre jeton et écrit le nouveau secret, une seule fois.",
            "Renews one’s own token and writes the new secret, once."
        ).shown,
        discussion: Message(
            """
            Le jeton envoyé reste bon un jour au plus. Le secret seul sort sur la sortie standard :
            (umask 077; cd ~/.config/jalon && jalon token renew > new && mv new token)
            """,
            """
            The token that is sent stays good for a day at most. Only the secret goes to standard output:
            (umask 077; cd ~/.config/jalon && jalon token renew > new && mv new token)
            """
        ).shown)

    @Option(
        help: Message(
            "Dernier jour de validité (dans un an au plus, par défaut).", "Last day it is good for (a year at most, the default)."
        )
        .help("date"), transform: TypedValue.date)
    var expiresOn: CivilDate?

    @OptionGroup var server: ServerOptions

    private struct Renewed: Decodable {
        let id: String
        let secret: String
        let expiresAt: String
        let renewedFrom: String

        enum CodingKeys: String, CodingKey {
            case id, secret
            case expiresAt = "expires_at"
            case renewedFrom = "renewed_from"
        }
    }

    func run() async throws {
        var writer = JSONWriter()
        writer.object { body in
            if let expiresOn { body.member("expires_on", expiresOn) }
        }
        let bytes = Array(writer.buffer.readableBytesView)
        let renewed = try await ServerClient.use(server) { client in
            var request = ServerClient.Request("/v1/me/tokens")
            request.method = "POST"
            request.whenLost = Message(
                "Un jeton a peut-être été créé, dont personne n’a le secret. Le vôtre reste bon un jour au moins s’il l’était : relancez.",
                "A token may have been made whose secret nobody has. Yours stays good for a day if it was: run this again.")
            request.body = (bytes, SourceFile.Syntax.json.mediaType)
            let answer = try await client.send(request)
            guard answer.isSuccess else { throw answer.failure() }
            let renewed: Renewed = try answer.decoded()
            do throws(Failure) {
                try StandardOutput.deliver(Array((renewed.secret + "\n").utf8))
            } catch {
                throw await Self.revoked(renewed.id, by: client, after: error)
            }
            return renewed
        }
        let lastDay = ParisDate.lastDay(before: renewed.expiresAt)
        Terminal.say(
            Message(
                "Jeton \(renewed.id) valable jusqu’au \(lastDay). L’ancien, \(renewed.renewedFrom), l’est un jour au plus.",
                "Token \(renewed.id) good until \(lastDay). The former one, \(renewed.renewedFrom), for a day at most."
            ))
    }

    /// A secret that nobody has read is lost, unless it was half written where others will find it.
    private static func revoked(_ id: String, by client: ServerClient, after failure: Failure) async -> Failure {
        var failure = failure
        var request = ServerClient.Request("/v1/me/tokens/\(id)")
        request.method = "DELETE"
        let isRevoked = (try? await client.send(request))?.isSuccess == true
        failure.details.append(
            isRevoked
                ? Message(
                    "Le secret est perdu : le nouveau jeton \(id) a été révoqué. L’ancien est bon un jour au plus : relancez.",
                    "The secret is lost: the new token \(id) was revoked. The former one is good for a day at most: run this again."
                ).shown
                : Message(
                    "Le secret est perdu, et le nouveau jeton \(id) n’a pas pu être révoqué : DELETE /v1/me/tokens/\(id)",
                    "The secret is lost, and the new token \(id) could not be revoked: DELETE /v1/me/tokens/\(id)"
                ).shown)
        return failure
    }
}
