import Dispatch
import Postgres
import Testing

extension ServerTests {
    @Suite("Transactions")
    struct TransactionTests {
        private func count(_ database: Database) async throws -> Int {
            try await database.fetch { try $0.one("select count(*) from t") { try $0.next(Int.self) } }
        }

        @Test("a write commits when its closure returns, and leaves nothing when it throws")
        func commitAndRollBack() async throws {
            struct Refusal: Error {}
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (id int)") }
                try await database.write { try $0.execute("insert into t values (1)") }
                await #expect(throws: Refusal.self) {
                    try await database.write { session in
                        try session.execute("insert into t values (2)")
                        throw Refusal()
                    }
                }
                try await #expect(count(database) == 1)
            }
        }

        @Test("fetch and read cannot write")
        func readOnly() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (id int)") }
                let fetched = try await databaseError {
                    try await database.fetch { try $0.execute("insert into t values (1)") }
                }
                #expect(fetched.sqlState == "25006")
                let read = try await databaseError {
                    try await database.read { try $0.execute("insert into t values (1)") }
                }
                #expect(read.sqlState == "25006")
                try await #expect(count(database) == 0)
            }
        }

        @Test("a fetch of two statements takes two, each with its own snapshot, and no third")
        func twoStatements() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table seen (id int)") }
                let counts = try await database.fetch(statements: 2) { session in
                    let before = try session.one("select count(*) from seen") { try $0.next(Int.self) }
                    // Another connection writes meanwhile, and the next statement sees it.
                    let written = DispatchSemaphore(value: 0)
                    Task.detached {
                        _ = try? await database.write { try $0.execute("insert into seen values (1)") }
                        written.signal()
                    }
                    written.wait()
                    return [before, try session.one("select count(*) from seen") { try $0.next(Int.self) }]
                }
                #expect(counts == [0, 1])
                let error = try await databaseError {
                    try await database.fetch(statements: 2) { session in
                        for _ in 0..<3 { try session.execute("select 1") }
                    }
                }
                #expect(error.kind == .misuse)
            }
        }

        @Test("a fetch takes one statement only")
        func oneStatement() async throws {
            try await withDatabase { database in
                let error = try await databaseError {
                    try await database.fetch { session in
                        try session.execute("select 1")
                        try session.execute("select 2")
                    }
                }
                #expect(error.kind == .misuse)
                try await database.read { session in
                    try session.execute("select 1")
                    try session.execute("select 2")
                }
            }
        }

        @Test("a read sees one snapshot over several statements")
        func snapshot() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (id int)") }
                let gate = Gate()
                async let counts = database.read { session in
                    let before = try session.one("select count(*) from t") { try $0.next(Int.self) }
                    gate.pass()
                    let after = try session.one("select count(*) from t") { try $0.next(Int.self) }
                    return [before, after]
                }
                try await gate.waitForArrivals(1)
                try await database.write { try $0.execute("insert into t values (1)") }
                gate.open()
                try await #expect(counts == [0, 0])
            }
        }

        @Test("the name of the violated constraint, its table and the SQLSTATE come through")
        func constraints() async throws {
            try await withDatabase { database in
                try await database.write { session in
                    try session.script(
                        """
                        create table t (
                          id int constraint t_pk primary key,
                          n int not null,
                          constraint t_n_positive check (n > 0)
                        );
                        insert into t values (1, 1)
                        """
                    )
                }
                let unique = try await databaseError {
                    try await database.write { try $0.execute("insert into t values (1, 2)") }
                }
                #expect(unique.kind == .server && unique.sqlState == "23505")
                #expect(unique.constraint == "t_pk" && unique.table == "t")
                #expect(unique.statement == "insert into t values (1, 2)")
                #expect(unique.detail?.contains("(id)=(1)") == true)
                let check = try await databaseError { try await database.write { try $0.execute("insert into t values (2, 0)") } }
                #expect(check.sqlState == "23514" && check.constraint == "t_n_positive")
                let null = try await databaseError {
                    try await database.write { try $0.execute("insert into t values (3, null)") }
                }
                #expect(null.sqlState == "23502" && null.column == "n")
            }
        }

        @Test("a deadlock between two writers is resolved by running the loser again")
        func deadlock() async throws {
            try await withDatabase {
                // The server looks for deadlocks after one second, as long as the default wait for a lock.
                $0.lockTimeout = .seconds(4)
            } _: { database in
                try await database.write { try $0.script("create table t (id int, n int); insert into t values (1, 0), (2, 0)") }
                let gate = Gate()
                let runs = Tally()
                @Sendable func add(_ first: Int, _ second: Int) async throws {
                    try await database.write { session in
                        runs.add()
                        try session.execute("update t set n = n + 1 where id = \(first)")
                        gate.pass()
                        try session.execute("update t set n = n + 1 where id = \(second)")
                    }
                }
                async let one: Void = add(1, 2)
                async let two: Void = add(2, 1)
                try await gate.waitForArrivals(2)
                gate.open()
                _ = try await (one, two)
                // The loser may take its first row again before the winner has it, and lose once more.
                let retries = Int(database.health.metrics.retries)
                #expect((1...3).contains(retries) && runs.value == 2 + retries)
                let numbers = try await database.fetch { try $0.query("select n from t") { try $0.next(Int.self) } }
                #expect(numbers == [2, 2])
            }
        }

        @Test("a serialization failure runs the closure again, and three times at most")
        func serializationFailure() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (id int, n int); insert into t values (1, 0)") }
                let gate = Gate()
                let runs = Tally()
                async let slow: Void = database.write { session in
                    runs.add()
                    try session.execute("set transaction isolation level repeatable read")
                    let seen = try session.one("select n from t") { try $0.next(Int.self) }
                    gate.pass()
                    try session.execute("update t set n = \(seen + 1)")
                }
                try await gate.waitForArrivals(1)
                try await database.write { try $0.execute("update t set n = 10") }
                gate.open()
                try await slow
                #expect(runs.value == 2)
                try await #expect(database.fetch { try $0.one("select n from t") { try $0.next(Int.self) } } == 11)

                let attempts = Tally()
                let error = try await databaseError {
                    try await database.write { session in
                        attempts.add()
                        try session.script("do $$ begin raise exception 'again' using errcode = '40001'; end $$")
                    }
                }
                #expect(error.sqlState == "40001")
                #expect(attempts.value == 4)
            }
        }

        @Test("an error that the closure swallows still undoes the transaction, and is reported")
        func swallowed() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (id int)") }
                let error = try await databaseError {
                    try await database.write { session in
                        try session.execute("insert into t values (1)")
                        _ = try? session.execute("select 1 / 0")
                    }
                }
                #expect(error.kind == .misuse)
                try await #expect(count(database) == 0)
            }
        }

        @Test("a savepoint undoes what failed and lets the transaction go on, nested too")
        func savepoints() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (id int primary key)") }
                try await database.write { session in
                    try session.execute("insert into t values (1)")
                    #expect(throws: DatabaseError.self) {
                        try session.savepoint { inner in
                            try inner.execute("insert into t values (2)")
                            try inner.execute("insert into t values (1)")
                        }
                    }
                    try session.savepoint { inner in
                        try inner.execute("insert into t values (3)")
                        _ = try? inner.savepoint { try $0.execute("insert into t values (3)") }
                        try inner.execute("insert into t values (4)")
                    }
                }
                let ids = try await database.fetch { try $0.query("select id from t order by 1") { try $0.next(Int.self) } }
                #expect(ids == [1, 3, 4])
                let outside = try await databaseError { try await database.fetch { try $0.savepoint { _ in } } }
                #expect(outside.kind == .misuse)
            }
        }

        @Test("a script reports its first error, and a transaction ended inside one is misuse")
        func scripts() async throws {
            try await withDatabase { database in
                let failed = try await databaseError {
                    try await database.write { try $0.script("create table t (id int); select 1 / 0; select nothing") }
                }
                #expect(failed.sqlState == "22012")
                let ended = try await databaseError { try await database.write { try $0.script("select 1; commit; select 2") } }
                #expect(ended.kind == .misuse)
                let copy = try await databaseError { try await database.write { try $0.script("copy (select 1) to stdout") } }
                #expect(copy.kind == .misuse)
                try await #expect(database.fetch { try $0.one("select 1") { try $0.next(Int.self) } } == 1)
            }
        }

        @Test("a session left in a transaction is closed, not used again")
        func leftInTransaction() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                let pid: SQL = "select pg_backend_pid()"
                let before = try await database.fetch { try $0.one(pid) { try $0.next(Int.self) } }
                try await #expect(database.fetch { try $0.one(pid) { try $0.next(Int.self) } } == before)
                try await database.fetch { _ = try $0.execute("begin") }
                let after = try await database.fetch { try $0.one(pid) { try $0.next(Int.self) } }
                #expect(after != before)
                #expect(database.health.metrics.reconnects == 1)
            }
        }

        @Test("a statement is stopped after its timeout, 57014, and a wait for a lock after its own, 55P03")
        func timeouts() async throws {
            try await withDatabase {
                $0.statementTimeout = .milliseconds(300)
                $0.lockTimeout = .milliseconds(100)
            } _: { database in
                let slow = try await databaseError { try await database.fetch { try $0.execute("select pg_sleep(5)") } }
                #expect(slow.kind == .server && slow.sqlState == "57014")
                let maintained = try await databaseError {
                    try await database.maintain(timeout: .milliseconds(50)) { try $0.execute("select pg_sleep(0.2)") }
                }
                #expect(maintained.sqlState == "57014")
                try await database.maintain(timeout: .seconds(10)) { _ = try $0.execute("select pg_sleep(0.4)") }
                try await database.read(timeout: .seconds(10)) { _ = try $0.execute("select pg_sleep(0.4)") }
                try await database.write { try $0.script("create table t (id int); insert into t values (1)") }
                let gate = Gate()
                async let holder = database.write { session in
                    try session.execute("update t set id = 2")
                    gate.pass()
                }
                try await gate.waitForArrivals(1)
                let locked = try await databaseError { try await database.write { try $0.execute("update t set id = 3") } }
                #expect(locked.sqlState == "55P03")
                gate.open()
                try await holder
            }
        }
    }
}
