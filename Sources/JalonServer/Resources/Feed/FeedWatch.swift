import ActionPlans
import HTTPTypes
import Postgres
import Synchronization

/// Lets requests wait for the feed to grow without holding a connection. While somebody waits, one statement every fifth
/// of a second looks at the last entry for them all.
///
/// A notification of the database would tell of a commit, which is not enough: an entry is told once the transactions
/// before it have ended too.
package final class FeedWatch: Sendable {
    /// How many requests may wait at once; one more is refused.
    static let mostWaiting = 500
    private static let pause: Duration = .milliseconds(200)

    private enum Outcome {
        case awake, refused
    }

    private struct Waiter {
        let seen: FeedPosition
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var last: UInt64 = 0
        var isLooking = false
        var isStopped = false
    }

    private let database: Database
    private let state = Mutex(State())

    init(database: Database) {
        self.database = database
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// Returns when the last entry is no longer `seen`, at the deadline, or when the service stops.
    /// - Throws: `CancellationError` when nobody waits for the answer any more, ``ProblemKind/unavailable`` for one too many.
    func wait(beyond seen: FeedPosition, until deadline: ContinuousClock.Instant) async throws {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                add(id, Waiter(seen: seen, deadline: deadline, continuation: continuation))
                // Cancelled just before it was added, it was not there for the handler to find.
                if Task.isCancelled { wake { waiter, _ in waiter == id } }
            }
        } onCancel: {
            wake { waiter, _ in waiter == id }
        }
        try Task.checkCancellation()
        if outcome == .refused { throw Problem.tooManyWaiting() }
    }

    /// Answers all who wait; nobody waits any more afterwards.
    package func stop() {
        state.withLock { $0.isStopped = true }
        wake { _, _ in true }
    }

    private func add(_ id: UInt64, _ waiter: Waiter) {
        let (outcome, startsLooking) = state.withLock { state -> (Outcome?, Bool) in
            if state.isStopped { return (.awake, false) }
            if state.waiters.count >= Self.mostWaiting { return (.refused, false) }
            state.waiters[id] = waiter
            defer { state.isLooking = true }
            return (nil, !state.isLooking)
        }
        if let outcome { waiter.continuation.resume(returning: outcome) }
        if startsLooking { Task { await look() } }
    }

    private func wake(_ isChosen: (UInt64, Waiter) -> Bool) {
        let chosen = state.withLock { state in
            let chosen = state.waiters.filter { isChosen($0.key, $0.value) }
            for id in chosen.keys { state.waiters[id] = nil }
            return chosen.values.map(\.continuation)
        }
        for continuation in chosen { continuation.resume(returning: .awake) }
    }

    /// Until nobody waits. A database that is away wakes nobody: whoever asks next is told so.
    private func look() async {
        while isWanted() {
            try? await Task.sleep(for: Self.pause)
            let head = try? await database.fetch { session in try FeedQueries.head(session) }
            let now = ContinuousClock.now
            wake { _, waiter in waiter.deadline <= now || (head != nil && head != waiter.seen) }
        }
    }

    private func isWanted() -> Bool {
        state.withLock { state in
            state.isLooking = !state.waiters.isEmpty
            return state.isLooking
        }
    }
}

extension Problem {
    fileprivate static func tooManyWaiting() -> Problem {
        var problem = Problem(
            .unavailable,
            Message(
                "Trop de requêtes attendent déjà des changements ; demandez sans « wait », ou plus tard.",
                "Too many requests already wait for changes; ask without “wait”, or later."))
        problem.fields[.retryAfter] = "5"
        return problem
    }
}
