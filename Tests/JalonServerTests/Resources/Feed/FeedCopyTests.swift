import HTTPTypes
import Postgres
import PrivatePostgres
import Testing

@testable import JalonServer

@Suite("Whoever follows the feed across a copy of the database", .serialized)
struct FeedCopyTests {
    private static let ministries = ["TE", "JUS", "EF", "AGR"]

    /// Plans of four ministries, and changes of them at the same time.
    private static func write(_ server: TestServer) async throws {
        for ministry in ministries {
            let actions = (1...3).map { "{code: A-\($0), title: Louer, theme: achats, target_level: reflexion}" }
            try await server.apply(
                "{ministry: \(ministry), first_year: 2022, state: soumise, actions: [\(actions.joined(separator: ", "))]}",
                to: "\(ministry)-2022")
        }
        try await change(server, on: server.dispatcher, "Partagé")
    }

    /// A change of each ministry, all at once.
    private static func change(_ server: TestServer, on dispatcher: Dispatcher, _ title: String) async throws {
        try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for ministry in ministries {
                group.addTask {
                    await server.send(
                        raw: .patch, "/v1/actions/\(ministry)-2022-A-1", bytes: Array(#"{"title": "\#(title)"}"#.utf8),
                        fields: ["If-Match": "*"], on: dispatcher)
                }
            }
            for try await answer in group { try #require(answer.status == 200, "\(answer.text)") }
        }
    }

    private static func feed(_ server: TestServer, on dispatcher: Dispatcher? = nil, after cursor: String? = nil) async
        -> TestAnswer
    {
        await server.send(
            raw: .get, "/v1/changes?limit=100000" + (cursor.map { "&after=\($0)" } ?? ""),
            fields: ["Accept": "application/x-ndjson"], on: dispatcher)
    }

    /// All of the feed, once what other transactions held back has come.
    private static func wholeFeed(_ server: TestServer) async throws -> [String] {
        try await FeedReplica.settle(server)
        return await feed(server).text.split(separator: "\n").map(String.init)
    }

    private static func cursor(of line: String?) throws -> String {
        try JSONTree(json: try #require(line))["cursor"].text
    }

    /// The copy has the same feed, and goes on from each of its entries with what is written there.
    private static func check(_ copy: Dispatcher, of whole: [String], _ server: TestServer, _ name: String) async throws {
        #expect(await feed(server, on: copy).text.split(separator: "\n").map(String.init) == whole, "\(name)")
        let last = try cursor(of: whole.last)
        let middle = try cursor(of: whole[whole.count / 2])
        #expect(
            await feed(server, on: copy, after: middle).text.split(separator: "\n").count == whole.count - whole.count / 2 - 1)
        #expect(await feed(server, on: copy, after: last).text.isEmpty, "\(name)")
        try await change(server, on: copy, "Écrit dans la copie")
        var told: [String] = []
        var after = last
        while told.count < ministries.count {
            let page = await server.send(raw: .get, "/v1/changes?limit=1000&wait=30&after=\(after)", on: copy)
            try #require(page.status == 200, "\(name): \(page.text)")
            told += try page.json()["data"].items.compactMap { $0["id"].text }
            after = try #require(try page.json()["meta"]["cursor"].text)
        }
        #expect(told.sorted() == ministries.map { "\($0)-2022-A-1" }.sorted(), "\(name)")
        let all = await feed(server, on: copy).text.split(separator: "\n").map(String.init)
        #expect(Array(all.prefix(whole.count)) == whole && all.count == whole.count + ministries.count, "\(name)")
    }

    /// What was told elsewhere after the copy was made is not there: that is said, whatever is written to the copy meanwhile.
    private static func checkRefusal(_ cursor: String, _ copy: Dispatcher, _ server: TestServer, _ name: String) async throws {
        let refused = await feed(server, on: copy, after: cursor)
        #expect(
            refused.status == 400 && refused.text.contains("/problems/invalid-cursor"), "\(name): \(refused.text.prefix(300))")
        #expect(refused.text.contains("Videz votre copie, puis repartez sans"), "\(name)")
    }

    private static func with(
        _ copy: PrivateServer, _ url: String, _ server: TestServer, _ body: (Dispatcher) async throws -> Void
    ) async throws {
        defer { copy.destroy() }
        var configuration = server.configuration
        configuration.connectionString = url
        try await server.withDispatcher(on: configuration, body)
    }

    @Test("goes on in a database that was restored from a dump, in whatever form, and is told what is lost there")
    func dumps() async throws {
        try await PrivateServer.with { original in
            // The cluster that the dump comes to has written far less.
            try original.run(["do $$ begin for i in 1..5000 loop perform pg_current_xact_id(); commit; end loop; end $$"])
            try await TestServer.with(url: original.url) { server in
                try await Self.write(server)
                let whole = try await Self.wholeFeed(server)
                var copies: [(form: PrivateServer.DumpForm, server: PrivateServer)] = []
                // Destroyed twice is once: a test that fails between leaves none.
                defer { for copy in copies { copy.server.destroy() } }
                for form in PrivateServer.DumpForm.allCases { copies.append((form, try original.restored(form))) }
                try await Self.change(server, on: server.dispatcher, "Après")
                let later = try Self.cursor(of: try await Self.wholeFeed(server).last)
                for (form, copy) in copies {
                    try await Self.with(copy, copy.url(of: "restored"), server) { dispatcher in
                        try await Self.checkRefusal(later, dispatcher, server, "\(form)")
                        try await Self.check(dispatcher, of: whole, server, "\(form)")
                        try await Self.checkRefusal(later, dispatcher, server, "\(form)")
                    }
                }
            }
        }
    }

    @Test("goes on in a base backup and in a copy of the files, and is told what is lost there")
    func files() async throws {
        try await PrivateServer.with { original in
            try await TestServer.with(url: original.url) { server in
                try await Self.write(server)
                let whole = try await Self.wholeFeed(server)
                let backup = try original.baseBackup()
                defer { backup.destroy() }
                try original.stop()
                let cold = try original.coldCopy()
                defer { cold.destroy() }
                try original.start()
                // Sessions that the stop has ended are replaced.
                #expect(try await server.eventually { await Self.feed(server).status == 200 })
                try await Self.change(server, on: server.dispatcher, "Après")
                let later = try Self.cursor(of: try await Self.wholeFeed(server).last)
                for (name, copy) in [("base backup", backup), ("files", cold)] {
                    try await Self.with(copy, copy.url, server) { dispatcher in
                        try await Self.check(dispatcher, of: whole, server, name)
                        try await Self.checkRefusal(later, dispatcher, server, name)
                    }
                }
            }
        }
    }

    @Test("is told that a copy lacks what was written meanwhile and told before, though it has the entry of the cursor")
    func underWay() async throws {
        try await TestServer.with { server in
            try await Self.write(server)
            let before = try await Self.wholeFeed(server)
            // It draws its number first and is committed last.
            let changed = try await HeldTransaction.with(on: server.database) { session in
                _ = try session.one("select pg_current_xact_id()::text") { row in try row.next(String.self) }
            } end: { session in
                try session.execute(
                    """
                    insert into changes (ministry, resource, kind, version, recorded_at, effective_on, actor_label, actor_role,
                        before, after)
                    values ('SOC', 'ministry', 'updated', 3, clock_timestamp(), paris_today(), 'Test', 'admin', '{}', '{}')
                    """)
            } meanwhile: {
                await server.send(
                    .patch, "/v1/ministries/TE", as: .admin, body: #"{"kind": "operateur"}"#, fields: ["If-Match": "*"])
            }
            try #require(changed.status == 200, "\(changed.text)")
            let after = Array(try await Self.wholeFeed(server).dropFirst(before.count))
            #expect(try after.map { try JSONTree(json: $0)["id"].text } == ["SOC", "TE"])
            let cursor = try Self.cursor(of: after.last)
            #expect(await Self.feed(server, after: cursor).status == 200)
            // As in a copy that was made between the two commits.
            try await server.database.write { session in
                try session.script(
                    """
                    alter table feed_entries disable trigger feed_entries_append_only;
                    delete from feed_entries where ministry = 'SOC' and version = 3;
                    alter table feed_entries enable trigger feed_entries_append_only;
                    """)
            }
            try await Self.checkRefusal(cursor, server.dispatcher, server, "the entry before is lost")
            #expect(await Self.feed(server, after: try Self.cursor(of: before.last)).status == 200)
        }
    }
}
