/// How to reach the server, and the limits put on it.
package struct DatabaseConfiguration: Sendable {
    /// A libpq conninfo string or `postgresql://` URL; empty leaves all to libpq's own `PG*` environment.
    package var connectionString: String
    /// The schemas searched, in order; empty leaves the server's default.
    package var searchPath: [String]
    /// How many worker threads, each with one connection.
    package var connections = 10
    /// How many connections more are shared by small readings, many on each at once; zero is none.
    package var sharedConnections = 2
    /// How many jobs may wait for a worker; one more is refused with `.queueFull`.
    package var queueCapacity = 1000
    /// How long a job may wait for a worker before `.queueTimeout`, from the end of the first attempt to connect on.
    package var queueWait: Duration = .seconds(2)
    /// For each host of the connection string; libpq counts in whole seconds, two at least.
    package var connectTimeout: Duration = .seconds(3)
    /// For each statement; zero is no limit.
    package var statementTimeout: Duration = .seconds(5)
    /// For each wait on a lock; zero is no limit.
    package var lockTimeout: Duration = .seconds(1)
    /// Between two statements of a transaction; zero is no limit.
    package var idleInTransactionTimeout: Duration = .seconds(10)
    /// The server's own limits act first; a connection on which it stays silent this long after the statement timeout
    /// is given up.
    package var answerGrace: Duration = .seconds(5)
    /// A connection is replaced after this, give or take a tenth, so that they do not all go at once.
    package var connectionLifetime: Duration = .seconds(30 * 60)
    /// The first pause after a failed connection; it doubles, with jitter, up to `longestReconnectPause`.
    package var reconnectPause: Duration = .milliseconds(50)
    package var longestReconnectPause: Duration = .seconds(1)
    /// Prepared statements kept by each connection; the least recently used goes.
    package var preparedStatements = 256
    /// What `pg_stat_activity` shows, unless the connection string says otherwise.
    package var applicationName = "jalon"

    package init(connectionString: String = "", searchPath: [String] = []) {
        self.connectionString = connectionString
        self.searchPath = searchPath
    }
}
