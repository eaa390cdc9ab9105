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
        connection.answerLimit = connection.connectTimeout
        do {
            try connection.set(configuration.sessionSettings(serverVersion: Int(PQserverVersion(handle))))
        } catch let error as DatabaseError {
            throw DatabaseError(.unavailable, error.message, sqlState: error.sqlState)
        }
        return connection
    }

    /// Sets the session in one round trip, once connected rather than by start-up options, for three reasons: libpq takes a
    /// server whose `default_transaction_read_only` is on at start-up for a standby (`target_session_attrs=read-write`), a
    /// `PGTZ` or `PGDATESTYLE` left in the environment would win over options, and poolers refuse most of them.
    ///
    /// A pooler gives its own number in place of that of the server's process. The session is then not ours to set: other
    /// clients have it before and after us.
    private func set(_ settings: [(name: String, value: String)]) throws {
        let rows = try settings.map { "('\($0.name)', \(try literal($0.value)))" }.joined(separator: ", ")
        let list = "(values \(rows)) as setting (name, value)"
        settingsOfTransaction = "select set_config(name, value, true) from \(list)"
        // The role's own isolation could be one that a standby refuses.
        let tags = try command(
            """
            begin isolation level read committed read only;
            select set_config(name, value, false) from \(list) where pg_backend_pid() = \(PQbackendPID(handle));
            commit
            """)
        if tags.count == 3, tags[1] == "SELECT 0" { noteItIsPooled() }
    }

    /// How long connecting may take: the connection string has the last word. Nil when it asks for no limit.
    private var connectTimeout: Duration? {
        guard let seconds = option("connect_timeout").flatMap({ Int64($0) }), seconds > 0 else { return nil }
        return .seconds(seconds)
    }

    func option(_ name: String) -> String? {
        guard let options = PQconninfo(handle) else { return nil }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if String(cString: keyword) == name { return option.pointee.val.map { String(cString: $0) } }
            option += 1
        }
        return nil
    }

    private func literal(_ text: String) throws -> String {
        guard !text.utf8.contains(0), let quoted = PQescapeLiteral(handle, text, text.utf8.count) else {
            throw DatabaseError(.misuse, "a setting of the session holds a NUL character, or is not UTF-8")
        }
        defer { PQfreemem(quoted) }
        return String(cString: quoted)
    }

    private static func connect(_ configuration: DatabaseConfiguration) throws -> OpaquePointer {
        let text = configuration.connectionString
        guard isUnderstood(text) else {
            // libpq's own message may quote the string, password and all.
            throw DatabaseError(.unavailable, "the connection string is neither a libpq conninfo nor a URL")
        }
        guard !hasUnescapedPassword(text) else {
            throw DatabaseError(
                .unavailable,
                "the address has a second @: before the host, write %40 for @, %2F for / and %3A for :")
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

    /// Whether a URL has a second `@`: libpq takes what stands between them for a host or a database, and its message quotes it,
    /// the end of a password as it is.
    private static func hasUnescapedPassword(_ text: String) -> Bool {
        guard let scheme = text.firstRange(of: "://") else { return false }
        return text[scheme.upperBound...].prefix { $0 != "?" }.count { $0 == "@" } > 1
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
