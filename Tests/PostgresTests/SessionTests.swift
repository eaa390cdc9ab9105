import Postgres
import PrivatePostgres
import Testing

extension ServerTests {
    @Suite("Sessions")
    struct SessionTests {
        @Test("are set to what statements rely on, whatever the database says by default")
        func hostileDefaults() async throws {
            try await PrivateServer.with { server in
                try server.makeDefaultsHostile(of: "jalon")
                let database = Database(configuration: Self.single(server.url), logger: quietLogger())
                let found = try await database.fetch { session in
                    try session.one(
                        """
                        select array['', null]::text[] is not null and '{NULL}'::text[] = array[null]::text[], '\\',
                            '\\x00ff'::bytea::text, '2022-03-01'::date::text, '2022-03-01 00:00Z'::timestamptz::text,
                            '-1 day 2 hours'::interval::text, 0.1::float8::text, quote_ident('a'), (\(String?.none)::text = null) is null
                        """
                    ) { row in
                        try [String(row.next(Bool.self))] + (0..<7).map { _ in try row.next(String.self) } + [
                            String(row.next(Bool.self))
                        ]
                    }
                }
                #expect(
                    found == [
                        "true", "\\", "\\x00ff", "2022-03-01", "2022-03-01 00:00:00+00", "-1 days +02:00:00", "0.1", "a", "true",
                    ])
                try await database.write { session in
                    let asked: SQL = "select current_setting('transaction_isolation')"
                    let isolation = try session.one(asked) { try $0.next(String.self) }
                    #expect(isolation == "read committed")
                    // An error does not end the session.
                    #expect(throws: DatabaseError.self) { try session.savepoint { try $0.execute("select 1 / 0") } }
                    try session.execute("create table t (id int)")
                }
                // Longer than the default lets a session be idle.
                try await Task.sleep(for: .milliseconds(1_200))
                try await #expect(database.fetch { try $0.query("select id from t") { try $0.next(Int.self) } } == [])
                #expect(database.health.metrics.reconnects == 0)
                await database.shutdown()
            }
        }

        @Test("that the server ends for being idle are opened anew, without an error")
        func idle() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                for job in 1...3 {
                    try await database.write { try $0.script("set idle_session_timeout = 20") }
                    try await eventually { database.health.metrics.reconnects >= UInt64(job - 1) }
                    try await Task.sleep(for: .milliseconds(60))
                    try await #expect(database.fetch { try $0.one("select 1") { try $0.next(Int.self) } } == 1)
                }
                #expect(database.health.metrics.reconnects == 3)
            }
        }

        @Test("know statements by names that mean the same everywhere, and do not mind a name that is taken or gone")
        func names() async throws {
            let sum: SQL = "select 40 + 2"
            func sum42(_ database: Database) async throws -> Int {
                try await database.fetch { try $0.one(sum) { try $0.next(Int.self) } }
            }
            func name(_ database: Database) async throws -> String {
                try await database.fetch { session in
                    try session.one("select name from pg_prepared_statements where statement = \(sum.text)") { try $0.next() }
                }
            }
            try await withDatabase {
                $0.connections = 1
            } _: { first in
                try await withDatabase {
                    $0.connections = 1
                } _: { other in
                    try await #expect(sum42(first) == 42)
                    try await #expect(sum42(other) == 42)
                    let shared = try await name(first)
                    try await #expect(name(other) == shared)
                    // Gone: in a fetch, and in the middle of a transaction, which is then done again.
                    try await first.write { try $0.script("deallocate all") }
                    try await #expect(first.write { try $0.one(sum) { try $0.next(Int.self) } } == 42)
                    try await other.write { try $0.script("deallocate all") }
                    try await #expect(sum42(other) == 42)
                    // Taken by somebody else before us.
                    for inTransaction in [false, true] {
                        try await withDatabase {
                            $0.connections = 1
                        } _: { late in
                            try await late.write { session in
                                try session.execute(
                                    "select set_config('jalon.name', \(shared), false)")
                                try session.script(
                                    "do $$ begin execute 'prepare ' || current_setting('jalon.name') || ' as select 40 + 2'; end $$"
                                )
                            }
                            if inTransaction {
                                try await #expect(late.read { try $0.one(sum) { try $0.next(Int.self) } } == 42)
                            } else {
                                try await #expect(sum42(late) == 42)
                            }
                            #expect(late.health.metrics.reconnects == 0)
                        }
                    }
                }
            }
        }

        static func single(_ url: String) -> DatabaseConfiguration {
            var configuration = DatabaseConfiguration(connectionString: url)
            configuration.connections = 1
            configuration.queueWait = .seconds(20)
            return configuration
        }
    }
}
