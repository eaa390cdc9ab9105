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
        /// Today's use is stored, or cannot be: the database is a standby.
        let useIsNoted: Bool
        let readAt: Int
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// The tokens, as clients send them, whose secret was found to be that of an id.
        var proven: [String: String] = [:]
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

    /// The entry of a token that was proven before, as it was sent.
    func proven(_ header: String, at now: Int) -> Entry? {
        state.withLock { state in
            guard let id = state.proven[header], let entry = state.entries[id], now - entry.readAt < Self.longest else {
                return nil
            }
            return entry
        }
    }

    /// The secret sent is that of the id: it need not be hashed again as long as the id is remembered.
    func prove(_ header: String, of id: String) {
        state.withLock { state in
            guard state.entries[id] != nil else { return }
            if state.proven.count >= Self.mostEntries { state.proven.removeAll() }
            state.proven[header] = id
        }
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
            state.proven = state.proven.filter { $0.value != id }
        }
    }

    func forgetAll() {
        state.withLock { state in
            state.generation += 1
            state.entries.removeAll()
            state.proven.removeAll()
        }
    }
}
