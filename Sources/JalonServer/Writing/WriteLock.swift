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

    /// It travels with the next statement, which the server begins once the lock is held.
    func take(_ session: borrowing Session) throws {
        try session.executeLater(
            "select \(SchemaGate.enter)::text, pg_advisory_xact_lock(\(Self.key("\(kind)::text", "\(name)::text")))")
    }

    private var kind: String {
        switch self {
        case .roadmaps: "roadmaps"
        case .census: "census"
        case .snapshots: "snapshots"
        case .ministries: "ministries"
        }
    }

    private var name: String {
        switch self {
        case .roadmaps(let ministry): ministry.text
        case .census(let year), .snapshots(let year): String(year)
        case .ministries: ""
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
