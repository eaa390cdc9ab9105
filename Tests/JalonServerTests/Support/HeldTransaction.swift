import Dispatch
import Postgres

/// A transaction that has begun and does not end while something else happens.
enum HeldTransaction {
    /// - Parameters:
    ///   - begin: what it does first; `meanwhile` begins when this is done.
    ///   - end: what it does last, when `meanwhile` is over.
    static func with<Result: Sendable>(
        on database: Database, begin: @escaping @Sendable (borrowing Session) throws -> Void,
        end: @escaping @Sendable (borrowing Session) throws -> Void = { _ in }, meanwhile: () async throws -> Result
    ) async throws -> Result {
        let (hasBegun, begun) = AsyncStream<Void>.makeStream()
        let mayEnd = DispatchSemaphore(value: 0)
        async let held: Void = database.write { session in
            defer { begun.finish() }
            try begin(session)
            begun.finish()
            mayEnd.wait()
            try end(session)
        }
        for await _ in hasBegun {}
        let result: Result
        do {
            result = try await meanwhile()
        } catch {
            mayEnd.signal()
            try? await held
            throw error
        }
        mayEnd.signal()
        try await held
        return result
    }
}
