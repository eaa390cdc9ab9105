import Postgres

/// Keeps writes and steps of the schema apart. A write shares a lock from its first statement on, and afterwards looks at the version
/// of the schema; a step waits until all that write have ended, and lets none begin. So no server writes what a schema that it does
/// not know would have to be told otherwise, not even in the two seconds before ``SchemaWatch`` looks.
enum SchemaGate {
    private static let key: SQL = "hashtext('jalon writers'), hashtext(current_schema())"

    /// For a write, in its first statement.
    static let enter: SQL = "pg_advisory_xact_lock_shared(\(key))"

    /// For a step, before anything that it changes.
    static let close: SQL = "pg_advisory_xact_lock(\(key))"

    /// For a write, in a statement after ``enter``: the version of the schema, and the oldest that may serve it.
    static let columns: SQL = "stored.version, stored.serves_from"
    static let table: SQL = "(select version, serves_from from schema_versions order by version desc limit 1) stored"

    /// Reads ``columns``.
    /// - Throws: ``ProblemKind/unavailable`` where this build may not write.
    static func check(_ row: inout Row) throws {
        let version: Int = try row.next()
        let servesFrom: Int = try row.next()
        if version < Migration.version { throw Problem(Migration.Refusal.olderVersion(version)) }
        if servesFrom > Migration.version { throw Problem(Migration.Refusal.newerVersion(version)) }
    }

    /// For writes that have neither a lock nor an instant of their own, before anything else.
    static func pass(_ session: borrowing Session) throws {
        try session.one("select \(enter)::text") { row in row.skip() }
        try session.one("select \(columns) from \(table)") { row in try check(&row) }
    }
}
