import Postgres

/// Lets a reader be certain that nothing will be recorded any more at an instant or before it, though writers take their
/// instant some time before they commit.
///
/// A writer shares a lock named after the second in which it takes it, and only then reads its instant; it holds it to the
/// end of its transaction. A reader that looks after the instant has passed sees every writer that may bear an older one:
/// it waits for those, and for no others. A writer that comes after the look reads a later instant.
enum InstantFence {
    /// The schema is part of the key: advisory locks are of the whole database.
    private static let name: SQL = "hashtext('jalon instants ' || current_schema())"

    /// For a writer, in the same statement as its instant and before it.
    static let raise: SQL =
        "pg_advisory_xact_lock_shared(\(name), floor(extract(epoch from clock_timestamp() - timestamptz '2000-01-01Z'))::int)"

    /// For a reader, in a transaction before the one that reads, which then sees all that was recorded by the instant.
    /// - Returns: false for an instant still to come, about which nothing is certain.
    static func wait(_ session: borrowing Session, until instant: String) throws -> Bool {
        // The clock first, in a statement of its own: who is not seen below takes an instant later than this.
        let hasCome = try session.one("select \(instant)::timestamptz <= clock_timestamp()") { row in try row.next(Bool.self) }
        guard hasCome else { return false }
        try session.execute(
            """
            select pg_advisory_xact_lock(held.classid::bigint::bit(32)::int, held.objid::bigint::int)
            from (
                select distinct l.classid, l.objid from pg_locks l
                where l.locktype = 'advisory' and l.objsubid = 2
                    and l.database = (select oid from pg_database where datname = current_database())
                    and l.classid = (\(name)::bigint & 4294967295)::oid
                    and l.objid::bigint <= floor(extract(epoch from \(instant)::timestamptz - timestamptz '2000-01-01Z'))
                order by l.objid
            ) held
            """)
        return true
    }
}
