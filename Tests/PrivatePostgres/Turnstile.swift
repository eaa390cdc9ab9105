/// Lets a few tests at a time have a server: Swift Testing starts them all at once, and a machine of two cores would be busy for
/// longer than they wait for an answer.
package actor Turnstile {
    /// For the tests that have a schema of their own: a server of 600 connections would run out of them.
    package static let servers = Turnstile(places: 8)
    /// For those that run the command, most of them with a server of its own, which asks for thirteen connections.
    package static let commands = Turnstile(places: 8)
    /// For those that have a PostgreSQL of their own.
    package static let clusters = Turnstile(places: 3)

    /// Whether the test has a place already, at whichever turnstile. It goes through all others without one: tests that each hold
    /// a place and wait for another would wait for each other for ever.
    @TaskLocal private static var isInside = false

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init(places: Int) {
        self.places = places
    }

    /// Runs `body` when there is a place, which is free again at its end, also when it throws.
    package nonisolated func pass<Result>(_ body: () async throws -> Result) async throws -> Result {
        if Self.isInside { return try await body() }
        await enter()
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await Self.$isInside.withValue(true) { try await body() })
        } catch {
            result = .failure(error)
        }
        await leave()
        return try result.get()
    }

    private func enter() async {
        if places > 0 {
            places -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func leave() {
        if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
}
