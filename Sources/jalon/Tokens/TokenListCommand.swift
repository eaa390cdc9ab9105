import ActionPlans
import ArgumentParser
import FoundationEssentials
import JalonServer
import NIOCore
import Postgres

struct TokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: Message(
            "Liste les jetons et leurs titulaires, du plus récent au plus ancien ; jamais leur secret.",
            "Lists the tokens and their principals, newest first; never their secret."
        ).shown)

    @Option(help: OutputFormat.help)
    var format = OutputFormat.table

    @OptionGroup var database: DatabaseOptions

    private static let page = 500

    func run() async throws {
        let tokens = try await CommandDatabase.use(database.settings()) { database in
            try await Migration.check(database)
            return try await database.read { session in try Self.all(session) }
        }
        switch format {
        case .table:
            for line in Self.table(tokens).lines() { try Terminal.writeLine(line) }
        case .csv:
            try Terminal.write(Self.csv(tokens).text)
        case .json:
            var writer = JSONWriter()
            writer.object { document in
                document.member("data", listOf: tokens) { $1.write(to: &$0) }
            }
            try Terminal.write(String(buffer: writer.buffer) + "\n")
        }
    }

    private static func all(_ session: borrowing Session) throws -> [TokenRecord] {
        var tokens: [TokenRecord] = []
        while true {
            let after = tokens.last.map { (createdAt: $0.createdAt, id: $0.id) }
            let next = try TokenQueries.list(session, after: after, limit: page)
            tokens += next
            if next.count < page { return tokens }
        }
    }

    private static func table(_ tokens: [TokenRecord]) -> TextTable {
        let titles = [
            Message("jeton", "token"), Message("titulaire", "principal"), Message("rôle", "role"),
            Message("ministères", "ministries"),
            Message("libellé", "label"), Message("état", "state"), Message("dernier jour", "last day"),
            Message("dernier usage", "last used"),
        ]
        var table = TextTable(
            columns: titles.enumerated().map { .init(title: $1.shown, alignment: .left, isElastic: $0 == 4) })
        table.rows = tokens.map { token in
            [
                token.id, token.principal, token.role.code, token.ministries.joined(separator: ","), token.label,
                state(of: token).shown,
                token.lastDay.description, token.lastUsedOn?.description ?? "–",
            ]
        }
        return table
    }

    private static func state(of token: TokenRecord) -> Message {
        if token.revokedAt != nil { return Message("révoqué", "revoked") }
        // Instants of one form and one zone compare as text.
        let now = Date().formatted(.iso8601)
        return token.expiresAt < now ? Message("expiré", "expired") : Message("valable", "good")
    }

    private static func csv(_ tokens: [TokenRecord]) -> CSVTable {
        var table = CSVTable(columns: [
            "id", "principal", "label", "role", "ministries", "contact", "created_at", "expires_at", "last_used_on",
            "revoked_at", "renewed_from",
        ])
        table.rows = tokens.map { token in
            [
                .text(token.id), .text(token.principal), .text(token.label), .text(token.role.code), .list(token.ministries),
                TableValue(token.contact), .text(token.createdAt), .text(token.expiresAt), TableValue(token.lastUsedOn),
                TableValue(token.revokedAt), TableValue(token.renewedFrom),
            ]
        }
        return table
    }
}
