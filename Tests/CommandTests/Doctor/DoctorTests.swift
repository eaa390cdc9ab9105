import ActionPlans
import Logging
import Postgres
import PrivatePostgres
import Testing

@testable import JalonServer
@testable import jalon

@Suite("The doctor and databases of all sorts", .serialized)
struct DoctorTests {
    /// The codes of what is wrong at an address; nothing when all is well.
    private static func problems(_ url: String) async throws -> [String] {
        let settings = try Settings(flags: [.databaseURL: url], file: nil)
        return await DatabaseChecks(settings).run().filter { !$0.isOK }.map(\.code)
    }

    private static func migrate(_ url: String) async throws {
        let settings = try Settings(flags: [.databaseURL: url], file: nil)
        _ = try await CommandDatabase.use(settings) { database in try await Migration.apply(to: database) }
    }

    private static func failure(_ body: () async throws -> Void) async -> Failure? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Failure
        }
    }

    @Test("a standby, hosts among which nothing chooses, and a pooler are named; what was asked for is well")
    func servers() async throws {
        try await PrivateServer.with { primary in
            try await Self.migrate(primary.url)
            let standby = try primary.standby()
            defer { standby.destroy() }
            let pooler = try primary.pooler()
            let cases: [(url: String, problems: [String])] = [
                (primary.url, []), (standby.url, ["role"]), (standby.url + "&target_session_attrs=prefer-standby", []),
                (primary.url(with: standby, "target_session_attrs=any"), ["role"]),
                (standby.url(with: primary, "target_session_attrs=read-write"), []),
                (primary.url(with: standby, "target_session_attrs=standby"), []), (pooler, ["pooler"]),
            ]
            for (url, problems) in cases {
                let found = try await Self.problems(url)
                #expect(found == problems, "\(url)")
            }
            let failure = try #require(await Self.failure { try await Self.migrate(standby.url) })
            #expect(failure.status == .unavailable)
        }
    }

    @Test("an encoding and a missing extension are refused with what to do")
    func places() async throws {
        try await PrivateServer.with { server in
            try server.run([
                "create database latin owner jalon template template0 encoding 'LATIN1' locale 'C'",
                "create database bare owner postgres template template0",
            ])
            try server.run(["grant all on schema public to jalon"], in: "bare")
            let found = try await Self.problems(server.url(of: "latin"))
            #expect(found.first == "database")
            let encoding = try #require(await Self.failure { try await Self.migrate(server.url(of: "latin")) })
            #expect(encoding.status == .configuration && encoding.text.contains("LATIN1"))
            #expect(encoding.details.joined().contains("template0"))
            let status = try await Binary.run(["migrate", "--status"], environment: ["DATABASE_URL": server.url(of: "latin")])
            #expect(status.status == 78 && status.output.isEmpty && status.messages.contains("LATIN1"), "\(status.messages)")
            let missing = try #require(await Self.failure { try await Self.migrate(server.url(of: "bare")) })
            #expect(missing.status == .configuration && missing.text.contains("btree_gist"))
            #expect(missing.details.joined().contains("create extension btree_gist"))
        }
    }

    @Test("a trigger that is stopped is named, with how to start it, and the audit that it calls for")
    func triggers() async throws {
        try await PrivateServer.with { server in
            try await Self.migrate(server.url)
            try server.run(["alter table changes disable trigger changes_6_feed", "drop trigger changes_append_only on changes"])
            let settings = try Settings(flags: [.databaseURL: server.url], file: nil)
            let check = try #require(await DatabaseChecks(settings).run().first { $0.code == "history" })
            #expect(!check.isOK && check.finding.english.hasSuffix("changes_6_feed, changes_append_only"))
            let mend = try #require(check.mend?.french)
            #expect(mend.contains("alter table changes enable trigger changes_6_feed;") && mend.contains("jalon figures verify"))
        }
    }
}
