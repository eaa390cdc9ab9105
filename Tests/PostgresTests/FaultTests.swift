import Glibc
import Postgres
import PrivatePostgres
import Testing

extension ServerTests {
    @Suite("A server that fails")
    struct FaultTests {
        private func database(_ server: PrivateServer, _ change: (inout DatabaseConfiguration) -> Void = { _ in }) -> Database {
            var configuration = DatabaseConfiguration(connectionString: server.url)
            configuration.connections = 4
            change(&configuration)
            return Database(configuration: configuration, logger: quietLogger())
        }

        private func one(_ database: Database) async throws -> Int {
            try await database.fetch { try $0.one("select 1") { try $0.next(Int.self) } }
        }

        @Test("a stopped server gives `unavailable` at once, and its return is noticed")
        func stopAndStart() async throws {
            try await PrivateServer.with { server in
                let database = database(server)
                try await #expect(one(database) == 1)
                try server.stop()
                let first = try await databaseError { try await one(database) }
                #expect(first.kind == .unavailable)
                try await eventually { !database.health.available }
                #expect(database.health.openConnections == 0)
                // First the connections are lost, then new ones are refused.
                try await eventually { database.health.lastFailure?.kind == .unavailable }

                // The workers now pause for long between two attempts: no job waits for the next.
                try await Task.sleep(for: .seconds(1))
                for _ in 0..<40 {
                    let error = try await databaseError { try await one(database) }
                    #expect(error.kind == .unavailable)
                }
                try server.start()
                try await eventually { await (try? one(database)) == 1 }
                #expect(database.health.available)

                // Every connection is dead again, but the server is there: no job is to notice.
                try server.stop()
                try server.start()
                try await eventually { database.health.available }
                for _ in 0..<20 { try await #expect(one(database) == 1) }
                await database.shutdown()
            }
        }

        @Test("a job whose connection turns out dead is run on another, without an error")
        func deadConnections() async throws {
            try await PrivateServer.with { server in
                let database = database(server) { $0.connections = 3 }
                let other = self.database(server) { $0.connections = 1 }
                database.start()
                for _ in 0..<5 {
                    try await eventually { database.health.openConnections == 3 }
                    try await other.write { session in
                        _ = try session.execute(
                            "select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()"
                        )
                    }
                    try await #expect(one(database) == 1)
                    try await #expect(database.write { try $0.one("select 1") { try $0.next(Int.self) } } == 1)
                    try await #expect(database.read { try $0.one("select 1") { try $0.next(Int.self) } } == 1)
                }
                await other.shutdown()
                await database.shutdown()
            }
        }

        @Test("a server that never was there is `unavailable`, not a queue that fills")
        func neverThere() async throws {
            var configuration = DatabaseConfiguration(connectionString: "host=/nonexistent dbname=jalon")
            configuration.connections = 2
            let database = Database(configuration: configuration, logger: quietLogger())
            let error = try await databaseError { try await one(database) }
            #expect(error.kind == .unavailable)
            await database.shutdown()
        }

        @Test("a malformed connection string is not quoted in the error")
        func malformedString() async throws {
            for string in ["postgresql://u:s3cret@h:notaport:1/x?foo=bar", "host=h password='s3cret"] {
                let database = Database(configuration: DatabaseConfiguration(connectionString: string), logger: quietLogger())
                let error = try await databaseError { try await one(database) }
                #expect(error.kind == .unavailable)
                #expect(!error.logDescription.contains("s3cret"))
                await database.shutdown()
            }
        }

        @Test("a server that stops answering is given up, and the statement is not sent again")
        func silence() async throws {
            try await PrivateServer.with { server in
                let database = database(server) {
                    $0.connections = 1
                    $0.statementTimeout = .milliseconds(200)
                    $0.answerGrace = .milliseconds(200)
                }
                let pid = try await database.fetch { try $0.one("select pg_backend_pid()") { try $0.next(Int32.self) } }
                Glibc.kill(pid, SIGSTOP)
                let start = ContinuousClock.now
                let error = try await databaseError { try await one(database) }
                #expect(error.kind == .connectionLost)
                #expect(ContinuousClock.now - start >= .milliseconds(390))
                try await #expect(one(database) == 1)
                Glibc.kill(pid, SIGCONT)
                await database.shutdown()
            }
        }

        /// Writes from four tasks until the server is killed. Returns how many acknowledged rows are missing after
        /// its restart, and how many were acknowledged.
        private func rowsLostInCrash(_ server: PrivateServer, synchronousCommit: Bool) async throws -> (lost: Int, kept: Int) {
            let database = database(server)
            try await database.write { session in
                try session.script(
                    """
                    drop table if exists t; create table t (id bigint primary key);
                    alter database jalon set synchronous_commit = \(synchronousCommit ? "on" : "off")
                    """
                )
            }
            await database.shutdown()
            let writers = self.database(server)
            let acknowledged = Record<Int>()
            let next = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        while true {
                            let id = next.add()
                            do {
                                try await writers.write { _ = try $0.execute("insert into t values (\(id))") }
                                acknowledged.append(id)
                            } catch {
                                return
                            }
                        }
                    }
                }
                try await eventually { acknowledged.all.count > 300 }
                try server.kill()
                try await group.waitForAll()
            }
            try server.start()
            let ids = acknowledged.all
            try await eventually { writers.health.available }
            let found = try await writers.fetch { session in
                try session.one("select count(*) from t where id = any(\(ids))") { try $0.next(Int.self) }
            }
            await writers.shutdown()
            return (ids.count - found, ids.count)
        }

        @Test("after kill -9 every acknowledged row is there, and the test notices when commits do not wait for the disk")
        func crash() async throws {
            try await PrivateServer.with { server in
                for _ in 0..<2 {
                    let (lost, acknowledged) = try await rowsLostInCrash(server, synchronousCommit: true)
                    #expect(lost == 0)
                    #expect(acknowledged > 300)
                }
                // On a busy machine what was acknowledged may have reached the disk in the meantime.
                var hasBitten = false
                for _ in 0..<20 where !hasBitten {
                    hasBitten = try await rowsLostInCrash(server, synchronousCommit: false).lost > 0
                }
                #expect(hasBitten)
            }
        }

        @Test("a listener hears notifications, says when it may miss some, and comes back after a restart")
        func listener() async throws {
            try await PrivateServer.with { server in
                let database = database(server)
                let heard = Record<String>()
                let gaps = Tally()
                let listener = NotificationListener(
                    configuration: DatabaseConfiguration(connectionString: server.url), channels: ["news", #"Odd "name""#],
                    logger: quietLogger(), onGap: { gaps.add() }
                ) { channel, payload in
                    heard.append("\(channel): \(payload)")
                }
                #expect(!listener.isListening)
                listener.start()
                try await eventually { listener.isListening }
                try await database.write { session in
                    try session.execute("select pg_notify('news', \("premier, é"))")
                    try session.execute("select pg_notify(\(#"Odd "name""#), '')")
                    try session.execute("select pg_notify('other', 'x')")
                }
                try await eventually { heard.all.count == 2 }
                try server.stop()
                try await eventually { !listener.isListening }
                try server.start()
                try await eventually { listener.isListening }
                try await database.write { _ = try $0.execute("select pg_notify('news', 'second')") }
                try await eventually { heard.all.count == 3 }
                #expect(heard.all == ["news: premier, é", #"Odd "name": "#, "news: second"])
                #expect(gaps.value == 2)
                await listener.shutdown()
                await listener.shutdown()
                #expect(!listener.isListening)
                await database.shutdown()
            }
        }
    }
}
