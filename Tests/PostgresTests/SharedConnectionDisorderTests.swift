import Postgres
import RandomSeed
import Testing

extension ServerTests {
    /// Quick and slow readings, failures, cancellations and lost connections, all at once and at random.
    @Suite("Small readings in disorder")
    struct SharedConnectionDisorderTests {
        private enum Reading: CaseIterable {
            case quick, slow, none, failing, unreadable, cancelled, losing
        }

        private static let readers = 24
        private static let each = 60

        /// What came of one reading; nil where all is well.
        private static func fault(_ reading: Reading, _ number: Int, _ database: Database) async -> String? {
            let task = Task { () async throws -> Int? in
                switch reading {
                case .quick, .cancelled:
                    try await database.first("select \(number)::int") { row in try row.next(Int.self) }
                case .slow:
                    try await database.first("select \(number)::int, pg_sleep(\(0.01)::float8)::text") { row in
                        try row.next(Int.self)
                    }
                case .none: try await database.first("select \(number)::int where false") { row in try row.next(Int.self) }
                case .failing: try await database.first("select \(number)::int / 0") { row in try row.next(Int.self) }
                case .unreadable: try await database.first("select \("n\(number)")::text") { row in try row.next(Int.self) }
                case .losing:
                    try await database.fetch { session in
                        try session.one(
                            """
                            select count(pg_terminate_backend(pid)) from pg_stat_activity
                            where application_name = 'disorder' and pid <> pg_backend_pid() and pid % 3 = \(number % 3)
                            """
                        ) { row in try row.next(Int.self) }
                    }
                }
            }
            if case .cancelled = reading { task.cancel() }
            switch (reading, await task.result) {
            case (.quick, .success(number)), (.slow, .success(number)), (.none, .success(nil)), (.losing, .success): return nil
            case (.cancelled, .success(number)): return nil
            case (.cancelled, .failure(is CancellationError)): return nil
            case (.failing, .failure(let error as DatabaseError)) where error.sqlState == "22012": return nil
            case (.unreadable, .failure(let error as DatabaseError)) where error.kind == .decoding: return nil
            // A job may lose its connection twice, and a moment may come at which none is open.
            case (_, .failure(let error as DatabaseError)) where error.kind == .connectionLost || error.kind == .unavailable:
                return nil
            case (_, let result): return "\(reading) \(number): \(result)"
            }
        }

        @Test("each caller gets its own answer, and none waits for ever")
        func disorder() async throws {
            let seed = Seed.fresh()
            try await withDatabase {
                $0.applicationName = "disorder"
                $0.connections = 4
                $0.sharedConnections = 3
            } _: { database in
                let faults = await withTaskGroup(of: [String].self) { group in
                    for reader in 0..<Self.readers {
                        group.addTask {
                            var dice = Seed(seed.value &+ UInt64(reader))
                            var faults: [String] = []
                            for step in 0..<Self.each {
                                let sort = Int.random(in: 0..<100, using: &dice)
                                let reading: Reading =
                                    switch sort {
                                    case 0: .losing
                                    case 1..<4: .slow
                                    case 4..<6: .failing
                                    case 6..<8: .unreadable
                                    case 8..<20: .cancelled
                                    case 20..<30: .none
                                    default: .quick
                                    }
                                if let fault = await Self.fault(reading, reader * Self.each + step, database) {
                                    faults.append(fault)
                                }
                            }
                            return faults
                        }
                    }
                    return await group.reduce(into: [String]()) { $0 += $1 }
                }
                #expect(faults.isEmpty, "\(faults.prefix(5)) \(seed)")
                // How many were shared before depends on how fast lost connections are opened again; that they are does not.
                try await SharedConnectionTests.waitUntilOpen(database)
            }
        }
    }
}
