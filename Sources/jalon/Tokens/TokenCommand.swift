import ActionPlans
import ArgumentParser
import JalonServer
import NIOCore
import Postgres

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: Message(
            "Crée, liste ou révoque des jetons, directement dans la base.",
            "Creates, lists or revokes tokens, directly in the database."
        ).shown,
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

struct TokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: Message("Crée un jeton et écrit son secret, une seule fois.", "Creates a token and writes its secret, once.")
            .shown,
        discussion: Message(
            "Le secret seul sort sur la sortie standard : (umask 077; jalon token create … > ~/.config/jalon/token)",
            "Only the secret goes to standard output: (umask 077; jalon token create … > ~/.config/jalon/token)"
        ).shown)

    @Option(help: Message("Ce qu’il permet.", "What it allows.").help)
    var role: Role

    @Option(help: Message("Ministère d’un référent (répétable).", "Ministry of a référent (repeatable).").help("code"))
    var ministry: [MinistryCode] = []

    @Option(help: Message("À qui ou à quoi il sert.", "Whom or what it is for.").help)
    var label: String

    @Option(help: Message("Adresse de contact.", "Contact address.").help)
    var contact: String?

    @Option(
        help: Message(
            "Dernier jour de validité (dans un an au plus, par défaut).", "Last day it is good for (a year at most, the default)."
        )
        .help("date"))
    var expiresOn: CivilDate?

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let wanted = NewToken(label: label, role: role, ministries: ministry, contact: contact, expiresOn: expiresOn)
        let record = try await CommandDatabase.use(database.settings()) { database in
            try await Migration.check(database)
            let (record, secret) = try await database.write { session in
                let issued = try TokenIssue.issue(session, wanted)
                return (issued.record, issued.secret)
            }
            do throws(Failure) {
                try StandardOutput.deliver(Array((secret.text + "\n").utf8))
            } catch {
                throw await Self.revoked(record.id, in: database, after: error)
            }
            return record
        }
        Terminal.say(
            Message(
                "Jeton \(record.id) (\(record.role.code)) valable jusqu’au \(record.expiresAt.prefix(10)). Le secret n’est pas gardé : notez-le.",
                "Token \(record.id) (\(record.role.code)) good until \(record.expiresAt.prefix(10)). The secret is not kept: note it."
            ))
    }

    /// A secret that nobody has read is lost, unless it was half written where others will find it.
    private static func revoked(_ id: String, in database: Database, after failure: Failure) async -> Failure {
        var failure = failure
        do {
            _ = try await database.write { session in try TokenQueries.revoke(session, id: id) }
            failure.details.append(
                Message(
                    "Le secret est perdu : le jeton \(id) a été révoqué. Créez-en un autre.",
                    "The secret is lost: the token \(id) was revoked. Create another one."
                ).shown)
        } catch {
            failure.details.append(
                Message(
                    "Le secret est perdu, et le jeton \(id) n’a pas pu être révoqué : jalon token revoke \(id)",
                    "The secret is lost, and the token \(id) could not be revoked: jalon token revoke \(id)"
                ).shown)
        }
        return failure
    }
}

struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: Message("Révoque un jeton, aussitôt.", "Revokes a token, at once.").shown)

    @Argument(
        help: Message(
            "L’identifiant (« jalon token list »). Le secret convient aussi, mais d’autres voient ce que l’on tape.",
            "The id (“jalon token list”). The secret will do, but others see what is typed."
        ).help("id"))
    var id: String

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        guard let id = TokenSecret.id(named: id) else { throw Self.unknown }
        let isKnown = try await CommandDatabase.use(database.settings()) { database in
            try await Migration.check(database)
            return try await database.write { session in try TokenQueries.revoke(session, id: id) }
        }
        guard isKnown else { throw Self.unknown }
        Terminal.say(Message("Jeton \(id) révoqué.", "Token \(id) revoked."))
    }

    /// What was typed is not repeated: it may be a secret.
    private static let unknown = Failure(
        .refused,
        Message(
            "Aucun jeton n’a cet identifiant : « jalon token list » les montre.",
            "No token has this id: “jalon token list” shows them."))
}

extension Role: ExpressibleByArgument {}

extension MinistryCode: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}

extension CivilDate: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}
