import ActionPlans
import ArgumentParser
import JalonServer
import NIOCore
import Postgres

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: Message(
            "Crée, liste ou révoque des jetons, directement dans la base ; renouvelle le sien, par le serveur.",
            "Creates, lists or revokes tokens, directly in the database; renews one’s own, through the server."
        ).shown,
        subcommands: [TokenCreateCommand.self, TokenRenewCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
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

    @Option(
        help: Message(
            "Titulaire qui a déjà des jetons (« jalon token list ») ; sans cette option, un nouveau.",
            "Principal that has tokens already (“jalon token list”); a new one without this option."
        ).help("id"))
    var principal: String?

    @Option(help: Message("Ce qu’un nouveau titulaire peut faire.", "What a new principal may do.").help)
    var role: Role?

    @Option(
        help: Message("Ministère d’un référent (répétable).", "Ministry of a référent (repeatable).").help("code"),
        transform: TypedValue.ministry)
    var ministry: [MinistryCode] = []

    @Option(
        help: Message("Qui est le nouveau titulaire, ou à quoi il sert.", "Who the new principal is, or what it is for.").help)
    var label: String?

    @Option(help: Message("Adresse de contact.", "Contact address.").help)
    var contact: String?

    @Option(
        help: Message(
            "Dernier jour de validité (dans un an au plus, par défaut).", "Last day it is good for (a year at most, the default)."
        )
        .help("date"), transform: TypedValue.date)
    var expiresOn: CivilDate?

    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        if principal != nil {
            guard role == nil, label == nil, contact == nil, ministry.isEmpty else {
                throw ValidationError(
                    Message(
                        "Avec --principal, ni --role, ni --label, ni --ministry, ni --contact : ce sont ceux du titulaire.",
                        "With --principal, no --role, --label, --ministry or --contact: they are those of the principal."
                    ).shown)
            }
        } else if role == nil || label == nil {
            throw ValidationError(
                Message("Il faut --role et --label, ou --principal.", "--role and --label are needed, or --principal.").shown)
        }
    }

    private var holder: NewToken.Holder? {
        if let principal { return .known(principal) }
        guard let role, let label else { return nil }
        return .new(NewPrincipal(label: label, role: role, ministries: ministry, contact: contact))
    }

    func run() async throws {
        guard let holder else { return }
        let wanted = NewToken(for: holder, expiresOn: expiresOn)
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
                "Jeton \(record.id) (\(record.role.code)) valable jusqu’au \(record.lastDay). Le secret n’est pas gardé : notez-le.",
                "Token \(record.id) (\(record.role.code)) good until \(record.lastDay). The secret is not kept: note it."
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
        abstract: Message("Révoque un jeton, aussitôt.", "Revokes a token, at once.").shown,
        discussion: Message(
            "Qui a lu un secret a pu renouveler le jeton : --all révoque tous ceux du même titulaire.",
            "Whoever has read a secret may have renewed the token: --all revokes all those of the same principal."
        ).shown)

    @Flag(help: Message("Révoquer tous les jetons du même titulaire.", "Revoke all the tokens of the same principal.").help)
    var all = false

    @Argument(
        help: Message(
            "L’identifiant (« jalon token list »). Le secret convient aussi, mais d’autres voient ce que l’on tape.",
            "The id (“jalon token list”). The secret will do, but others see what is typed."
        ).help("id"))
    var id: String

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        guard let id = TokenSecret.id(named: id) else { throw Self.unknown }
        let revoked = try await CommandDatabase.use(database.settings()) { [all] database in
            try await Migration.check(database)
            return try await database.write { session in
                if all { return try TokenQueries.revokeAll(session, ofHolderOf: id) }
                return try TokenQueries.revoke(session, id: id) ? [id] : nil
            }
        }
        guard let revoked else { throw Self.unknown }
        for id in revoked { Terminal.say(Message("Jeton \(id) révoqué.", "Token \(id) revoked.")) }
        if revoked.isEmpty {
            Terminal.say(Message("Tous étaient déjà révoqués.", "All were revoked already."))
        }
    }

    /// What was typed is not repeated: it may be a secret.
    private static let unknown = Failure(
        .refused,
        Message(
            "Aucun jeton n’a cet identifiant : « jalon token list » les montre.",
            "No token has this id: “jalon token list” shows them."))
}

extension Role: ExpressibleByArgument {}

/// Values as a person types them. The parser of arguments names the value and the option; what is said here is how it is written.
enum TypedValue {
    static func date(_ text: String) throws -> CivilDate {
        if let date = CivilDate(text) { return date }
        throw ValidationError(
            Message("une date s’écrit AAAA-MM-JJ, par exemple 2027-02-01", "a date is written YYYY-MM-DD, for example 2027-02-01")
                .shown)
    }

    static func ministry(_ text: String) throws -> MinistryCode {
        if let code = MinistryCode(text) { return code }
        throw ValidationError(
            Message("un ministère se dit par son code, par exemple TE", "a ministry is told by its code, for example TE").shown)
    }
}
