import ActionPlans
import Postgres

/// Carries the result of a rehearsal out of its transaction, which is rolled back like that of any other error.
private struct RehearsalEnded<Value: Sendable>: Error {
    let value: Value
}

extension Call {
    /// One request, one transaction; nothing is kept of a dry run, which may take as long as the write it rehearses.
    func write<Value: Sendable>(
        dryRun: Bool, timeout: Duration? = nil, _ body: @escaping @Sendable (borrowing Session) throws -> Value
    ) async throws -> Value {
        guard dryRun else { return try await committed(timeout, body) }
        do {
            return try await committed(timeout) { session in
                let value = try body(session)
                // What would be refused at the commit is refused now.
                try session.settle()
                throw RehearsalEnded(value: value)
            }
        } catch let ended as RehearsalEnded<Value> {
            return ended.value
        }
    }

    private func committed<Value: Sendable>(
        _ timeout: Duration?, _ body: @escaping @Sendable (borrowing Session) throws -> Value
    ) async throws -> Value {
        guard let timeout else { return try await server.database.write(body) }
        return try await server.database.maintain(timeout: timeout, body)
    }
}
