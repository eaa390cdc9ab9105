import ActionPlans
import HTTPTypes
import Postgres
import Synchronization

/// Lets a reader be certain that nothing will be recorded any more at an instant or before it, though writers take their
/// instant some time before they commit.
///
/// A writer shares a lock named after the second in which it takes it, and only then reads its instant; it holds it to the
/// end of its transaction. A reader that looks after the instant has passed sees every writer that may bear an older one:
/// it waits for those, and for no others. A writer that comes after the look reads a later instant.
///
/// Readers take no lock and hold no connection while they wait: while there are any, one statement now and then looks for
/// them all at who still writes.
///
/// A standby does not share the locks of its primary, and replays later what was recorded before: nothing is certain there.
package final class InstantFence: Sendable {
    /// What the database tells of an instant.
    struct Look: Sendable {
        /// False for an instant still to come, about which nothing is certain.
        let hasCome: Bool
        /// As the database writes it.
        let instant: String
        let today: CivilDate
        let role: DatabaseRole
        /// The transactions that may still record at the instant or before it.
        let writers: Set<String>
    }

    private enum Outcome {
        case over, late, cancelled
    }

    private struct Waiter {
        let writers: Set<String>
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var waiters: [UInt64: Waiter] = [:]
        var last: UInt64 = 0
        var looks: UInt64 = 0
        var isLooking = false
    }

    /// How many readers may wait at once; one more is refused.
    private static let mostWaiting = 500
    private static let pauses: ClosedRange<Duration> = .milliseconds(2) ... .milliseconds(50)

    private let database: Database
    private let patience: Duration
    private let state = Mutex(State())

    /// - Parameter patience: how long a reader waits at most.
    init(database: Database, patience: Duration) {
        self.database = database
        self.patience = patience
    }

    var waiting: Int { state.withLock { $0.waiters.count } }
    /// How often it has looked for those who wait.
    var looks: UInt64 { state.withLock { $0.looks } }

    /// The schema is part of the key: advisory locks are of the whole database.
    private static let name: SQL = "hashtext('jalon instants ' || current_schema())"

    /// For a writer, in the same statement as its instant and before it.
    static let raise: SQL =
        "pg_advisory_xact_lock_shared(\(name), floor(extract(epoch from clock_timestamp() - timestamptz '2000-01-01Z'))::int)"

    private static let isRaised: SQL = """
        l.locktype = 'advisory' and l.objsubid = 2
            and l.database = (select oid from pg_database where datname = current_database())
            and l.classid = (\(name)::bigint & 4294967295)::oid
        """

    /// For a reader, before anything that it reads at the instant.
    func look(at instant: String) async throws -> Look {
        try await database.fetch { session in
            // The clock is read before the locks: who is not seen there takes an instant later than this.
            try session.one(
                """
                with asked as materialized (
                    select g.instant, g.instant <= clock_timestamp() as has_come from (select \(instant)::timestamptz) g (instant)
                )
                select a.has_come, rfc3339(a.instant), paris_today(), pg_is_in_recovery(), case when a.has_come then array(
                    select l.virtualtransaction from pg_locks l
                    where \(Self.isRaised)
                        and l.objid::bigint <= floor(extract(epoch from a.instant - timestamptz '2000-01-01Z'))
                ) else '{}' end
                from asked a
                """
            ) { row in
                Look(
                    hasCome: try row.next(), instant: try row.next(), today: try row.next(),
                    role: try row.next(Bool.self) ? .standby : .primary,
                    writers: Set(try row.next([String].self)))
            }
        }
    }

    /// Returns when the transactions have ended: what they have recorded is seen by whoever begins to read afterwards.
    /// - Throws: `CancellationError` when nobody waits for the answer any more, ``ProblemKind/unavailable`` when they last.
    func wait(for writers: Set<String>) async throws {
        if writers.isEmpty { return }
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        let deadline = ContinuousClock.now + patience
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                add(id, Waiter(writers: writers, deadline: deadline, continuation: continuation))
                // Cancelled just before it was added, it was not there for the handler to find.
                if Task.isCancelled { wake(.cancelled) { waiter, _ in waiter == id } }
            }
        } onCancel: {
            wake(.cancelled) { waiter, _ in waiter == id }
        }
        switch outcome {
        case .over: return
        case .late: throw Problem.stillRecording()
        case .cancelled: throw CancellationError()
        }
    }

    private func add(_ id: UInt64, _ waiter: Waiter) {
        let (isRefused, startsLooking) = state.withLock { state in
            if state.waiters.count >= Self.mostWaiting { return (true, false) }
            state.waiters[id] = waiter
            defer { state.isLooking = true }
            return (false, !state.isLooking)
        }
        if isRefused { waiter.continuation.resume(returning: .late) }
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

    /// Until nobody waits. A database that is away lets nobody pass before the deadline.
    private func lookForAll() async {
        var pause = Self.pauses.lowerBound
        while isWanted() {
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.pauses.upperBound)
            // Who comes during the look waits for writers that it may have missed.
            let before = state.withLock { Set($0.waiters.keys) }
            if let held = try? await database.fetch({ session in try Self.writers(session) }) {
                wake(.over) { id, waiter in before.contains(id) && waiter.writers.isDisjoint(with: held) }
                state.withLock { $0.looks += 1 }
            }
            let now = ContinuousClock.now
            wake(.late) { _, waiter in waiter.deadline <= now }
        }
    }

    private func isWanted() -> Bool {
        state.withLock { state in
            state.isLooking = !state.waiters.isEmpty
            return state.isLooking
        }
    }

    private static func writers(_ session: borrowing Session) throws -> [String] {
        try session.query("select distinct l.virtualtransaction from pg_locks l where \(isRaised)") { row in try row.next() }
    }
}

extension Problem {
    fileprivate static func stillRecording() -> Problem {
        var problem = Problem(
            .unavailable,
            Message(
                "Des écritures prises en compte à cet instant ne sont pas terminées ; redemandez, ou un instant plus ancien.",
                "Writes that count at this instant have not ended; ask again, or for an older instant."))
        problem.fields[.retryAfter] = "1"
        return problem
    }
}
