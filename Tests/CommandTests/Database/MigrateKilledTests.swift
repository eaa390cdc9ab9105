import Foundation
import JalonServer
import Postgres
import RandomSeed
import Synchronization
import Testing
import VersionOne

@testable import jalon

@Suite("`jalon migrate`, killed")
struct MigrateKilledTests {
    /// How many wait for one of the last tables that the step from version 1 changes, after many others.
    private static let waiting: SQL =
        "select count(*)::text from pg_locks where relation = 'figure_late_days'::regclass and not granted"

    @Test("killed in the middle of a step, it leaves the version before, whole; run again, it ends, and what there was is served")
    func killed() async throws {
        let wanted = Mutex<[String]>([])
        try await Installation.with { fresh in
            let lines = try await fresh.withDatabase { try await SchemaCatalogue.linesOfRestored($0) }
            wanted.withLock { $0 = lines }
        }
        try await Installation.with(setUp: { try await $0.withDatabase { try await VersionOne.restore($0) } }) { jalon in
            let before = try await jalon.withDatabase { try await SchemaCatalogue.lines(of: $0) }
            let changes = try await jalon.value("select count(*)::text from changes")
            try await Self.holding(jalon) { try await Self.killAtTheLock(jalon) }
            // The database has not been told: it goes on to the end of the step, and finds nobody who wants it kept.
            try await Self.until("no session of the killed process") {
                try await jalon.value("select count(*)::text from pg_locks where relation = 'figure_days'::regclass") == "0"
            }
            #expect(try await jalon.withDatabase { try await SchemaCatalogue.lines(of: $0) } == before)
            #expect(try await jalon.run(["migrate", "--status"]).output.hasPrefix("version 1 ; passages à venir : 2"))

            let again = try await jalon.run(["migrate"])
            #expect(again.status == 0, "\(again.messages)")
            #expect(again.messages == "Schéma passé de la version 1 à la version \(Migration.version).\n")
            let after = try await jalon.withDatabase { try await SchemaCatalogue.linesOfRestored($0) }
            #expect(after == wanted.withLock { $0 })
            #expect(try await jalon.value("select count(*)::text from changes") == changes)
            try await jalon.served { served in
                let figures = try await served.run(["figures", "--year", "2022", "--as-of", "2022-12-31"])
                #expect(figures.output.contains(try Self.headline()), "\(figures)")
            }
        }
    }

    @Test("killed at any of twenty moments, it leaves one of the versions, whole, from which it goes on")
    func anyMoment() async throws {
        var seed = Seed.fresh()
        let makeTables: (Installation) async throws -> Void = {
            try await $0.withDatabase { try await VersionOne.makeTables($0) }
        }
        var wanted: [String: [String]] = [:]
        var whole = Duration.zero
        try await Installation.with(setUp: makeTables) { jalon in
            wanted["1"] = try await jalon.withDatabase { try await SchemaCatalogue.lines(of: $0) }
            let clock = ContinuousClock()
            let began = clock.now
            #expect(try await jalon.run(["migrate"]).status == 0)
            whole = clock.now - began
            wanted[String(Migration.version)] = try await jalon.withDatabase { try await SchemaCatalogue.lines(of: $0) }
        }
        var seen: [String: Int] = [:]
        for _ in 1...20 {
            let moment = Double.random(in: 0.1...1, using: &seed)
            try await Installation.with(setUp: makeTables) { jalon in
                try await Self.start(jalon, killedAfter: whole * moment)
                let version = try await jalon.value("select max(version)::text from schema_versions")
                seen[version, default: 0] += 1
                let found = try await jalon.withDatabase { try await SchemaCatalogue.lines(of: $0) }
                #expect(found == wanted[version, default: found], "version \(version), \(moment), \(seed)")
                wanted[version] = found
                #expect(try await jalon.run(["migrate"]).status == 0)
                let after = try await jalon.withDatabase { try await SchemaCatalogue.lines(of: $0) }
                #expect(after == wanted[String(Migration.version)], "\(moment), \(seed)")
            }
        }
        print("killed in version: \(seen)")
    }

    // MARK: - Support

    /// Starts the command and kills it; a session that it leaves ends by itself, with its transaction.
    private static func start(_ jalon: Installation, killedAfter time: Duration) async throws {
        let process = Binary.process(["migrate"], environment: jalon.environment, home: jalon.folder.path)
        let end = try Binary.start(process)
        try await Task.sleep(for: time)
        kill(process.processIdentifier, SIGKILL)
        for await _ in end {}
        try await until("no session of the killed process") {
            try await jalon.value(
                """
                select count(*)::text from pg_locks
                where relation in (select oid from pg_class where relnamespace = current_schema()::regnamespace)
                    and mode = 'AccessExclusiveLock'
                """) == "0"
        }
    }

    private struct Figures: Decodable {
        struct Headline: Decodable { let text: String }
        let headline: Headline
    }

    /// What version 1 answered about the same day, at the end of the history.
    private static func headline() throws -> String {
        let asked = try VersionOne.answers().last { $0.question.target.hasPrefix("/v1/figures?year=2022&as_of=2022-12-31") }
        return try JSONDecoder().decode(Figures.self, from: Data(try #require(asked).answer.body.utf8)).headline.text
    }

    /// Starts the command, and kills it once it waits for the table, with all that it changed before in its transaction.
    private static func killAtTheLock(_ jalon: Installation) async throws {
        let process = Binary.process(["migrate"], environment: jalon.environment, home: jalon.folder.path)
        let end = try Binary.start(process)
        defer { kill(process.processIdentifier, SIGKILL) }
        try await until("it waits") { try await jalon.value(waiting) == "1" }
        kill(process.processIdentifier, SIGKILL)
        for await _ in end {}
        #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGKILL)
    }

    /// Runs `body` while another session reads the table.
    private static func holding(_ jalon: Installation, _ body: () async throws -> Void) async throws {
        let end = End()
        try await jalon.withDatabase { database in
            let (held, isHeld) = AsyncStream<Void>.makeStream()
            async let reader: Void = database.maintain(timeout: .zero) { session in
                _ = try session.one("select count(*) from figure_late_days") { row in try row.next(Int.self) }
                isHeld.yield()
                // Never idle for long: a session that is would be ended.
                while !end.hasCome { try session.script("select pg_sleep(0.02)") }
            }
            var iterator = held.makeAsyncIterator()
            await iterator.next()
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            end.come()
            try await reader
            try result.get()
        }
    }

    private final class End: Sendable {
        private let flag = Atomic(false)

        var hasCome: Bool { flag.load(ordering: .relaxed) }
        func come() { flag.store(true, ordering: .relaxed) }
    }

    private static func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
        for _ in 0..<1_200 {
            if try await isSo() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("in vain: \(what)")
    }
}
