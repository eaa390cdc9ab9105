import Postgres

/// Where the tables are to be: what must be so of a server, a database and a schema before any is made.
package struct DatabasePlace: Sendable {
    package enum Fault: Error, Sendable, Equatable {
        /// Older than ``oldestServer``.
        case oldServer(String)
        /// The database stores texts in another encoding than UTF-8.
        case encoding(String)
        /// The search path leads to no schema that exists.
        case noSchema(searchPath: String)
        case mayNotCreate(schema: String, role: String)
        /// An extension is missing and could not be created, for a reason in the server's words.
        case noExtension(String, reason: String)
        /// An extension stands in a schema that the role may not use.
        case unusableExtension(String, schema: String, role: String)
    }

    package static let oldestServer = 14
    package static let encoding = "UTF8"

    private let serverNumber: Int
    private let serverVersion: String
    private let encoding: String
    private let role: String
    private let searchPath: String
    private let schema: String?
    private let mayCreate: Bool

    package static func current(_ session: borrowing Session) throws -> DatabasePlace {
        try session.one(
            """
            select current_setting('server_version_num')::int, current_setting('server_version'), current_setting('server_encoding'),
                current_user, current_setting('search_path'), current_schema(),
                coalesce(has_schema_privilege((select oid from pg_namespace where nspname = current_schema()), 'create'), false)
            """
        ) { row in
            DatabasePlace(
                serverNumber: try row.next(), serverVersion: try row.next(), encoding: try row.next(), role: try row.next(),
                searchPath: try row.next(), schema: try row.next(), mayCreate: try row.next())
        }
    }

    /// The server and its encoding.
    package var description: String { "PostgreSQL \(serverVersion), \(encoding)" }

    /// What keeps it from holding the schema, new or not.
    package var fault: Fault? {
        if serverNumber / 10_000 < Self.oldestServer { return .oldServer(serverVersion) }
        if encoding != Self.encoding { return .encoding(encoding) }
        if schema == nil { return .noSchema(searchPath: searchPath) }
        return nil
    }

    /// What keeps new tables from being made there.
    var faultForNewTables: Fault? {
        guard let schema, !mayCreate else { return fault }
        return .mayNotCreate(schema: schema, role: role)
    }
}

extension DatabasePlace.Fault {
    /// What `schema.sql` refuses by a constraint's name; nil for any other failure.
    init?(_ error: DatabaseError) {
        switch (error.constraint, error.table) {
        case ("jalon_needs_extension", let name?): self = .noExtension(name, reason: error.message)
        case ("jalon_needs_schema", let name?):
            self = .unusableExtension(name, schema: error.schema ?? "", role: error.column ?? "")
        default: return nil
        }
    }
}
