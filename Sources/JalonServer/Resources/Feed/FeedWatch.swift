import ActionPlans
import HTTPTypes
import Postgres

/// Lets requests wait for the feed to grow without holding a connection. While somebody waits, one statement every fifth
/// of a second looks at the last entry for them all.
///
/// A notification of the database would tell of a commit, which is not enough: an entry is told once the transactions
/// before it have ended too.
package final class FeedWatch: Sendable {
    private let room: WaitingRoom<FeedPosition>

    init(database: Database) {
        room = WaitingRoom(pauses: .milliseconds(200) ... .milliseconds(200)) { () async -> (@Sendable (FeedPosition) -> Bool)? in
            guard let head = try? await database.fetch({ session in try FeedQueries.head(session) }) else { return nil }
            return { seen in seen != head }
        }
    }

    var isStopped: Bool { room.isStopped }
    var waiting: Int { room.waiting }

    /// Returns when the last entry is no longer `seen`, at the deadline, or when the service stops.
    /// - Throws: `CancellationError` when nobody waits for the answer any more, ``ProblemKind/unavailable`` for one too many.
    func wait(beyond seen: FeedPosition, until deadline: ContinuousClock.Instant) async throws {
        if try await room.wait(for: seen, until: deadline) == .full { throw Problem.tooManyWaiting() }
    }

    /// Answers all who wait; nobody waits any more afterwards.
    package func stop() { room.stop() }
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
