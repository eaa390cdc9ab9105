import Postgres

/// What a schema holds, as far as a version of Jalon is concerned.
package enum SchemaState: Sendable, Equatable {
    case empty
    /// - Parameter servesFrom: the oldest version whose servers may go on with it.
    case version(Int, servesFrom: Int)
    /// It holds tables, but none of Jalon's.
    case unknown(tables: Int)

    static func current(_ session: borrowing Session) throws -> SchemaState {
        let (tables, hasVersions, saysWhoMayServe) = try session.one(
            """
            select count(*), coalesce(bool_or(relname = 'schema_versions'), false),
                exists (
                    select from pg_attribute
                    where attrelid = to_regclass(quote_ident(current_schema()) || '.schema_versions')
                        and attname = 'serves_from' and not attisdropped)
            from pg_class
            where relnamespace = (select oid from pg_namespace where nspname = current_schema()) and relkind in ('r', 'p', 'v', 'm')
                -- an extension's own views are nobody's data
                and not exists (select from pg_depend where objid = pg_class.oid and classid = 'pg_class'::regclass and deptype = 'e')
            """
        ) { row in (try row.next(Int.self), try row.next(Bool.self), try row.next(Bool.self)) }
        if tables == 0 { return .empty }
        guard hasVersions else { return .unknown(tables: tables) }
        // Version 1 did not say who may serve it: its own servers.
        let servesFrom: SQL = saysWhoMayServe ? "serves_from" : "version"
        return try session.first(
            "select version, \(servesFrom) from schema_versions order by version desc limit 1"
        ) { row in .version(try row.next(Int.self), servesFrom: try row.next(Int.self)) } ?? .version(0, servesFrom: 0)
    }
}
