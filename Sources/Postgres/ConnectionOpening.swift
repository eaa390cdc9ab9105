import CLibpq
import Glibc
import Logging

extension Connection {
    /// Opens a connection and sets its session. Blocks for at most the connect timeout for each host.
    /// Throws `DatabaseError(.unavailable)`.
    static func open(
        _ configuration: DatabaseConfiguration, counters: Counters, logger: Logger
    ) throws -> Connection {
        let handle = try connect(configuration)
        let connection = Connection(
            handle: handle, preparedStatements: configuration.preparedStatements, counters: counters, logger: logger
        )
        connection.answerLimit = configuration.connectTimeout
        do {
            try connection.command(try configuration.sessionSettings)
        } catch let error as DatabaseError {
            throw DatabaseError(.unavailable, error.message, sqlState: error.sqlState)
        }
        return connection
    }

    private static func connect(_ configuration: DatabaseConfiguration) throws -> OpaquePointer {
        let text = configuration.connectionString
        guard isUnderstood(text) else {
            // libpq's own message may quote the string, password and all.
            throw DatabaseError(.unavailable, "the connection string is neither a libpq conninfo nor a URL")
        }
        var connectTimeout = configuration.connectTimeout.components.seconds
        if configuration.connectTimeout > .seconds(connectTimeout) { connectTimeout += 1 }
        // A later setting wins: the connection string has the last word on all but the encoding.
        let settings: [(String, String)] = [
            ("connect_timeout", "\(connectTimeout)"),
            ("application_name", configuration.applicationName),
            ("keepalives_idle", "10"),
            ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "10000"),
            ("dbname", text),
            ("client_encoding", "UTF8"),
        ]
        let handle = withCStrings(settings.map(\.0)) { names in
            withCStrings(settings.map(\.1)) { values in PQconnectdbParams(names, values, 1) }
        }
        guard let handle else { throw DatabaseError(.unavailable, "out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw DatabaseError(.unavailable, withoutSecrets(String(cString: PQerrorMessage(handle)), text))
        }
        return handle
    }

    private static let shortestFragment = 3

    /// libpq's message without any piece of a password: one with a `/` or `@` that was not escaped is read as a host, a
    /// port or a database, which the message then quotes.
    static func withoutSecrets(_ message: String, _ connectionString: String) -> String {
        guard let scheme = connectionString.firstRange(of: "://"), let end = connectionString.lastIndex(of: "@"),
            let colon = connectionString[scheme.upperBound...].firstIndex(of: ":"), colon < end
        else { return message }
        let secret: Substring = connectionString[colon..<end].dropFirst()
        var fragments: [Substring] = secret.split { !($0.isLetter || $0.isNumber) }.filter { $0.count >= shortestFragment }
        fragments.sort { $0.count > $1.count }
        if !secret.isEmpty { fragments.insert(secret, at: 0) }
        return fragments.reduce(message) { $0.replacing($1, with: "…") }
    }

    /// Text without `=` or `/` is a plain database name, which libpq takes too.
    private static func isUnderstood(_ text: String) -> Bool {
        guard !text.utf8.contains(0) else { return false }
        guard text.utf8.contains(UInt8(ascii: "=")) || text.utf8.contains(UInt8(ascii: "/")) else { return true }
        guard let options = PQconninfoParse(text, nil) else { return false }
        PQconninfoFree(options)
        return true
    }

    /// Calls `body` with the strings as a C array ended by a null pointer.
    private static func withCStrings<Value>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { UnsafePointer($0) } + [nil]
        return pointers.withUnsafeBufferPointer { list in
            guard let start = list.baseAddress else { preconditionFailure("the list holds at least its end") }
            return body(start)
        }
    }
}

extension DatabaseConfiguration {
    /// Sent in one round trip once connected, rather than as start-up options, for two reasons: libpq takes a server
    /// whose `default_transaction_read_only` is on at start-up for a standby (`target_session_attrs=read-write`), and
    /// a `PGTZ` or `PGDATESTYLE` left in the environment would win over options. Compiling a statement costs more than
    /// any of ours takes, so the server's JIT stays off.
    var sessionSettings: String {
        get throws {
            var text = """
                set default_transaction_read_only = on;
                set jit = off;
                set datestyle = 'ISO'; set timezone = 'UTC'; set bytea_output = 'hex'; set extra_float_digits = 1;
                set statement_timeout = \(statementTimeout.wholeMilliseconds);
                set lock_timeout = \(lockTimeout.wholeMilliseconds);
                set idle_in_transaction_session_timeout = \(idleInTransactionTimeout.wholeMilliseconds)
                """
            if !searchPath.isEmpty {
                text += "; set search_path = " + searchPath.map(Self.quoted).joined(separator: ", ")
            }
            return text
        }
    }

    /// How long a statement may stay without an answer; nil when statements have no limit.
    func answerLimit(statementTimeout: Duration) -> Duration? {
        statementTimeout > .zero ? statementTimeout + answerGrace : nil
    }

    /// A name of a schema or channel as SQL writes it.
    static func quoted(_ name: String) -> String {
        var text = "\""
        for character in name.unicodeScalars {
            if character == "\"" { text += "\"" }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }
}
