import ActionPlans
import Postgres

/// Makes the writes on one thing follow one another. Taken as the first statement of a write, so that what later
/// statements read is what the writer before has committed: versions, counters, whether it exists at all. Held to the end
/// of the transaction.
///
/// A row lock is not enough: there is no row to lock before a creation, a statement that waits for a row reads the rest of
/// its data as it was before, and two creations can wait for one another through two constraints.
enum WriteLock {
    /// The roadmaps of a ministry and their actions.
    static func ofRoadmaps(_ session: borrowing Session, of ministry: MinistryCode) throws {
        try take(session, "roadmaps", ministry.text)
    }

    static func ofCensus(_ session: borrowing Session, _ year: Int) throws {
        try take(session, "census", String(year))
    }

    /// The snapshots of a year, which are numbered.
    static func ofSnapshots(_ session: borrowing Session, _ year: Int) throws {
        try take(session, "snapshots", String(year))
    }

    /// Successions tie ministries together: they are changed one at a time.
    static func ofMinistries(_ session: borrowing Session) throws {
        try take(session, "ministries", "")
    }

    private static func take(_ session: borrowing Session, _ kind: String, _ name: String) throws {
        try session.one("select pg_advisory_xact_lock(\(key("\(kind)::text", "\(name)::text")))") { row in row.skip() }
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
