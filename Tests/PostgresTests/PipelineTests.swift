import Postgres
import Testing

extension ServerTests {
    @Suite("Statements that nobody waits for")
    struct PipelineTests {
        private static func prepare(_ database: Database) async throws {
            try await database.write { try $0.script("create table t (id int primary key, v text)") }
        }

        private static func values(_ database: Database) async throws -> [String] {
            try await database.fetch { try $0.query("select id || v from t order by id") { try $0.next(String.self) } }
        }

        /// Twice, as what is new on a connection is prepared by itself first.
        private static func twice(_ body: (Int) async throws -> Void) async throws {
            for round in 1...2 { try await body(round) }
        }

        @Test("run in order with the next one, and a whole write of five statements takes two round trips")
        func order() async throws {
            try await withDatabase({ $0.connections = 1 }) { database in
                try await Self.prepare(database)
                var trips: UInt64 = 0
                try await Self.twice { round in
                    let before = database.health.metrics.roundTrips
                    let seen = try await database.write { session in
                        try session.executeLater("insert into t values (\(round), 'a')")
                        try session.executeLater("update t set v = v || 'b' where id = \(round)")
                        return try session.one("select v from t where id = \(round)") { try $0.next(String.self) }
                    }
                    trips = database.health.metrics.roundTrips - before
                    #expect(seen == "ab")
                }
                #expect(trips == 2)
                try await #expect(Self.values(database) == ["1ab", "2ab"])
            }
        }

        @Test("are done at the end of a write that asks nothing more, or not at all if they fail")
        func end() async throws {
            try await withDatabase({ $0.connections = 1 }) { database in
                try await Self.prepare(database)
                try await Self.twice { round in
                    try await database.write { try $0.executeLater("insert into t values (\(round), 'a')") }
                }
                try await Self.twice { round in
                    let error = try await databaseError {
                        try await database.write { session in
                            try session.executeLater("insert into t values (\(round + 10), 'a')")
                            try session.executeLater("insert into t values (\(1), 'b')")
                        }
                    }
                    #expect(error.kind == .server && error.constraint == "t_pkey")
                }
                try await #expect(Self.values(database) == ["1a", "2a"])
            }
        }

        @Test("that fail are told by the next one, which is not run, nor is what follows")
        func failure() async throws {
            try await withDatabase({ $0.connections = 1 }) { database in
                try await Self.prepare(database)
                try await database.write { try $0.execute("insert into t values (1, 'a')") }
                try await Self.twice { round in
                    let error = try await databaseError {
                        try await database.write { session in
                            try session.executeLater("insert into t values (\(1), 'b')")
                            try session.execute("insert into t values (\(round + 10), 'c')")
                        }
                    }
                    #expect(error.constraint == "t_pkey" && error.statement?.contains("values ($1, 'b')") == true)
                    // Who swallows the failure commits nothing.
                    let swallowed = try await databaseError {
                        try await database.write { session in
                            try session.executeLater("insert into t values (\(1), 'b')")
                            _ = try? session.execute("insert into t values (\(round + 10), 'c')")
                        }
                    }
                    #expect(swallowed.kind == .misuse)
                }
                try await #expect(Self.values(database) == ["1a"])
            }
        }

        @Test("of a savepoint are undone with it, and those before it stay")
        func savepoint() async throws {
            try await withDatabase({ $0.connections = 1 }) { database in
                try await Self.prepare(database)
                try await Self.twice { round in
                    try await database.write { session in
                        try session.executeLater("insert into t values (\(round), 'a')")
                        let error = #expect(throws: DatabaseError.self) {
                            try session.savepoint { inner in try inner.executeLater("insert into t values (\(round), 'b')") }
                        }
                        #expect(error?.constraint == "t_pkey")
                        try session.executeLater("update t set v = 'c' where id = \(round)")
                    }
                }
                try await #expect(Self.values(database) == ["1c", "2c"])
            }
        }

        @Test("do not outlive a refusal, and a text that cannot be sent leaves nothing behind")
        func refusal() async throws {
            struct Refusal: Error {}
            try await withDatabase({ $0.connections = 1 }) { database in
                try await Self.prepare(database)
                try await Self.twice { round in
                    await #expect(throws: Refusal.self) {
                        try await database.write { session in
                            try session.executeLater("insert into t values (\(round), 'a')")
                            throw Refusal()
                        }
                    }
                    let error = try await databaseError {
                        try await database.write { session in
                            try session.executeLater("insert into t values (\(round), \("a\0b"))")
                            _ = try? session.execute("insert into t values (\(round), 'c')")
                        }
                    }
                    #expect(error.kind == .invalidText)
                }
                try await #expect(Self.values(database) == [])
            }
        }

        @Test("and statements that are planned once leave the others planned as they were")
        func planning() async throws {
            try await withDatabase({ $0.connections = 1 }) { database in
                let mode: SQL = "select current_setting('plan_cache_mode')"
                func found(_ sql: SQL) async throws -> String {
                    try await database.fetch { try $0.one(sql) { try $0.next(String.self) } }
                }
                try await Self.twice { _ in
                    try await #expect(found(mode) == "auto")
                    try await #expect(found(mode.plannedOnce()) == "force_generic_plan")
                    // Undone with the write that set it.
                    _ = try await databaseError {
                        try await database.write { session in
                            #expect(try session.one(mode) { try $0.next(String.self) } == "auto")
                            try session.execute("select 1 / 0")
                        }
                    }
                    try await #expect(found(mode.plannedOnce()) == "force_generic_plan")
                }
            }
        }
    }
}
