import ActionPlans
import HTTPTypes
import Logging
import Postgres
import ServiceLifecycle

/// Who a token is. Tokens seen lately are remembered so that a request costs no extra query; a notification from the
/// database makes every process forget a token the moment it is revoked, and nothing is remembered while notifications
/// could be missed: on a standby, behind a pooler, and until the listener is back.
package final class TokenDirectory: Service {
    private let database: Database
    private let logger: Logger
    private let memory: TokenMemory
    private let listener: NotificationListener

    package init(database: Database, configuration: DatabaseConfiguration, logger: Logger) {
        let memory = TokenMemory()
        self.database = database
        self.logger = logger
        self.memory = memory
        listener = NotificationListener(
            configuration: configuration, channels: ["jalon_tokens"], logger: logger,
            onGap: { memory.forgetAll() }, onNotification: { _, id in memory.forget(id) })
    }

    /// Listens for revocations until the service group shuts down.
    package func run() async throws {
        try await listener.run()
    }

    /// - Returns: nil without a token.
    /// - Throws: ``ProblemKind/invalidToken`` or ``ProblemKind/expiredToken`` for one that is no good.
    package func caller(_ fields: HTTPFields) async throws -> Actor? {
        guard let header = fields[.authorization] else { return nil }
        let now = Clock.seconds()
        if listener.isListening, let entry = memory.proven(header, at: now), !entry.isRevoked, entry.expiresAt > now {
            return entry.actor
        }
        guard let secret = Self.token(fields) else { throw Self.invalid() }
        let entry = try await entry(of: secret.id)
        guard let entry, !entry.isRevoked, Self.constantTimeEqual(entry.sha256, secret.sha256) else { throw Self.invalid() }
        guard entry.expiresAt > now else {
            throw Self.refused(
                .expiredToken,
                Message("Ce jeton a expiré ; demandez-en un nouveau.", "This token has expired; ask for a new one."))
        }
        if listener.isListening { memory.prove(header, of: secret.id) }
        return entry.actor
    }

    /// The token of a request, if it bears one of the right form, good or not.
    static func token(_ fields: HTTPFields) -> TokenSecret? {
        let headers = fields[values: .authorization]
        let parts = headers.first?.split(separator: " ", omittingEmptySubsequences: true) ?? []
        guard headers.count == 1, parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return TokenSecret(parts[1])
    }

    package func forget(_ id: String) {
        memory.forget(id)
    }

    private func entry(of id: String) async throws -> TokenMemory.Entry? {
        let now = Clock.seconds()
        if listener.isListening, let entry = memory.entry(of: id, at: now) { return entry }
        // A revocation that arrives while we read must not be undone by what we then remember.
        let before = memory.generation
        guard let entry = try await TokenQueries.entry(database, id: id, now: now) else { return nil }
        if listener.isListening { memory.remember(entry, as: id, ifStill: before) }
        if !entry.useIsNoted, !entry.isRevoked { noteUse(of: id) }
        return entry
    }

    /// The date of last use is a courtesy: it never delays nor fails a request.
    private func noteUse(of id: String) {
        Task { [database, logger] in
            do {
                try await database.write { session in try TokenQueries.noteUse(session, id: id) }
            } catch {
                logger.debug("date of last use not stored", metadata: ["token": .string(id)])
            }
        }
    }

    private static func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    static func invalid() -> Problem {
        refused(
            .invalidToken,
            Message("Ce jeton n’est pas reconnu, ou il a été révoqué.", "This token is unknown or has been revoked."))
    }

    private static func refused(_ kind: ProblemKind, _ detail: Message) -> Problem {
        var problem = Problem(kind, detail)
        problem.fields[.wwwAuthenticate] = "Bearer realm=\"jalon\", error=\"invalid_token\""
        return problem
    }
}
