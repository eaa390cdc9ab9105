import ActionPlans
import Foundation
import HTTPTypes
import Logging
import Postgres
import PrivatePostgres
import Testing

@testable import JalonServer

/// A server on a schema of its own in a real PostgreSQL, with a token for each role. Requests go through the dispatcher,
/// which is all of the server but the socket.
final class TestServer: Sendable {
    let database: Database
    let configuration: DatabaseConfiguration
    let schema: String
    let state: ServerState
    let dispatcher: Dispatcher
    private let secrets: [Caller: String]

    /// Who calls in the tests: the roles, and a référent of another ministry.
    enum Caller: String, CaseIterable, Sendable {
        case anonymous, reader, referent, otherReferent, coordinator, admin
    }

    /// Runs a test on a fresh server and drops its schema at the end, whatever happens.
    ///
    /// - Parameters:
    ///   - url: of the database, that of the tests by default.
    ///   - schema: a name of its own by default.
    ///   - setUp: makes the tables.
    static func with<Result>(
        connections: Int = 4, publicFigures: Bool = true, url: String? = nil, schema: String? = nil,
        setUp: @Sendable (Database) async throws -> Void = { database in _ = try await Migration.apply(to: database) },
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        try await Turnstile.servers.pass { try await opened(connections, publicFigures, url, schema, setUp, body) }
    }

    private static func opened<Result>(
        _ connections: Int, _ publicFigures: Bool, _ url: String?, _ schema: String?,
        _ setUp: @Sendable (Database) async throws -> Void, _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let server = try await TestServer(
            connections: connections, publicFigures: publicFigures, url: url, schema: schema, setUp: setUp)
        do {
            let result = try await body(server)
            try await server.close()
            return result
        } catch {
            try? await server.close()
            throw error
        }
    }

    private init(
        connections: Int, publicFigures: Bool, url: String?, schema: String?, setUp: @Sendable (Database) async throws -> Void
    ) async throws {
        let schema = schema ?? "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        self.schema = schema
        var configuration = DatabaseConfiguration(connectionString: try url ?? Self.url())
        configuration.connections = connections
        configuration.queueWait = .seconds(20)
        configuration.connectTimeout = .seconds(20)
        configuration.lockTimeout = .seconds(10)
        try await Self.onServer(configuration, "create schema \"\(schema)\"")
        configuration.searchPath = [schema, "public"]
        self.configuration = configuration
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(configuration: configuration, logger: logger)
        self.database = database
        try await setUp(database)
        var server = ServerConfiguration()
        server.publicFigures = publicFigures
        server.rateLimit = 0
        server.anonymousRateLimit = 0
        server.database = configuration
        state = ServerState(
            database: database, tokens: TokenDirectory(database: database, configuration: configuration, logger: logger),
            reference: try await database.read { session in try ReferenceData.load(session) }, contract: try Self.contract.get(),
            configuration: server, logger: logger, isAccepting: { true })
        dispatcher = Dispatcher(operations: Operations.all, server: state)
        secrets = try await Self.issueTokens(database)
    }

    /// Runs a test on a new schema with nothing in it.
    static func withEmptySchema(_ body: (DatabaseConfiguration) async throws -> Void) async throws {
        try await Turnstile.servers.pass {
            let schema = "empty_" + UUID().uuidString.lowercased().replacing("-", with: "")
            var configuration = DatabaseConfiguration(connectionString: try url())
            configuration.connections = 2
            configuration.connectTimeout = .seconds(20)
            try await onServer(configuration, "create schema \(schema)")
            configuration.searchPath = [schema, "public"]
            let result: Swift.Result<Void, any Error>
            do {
                result = .success(try await body(configuration))
            } catch {
                result = .failure(error)
            }
            try await onServer(configuration, "set local lock_timeout = '30s'; drop schema \(schema) cascade")
            try result.get()
        }
    }

    /// Read once for all the servers of the tests.
    static let contract = Result { try Contract() }

    /// The server the tests run on; without one they fail.
    static func url() throws -> String {
        guard let url = ProcessInfo.processInfo.environment["JALON_TEST_DATABASE_URL"] else {
            throw MissingServer()
        }
        return url
    }

    struct MissingServer: Error, CustomStringConvertible {
        let description = "JALON_TEST_DATABASE_URL names no PostgreSQL: run the tests with `make test`."
    }

    private static func onServer(_ configuration: DatabaseConfiguration, _ statement: String) async throws {
        var single = configuration
        single.connections = 1
        single.searchPath = []
        let database = Database(configuration: single, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        do {
            try await database.maintain(timeout: .seconds(60)) { session in try session.script(statement) }
        } catch {
            await database.shutdown()
            throw error
        }
        await database.shutdown()
    }

    private func close() async throws {
        await database.shutdown()
        try await Self.onServer(configuration, "set local lock_timeout = '30s'; drop schema \"\(schema)\" cascade")
    }

    private static func issueTokens(_ database: Database) async throws -> [Caller: String] {
        let wanted: [(Caller, Role, [String])] = [
            (.reader, .reader, []), (.referent, .referent, ["TE"]), (.otherReferent, .referent, ["JUS"]),
            (.coordinator, .coordinator, []), (.admin, .admin, []),
        ]
        return try await database.write { session in
            var secrets: [Caller: String] = [:]
            let hasPrincipals = try session.one("select to_regclass('principals') is not null") { row in try row.next(Bool.self) }
            for (caller, role, ministries) in wanted {
                guard hasPrincipals else {
                    secrets[caller] = try issueBeforePrincipals(session, label: "Test \(caller.rawValue)", role, ministries)
                    continue
                }
                let token = NewToken(
                    label: "Test \(caller.rawValue)", role: role, ministries: ministries.compactMap { MinistryCode($0) })
                secrets[caller] = try TokenIssue.issue(session, token).secret.text
            }
            return secrets
        }
    }

    /// As versions 1 to 3 did.
    private static func issueBeforePrincipals(
        _ session: borrowing Session, label: String, _ role: Role, _ ministries: [String]
    ) throws -> String {
        let secret = TokenSecret.generate()
        try session.execute(
            """
            insert into tokens (id, secret_sha256, label, role, expires_at)
            values (\(secret.id), \(secret.sha256), \(label), \(role), now() + interval '1 year')
            """)
        try session.execute(
            "insert into token_ministries (token, ministry) select \(secret.id), unnest(\(ministries)::text[])")
        return secret.text
    }

    func secret(of caller: Caller) -> String? { secrets[caller] }

    /// Sends a request as one of the callers.
    func send(
        _ method: HTTPRequest.Method, _ target: String, as caller: Caller = .coordinator, body: String? = nil,
        type: String = "application/json", fields extra: [String: String] = [:]
    ) async -> TestAnswer {
        var fields = HTTPFields()
        if let secret = secrets[caller] { fields[.authorization] = "Bearer \(secret)" }
        if body != nil { fields[.contentType] = type }
        for (name, value) in extra {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        let bytes = Array((body ?? "").utf8)
        let request = IncomingRequest(
            method: method, target: target, fields: fields,
            body: { limit in
                guard bytes.count <= limit else { throw Problem.contentTooLarge(limit) }
                return bytes
            })
        let answer = await TestAnswer.whole(await dispatcher.answer(request))
        // A message that was put whole into another shows how Swift would write it.
        #expect(!answer.text.contains("Message(french:"), "\(target): \(answer.text.prefix(500))")
        return answer
    }

    /// Applies a plan and expects it to be accepted.
    @discardableResult
    func apply(_ plan: String, to roadmap: String, as caller: Caller = .coordinator, ifMatch: String? = nil) async throws
        -> TestAnswer
    {
        let answer = await send(
            .put, "/v1/roadmaps/\(roadmap)/plan", as: caller, body: plan, type: "application/yaml",
            fields: ifMatch.map { ["If-Match": $0] } ?? [:])
        try #require(answer.status == 200 || answer.status == 201, "\(answer.text)")
        return answer
    }

    /// One number of the database.
    func count(_ sql: SQL) async throws -> Int {
        try await database.read { session in try session.one(sql) { row in try row.next() } }
    }
}
