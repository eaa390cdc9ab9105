import Postgres
import PrivatePostgres
import Testing

extension ServerTests {
    @Suite("Small readings that share connections")
    struct SharedConnectionTests {
        private static func echo(_ database: Database, _ number: Int) async throws -> Int? {
            try await database.first("select \(number)::int") { row in try row.next(Int.self) }
        }

        /// They open in the background, also after they were lost.
        static func waitUntilOpen(_ database: Database) async throws {
            try await eventually {
                let before = database.health.metrics.smallReadings
                return (try? await echo(database, 1)) == 1 && database.health.metrics.smallReadings > before
            }
        }

        @Test("each is answered with its own row, or with none, and no worker is used")
        func answers() async throws {
            try await withDatabase { database in
                try await Self.waitUntilOpen(database)
                let jobs = database.health.metrics.jobs
                for number in 0..<100 { try await #expect(Self.echo(database, number) == number) }
                let none = try await database.first("select 1 where \(false)::boolean") { row in try row.next(Int.self) }
                #expect(none == nil && database.health.metrics.jobs - jobs < 10)
            }
        }

        @Test("what fails is told as any statement would tell it, and those that follow are answered")
        func failures() async throws {
            try await withDatabase { database in
                try await Self.waitUntilOpen(database)
                let division = try await databaseError {
                    try await database.first("select 1 / \(0)::int") { row in try row.next(Int.self) }
                }
                #expect(division.sqlState == "22012")
                let decoding = try await databaseError {
                    try await database.first("select \("a")::text") { row in try row.next(Int.self) }
                }
                #expect(decoding.kind == .decoding)
                let rows = try await databaseError {
                    try await database.first("select generate_series(1, \(2)::int)") { row in try row.next(Int.self) }
                }
                #expect(rows.kind == .unexpectedRowCount)
                let text = try await databaseError {
                    try await database.first("select \("a\0b")::text") { row in try row.next(String.self) }
                }
                #expect(text.kind == .invalidText)
                let write = try await databaseError {
                    try await database.first("insert into t values (1) returning 1") { row in try row.next(Int.self) }
                }
                #expect(write.kind == .server)
                try await #expect(Self.echo(database, 7) == 7)
            }
        }

        @Test("a table that changes under a prepared statement is read as it is now")
        func changedTable() async throws {
            try await withDatabase { database in
                try await database.write { try $0.script("create table t (a int); insert into t values (1)") }
                try await Self.waitUntilOpen(database)
                func read() async throws -> String? {
                    try await database.first("select * from t where \(true)::boolean") { row in try row.next(String.self) }
                }
                for _ in 0..<8 { try await #expect(read() == "1") }
                try await database.write { try $0.script("alter table t alter column a type text using 'changed'") }
                for _ in 0..<8 { try await #expect(read() == "changed") }
                try await Self.waitUntilOpen(database)
                try await #expect(read() == "changed")
            }
        }

        @Test("one that is slow has the time of any statement, and the next ones do not wait behind it")
        func slow() async throws {
            try await withDatabase {
                $0.applicationName = "slow readings"
                $0.sharedConnections = 1
            } _: { database in
                // The slow one is on the shared connection for a second, then a worker's: a machine may look away meanwhile.
                var attempts = 0
                while try await !Self.arePassed(slowOneOf: database) {
                    attempts += 1
                    try #require(attempts < 10)
                }
            }
        }

        /// Whether others were answered by workers while a slow one was under way, which is answered too.
        private static func arePassed(slowOneOf database: Database) async throws -> Bool {
            try await waitUntilOpen(database)
            let slow = Task {
                try await database.first("select pg_sleep(\(1.5)::float8)::text, 1") { row in
                    row.skip()
                    return try row.next(Int.self)
                }
            }
            var sleep: String?
            try await eventually {
                sleep = try? await asleep(database)
                return sleep != nil
            }
            // Those that come in its first five milliseconds may wait for it.
            try await Task.sleep(for: .milliseconds(10))
            let jobs = database.health.metrics.jobs
            for number in 0..<5 { try await #expect(echo(database, number) == number) }
            let isStillAsleep = try await asleep(database) == sleep
            // That look is a job too, and a job is counted just after its caller has the answer: either may be missing.
            let areByWorkers = database.health.metrics.jobs - jobs >= 5
            try await #expect(slow.value == 1)
            return areByWorkers && isStillAsleep
        }

        /// Which statement of the test above sleeps, if one does.
        private static func asleep(_ database: Database) async throws -> String? {
            try await database.fetch { session in
                try session.first(
                    """
                    select pid || ' ' || query_start from pg_stat_activity
                    where application_name = 'slow readings' and wait_event = 'PgSleep'
                    """
                ) { row in try row.next(String.self) }
            }
        }

        @Test("texts longer than a socket takes at once are sent and answered whole")
        func long() async throws {
            try await withDatabase { database in
                try await Self.waitUntilOpen(database)
                let texts = (0..<60).map { String(repeating: "\($0)-", count: 300_000) }
                let lengths = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for text in texts {
                        group.addTask {
                            try await database.first("select \(text)::text") { row in try row.next(String.self) } == text
                        }
                    }
                    return try await group.reduce(into: [Bool]()) { $0.append($1) }
                }
                #expect(lengths.count == texts.count && lengths.allSatisfy(\.self))
            }
        }

        @Test("a shutdown answers those that are under way, and refuses the next")
        func shutdown() async throws {
            try await withDatabase { database in
                try await Self.waitUntilOpen(database)
                let tasks = (0..<40).map { number in
                    Task {
                        try await database.first("select \(number)::int, pg_sleep(0.02)::text") { row in try row.next(Int.self) }
                    }
                }
                try await Task.sleep(for: .milliseconds(50))
                await database.shutdown()
                for (number, task) in tasks.enumerated() {
                    switch await task.result {
                    case .success(let value): #expect(value == number)
                    case .failure(let error): #expect((error as? DatabaseError)?.kind == .shuttingDown, "\(error)")
                    }
                }
                let error = try await databaseError { try await Self.echo(database, 1) }
                #expect(error.kind == .shuttingDown)
            }
        }

        @Test("behind a pooler they take the ordinary way")
        func pooled() async throws {
            try await PrivateServer.with { server in
                let database = Database(
                    configuration: DatabaseConfiguration(connectionString: try server.pooler()), logger: quietLogger())
                for number in 0..<20 { try await #expect(Self.echo(database, number) == number) }
                #expect(database.health.metrics.smallReadings == 0)
                await database.shutdown()
            }
        }
    }
}
