import ActionPlans
import Synchronization

/// The tokens seen lately.
final class TokenMemory: Sendable {
    struct Entry: Sendable {
        let actor: Actor
        let sha256: [UInt8]
        /// Seconds since 1970.
        let expiresAt: Int
        let isRevoked: Bool
        let usedToday: Bool
        let readAt: Int
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// Goes up whenever something is forgotten.
        var generation = 0
    }

    /// In seconds. Revocations do not wait for it: it bounds memory and keeps the date of last use fresh.
    private static let longest = 600
    private static let mostEntries = 10_000

    private let state = Mutex(State())

    var generation: Int { state.withLock { $0.generation } }

    func entry(of id: String, at now: Int) -> Entry? {
        guard let entry = state.withLock({ $0.entries[id] }), now - entry.readAt < Self.longest else { return nil }
        return entry
    }

    /// Remembers unless something was forgotten since `generation`: what was read may be older than that.
    func remember(_ entry: Entry, as id: String, ifStill generation: Int) {
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= Self.mostEntries { state.entries.removeAll() }
            state.entries[id] = entry
        }
    }

    func forget(_ id: String) {
        state.withLock { state in
            state.generation += 1
            state.entries[id] = nil
        }
    }

    func forgetAll() {
        state.withLock { state in
            state.generation += 1
            state.entries.removeAll()
        }
    }
}
