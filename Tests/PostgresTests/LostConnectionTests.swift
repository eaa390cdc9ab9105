import Glibc
import Postgres
import Testing

extension ServerTests {
    @Suite("Connections lost during a job")
    struct LostConnectionTests {
        private func count(_ database: Database) async throws -> Int {
            try await database.fetch { try $0.one("select count(*) from t") { try $0.next(Int.self) } }
        }

        @Test("a connection lost before the commit runs a write once more, and it is written once")
        func lostBeforeCommit() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (id int)") }
                let runs = Tally()
                try await database.write { session in
                    try session.execute("insert into t values (1)")
                    if runs.add() == 1 {
                        try session.execute("select pg_terminate_backend(pg_backend_pid())")
                    }
                }
                #expect(runs.value == 2)
                try await #expect(count(database) == 1)

                let laterRuns = Tally()
                let error = try await databaseError {
                    try await database.write { session in
                        laterRuns.add()
                        try session.execute("select pg_terminate_backend(pg_backend_pid())")
                    }
                }
                #expect(error.kind == .connectionLost)
                #expect(laterRuns.value == 2)
            }
        }

        @Test("a read that may not run again fails once its closure has started, not before")
        func notAgain() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                let suicide: SQL = "select pg_terminate_backend(pg_backend_pid())"
                let runs = Tally()
                let error = try await databaseError {
                    try await database.read(mayRunAgain: false) { session in
                        runs.add()
                        try session.execute(suicide)
                    }
                }
                #expect(error.kind == .connectionLost && runs.value == 1)
                let pid = try await database.fetch { try $0.one("select pg_backend_pid()") { try $0.next(Int.self) } }
                try await withDatabase { other in
                    _ = try await other.write { try $0.execute("select pg_terminate_backend(\(pid))") }
                }
                let one = try await database.read(mayRunAgain: false) { try $0.one("select 1") { try $0.next(Int.self) } }
                #expect(one == 1)
            }
        }

        @Test("a closure too slow between two statements loses its transaction and is not run again")
        func idleInTransaction() async throws {
            try await withDatabase {
                // Long enough for what is not meant to be slow, on a machine that is.
                $0.idleInTransactionTimeout = .seconds(1)
            } _: { database in
                try await database.write { try $0.script("create table t (id int)") }
                let runs = Tally()
                let error = try await databaseError {
                    try await database.write { session in
                        runs.add()
                        try session.execute("insert into t values (1)")
                        usleep(3_000_000)
                        try session.execute("insert into t values (2)")
                    }
                }
                #expect(error.sqlState == "25P03" && runs.value == 1)
                try await #expect(count(database) == 0)
            }
        }

        @Test(
            "a commit without a sure answer is unknown and never run again",
            arguments: ["perform pg_terminate_backend(pg_backend_pid())", "raise warning 'not sent to the standby'"]
        )
        func lostDuringCommit(_ accident: String) async throws {
            try await withDatabase { database in
                try await database.write { session in
                    try session.script(
                        """
                        create table t (id int);
                        create function accident() returns trigger language plpgsql as
                          $$ begin \(accident); return null; end $$;
                        create constraint trigger accident after insert on t deferrable initially deferred
                          for each row execute function accident()
                        """
                    )
                }
                let runs = Tally()
                let error = try await databaseError {
                    try await database.write { session in
                        runs.add()
                        try session.execute("insert into t values (1)")
                    }
                }
                #expect(error.kind == .commitUnknown)
                #expect(runs.value == 1)
                try await database.write { try $0.execute("select 1") }
            }
        }
    }
}
