import CLibpq

/// The connection during one job. It lives as long as the closure that receives it and cannot leave it; everything
/// here blocks the worker's thread and nothing suspends.
///
/// All throw `DatabaseError`, or whatever the row closure throws.
package struct Session: ~Copyable {
    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// Whether a connection pooler stands before the server.
    package var isPooled: Bool { connection.isPooled }

    /// How the connection was asked for, by the name of a libpq option: `host`, `target_session_attrs`… Nil for no value.
    package func option(_ name: String) -> String? { connection.option(name) }

    /// All the rows, in the server's order.
    package func query<Value>(_ sql: SQL, _ row: (inout Row) throws -> Value) throws -> [Value] {
        let result = try connection.perform(sql)
        defer { PQclear(result) }
        return try namingStatement(sql) {
            let count = PQntuples(result)
            var values: [Value] = []
            values.reserveCapacity(Int(count))
            for index in 0..<count {
                var current = Row(result: result, index: index)
                values.append(try row(&current))
            }
            return values
        }
    }

    /// Each row, in the server's order.
    package func forEach(_ sql: SQL, _ row: (inout Row) throws -> Void) throws {
        let result = try connection.perform(sql)
        defer { PQclear(result) }
        try namingStatement(sql) {
            for index in 0..<PQntuples(result) {
                var current = Row(result: result, index: index)
                try row(&current)
            }
        }
    }

    /// The only row, or nil without one. Several rows are `DatabaseError(.unexpectedRowCount)`.
    package func first<Value>(_ sql: SQL, _ row: (inout Row) throws -> Value) throws -> Value? {
        let result = try connection.perform(sql)
        defer { PQclear(result) }
        let count = PQntuples(result)
        guard count <= 1 else { throw unexpected(count, "at most one", sql) }
        if count == 0 { return nil }
        return try namingStatement(sql) {
            var current = Row(result: result, index: 0)
            return try row(&current)
        }
    }

    /// The only row. None, or several, are `DatabaseError(.unexpectedRowCount)`.
    package func one<Value>(_ sql: SQL, _ row: (inout Row) throws -> Value) throws -> Value {
        let result = try connection.perform(sql)
        defer { PQclear(result) }
        let count = PQntuples(result)
        guard count == 1 else { throw unexpected(count, "exactly one", sql) }
        return try namingStatement(sql) {
            var current = Row(result: result, index: 0)
            return try row(&current)
        }
    }

    /// Runs a statement for its effect. Returns how many rows it inserted, changed, deleted or selected.
    @discardableResult
    package func execute(_ sql: SQL) throws -> Int {
        let result = try connection.perform(sql)
        defer { PQclear(result) }
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// Runs a statement of a transaction for its effect, together with the next one: one round trip is saved, and nothing waits here. The
    /// server runs them in this order, as if they had been sent one after the other. A failure is thrown by the next statement, by
    /// ``settle()`` or at the end of the transaction, which is then not committed.
    package func executeLater(_ sql: SQL) throws {
        try connection.performLater(sql)
    }

    /// Waits for what was left to run later.
    package func settle() throws {
        try connection.sendWaiting(evenAlone: false)
    }

    /// Gives the rows one by one as they arrive, in constant memory. No other statement may be sent meanwhile.
    ///
    /// The statement timeout counts while `row` runs. When `row` throws, the rest is read and dropped for a quarter of
    /// a second; past that the connection is closed, and with it the transaction.
    package func stream(_ sql: SQL, _ row: (inout Row) throws -> Void) throws {
        try namingStatement(sql) { try connection.stream(sql, row) }
    }

    /// Runs text that is part of the program and may hold several statements, such as a schema file.
    package func script(_ text: String) throws {
        try connection.begin(nil)
        try connection.sendWaiting()
        try connection.command(text)
    }

    /// Runs `body` so that, when it throws, what it did is undone and the transaction goes on.
    /// Outside a transaction it is `DatabaseError(.misuse)`.
    package func savepoint<Value>(_ body: (borrowing Session) throws -> Value) throws -> Value {
        try connection.sendWaiting()
        guard connection.isInTransaction else {
            throw DatabaseError(.misuse, "a savepoint needs a transaction in good state")
        }
        let name = connection.newSavepoint()
        try connection.command("savepoint \(name)")
        do {
            let value = try body(self)
            try settle()
            try connection.command("release savepoint \(name)")
            return value
        } catch {
            connection.dropWaiting()
            if (try? connection.command("rollback to savepoint \(name); release savepoint \(name)")) == nil {
                connection.condemn()
            }
            throw error
        }
    }

    private func unexpected(_ count: Int32, _ expected: String, _ sql: SQL) -> DatabaseError {
        DatabaseError(.unexpectedRowCount, "\(count) rows where \(expected) is expected", statement: sql.text)
    }

    /// A row does not know its statement; the log wants it.
    private func namingStatement<Value>(_ sql: SQL, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch var error as DatabaseError where error.kind == .decoding && error.statement == nil {
            error.statement = sql.text
            throw error
        }
    }
}
