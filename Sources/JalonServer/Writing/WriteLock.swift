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

    /// It travels with the next statement, which the server begins once the lock is held.
    func take(_ session: borrowing Session) throws {
        switch self {
        case .roadmaps(let ministry): try Self.take(session, "roadmaps", ministry.text)
        case .census(let year): try Self.take(session, "census", String(year))
        case .snapshots(let year): try Self.take(session, "snapshots", String(year))
        case .ministries: try Self.take(session, "ministries", "")
        case .indicators: try Self.take(session, "indicators", "")
        case .measures(let ministries): try Self.take(session, ofRoadmapsOf: ministries, sharing: "'indicators'")
        case .impactFactors: try Self.take(session, "impact factors", "")
        case .impacts(let ministry): try Self.take(session, ofRoadmapsOf: [ministry], sharing: "'impact factors'")
        }
    }

    private static func take(_ session: borrowing Session, _ kind: String, _ name: String) throws {
        try session.executeLater(
            "select \(SchemaGate.enter)::text, pg_advisory_xact_lock(\(key("\(kind)::text", "\(name)::text")))")
    }

    /// In one order for all, so that no two writers wait for one another.
    private static func take(_ session: borrowing Session, ofRoadmapsOf ministries: [MinistryCode], sharing kind: SQL) throws {
        try session.executeLater(
            """
            select \(SchemaGate.enter)::text, pg_advisory_xact_lock_shared(\(key(kind, "''"))), (
                select count(pg_advisory_xact_lock(\(key("'roadmaps'", "ministry"))))
                from unnest(\(ministries.map(\.text).sorted())::text[]) ministry)
            """)
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
