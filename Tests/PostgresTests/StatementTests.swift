import Postgres
import Testing

extension ServerTests {
    @Suite("Prepared statements and streams")
    struct StatementTests {
        private struct Enough: Error {}

        @Test("a statement is prepared once, and the least recently used goes when there are too many")
        func eviction() async throws {
            try await withDatabase {
                $0.connections = 1
                $0.preparedStatements = 4
            } _: { database in
                let prepared: SQL = "select statement from pg_prepared_statements order by 1"
                let hot: SQL = "select 'hot'"
                for _ in 0..<3 {
                    for length in 1...12 {
                        let sum: SQL = "select " + SQL.joined(Array(repeating: "1", count: length), separator: " + ")
                        let value = try await database.fetch { try $0.one(sum) { try $0.next(Int.self) } }
                        #expect(value == length)
                        _ = try await database.fetch { try $0.one(hot) { try $0.next(String.self) } }
                    }
                }
                let left = try await database.fetch { try $0.query(prepared) { try $0.next(String.self) } }
                #expect(left.count == 4)
                #expect(left.contains("select 'hot'") && left.contains(prepared.text))
            }
        }

        @Test("a statement whose result changes shape is prepared again, in a fetch and in a transaction")
        func stalePlan() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                try await database.write { try $0.script("create table t (a int); insert into t values (1)") }
                let all: SQL = "select * from t"
                try await #expect(database.fetch { try $0.one(all) { try $0.next(Int.self) } } == 1)
                try await database.write { try $0.script("alter table t alter column a type bigint") }
                try await #expect(database.fetch { try $0.one(all) { try $0.next(Int.self) } } == 1)
                try await database.write { try $0.script("alter table t alter column a type int") }
                try await #expect(database.read { try $0.one(all) { try $0.next(Int.self) } } == 1)
                try await database.write { try $0.script("deallocate all") }
                try await #expect(database.write { try $0.one(all) { try $0.next(Int.self) } } == 1)
            }
        }

        @Test("a million rows stream in bounded memory")
        func million() async throws {
            try await withDatabase { database in
                let before = processMemory().resident
                let (rows, peak) = try await database.read(timeout: .seconds(30)) { session in
                    var rows = 0
                    var peak = 0
                    try session.stream("select g, repeat('x', 100) from generate_series(1, 1000000) as g") { row in
                        rows += 1
                        if rows.isMultiple(of: 100_000) {
                            let number: Int = try row.next()
                            #expect(number == rows)
                            peak = max(peak, processMemory().resident)
                        }
                    }
                    return (rows, peak)
                }
                #expect(rows == 1_000_000)
                #expect(peak - before < 32 << 20, "grew by \((peak - before) >> 20) MiB")
            }
        }

        @Test("a stream stopped early leaves the session usable when little is left")
        func stopEarly() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                let sum = try await database.read { session in
                    var sum = 0
                    #expect(throws: Enough.self) {
                        try session.stream("select g from generate_series(1, 1000) as g") { row in
                            sum += try row.next(Int.self)
                            if sum >= 6 { throw Enough() }
                        }
                    }
                    return try session.one("select \(sum)::int + 1") { try $0.next(Int.self) }
                }
                #expect(sum == 7)
                #expect(database.health.metrics.reconnects == 0)
            }
        }

        @Test("a stream stopped early with much left gives its connection up, and the next job gets a good one")
        func stopEarlyWithMuchLeft() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                let start = ContinuousClock.now
                await #expect(throws: Enough.self) {
                    try await database.read { session in
                        try session.stream("select g, pg_sleep(0.001) from generate_series(1, 1000000) as g") { _ in
                            throw Enough()
                        }
                    }
                }
                try await #expect(database.fetch { try $0.one("select 1") { try $0.next(Int.self) } } == 1)
                // To its end it would take a quarter of an hour.
                #expect(ContinuousClock.now - start < .seconds(60))
            }
        }

        @Test("a statement sent while another streams is misuse, and an error in mid-stream is thrown")
        func streamErrors() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                let nested = try await databaseError {
                    try await database.read { session in
                        try session.stream("select generate_series(1, 10)") { _ in try session.execute("select 1") }
                    }
                }
                #expect(nested.kind == .misuse)
                let rows = Tally()
                let failed = try await databaseError {
                    try await database.fetch { session in
                        try session.stream("select 10 / (5000 - g) from generate_series(1, 10000) as g") { _ in
                            rows.add()
                        }
                    }
                }
                #expect(failed.sqlState == "22012")
                #expect(rows.value > 0)
                try await #expect(database.fetch { try $0.one("select 1") { try $0.next(Int.self) } } == 1)
                #expect(database.health.metrics.reconnects == 0)
            }
        }

        @Test("notices of the server do not disturb a statement")
        func notices() async throws {
            try await withDatabase { database in
                try await database.write { session in
                    try session.script("do $$ begin for i in 1..100 loop raise warning 'w %', i; end loop; end $$")
                    try #expect(session.one("select 1") { try $0.next(Int.self) } == 1)
                }
            }
        }
    }
}
