import Postgres

/// What a schema is made of.
package enum SchemaCatalogue {
    /// A line for each column, constraint, view, index, function and trigger, without the name of the schema. Columns that were dropped
    /// leave gaps in the numbers of the others: these count by their order.
    package static func lines(of database: Database) async throws -> [String] {
        try await database.read { session in
            let schema = try session.one("select current_schema()::text") { row in try row.next(String.self) }
            let lines = try session.query(all) { row in try row.next(String.self) }
            return lines.map { $0.replacing(schema + ".", with: "") }.sorted()
        }
    }

    /// The same of a database that a dump was restored into, which has other parentheses in its conditions: without any.
    package static func linesOfRestored(_ database: Database) async throws -> [String] {
        try await lines(of: database).map { line in
            line.hasPrefix("constraint ") ? line.filter { $0 != "(" && $0 != ")" } : line
        }
    }

    private static let all: SQL = """
        with home as (select oid, nspname from pg_namespace where nspname = current_schema())
        select format('column %s %s %s %s %s %s', c.relname, row_number() over (partition by c.oid order by a.attnum), a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid))
        from pg_class c join home on home.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        union all
        select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid))
        from pg_constraint k join home on home.oid = k.connamespace
        union all
        select format('view %s %s', c.relname, pg_get_viewdef(c.oid))
        from pg_class c join home on home.oid = c.relnamespace where c.relkind in ('v', 'm')
        union all
        select indexdef from pg_indexes join home on home.nspname = schemaname
        union all
        select pg_get_functiondef(p.oid) from pg_proc p join home on home.oid = p.pronamespace where p.prokind = 'f'
        union all
        select format('aggregate %s', p.oid::regprocedure) from pg_proc p join home on home.oid = p.pronamespace where p.prokind = 'a'
        union all
        select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid join home on home.oid = c.relnamespace
            where not t.tgisinternal
        order by 1
        """
}
