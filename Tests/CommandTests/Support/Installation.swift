import Foundation
import Logging
import Postgres
import PrivatePostgres
import Testing

/// Jalon installed for one test: a schema of its own, set up by `jalon migrate`, and, where it is wanted, `jalon serve`.
struct Installation: Sendable {
    /// `DATABASE_URL`, and `JALON_URL` once it is served.
    var environment: [String: String]
    let folder: TemporaryFolder

    /// Runs `body` and takes everything away at the end.
    /// - Parameters:
    ///   - rateLimit: requests a minute; 0 is no limit.
    ///   - setUp: makes the tables.
    static func with(
        serving isServed: Bool = false, rateLimit: Int = 0, setUp: (Installation) async throws -> Void = migrate,
        _ body: (Installation) async throws -> Void
    ) async throws {
        try await Turnstile.commands.pass { try await opened(isServed, rateLimit, setUp, body) }
    }

    private static func opened(
        _ isServed: Bool, _ rateLimit: Int, _ setUp: (Installation) async throws -> Void,
        _ body: (Installation) async throws -> Void
    ) async throws {
        let base = try #require(
            ProcessInfo.processInfo.environment["JALON_TEST_DATABASE_URL"], "run the tests with `make test`")
        let schema = "command_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try await onServer(base, "create schema \(schema)")
        let separator = base.contains("?") ? "&" : "?"
        let installation = Installation(
            // A machine on which a hundred tests begin at once is slow to open connections.
            environment: ["DATABASE_URL": "\(base)\(separator)connect_timeout=60&options=-csearch_path%3D\(schema)%2Cpublic"],
            folder: try TemporaryFolder())
        let result: Result<Void, any Error>
        do {
            try await setUp(installation)
            result = .success(isServed ? try await installation.served(rateLimit, body) : try await body(installation))
        } catch {
            result = .failure(error)
        }
        installation.folder.remove()
        try await onServer(base, "set local lock_timeout = '30s'; drop schema \(schema) cascade")
        try result.get()
    }

    private static func migrate(_ installation: Installation) async throws {
        let migrated = try await installation.run(["migrate"])
        try #require(migrated.status == 0, "\(migrated.messages)")
    }

    func run(
        _ arguments: [String], with environment: [String: String] = [:], redirection: String = "", before: String = "",
        input: String = ""
    ) async throws -> Binary.Run {
        try await Binary.run(
            arguments, environment: self.environment.merging(environment) { $1 }, redirection: redirection, before: before,
            input: input, in: folder)
    }

    /// - Returns: the secret of a new token.
    func token(_ role: String, ministry: String? = nil, label: String? = nil) async throws -> String {
        let run = try await run(
            ["token", "create", "--role", role, "--label", label ?? "Test \(role)"] + (ministry.map { ["--ministry", $0] } ?? []))
        try #require(run.status == 0, "\(run.messages)")
        return run.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// One text of the database.
    func value(_ sql: SQL) async throws -> String {
        try await Self.onDatabase(environment["DATABASE_URL"] ?? "") { session in
            try session.one(sql) { row in try row.next(String.self) }
        }
    }

    /// Changes the database by hand.
    func change(_ statement: String) async throws {
        try await Self.onServer(environment["DATABASE_URL"] ?? "", statement)
    }

    /// Runs `body` while the server runs, which a token of each role that it may be asked for knows.
    func served(_ rateLimit: Int = 0, _ body: (Installation) async throws -> Void) async throws {
        let address = try folder.write("", to: "address")
        let log = try folder.write("", to: "log")
        let process = Binary.process(
            ["serve", "--port", "0", "--rate-limit", "\(rateLimit)", "--anonymous-rate-limit", "0"], environment: environment,
            home: folder.path)
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: address))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        var served = self
        var lines: [Substring] = []
        // A bound for a server that never listens. While a hundred tests begin at once on two cores, half a minute is too short.
        let deadline = ContinuousClock.now + .seconds(180)
        while lines.count < 2 && process.isRunning && ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(50))
            lines = try folder.text("address").split(separator: "\n", omittingEmptySubsequences: false)
        }
        let listening = lines.count == 2 ? lines.first : nil
        let state = process.isRunning ? "it runs" : "it has ended"
        let told = try folder.text("log")
        let url = try #require(listening, "it does not listen, \(state), and its log says: \(told)")
        served.environment["JALON_URL"] = String(url)
        served.environment["JALON_TOKEN"] = try await token("coordinator")
        try await body(served)
    }

    private static func onServer(_ url: String, _ statement: String) async throws {
        try await onDatabase(url) { session in try session.script(statement) }
    }

    private static func onDatabase<Value: Sendable>(
        _ url: String, _ job: @escaping @Sendable (borrowing Session) throws -> Value
    ) async throws -> Value {
        try await withDatabase(url) { database in try await database.maintain(timeout: .seconds(60), job) }
    }

    /// What the database said, which its error keeps from those who read answers.
    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs `body` with a connection to the database.
    func withDatabase<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await Self.withDatabase(environment["DATABASE_URL"] ?? "", body)
    }

    private static func withDatabase<Value>(_ url: String, _ body: (Database) async throws -> Value) async throws -> Value {
        var configuration = DatabaseConfiguration(connectionString: url)
        configuration.connections = 1
        configuration.queueWait = .seconds(20)
        configuration.connectTimeout = .seconds(20)
        let database = Database(configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(database))
        } catch let error as DatabaseError {
            result = .failure(Failure(description: error.logDescription))
        } catch {
            result = .failure(error)
        }
        await database.shutdown()
        return try result.get()
    }
}
