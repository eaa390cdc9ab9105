import Synchronization

/// Requests that wait for something in the database without holding a connection. While anybody waits, one task looks for them
/// all now and then.
final class WaitingRoom<Matter: Sendable>: Sendable {
    enum Ending: Sendable {
        /// What was waited for has come, or the service stops.
        case over
        /// The deadline has come first.
        case late
        /// There was no place left to wait in.
        case full
    }

    /// Looks once.
    /// - Returns: which matters are over; nil where the database did not answer, so that nobody is let go before the deadline.
    typealias Look = @Sendable () async -> (@Sendable (Matter) -> Bool)?

    private enum Outcome {
        case ended(Ending), cancelled
    }

    private struct Waiter {
        let matter: Matter
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var last: UInt64 = 0
        var looks: UInt64 = 0
        var isLooking = false
        var isStopped = false
    }

    /// How many may wait at once; one more is refused.
    static var most: Int { 500 }

    private let pauses: ClosedRange<Duration>
    private let look: Look
    private let state = Mutex(State())

    /// - Parameter pauses: between two looks: the first and the longest, doubling.
    init(pauses: ClosedRange<Duration>, look: @escaping Look) {
        self.pauses = pauses
        self.look = look
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }
    var waiting: Int { state.withLock { $0.waiters.count } }
    /// How often it has looked.
    var looks: UInt64 { state.withLock { $0.looks } }

    /// - Throws: `CancellationError` when nobody waits for the answer any more.
    func wait(for matter: Matter, until deadline: ContinuousClock.Instant) async throws -> Ending {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                add(id, Waiter(matter: matter, deadline: deadline, continuation: continuation))
                // Cancelled just before it was added, it was not there for the handler to find.
                if Task.isCancelled { wake(.cancelled) { waiter, _ in waiter == id } }
            }
        } onCancel: {
            wake(.cancelled) { waiter, _ in waiter == id }
        }
        switch outcome {
        case .ended(let ending): return ending
        case .cancelled: throw CancellationError()
        }
    }

    /// Lets go all who wait; nobody waits any more afterwards.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake(.ended(.over)) { _, _ in true }
    }

    private func add(_ id: UInt64, _ waiter: Waiter) {
        let (ending, startsLooking) = state.withLock { state -> (Ending?, Bool) in
            if state.isStopped { return (.over, false) }
            if state.waiters.count >= Self.most { return (.full, false) }
            state.waiters[id] = waiter
            defer { state.isLooking = true }
            return (nil, !state.isLooking)
        }
        if let ending { waiter.continuation.resume(returning: .ended(ending)) }
        if startsLooking { Task { await lookForAll() } }
    }

    private func wake(_ outcome: Outcome, _ isChosen: (UInt64, Waiter) -> Bool) {
        let chosen = state.withLock { state in
            let chosen = state.waiters.filter { isChosen($0.key, $0.value) }
            for id in chosen.keys { state.waiters[id] = nil }
            return chosen.values.map(\.continuation)
        }
        for continuation in chosen { continuation.resume(returning: outcome) }
    }

    /// Until nobody waits.
    private func lookForAll() async {
        var pause = pauses.lowerBound
        while isWanted() {
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, pauses.upperBound)
            // Who comes during a look may wait for what it has missed.
            let before = state.withLock { Set($0.waiters.keys) }
            if let isOver = await look() {
                wake(.ended(.over)) { id, waiter in before.contains(id) && isOver(waiter.matter) }
                state.withLock { $0.looks += 1 }
            }
            let now = ContinuousClock.now
            wake(.ended(.late)) { _, waiter in waiter.deadline <= now }
        }
    }

    private func isWanted() -> Bool {
        state.withLock { state in
            state.isLooking = !state.waiters.isEmpty
            return state.isLooking
        }
    }
}
