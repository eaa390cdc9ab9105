import Logging
import Postgres
import PrivatePostgres
import Testing

extension ServerTests {
    @Suite("A standby, and a pooler")
    struct FailoverTests {
        private func write(_ database: Database) async throws {
            try await database.write { try $0.execute("insert into t select 1") }
        }

        @Test("a standby is read, refuses writes by name, and takes them from its promotion on, on the same connections")
        func promotion() async throws {
            try await PrivateServer.with { primary in
                let first = Database(configuration: SessionTests.single(primary.url), logger: quietLogger())
                try await first.write { try $0.script("create table t (id int)") }
                try await write(first)
                let standby = try primary.standby()
                defer { standby.destroy() }
                let second = Database(configuration: SessionTests.single(standby.url), logger: quietLogger())
                // A session that would begin all its transactions as serializable, which a standby refuses.
                try primary.run(["alter role jalon set default_transaction_isolation = serializable"])
                try await eventually {
                    (try? await second.read { try $0.one("select count(*) from t") { try $0.next(Int.self) } }) == 1
                }
                for _ in 0..<3 {
                    let refusal = try await databaseError { try await write(second) }
                    #expect(refusal.kind == .standby)
                }
                try await #expect(second.fetch { try $0.one("select count(*) from t") { try $0.next(Int.self) } } == 1)
                await first.shutdown()
                try primary.kill()
                try standby.promote()
                try await write(second)
                #expect(second.health.metrics.reconnects == 0)
                await second.shutdown()
            }
        }

        @Test("an address with several hosts leads to the one that takes writes, whichever it is")
        func severalHosts() async throws {
            try await PrivateServer.with { primary in
                let standby = try primary.standby()
                defer { standby.destroy() }
                let addresses = [
                    primary.url(with: standby, "target_session_attrs=read-write"),
                    standby.url(with: primary, "target_session_attrs=read-write"),
                ]
                let databases = addresses.map { Database(configuration: SessionTests.single($0), logger: quietLogger()) }
                try await databases[0].write { try $0.script("create table t (id int)") }
                for database in databases { try await write(database) }
                try primary.kill()
                try standby.promote()
                for database in databases {
                    try await eventually { (try? await write(database)) != nil }
                    await database.shutdown()
                }
            }
        }

        @Test("behind a pooler in transaction mode each statement is the one that was sent, with the settings that it needs")
        func pooler() async throws {
            try await PrivateServer.with { server in
                try server.makeDefaultsHostile(of: "jalon")
                // It ends the pooler's own sessions between two transactions, whose statement is then sent again: not what is asked here.
                try server.run(["set default_transaction_read_only = off", "alter database jalon reset idle_session_timeout"])
                var configuration = DatabaseConfiguration(connectionString: try server.pooler())
                configuration.connections = 4
                configuration.queueWait = .seconds(30)
                configuration.connectTimeout = .seconds(20)
                // As many processes that share the pooler.
                let databases = (0..<3).map { _ in Database(configuration: configuration, logger: quietLogger()) }
                try await databases[0].write { try $0.script("create table t (id int, name text[])") }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (process, database) in databases.enumerated() {
                        for worker in 0..<4 {
                            group.addTask {
                                for round in 0..<40 { try await exchange(database, process * 1_000 + worker * 100 + round) }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let (isPooled, rows) = try await databases[1].read { session in
                    let rows = try session.one("select count(*) from t where name = array['a', null]") { try $0.next(Int.self) }
                    return (session.isPooled, rows)
                }
                #expect(isPooled && rows == 480)
                for database in databases {
                    #expect((database.health.metrics.reconnects, database.health.metrics.retries) == (0, 0))
                }
                for database in databases { await database.shutdown() }
            }
        }

        /// Statements of several shapes, of which any two taken for one another would show.
        @Sendable private func exchange(_ database: Database, _ number: Int) async throws {
            let columns = number % 7 + 1
            let wide: SQL = "select " + SQL.joined((0..<columns).map { "\(number + $0)::int" }, separator: ", ")
            let values = try await database.fetch { session in
                try session.one(wide) { row in try (0..<columns).map { _ in try row.next(Int.self) } }
            }
            #expect(values == (0..<columns).map { number + $0 })
            try await database.write { session in
                try session.execute("insert into t values (\(number), \("{a,NULL}")::text[])")
                let zone = try session.one("select current_setting('timezone') || current_setting('array_nulls')") {
                    try $0.next(String.self)
                }
                #expect(zone == "UTCon")
            }
            let day = try await database.read { session in
                try session.one("select '2022-03-04'::date::text || \(String(number))") { try $0.next(String.self) }
            }
            #expect(day == "2022-03-04\(number)")
        }

        @Test("a listener never says that it listens where notifications do not arrive, and does after a promotion")
        func listener() async throws {
            try await PrivateServer.with { server in
                let standby = try server.standby()
                defer { standby.destroy() }
                let listeners = [try server.pooler(), standby.url].map { url in
                    NotificationListener(configuration: SessionTests.single(url), channels: ["news"], logger: quietLogger()) {
                        _, _ in
                    }
                }
                let failures = Tally()
                let logger = Logger(label: "test") { _ in CountingHandler(tally: failures) }
                let deaf = NotificationListener(
                    configuration: SessionTests.single(standby.url), channels: ["news"], logger: logger
                ) { _, _ in }
                for listener in listeners + [deaf] { listener.start() }
                try await eventually { failures.value > 0 }
                #expect(listeners.allSatisfy { !$0.isListening } && !deaf.isListening)
                try standby.promote()
                try await eventually { deaf.isListening && listeners[1].isListening }
                #expect(!listeners[0].isListening)
                for listener in listeners + [deaf] { await listener.shutdown() }
            }
        }
    }
}

/// Counts what is logged as an error.
private struct CountingHandler: LogHandler {
    let tally: Tally
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .error

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { tally.add() }
}
