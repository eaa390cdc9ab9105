import Glibc

/// A PostgreSQL of the test's own, which it may stop and kill.
package final class PrivateServer: Sendable {
    private let folder: String
    package let url: String
    package let superuserURL: String

    private static let script: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/scripts/postgres"
    }()

    package struct ScriptFailure: Error {
        let arguments: [String]
        let status: Int32
    }

    private convenience init() throws {
        try self.init { folder in ["start", folder, "--fast-unsafe"] }
    }

    private init(_ start: (_ folder: String) -> [String]) throws {
        let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        folder = "\(place)/jalon-fault-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        do {
            try Self.run(start(folder))
            // A machine on which a hundred tests begin at once is slow to open connections.
            url = try Self.run(["url", folder]) + "&connect_timeout=60"
            superuserURL = try Self.run(["url", folder, "--superuser"])
        } catch {
            _ = try? Self.run(["destroy", folder])
            throw error
        }
    }

    /// A hot standby that follows this one.
    package func standby() throws -> PrivateServer {
        try PrivateServer { [folder] its in ["standby", its, folder] }
    }

    /// Makes a standby take writes.
    package func promote() throws { try Self.run(["promote", folder]) }

    /// A server of its own made from a base backup.
    package func baseBackup() throws -> PrivateServer {
        try PrivateServer { [folder] its in ["backup", its, folder] }
    }

    /// A server of its own made from the files of this one, which is stopped.
    package func coldCopy() throws -> PrivateServer {
        try PrivateServer { [folder] its in ["copy", its, folder] }
    }

    /// How a dump is made and read again.
    package enum DumpForm: CaseIterable, Sendable {
        /// As the documentation says.
        case custom
        case plain
        case parallel
        /// A row, a statement, a transaction.
        case inserts
    }

    /// Another server with a database `restored` that is made from a dump of this one's.
    package func restored(_ form: DumpForm) throws -> PrivateServer {
        let other = try PrivateServer()
        do {
            try other.run(["create database restored owner jalon encoding 'UTF8' template template0"])
            let file = "\(other.folder)/dump"
            let (making, reading): ([String], [String]) =
                switch form {
                case .custom: (["--format=custom"], ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction"])
                case .parallel:
                    (["--format=directory", "--jobs=2"], ["pg_restore", "--no-owner", "--exit-on-error", "--jobs=2"])
                case .plain: ([], ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
                case .inserts: (["--inserts"], ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
                }
            try Self.run(["program", folder, "pg_dump", "--file=\(file)"] + making + ["jalon"])
            let source = reading[0] == "psql" ? ["--file=\(file)"] : [file]
            try Self.run(["program", other.folder] + reading + ["--dbname=restored"] + source)
            return other
        } catch {
            other.destroy()
            throw error
        }
    }

    /// The address of a pooler in transaction mode before it, which ends with the server.
    package func pooler() throws -> String {
        try Self.run(["pooler", folder])
        return try Self.run(["url", folder, "--pooler"])
    }

    /// The address of both servers, as libpq is told of several.
    package func url(with other: PrivateServer, _ options: String) -> String {
        let hosts = [url, other.url].map(Self.host)
        return "postgresql:///jalon?host=\(hosts.joined(separator: ","))&port=5432,5432&user=jalon&\(options)"
    }

    /// The same server, another database.
    package func url(of database: String) -> String {
        url.replacing("postgresql:///jalon?", with: "postgresql:///\(database)?", maxReplacements: 1)
    }

    /// Runs each statement as the superuser, outside a transaction.
    package func run(_ statements: [String], in database: String = "jalon") throws {
        try Self.run(["psql", folder, database] + statements.flatMap { ["-c", $0] })
    }

    /// Makes the defaults of a database as unlike what a program expects as its owner may.
    package func makeDefaultsHostile(of database: String) throws {
        try run(Self.hostileDefaults.map { "alter database \(database) set \($0)" })
    }

    private static let hostileDefaults = [
        "default_transaction_isolation = 'serializable'", "default_transaction_read_only = on",
        "default_transaction_deferrable = on",
        "standard_conforming_strings = off", "escape_string_warning = on", "backslash_quote = off", "array_nulls = off",
        "transform_null_equals = on", "gin_fuzzy_search_limit = 1", "exit_on_error = on", "client_min_messages = 'error'",
        "datestyle = 'SQL, DMY'", "intervalstyle = 'sql_standard'", "timezone = 'Asia/Kathmandu'", "bytea_output = 'escape'",
        "extra_float_digits = -15", "quote_all_identifiers = on", "xmlbinary = 'hex'", "row_security = off",
        "check_function_bodies = off", "plpgsql.extra_errors = 'all'", "client_encoding = 'LATIN1'", "lock_timeout = '7ms'",
        "idle_in_transaction_session_timeout = '7s'", "idle_session_timeout = '700ms'", "jit = on", "jit_above_cost = 0",
        "default_text_search_config = 'pg_catalog.simple'", "lc_numeric = 'C'", "enable_indexscan = off",
    ]

    private static func host(_ url: String) -> String {
        String(url.split(separator: "host=").last?.prefix { $0 != "&" } ?? "")
    }

    package func start() throws { try Self.run(["start", folder, "--fast-unsafe"]) }
    package func stop() throws { try Self.run(["stop", folder, "fast"]) }
    package func kill() throws { try Self.run(["kill", folder]) }
    package func destroy() { _ = try? Self.run(["destroy", folder]) }

    /// Runs `body` with a new server, destroyed at the end.
    package static func with(_ body: (PrivateServer) async throws -> Void) async throws {
        try await Turnstile.clusters.pass {
            let server = try PrivateServer()
            defer { server.destroy() }
            try await body(server)
        }
    }

    /// Blocks until the script has ended. Returns what it printed, without the last line break.
    @discardableResult
    private static func run(_ arguments: [String]) throws -> String {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ScriptFailure(arguments: arguments, status: errno) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // The server that the script starts would keep open what this process has open at this moment: the pipe of another test's
        // script, whose reading below would end with this server only, or the socket by which it learns that its command has ended.
        for open in 3..<Int32(min(4096, sysconf(Int32(_SC_OPEN_MAX)))) { posix_spawn_file_actions_addclose(&actions, open) }
        var words: [UnsafeMutablePointer<CChar>?] = (["/bin/sh", script] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let status = posix_spawn(&process, "/bin/sh", &actions, nil, &words, environ)
        close(ends[1])
        guard status == 0 else { throw ScriptFailure(arguments: arguments, status: status) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = read(ends[0], &chunk, chunk.count), count > 0 { output += chunk[..<count] }
        var result: Int32 = 0
        while waitpid(process, &result, 0) < 0, errno == EINTR {}
        guard result == 0 else { throw ScriptFailure(arguments: arguments, status: result) }
        return String(decoding: output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
