import Synchronization

/// What a readiness check or a metrics page says of the database, at one instant.
package struct DatabaseHealth: Sendable {
    package struct Failure: Sendable {
        package var kind: DatabaseError.Kind
        package var sqlState: String?
        /// How long ago.
        package var age: Duration
    }

    /// Connections open now, busy or not.
    package var openConnections: Int
    /// Workers running a job now.
    package var busyConnections: Int
    /// Jobs waiting for a worker.
    package var queuedJobs: Int
    /// The last connection that could not be opened or was lost, if any.
    package var lastFailure: Failure?
    /// At least one connection is open and new jobs are taken.
    package var available: Bool
    package var metrics: DatabaseMetrics
}

/// Totals since the start; they only grow.
package struct DatabaseMetrics: Sendable, Equatable {
    /// Jobs run to their end, whatever the end.
    package var jobs: UInt64
    /// Small readings answered over a connection shared with others under way; they are no jobs.
    package var smallReadings: UInt64
    /// Jobs or statements run again after a conflict, a lost connection or a stale plan.
    package var retries: UInt64
    /// Connections opened after the first of each worker.
    package var reconnects: UInt64
    /// Time jobs waited for a worker, in nanoseconds.
    package var queueWaitNanoseconds: UInt64
    /// Statements sent, those that open and end transactions included; preparing one is not counted.
    package var statements: UInt64
    /// Time from sending a statement to having its whole result, in nanoseconds.
    package var sqlNanoseconds: UInt64
    /// How often the server was waited for: several statements may be sent at once.
    package var roundTrips: UInt64
}

/// The counters themselves, shared by the workers.
final class Counters: Sendable {
    let jobs = Atomic<UInt64>(0)
    let smallReadings = Atomic<UInt64>(0)
    let retries = Atomic<UInt64>(0)
    let reconnects = Atomic<UInt64>(0)
    let queueWaitNanoseconds = Atomic<UInt64>(0)
    let statements = Atomic<UInt64>(0)
    let sqlNanoseconds = Atomic<UInt64>(0)
    let roundTrips = Atomic<UInt64>(0)

    func noteStatement(since start: Moment) { noteStatements(1, since: start) }

    /// - Parameter count: how many were sent at once.
    func noteStatements(_ count: Int, since start: Moment) {
        statements.add(UInt64(count))
        roundTrips.add(1)
        sqlNanoseconds.add(Moment.now.nanoseconds(since: start))
    }

    var metrics: DatabaseMetrics {
        DatabaseMetrics(
            jobs: jobs.load(ordering: .relaxed),
            smallReadings: smallReadings.load(ordering: .relaxed),
            retries: retries.load(ordering: .relaxed),
            reconnects: reconnects.load(ordering: .relaxed),
            queueWaitNanoseconds: queueWaitNanoseconds.load(ordering: .relaxed),
            statements: statements.load(ordering: .relaxed),
            sqlNanoseconds: sqlNanoseconds.load(ordering: .relaxed),
            roundTrips: roundTrips.load(ordering: .relaxed)
        )
    }
}

extension Atomic<UInt64> {
    borrowing func add(_ amount: UInt64) {
        wrappingAdd(amount, ordering: .relaxed)
    }
}
