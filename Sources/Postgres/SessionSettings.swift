/// What every session is set to, whatever the server, the database or the role say by default.
extension DatabaseConfiguration {
    private static let firstWithIdleSessionTimeout = 140_000
    private static let firstWithTransactionTimeout = 170_000

    /// Each setting that would change what a statement of ours means, what its answer looks like, or how long it may take.
    /// What is left to the server is its owner's business: where tables are, how long a commit waits, what is logged.
    func sessionSettings(serverVersion: Int) -> [(name: String, value: String)] {
        var settings = Self.meaning + Self.form
        settings += [
            ("statement_timeout", String(statementTimeout.wholeMilliseconds)),
            ("lock_timeout", String(lockTimeout.wholeMilliseconds)),
            ("idle_in_transaction_session_timeout", String(idleInTransactionTimeout.wholeMilliseconds)),
        ]
        // A session that waits for work is not one to end; libpq's keepalives notice a client that has vanished.
        if serverVersion >= Self.firstWithIdleSessionTimeout { settings.append(("idle_session_timeout", "0")) }
        // A plan may take a minute, by its own limits.
        if serverVersion >= Self.firstWithTransactionTimeout { settings.append(("transaction_timeout", "0")) }
        if !searchPath.isEmpty {
            settings.append(("search_path", searchPath.map(Self.quoted).joined(separator: ", ")))
        }
        return settings
    }

    private static let meaning: [(name: String, value: String)] = [
        ("default_transaction_isolation", "read committed"),
        ("default_transaction_read_only", "on"),
        ("default_transaction_deferrable", "off"),
        ("standard_conforming_strings", "on"),
        ("array_nulls", "on"),
        ("transform_null_equals", "off"),
        // Otherwise an index may answer with some of the rows only.
        ("gin_fuzzy_search_limit", "0"),
        ("exit_on_error", "off"),
        // The warnings of a commit tell that no standby has it.
        ("client_min_messages", "notice"),
        // Compiling a statement costs more than any of ours takes.
        ("jit", "off"),
    ]

    private static let form: [(name: String, value: String)] = [
        ("datestyle", "ISO, YMD"),
        ("intervalstyle", "postgres"),
        ("timezone", "UTC"),
        ("bytea_output", "hex"),
        ("extra_float_digits", "1"),
        ("quote_all_identifiers", "off"),
    ]
}
