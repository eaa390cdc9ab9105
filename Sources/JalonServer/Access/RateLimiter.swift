import Synchronization

/// How many requests a minute each caller may send to this process: one bucket for each principal, whatever its tokens, and one
/// for each address that sends no token or a bad one. A bucket holds a minute's worth and refills evenly.
package final class RateLimiter: Sendable {
    package enum Policy: String, CaseIterable, Sendable {
        case token
        case anonymous
    }

    /// Where a caller stands after a request.
    package struct Standing: Sendable, Equatable {
        package let policy: Policy
        /// Requests in a full bucket, which are those of one window.
        package let limit: Int
        package let remaining: Int
        /// Seconds until the bucket is full again, rounded up.
        package let resetsIn: Int
        /// Seconds to wait, rounded up, when the request was one too many.
        package let retryAfter: Int?
    }

    /// In seconds.
    package static let window = 60
    package static let greatestLimit = 1_000_000

    private let principals: Buckets<String>?
    private let peers: Buckets<Peer>?

    /// - Parameters: requests in a window; 0 is no limit.
    init(tokenLimit: Int, anonymousLimit: Int) {
        principals = tokenLimit > 0 ? Buckets(.token, limit: tokenLimit) : nil
        peers = anonymousLimit > 0 ? Buckets(.anonymous, limit: anonymousLimit) : nil
    }

    /// - Returns: nil where there is no limit.
    func take(principal id: String) -> Standing? {
        principals?.take(id, at: Clock.monotonic())
    }

    /// - Parameter address: of the client, found only if there is a limit; all whose address is not known share one bucket.
    /// - Returns: nil where there is no limit.
    func take(client address: @autoclosure () -> NetworkAddress?) -> Standing? {
        peers?.take(Peer(address()), at: Clock.monotonic())
    }
}

/// The buckets of one policy. Each is one instant, that at which it will be full: a request moves it on by its share of the
/// window, and is one too many when that would be more than a window from now.
final class Buckets<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var recent: [Key: UInt64] = [:]
        var older: [Key: UInt64] = [:]
    }

    private let policy: RateLimiter.Policy
    private let limit: Int
    /// In nanoseconds, as all times here.
    private let share: UInt64
    private let most: Int
    private let state = Mutex(State())

    private static var second: UInt64 { 1_000_000_000 }

    /// - Parameter most: how many buckets are kept; beyond, those not used for longest are forgotten.
    init(_ policy: RateLimiter.Policy, limit: Int, most: Int = 20_000) {
        self.policy = policy
        self.limit = limit
        self.most = most
        share = UInt64(RateLimiter.window) * Self.second / UInt64(limit)
    }

    var count: Int { state.withLock { $0.recent.count + $0.older.count } }

    /// - Parameter now: on the monotonic clock.
    func take(_ key: Key, at now: UInt64) -> RateLimiter.Standing {
        let whole = share * UInt64(limit)
        let (isFullAt, wait) = state.withLock { state -> (UInt64, UInt64) in
            let isFullAt = max(state.recent[key] ?? state.older[key] ?? 0, now)
            let next = isFullAt + share
            let wait = next - now > whole ? next - now - whole : 0
            keep(wait > 0 ? isFullAt : next, as: key, in: &state)
            return (wait > 0 ? isFullAt : next, wait)
        }
        return RateLimiter.Standing(
            policy: policy, limit: limit, remaining: Int((whole - min(whole, isFullAt - now)) / share),
            resetsIn: Self.seconds(isFullAt - now), retryAfter: wait > 0 ? Self.seconds(wait) : nil)
    }

    /// The older half is dropped when the recent half is full; whoever is in use is always in the recent one.
    private func keep(_ instant: UInt64, as key: Key, in state: inout State) {
        if state.recent.count >= most / 2, state.recent[key] == nil {
            swap(&state.recent, &state.older)
            state.recent.removeAll(keepingCapacity: true)
        }
        state.recent[key] = instant
    }

    private static func seconds(_ nanoseconds: UInt64) -> Int {
        Int((nanoseconds + second - 1) / second)
    }
}
