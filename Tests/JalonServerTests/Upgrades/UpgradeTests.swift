import Foundation
import HTTPTypes
import Logging
import Postgres
import Testing

@testable import JalonServer

@Suite("Upgrades")
struct UpgradeTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")

    /// The whole schema as it was at version 1.
    private static let first = Result {
        try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "version-0001.sql"), encoding: .utf8)
    }

    @Test("the binary holds each step of the folder, in order, and each says its version and who may go on")
    func steps() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "migrations").path()).sorted()
        #expect(names.count == EmbeddedText.steps.count && Migration.version == names.count + 1)
        for (index, name) in names.enumerated() {
            let version = index + 2
            let digits = String(version)
            #expect(name.hasPrefix(String(repeating: "0", count: 4 - digits.count) + digits + "-") && name.hasSuffix(".sql"))
            let text = try String(contentsOf: Self.root.appending(path: "migrations/\(name)"), encoding: .utf8)
            #expect(text == EmbeddedText.steps[index])
            #expect(text.contains("\n-- Servers of version \(version - 1) may "), "\(name) does not say who may go on")
            #expect(text.contains("insert into schema_versions (version, serves_from) values (\(version), "))
        }
    }

    @Test("a database of version 1 comes to the schema that an empty one gets, column by column and function by function")
    func catalogue() async throws {
        try await TestServer.with { fresh in
            try await TestServer.with(setUp: Self.versionOne) { upgraded in
                await #expect(throws: Migration.Refusal.olderVersion(1)) { try await Migration.check(upgraded.database) }
                #expect(try await Migration.status(of: upgraded.database).steps == Array(2...Migration.version))
                async let one = Migration.apply(to: upgraded.database)
                async let other = Migration.apply(to: upgraded.database)
                let outcomes = try await [one, other]
                #expect(outcomes.contains(.upgraded(from: 1)) && Migration.version > 1)
                #expect(try await Migration.apply(to: upgraded.database) == .alreadyThere)
                try await Migration.check(upgraded.database)
                #expect(try await Migration.status(of: upgraded.database).steps.isEmpty)
                let (wanted, found) = (try await Self.catalogue(of: fresh), try await Self.catalogue(of: upgraded))
                #expect(wanted.count > 300)
                for difference in found.difference(from: wanted) { Issue.record("\(difference)") }
            }
        }
    }

    @Test("what was written under version 1 is audited without a difference under the newest, and written on", arguments: 1...2)
    func history(round: Int) async throws {
        let seed = Seed.fresh()
        try await TestServer.with(setUp: Self.versionOne) { server in
            var history = RandomHistory(server, seed)
            while try !history.isLong(tried: 60, accepted: 25) { try await history.step() }
            let changes = try await server.count("select count(*) from changes")
            let epoch = try await Self.text(server, "select feed_epoch()")
            #expect(try await Migration.apply(to: server.database) == .upgraded(from: 1))
            #expect(try await server.count("select count(*) from changes") == changes)
            #expect(try await Self.text(server, "select feed_epoch()") == epoch)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty, "\(seed)")
            let accepted = history.accepted
            while history.accepted < accepted + 10 { try await history.step() }
            #expect(try await FigureAudit.differences(in: server.database).isEmpty, "\(seed)")
        }
    }

    @Test("a step that fails leaves the version before, whole")
    func failure() async throws {
        try await TestServer.with(setUp: Self.versionOne) { server in
            let before = try await Self.catalogue(of: server)
            // What the step wants to make is there already.
            try await server.database.write { session in
                try session.script("create function database_timeline() returns integer language sql return 1")
            }
            await #expect(throws: DatabaseError.self) { try await Migration.apply(to: server.database) }
            try await server.database.write { session in try session.script("drop function database_timeline()") }
            #expect(try await Self.catalogue(of: server) == before)
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

    /// The tables of version 1, in a database that has the extensions.
    @Sendable private static func versionOne(_ database: Database) async throws {
        let script = try first.get()
        try await database.maintain(timeout: .seconds(60)) { session in
            // Others may be creating the extensions in this database for the first time.
            _ = try session.one("select pg_advisory_xact_lock(hashtext('jalon'), hashtext('extensions'))::text") { row in
                row.skip()
            }
            try session.script(script)
        }
    }

    private static func text(_ server: TestServer, _ sql: SQL) async throws -> String {
        try await server.database.fetch { session in try session.one(sql) { row in try row.next(String.self) } }
    }

    /// What a schema is made of, a line each, without its name.
    private static func catalogue(of server: TestServer) async throws -> [String] {
        let lines = try await server.database.fetch { session in
            try session.query(
                """
                with home as (select oid, nspname from pg_namespace where nspname = current_schema())
                select format('column %s %s %s %s %s %s', c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                    pg_get_expr(d.adbin, d.adrelid))
                from pg_class c join home on home.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
                union all
                select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid))
                from pg_constraint k join home on home.oid = k.connamespace
                union all
                select indexdef from pg_indexes join home on home.nspname = schemaname
                union all
                select pg_get_functiondef(p.oid) from pg_proc p join home on home.oid = p.pronamespace where p.prokind = 'f'
                union all
                select format('aggregate %s', p.oid::regprocedure) from pg_proc p join home on home.oid = p.pronamespace where p.prokind = 'a'
                union all
                select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid join home on home.oid = c.relnamespace
                where not t.tgisinternal
                order by 1
                """
            ) { row in try row.next(String.self) }
        }
        let schema = try await text(server, "select current_schema()::text")
        return lines.map { $0.replacing(schema + ".", with: "") }.sorted()
    }
}
