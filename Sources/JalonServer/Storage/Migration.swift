import ActionPlans
import CResources
import Postgres

/// Brings a database to the schema this build needs, from nothing or from any earlier version, once, whoever else tries at
/// the same time. Each step is a transaction: a process that dies leaves the database between two versions, and the next one goes on.
package enum Migration {
    /// The version `schema.sql` declares, to which the last step leads.
    package static let version = EmbeddedText.steps.count + 1

    package enum Outcome: Sendable, Equatable {
        /// The database was empty.
        case applied
        case upgraded(from: Int)
        case alreadyThere
    }

    /// A database this build must not touch.
    package enum Refusal: Error, Sendable, Equatable {
        /// It holds tables, but none of Jalon's.
        case unknownDatabase(tables: Int)
        /// Of an earlier version: it waits for `jalon migrate`.
        case olderVersion(Int)
        /// Of a later version, with which this build may not go on.
        case newerVersion(Int)
        case notMigrated
        /// The database itself cannot hold the schema.
        case place(DatabasePlace.Fault)
        /// Others kept what a step needs, for longer than it may make everybody wait.
        case busy(step: Int)
    }

    // MARK: - Migrating

    /// - Throws: ``Refusal`` for a database that holds something else or a later version, or that cannot hold the schema.
    package static func apply(to database: Database) async throws -> Outcome {
        var start: Int?
        while true {
            switch try await move(database) {
            case .created: return .applied
            case .done: return start.map { .upgraded(from: $0) } ?? .alreadyThere
            case .stepped(let from): start = start ?? from
            }
        }
    }

    private enum Move: Sendable {
        case created
        case stepped(from: Int)
        /// There was nothing to do.
        case done
    }

    /// How often a step is tried, and for how long it waits for what others hold: behind it, they wait too.
    private static let attempts = 12

    /// Makes one move, in a transaction of its own.
    private static func move(_ database: Database) async throws -> Move {
        var attempt = 1
        while true {
            do {
                return try await database.maintain(timeout: .zero) { session in try move(session) }
            } catch let error as DatabaseError where error.isLockTimeout {
                guard attempt < attempts else { throw Refusal.busy(step: try await status(of: database).next ?? version) }
                attempt += 1
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static func move(_ session: borrowing Session) throws -> Move {
        let place = try DatabasePlace.current(session)
        if let fault = place.fault { throw Refusal.place(fault) }
        if case .version(version, _) = try SchemaState.current(session) { return .done }
        // Two processes that migrate at once: the second waits, then finds the work done.
        _ = try session.execute("set local lock_timeout = '60s'")
        _ = try session.one("select pg_advisory_xact_lock(hashtext('jalon'), hashtext(current_schema()))::text") { row in
            row.skip()
        }
        let state = try SchemaState.current(session)
        if let refusal = refusal(of: state, in: place) { throw refusal }
        switch state {
        case .version(version, _): return .done
        case .version(let stored, _):
            _ = try session.execute("set local lock_timeout = '5s'")
            try session.one("select \(SchemaGate.close)::text") { row in row.skip() }
            try take(session, step: EmbeddedText.steps[stored - 1])
            return .stepped(from: stored)
        case .empty, .unknown:
            do {
                try session.script(EmbeddedText.schema)
                for file in EmbeddedText.reference { try session.script(file.text) }
            } catch let error as DatabaseError {
                throw DatabasePlace.Fault(error).map { Refusal.place($0) } ?? error
            }
            return .created
        }
    }

    /// What keeps this build from bringing a database to its schema; nil where nothing does.
    private static func refusal(of state: SchemaState, in place: DatabasePlace) -> Refusal? {
        if let fault = place.fault { return .place(fault) }
        return switch state {
        case .unknown(let tables): .unknownDatabase(tables: tables)
        case .version(let stored, _): stored > version || stored < 1 ? .newerVersion(stored) : nil
        case .empty: place.faultForNewTables.map { .place($0) }
        }
    }

    /// How a step says which reference data follow it, one file a line: `-- Then load reference/practices.sql`.
    package static let loadingLine = "-- Then load "

    /// Runs a step, then loads the reference data that it names, in the same transaction.
    package static func take(_ session: borrowing Session, step: String) throws {
        try session.script(step)
        for line in step.split(separator: "\n") where line.hasPrefix(loadingLine) {
            let name = line.dropFirst(loadingLine.count)
            guard let file = EmbeddedText.reference.first(where: { $0.name == name }) else {
                throw MissingReference(name: String(name))
            }
            try session.script(file.text)
        }
    }

    /// A step names a file that the binary does not hold. A test sees to it that none does.
    struct MissingReference: Error {
        let name: String
    }

    // MARK: - Looking

    /// What a database holds and what `apply` would do. Writes nothing.
    package struct Status: Sendable {
        package let state: SchemaState
        /// Why `apply` would refuse the database.
        package let refusal: Refusal?

        /// The versions to which steps lead, in order; nothing for an empty database, which gets the whole schema.
        package var steps: [Int] {
            guard case .version(let stored, _) = state, stored >= 1, stored < version else { return [] }
            return Array(stored + 1...version)
        }

        var next: Int? { steps.first }
    }

    package static func status(of database: Database) async throws -> Status {
        try await database.read { session in
            let state = try SchemaState.current(session)
            return Status(state: state, refusal: refusal(of: state, in: try DatabasePlace.current(session)))
        }
    }

    /// - Returns: whether the database may also be written to.
    /// - Throws: ``Refusal`` unless the database has the schema this build needs, or a later one that lets it go on.
    @discardableResult
    package static func check(_ database: Database) async throws -> DatabaseRole {
        let (state, role) = try await database.read { session in
            (try SchemaState.current(session), try DatabaseRole.current(session))
        }
        switch state {
        case .version(let stored, let servesFrom):
            if stored < version { throw Refusal.olderVersion(stored) }
            if servesFrom > version { throw Refusal.newerVersion(stored) }
            return role
        case .unknown(let tables): throw Refusal.unknownDatabase(tables: tables)
        case .empty: throw Refusal.notMigrated
        }
    }
}
