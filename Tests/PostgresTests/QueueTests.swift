import Glibc
import Postgres
import Synchronization
import Testing

extension ServerTests {
    @Suite("The queue and the workers")
    struct QueueTests {
        /// Takes the only worker until the gate opens.
        private func hold(_ database: Database, _ gate: Gate) async throws -> Task<Void, any Error> {
            let task = Task { try await database.fetch { _ in gate.pass() } }
            try await gate.waitForArrivals(1)
            return task
        }

        private func one(_ database: Database) async throws -> Int {
            try await database.fetch { try $0.one("select 1") { try $0.next(Int.self) } }
        }

        @Test("a full queue refuses at once")
        func full() async throws {
            try await withDatabase {
                $0.connections = 1
                $0.queueCapacity = 2
            } _: { database in
                let gate = Gate()
                let holder = try await hold(database, gate)
                let waiting = (0..<2).map { _ in Task { try await one(database) } }
                try await eventually { database.health.queuedJobs == 2 }
                #expect(database.health.busyConnections == 1)
                let error = try await databaseError { try await one(database) }
                #expect(error.kind == .queueFull)
                gate.open()
                try await holder.value
                for task in waiting { try await #expect(task.value == 1) }
                try await eventually { database.health.busyConnections == 0 }
            }
        }

        @Test("a job that waits too long fails while every worker is still stuck")
        func timeout() async throws {
            try await withDatabase {
                $0.connections = 1
                $0.queueWait = .milliseconds(100)
            } _: { database in
                let gate = Gate()
                let holder = try await hold(database, gate)
                for _ in 0..<2 {
                    let start = ContinuousClock.now
                    let error = try await databaseError { try await one(database) }
                    #expect(error.kind == .queueTimeout)
                    #expect(ContinuousClock.now - start >= .milliseconds(95))
                }
                #expect(database.health.queuedJobs == 0)
                gate.open()
                try await holder.value
                try await #expect(one(database) == 1)
            }
        }

        @Test("a job waits for the first attempt to connect, whose end says why there is no connection")
        func firstAttempt() async throws {
            let silent = try SilentServer()
            var configuration = DatabaseConfiguration(connectionString: "postgresql://127.0.0.1:\(silent.port)/nowhere")
            configuration.queueWait = .milliseconds(20)
            configuration.connectTimeout = .seconds(2)
            let database = Database(configuration: configuration, logger: quietLogger())
            let error = try await databaseError { try await one(database) }
            #expect(error.kind == .unavailable)
            await database.shutdown()
        }

        @Test("a cancelled job leaves the queue at once and never runs; a running one is not interrupted")
        func cancellation() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                let gate = Gate()
                let holder = try await hold(database, gate)
                let hasRun = Atomic<Bool>(false)
                let queued = Task { try await database.fetch { _ in hasRun.store(true, ordering: .relaxed) } }
                try await eventually { database.health.queuedJobs == 1 }
                queued.cancel()
                await #expect(throws: CancellationError.self) { try await queued.value }
                holder.cancel()
                gate.open()
                try await holder.value
                try await #expect(one(database) == 1)
                #expect(hasRun.load(ordering: .relaxed) == false)
                await #expect(throws: CancellationError.self) {
                    try await Task {
                        withUnsafeCurrentTask { $0?.cancel() }
                        gate.pass()
                        return try await one(database)
                    }.value
                }
            }
        }

        @Test("every job ends exactly once among cancellations, timeouts and refusals")
        func storm() async throws {
            try await withDatabase {
                $0.queueCapacity = 20
                $0.queueWait = .milliseconds(20)
            } _: { database in
                let ends = await withTaskGroup(of: Void.self) { group in
                    for index in 0..<2000 {
                        group.addTask {
                            let task = Task {
                                try await database.fetch { _ in usleep(UInt32(index % 7) * 100) }
                            }
                            if index.isMultiple(of: 3) { task.cancel() }
                            _ = await task.result
                        }
                    }
                    return await group.reduce(into: 0) { count, _ in count += 1 }
                }
                #expect(ends == 2000)
                #expect(database.health.queuedJobs == 0)
            }
        }

        @Test("the counters count")
        func metrics() async throws {
            try await withDatabase { database in
                for _ in 0..<10 { try await #expect(one(database) == 1) }
                try await eventually { database.health.metrics.jobs == 10 }
                let health = database.health
                #expect(health.available && health.openConnections >= 1 && health.lastFailure == nil)
                #expect(health.metrics.sqlNanoseconds > 0 && health.metrics.queueWaitNanoseconds > 0)
                #expect(health.metrics.retries == 0 && health.metrics.reconnects == 0)
            }
        }

        @Test("a connection is replaced at the end of its life")
        func lifetime() async throws {
            try await withDatabase {
                $0.connections = 1
                $0.connectionLifetime = .milliseconds(50)
            } _: { database in
                var pids: Set<Int> = []
                for _ in 0..<4 {
                    pids.insert(try await database.fetch { try $0.one("select pg_backend_pid()") { try $0.next(Int.self) } })
                    try await Task.sleep(for: .milliseconds(60))
                }
                #expect(pids.count > 1)
                #expect(database.health.lastFailure == nil)
            }
        }

        @Test("the session is set as asked: encoding, time zone, dates, limits, search path with odd names")
        func settings() async throws {
            let odd = #"Od"d \na,me;"#
            var configuration = DatabaseConfiguration(connectionString: try testServerURL(), searchPath: [odd, "public"])
            configuration.connections = 1
            configuration.statementTimeout = .milliseconds(1234)
            let database = Database(configuration: configuration, logger: quietLogger())
            let names = [
                "client_encoding", "datestyle", "timezone", "bytea_output", "default_transaction_read_only",
                "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "application_name", "search_path",
            ]
            let values = try await database.fetch { session in
                try session.query(
                    "select current_setting(n) from unnest(\(names)::text[]) with ordinality as u (n, i) order by i"
                ) {
                    try $0.next(String.self)
                }
            }
            #expect(
                values == [
                    "UTF8", "ISO, YMD", "UTC", "hex", "on", "1234ms", "1s", "10s", "jalon", #""Od""d \na,me;", "public""#,
                ])
            await database.shutdown()
        }
    }

    @Suite("Shutting down")
    struct ShutdownTests {
        private func threads() -> Int {
            guard let folder = opendir("/proc/self/task") else { return -1 }
            defer { closedir(folder) }
            var count = 0
            while let entry = readdir(folder) { if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 } }
            return count
        }

        @Test("running and queued jobs finish, new ones are refused, and it may be called again")
        func drains() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                let gate = Gate()
                let running = Task { try await database.fetch { _ in gate.pass() } }
                try await gate.waitForArrivals(1)
                let queued = Task { try await database.fetch { try $0.one("select 7") { try $0.next(Int.self) } } }
                try await eventually { database.health.queuedJobs == 1 }
                let shutdowns = (0..<3).map { _ in Task { await database.shutdown() } }
                try await eventually { !database.health.available }
                let refused = try await databaseError { try await database.fetch { _ in } }
                #expect(refused.kind == .shuttingDown)
                gate.open()
                try await running.value
                try await #expect(queued.value == 7)
                for task in shutdowns { await task.value }
                await database.shutdown()
                #expect(database.health.openConnections == 0)
            }
        }

        @Test("a job stuck past the deadline does not hold the shutdown")
        func stuck() async throws {
            try await withDatabase {
                $0.connections = 1
            } _: { database in
                let gate = Gate()
                let running = Task { try await database.fetch { _ in gate.pass() } }
                try await gate.waitForArrivals(1)
                let queued = Task { try await database.fetch { _ in } }
                try await eventually { database.health.queuedJobs == 1 }
                // It returns although the gate is shut.
                await database.shutdown(deadline: .milliseconds(100))
                let error = try await databaseError { try await queued.value }
                #expect(error.kind == .shuttingDown)
                gate.open()
                try await running.value
            }
        }

        @Test("run() serves until its task is cancelled")
        func runs() async throws {
            try await withDatabase { database in
                let service = Task { try await database.run() }
                try await #expect(database.fetch { try $0.one("select 1") { try $0.next(Int.self) } } == 1)
                service.cancel()
                try await service.value
                let error = try await databaseError { try await database.fetch { _ in } }
                #expect(error.kind == .shuttingDown)
            }
        }

        @Test("fifty databases, shut down or merely forgotten, leave no thread behind")
        func noLeak() async throws {
            var configuration = DatabaseConfiguration(connectionString: try testServerURL())
            configuration.connections = 3
            func useOne(_ index: Int) async throws {
                let database = Database(configuration: configuration, logger: quietLogger())
                if !index.isMultiple(of: 5) { try await database.write { _ = try $0.execute("select 1") } }
                if !index.isMultiple(of: 7) { await database.shutdown() }
            }
            try await useOne(1)
            let before = threads()
            let memory = processMemory().virtual
            for index in 0..<50 { try await useOne(index) }
            // Swift's own pool may grow by a few threads, never by 50 times 4.
            try await eventually { threads() <= before + 4 }
            // A thread that has ended but is not joined keeps its stack of 8 MiB: 1.6 GiB here.
            #expect(processMemory().virtual - memory < 800 << 20)
        }
    }
}
