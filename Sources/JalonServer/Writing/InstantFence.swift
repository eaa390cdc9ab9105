import ActionPlans
import HTTPTypes
import Postgres

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

    private let database: Database
    private let patience: Duration
    private let room: WaitingRoom<Set<String>>

    /// - Parameter patience: how long a reader waits at most.
    init(database: Database, patience: Duration) {
        self.database = database
        self.patience = patience
        room = WaitingRoom(pauses: .milliseconds(2) ... .milliseconds(50)) { () async -> (@Sendable (Set<String>) -> Bool)? in
            guard let writing = try? await database.fetch({ session in try Self.writers(session) }) else { return nil }
            return { writers in writers.isDisjoint(with: writing) }
        }
    }

    var waiting: Int { room.waiting }
    /// How often it has looked for those who wait.
    var looks: UInt64 { room.looks }

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
        guard try await room.wait(for: writers, until: ContinuousClock.now + patience) == .over else {
            throw Problem.stillRecording()
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
