import ActionPlans
import CResources
import Postgres

/// Brings an empty database to the schema this build needs, once, whoever else tries at the same time.
package enum Migration {
    /// The version `schema.sql` declares.
    package static let version = 1

    package enum Outcome: Sendable, Equatable {
        case applied
        case alreadyThere
    }

    /// A database this build must not touch.
    package enum Refusal: Error, Sendable, Equatable {
        /// It holds tables, but none of Jalon's.
        case unknownDatabase(tables: Int)
        case otherVersion(Int)
        case notMigrated
        /// The database itself cannot hold the schema.
        case place(DatabasePlace.Fault)
    }

    /// - Throws: ``Refusal`` for a database that is neither empty nor of this version, or that cannot hold the schema.
    package static func apply(to database: Database) async throws -> Outcome {
        try await database.maintain(timeout: .seconds(60)) { session in
            // Two processes that migrate at once: the second waits, then finds the work done.
            _ = try session.execute("set local lock_timeout = '60s'")
            let place = try DatabasePlace.current(session)
            if let fault = place.fault { throw Refusal.place(fault) }
            _ = try session.one("select pg_advisory_xact_lock(hashtext('jalon'), hashtext(current_schema()))::text") { row in
                row.skip()
            }
            switch try state(session) {
            case .version(Self.version): return .alreadyThere
            case .version(let other): throw Refusal.otherVersion(other)
            case .unknown(let tables): throw Refusal.unknownDatabase(tables: tables)
            case .empty:
                if let fault = place.faultForNewTables { throw Refusal.place(fault) }
                do {
                    try session.script(EmbeddedText.schema)
                } catch let error as DatabaseError {
                    throw DatabasePlace.Fault(error).map { Refusal.place($0) } ?? error
                }
                return .applied
            }
        }
    }

    /// - Returns: whether the database may also be written to.
    /// - Throws: ``Refusal`` unless the database has exactly the schema this build needs.
    @discardableResult
    package static func check(_ database: Database) async throws -> DatabaseRole {
        let (state, role) = try await database.read { session in (try Self.state(session), try DatabaseRole.current(session)) }
        switch state {
        case .version(Self.version): return role
        case .version(let other): throw Refusal.otherVersion(other)
        case .unknown(let tables): throw Refusal.unknownDatabase(tables: tables)
        case .empty: throw Refusal.notMigrated
        }
    }

    private enum State: Sendable {
        case empty
        case version(Int)
        case unknown(tables: Int)
    }

    private static func state(_ session: borrowing Session) throws -> State {
        let tables = try session.one(
            """
            select count(*), count(*) filter (where relname = 'schema_versions')
            from pg_class
            where relnamespace = (select oid from pg_namespace where nspname = current_schema()) and relkind in ('r', 'p', 'v', 'm')
                -- an extension's own views are nobody's data
                and not exists (select from pg_depend where objid = pg_class.oid and classid = 'pg_class'::regclass and deptype = 'e')
            """
        ) { row in (all: try row.next(Int.self), versions: try row.next(Int.self)) }
        if tables.all == 0 { return .empty }
        if tables.versions == 0 { return .unknown(tables: tables.all) }
        let version = try session.one("select coalesce(max(version), 0) from schema_versions") { row in
            try row.next(Int.self)
        }
        return .version(version)
    }
}
