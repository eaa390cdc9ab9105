import Foundation
import HTTPTypes
import Logging
import Postgres
import RandomSeed
import Testing
import VersionOne

@testable import JalonServer

@Suite("Upgrades")
struct UpgradeTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../..")

    @Test("the binary holds each step of the folder, in order, and each says its version and who may go on")
    func steps() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "migrations").path()).sorted()
        let forgotten = try names.filter { !EmbeddedText.steps.contains(try Self.text(of: "migrations/\($0)")) }
        try #require(forgotten == [], "Sources/CResources/Resources.c does not hold \(forgotten)")
        try #require(names.count == EmbeddedText.steps.count && Migration.version == names.count + 1)
        #expect(
            EmbeddedText.schema.contains("\ninsert into schema_versions (version, serves_from) values (\(Migration.version), "),
            "schema.sql is not of version \(Migration.version), to which migrations/\(names.last ?? "") leads")
        let operations = try Self.text(of: "docs/operations.md")
        var loadedBefore: Set<Substring> = []
        for (index, name) in names.enumerated() {
            let version = index + 2
            let digits = String(version)
            #expect(name.hasPrefix(String(repeating: "0", count: 4 - digits.count) + digits + "-") && name.hasSuffix(".sql"))
            let text = try Self.text(of: "migrations/\(name)")
            #expect(text == EmbeddedText.steps[index])
            #expect(operations.contains("\n| \(version) | "), "the table in docs/operations.md does not tell of \(name)")
            #expect(text.contains("\n-- Servers of version \(version - 1) may "), "\(name) does not say who may go on")
            #expect(text.contains("insert into schema_versions (version, serves_from) values (\(version), "))
            let loaded = text.split(separator: "\n").filter { $0.hasPrefix(Migration.loadingLine) }
            for file in loaded.map({ $0.dropFirst(Migration.loadingLine.count) }) {
                #expect(EmbeddedText.reference.contains { $0.name == file && $0.name != Self.bodies }, "\(name) loads \(file)")
                #expect(loadedBefore.insert(file).inserted, "\(name) loads \(file), which an earlier step loads too early")
            }
        }
    }

    /// The bodies of an installation are its own: no step may load these again.
    private static let bodies = "reference/ministries.sql"

    @Test("the binary holds each file of reference data, and those that steps may load again change nothing when they do")
    func reference() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "reference").path())
        #expect(Set(EmbeddedText.reference.map(\.name)) == Set(names.map { "reference/\($0)" }))
        for (name, text) in EmbeddedText.reference {
            #expect(try Self.text(of: name) == text)
        }
        let again = EmbeddedText.reference.map(\.name).filter { $0 != Self.bodies }
        #expect(again.count > 2)
        let step = again.map { Migration.loadingLine + $0 }.joined(separator: "\n")
        try await TestServer.with { fresh in
            let wanted = try await Self.referenceRows(fresh)
            try await fresh.database.maintain(timeout: .seconds(60)) { session in try Migration.take(session, step: step) }
            #expect(try await Self.referenceRows(fresh) == wanted && wanted.count > 80)
            try await TestServer.with(setUp: VersionOne.makeTables) { upgraded in
                _ = try await Migration.apply(to: upgraded.database)
                #expect(try await Self.referenceRows(upgraded) == wanted)
            }
            await #expect(throws: Migration.MissingReference.self) {
                try await fresh.database.write { session in
                    try Migration.take(session, step: "select 1;\n\(Migration.loadingLine)reference/none.sql\n")
                }
            }
        }
    }

    private static func referenceRows(_ server: TestServer) async throws -> [String] {
        try await server.database.read { session in
            try session.query(
                """
                select row(t)::text from themes t union all select row(l)::text from levels l union all select row(s)::text from statuses s
                union all select row(s)::text from roadmap_states s union all select row(r)::text from roles r
                union all select row(k)::text from ministry_kinds k union all select row(p)::text from practices p
                union all select row(f)::text from external_figures f
                order by 1
                """
            ) { row in try row.next(String.self) }
        }
    }

    @Test("a database of version 1 comes to the schema that an empty one gets, column by column and function by function")
    func catalogue() async throws {
        try await TestServer.with { fresh in
            try await TestServer.with(setUp: VersionOne.makeTables) { upgraded in
                await #expect(throws: Migration.Refusal.olderVersion(1)) { try await Migration.check(upgraded.database) }
                #expect(try await Migration.status(of: upgraded.database).steps == Array(2...Migration.version))
                async let one = Migration.apply(to: upgraded.database)
                async let other = Migration.apply(to: upgraded.database)
                let outcomes = try await [one, other]
                #expect(outcomes.contains(.upgraded(from: 1)) && Migration.version > 1)
                #expect(try await Migration.apply(to: upgraded.database) == .alreadyThere)
                try await Migration.check(upgraded.database)
                #expect(try await Migration.status(of: upgraded.database).steps.isEmpty)
                let wanted = try await SchemaCatalogue.lines(of: fresh.database)
                let found = try await SchemaCatalogue.lines(of: upgraded.database)
                #expect(wanted.count > 300)
                for difference in found.difference(from: wanted) { Issue.record("\(difference)") }
            }
        }
    }

    @Test("a database that version 1 has written is written on, and audited without a difference", arguments: 1...2)
    func history(round: Int) async throws {
        let seed = Seed.fresh()
        try await TestServer.with(setUp: VersionOne.restore) { server in
            let changes = try await server.count("select count(*) from changes")
            let epoch = try await Self.text(server, "select feed_epoch()")
            #expect(try await Migration.apply(to: server.database) == .upgraded(from: 1))
            #expect(try await server.count("select count(*) from changes") == changes)
            #expect(try await Self.text(server, "select feed_epoch()") == epoch)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty, "\(seed)")
            var history = RandomHistory(server, seed)
            while try !history.isLong(tried: 60, accepted: 25) { try await history.step() }
            #expect(try await FigureAudit.differences(in: server.database).isEmpty, "\(seed)")
        }
    }

    @Test("a step that fails leaves the version before, whole")
    func failure() async throws {
        try await TestServer.with(setUp: VersionOne.makeTables) { server in
            let before = try await SchemaCatalogue.lines(of: server.database)
            // What the step wants to make is there already.
            try await server.database.write { session in
                try session.script("create function database_timeline() returns integer language sql return 1")
            }
            await #expect(throws: DatabaseError.self) { try await Migration.apply(to: server.database) }
            try await server.database.write { session in try session.script("drop function database_timeline()") }
            #expect(try await SchemaCatalogue.lines(of: server.database) == before)
            #expect(try await Migration.apply(to: server.database) == .upgraded(from: 1))
        }
    }

    @Test("a later schema is served by whom it says, and is refused by the others")
    func later() async throws {
        try await TestServer.with { server in
            let (next, own) = (Migration.version + 1, Migration.version)
            for (from, serves) in [(own, true), (next, false)] {
                try await server.database.write { session in
                    try session.execute("delete from schema_versions where version = \(next)")
                    try session.execute("insert into schema_versions (version, serves_from) values (\(next), \(from))")
                }
                await #expect(throws: Migration.Refusal.newerVersion(next)) { try await Migration.apply(to: server.database) }
                if serves {
                    try await Migration.check(server.database)
                } else {
                    await #expect(throws: Migration.Refusal.newerVersion(next)) { try await Migration.check(server.database) }
                }
                #expect(await server.send(.get, "/readyz").status == (serves ? 200 : 503))
            }
        }
    }

    // MARK: - Support

    private static func text(of file: String) throws -> String {
        try String(contentsOf: root.appending(path: file), encoding: .utf8)
    }

    private static func text(_ server: TestServer, _ sql: SQL) async throws -> String {
        try await server.database.fetch { session in try session.one(sql) { row in try row.next(String.self) } }
    }
}
