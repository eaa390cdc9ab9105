import ActionPlans
import Postgres

/// Makes the writes on one thing follow one another. Taken as the first statement of a write, so that what later
/// statements read is what the writer before has committed: versions, counters, whether it exists at all. Held to the end
/// of the transaction.
///
/// A row lock is not enough: there is no row to lock before a creation, a statement that waits for a row reads the rest of
/// its data as it was before, and two creations can wait for one another through two constraints.
enum WriteLock: Sendable {
    /// The roadmaps of a ministry and all that they hold.
    case roadmaps(of: MinistryCode)
    case census(Int)
    /// The snapshots of a year, which are numbered.
    case snapshots(Int)
    /// Successions tie ministries together: they are changed one at a time.
    case ministries
    /// Indicators are few, and changed one at a time.
    case indicators
    /// Those of some ministries, which share the locks of their roadmaps. No definition changes meanwhile.
    case measures(of: [MinistryCode])
    /// Factors are few, and changed one at a time.
    case impactFactors
    /// Those of the actions of a ministry, which share the lock of its roadmaps. No factor changes meanwhile.
    case impacts(of: MinistryCode)
    /// The roadmaps of all ministries, and all that they hold.
    case allRoadmaps

    /// Some things of a kind, by name, and a kind of which nothing changes meanwhile.
    private var extent: (kind: String, names: [String], sharing: String?) {
        switch self {
        case .roadmaps(let ministry): ("roadmaps", [ministry.text], nil)
        case .census(let year): ("census", [String(year)], nil)
        case .snapshots(let year): ("snapshots", [String(year)], nil)
        case .ministries: ("ministries", [""], nil)
        case .indicators: ("indicators", [""], nil)
        case .measures(let ministries): ("roadmaps", ministries.map(\.text), "indicators")
        case .impactFactors: ("impact factors", [""], nil)
        case .impacts(let ministry): ("roadmaps", [ministry.text], "impact factors")
        case .allRoadmaps: ("roadmaps", [], nil)
        }
    }

    /// It travels with the next statement, which the server begins once the lock is held.
    func take(_ session: borrowing Session) throws {
        let (kind, names, shared) = extent
        if case .allRoadmaps = self {
            try session.executeLater(
                """
                select \(SchemaGate.enter)::text, (
                    select count(pg_advisory_xact_lock(\(Self.key("\(kind)::text", "code")))) from (
                        select code from ministries order by code) known)
                """)
        } else if let shared {
            // In one order for all, so that no two writers wait for one another.
            try session.executeLater(
                """
                select \(SchemaGate.enter)::text, pg_advisory_xact_lock_shared(\(Self.key("\(shared)::text", "''"))), (
                    select count(pg_advisory_xact_lock(\(Self.key("\(kind)::text", "name"))))
                    from unnest(\(names.sorted())::text[]) name)
                """)
        } else {
            for name in names {
                try session.executeLater(
                    "select \(SchemaGate.enter)::text, pg_advisory_xact_lock(\(Self.key("\(kind)::text", "\(name)::text")))")
            }
        }
    }

    /// Takes it unless somebody holds it, or a part of it.
    /// - Returns: whether it was taken. If not, the transaction is to end, since it may hold other parts.
    func takeNow(_ session: borrowing Session) throws -> Bool {
        let (kind, names, shared) = extent
        let isShared: SQL =
            shared.map { "pg_try_advisory_xact_lock_shared(\(Self.key("\($0)::text", "''")))" } ?? "true"
        return try session.one(
            """
            select \(SchemaGate.enter)::text, \(isShared), (
                select coalesce(bool_and(pg_try_advisory_xact_lock(\(Self.key("\(kind)::text", "name")))), true)
                from unnest(\(names)::text[]) name)
            """
        ) { row in
            row.skip()
            let (isShared, isOwn) = (try row.next(Bool.self), try row.next(Bool.self))
            return isShared && isOwn
        }
    }

    /// The schema is part of the key: advisory locks are of the whole database.
    private static func key(_ kind: SQL, _ name: SQL) -> SQL {
        "hashtextextended(concat_ws(' ', current_schema(), \(kind), \(name)), 0)"
    }

    /// Whether the lock `l` of `pg_locks` is held on the roadmaps of a ministry.
    static func isHeld(onRoadmapsOf ministry: SQL) -> SQL {
        let key = key("'roadmaps'", ministry)
        return """
            (l.locktype = 'advisory' and l.objsubid = 1 and l.granted
                and l.database = (select oid from pg_database where datname = current_database())
                and l.classid = ((\(key) >> 32) & 4294967295)::oid and l.objid = (\(key) & 4294967295)::oid)
            """
    }
}
