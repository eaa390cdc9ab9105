import Logging
import Postgres
import PrivatePostgres
import Testing

@testable import JalonServer

@Suite("Databases of all sorts", .serialized)
struct OddDatabaseTests {
    private static let extensions = ["btree_gist", "pg_trgm", "unaccent"]

    @Test("every operation answers the same on a plain database, with hostile defaults, under odd names, and behind a pooler")
    func sameAnswers() async throws {
        try await PrivateServer.with { server in
            let plain = try await TestServer.with(url: server.url) { try await Transcript.of($0) }
            let failed = plain.filter { !$0.value.hasPrefix("20") && !$0.value.hasPrefix("404 ") }
            #expect(failed.isEmpty, "\(failed)")
            try server.run(["create database hostile owner jalon"])
            try server.makeDefaultsHostile(of: "hostile")
            try Self.createManaged(server, extensionsIn: "Mes extensions", isEmpty: true)
            let pooler = try server.pooler()
            let places: [(name: String, url: String, schema: String?)] = [
                ("hostile defaults", server.url(of: "hostile"), nil), ("a name with capitals", server.url, "App"),
                ("extensions elsewhere", server.url(of: "managed"), #"Cap é 'x' \y"#), ("a pooler", pooler, nil),
            ]
            for place in places {
                let found = try await TestServer.with(url: place.url, schema: place.schema) { try await Transcript.of($0) }
                let differences = Transcript.differences(plain, found)
                #expect(differences.isEmpty, "\(place.name): \(differences)")
            }
        }
    }

    /// A database as some providers make it: the extensions in a schema of their own, and perhaps no `public`.
    private static func createManaged(_ server: PrivateServer, extensionsIn schema: String, isEmpty: Bool) throws {
        try server.run(["create database managed owner jalon template template0"])
        try server.run(
            [#"create schema "\#(schema)""#, #"grant usage on schema "\#(schema)" to jalon"#]
                + extensions.map { #"create extension \#($0) schema "\#(schema)""# } + (isEmpty ? ["drop schema public"] : []),
            in: "managed")
    }

    @Test("two schemas of one new database are migrated at once, and with them the extensions that it lacks")
    func twoSchemas() async throws {
        try await PrivateServer.with { server in
            for round in 1...3 {
                try server.run(["create database new\(round) owner jalon template template0"])
                let schemas = ["one", "two"]
                try server.run(schemas.map { "create schema \($0) authorization jalon" }, in: "new\(round)")
                let databases = schemas.map { Self.database(server.url(of: "new\(round)"), $0) }
                async let first = Migration.apply(to: databases[0])
                async let second = Migration.apply(to: databases[1])
                #expect(try await [first, second] == [.applied, .applied])
                for database in databases {
                    let found = try await database.read { session in
                        try session.one(
                            """
                            select searchable('Élève'), count(*) from pg_extension where extname = any(\(Self.extensions)::text[])
                            """
                        ) { row in (try row.next(String.self), try row.next(Int.self)) }
                    }
                    #expect(found == ("eleve", 3))
                    await database.shutdown()
                }
            }
        }
    }

    @Test("what a database lacks is named, and nothing is left in it")
    func faults() async throws {
        try await PrivateServer.with { server in
            try server.run([
                "create database latin owner jalon template template0 encoding 'LATIN1' locale 'C'",
                "create database ascii owner jalon template template0 encoding 'SQL_ASCII' locale 'C'",
                "create database bare owner postgres template template0", "create database closed owner jalon template template0",
                "create role stranger login",
            ])
            try server.run(["create schema mine authorization jalon"], in: "bare")
            // There is no older server to be had here: this one says that it is one.
            try server.run(
                [
                    "create schema old", "grant usage on schema old to public",
                    """
                    create function old.current_setting(name text) returns text language sql as $$
                        select case name when 'server_version_num' then '130015' when 'server_version' then '13.15'
                            else pg_catalog.current_setting(name) end $$
                    """,
                ], in: "closed")
            try Self.createManaged(server, extensionsIn: "hidden", isEmpty: false)
            try server.run(["revoke usage on schema hidden from jalon"], in: "managed")
            let cases: [(database: String, path: [String], DatabasePlace.Fault)] = [
                ("closed", ["old", "pg_catalog"], .oldServer("13.15")), ("latin", [], .encoding("LATIN1")),
                ("ascii", [], .encoding("SQL_ASCII")),
                ("closed", ["$user", "nowhere"], .noSchema(searchPath: "\"$user\", \"nowhere\"")),
                ("bare", ["public"], .mayNotCreate(schema: "public", role: "jalon")),
                ("bare", ["mine"], .noExtension("btree_gist", reason: "")),
                ("managed", [], .unusableExtension("pg_trgm", schema: "hidden", role: "jalon")),
            ]
            for (name, path, expected) in cases {
                var configuration = DatabaseConfiguration(connectionString: server.url(of: name), searchPath: path)
                configuration.connections = 1
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                let database = Database(configuration: configuration, logger: logger)
                let refusal = await #expect(throws: Migration.Refusal.self) { try await Migration.apply(to: database) }
                switch (refusal, expected) {
                case (.place(.noExtension(let extension_, let reason)), .noExtension(let wanted, _)):
                    #expect(extension_ == wanted && reason.contains("permission denied"), "\(reason)")
                case (.place(let fault), _): #expect(fault == expected)
                default: Issue.record("\(name): \(String(describing: refusal))")
                }
                let tables = try await database.fetch { session in
                    try session.one("select count(*) from pg_class where relname = 'schema_versions'") { try $0.next(Int.self) }
                }
                #expect(tables == 0)
                await database.shutdown()
            }
        }
    }

    private static func database(_ url: String, _ schema: String) -> Database {
        var configuration = DatabaseConfiguration(connectionString: url, searchPath: [schema])
        configuration.connections = 1
        configuration.queueWait = .seconds(20)
        configuration.connectTimeout = .seconds(20)
        return Database(configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}
