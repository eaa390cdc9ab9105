import ActionPlans
import HTTPTypes
import Synchronization

/// How many exports may keep a connection of the database while their readers take them in. One more is refused before
/// anything of it is sent: slow readers must leave connections to everybody else.
package final class ExportPlaces: Sendable {
    private let free: Mutex<Int>

    init(_ count: Int) {
        free = Mutex(max(1, count))
    }

    /// - Throws: ``ProblemKind/unavailable`` when there is none.
    func take() throws {
        let isTaken = free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
        if !isTaken { throw Problem.tooManyExports() }
    }

    func give() { free.withLock { $0 += 1 } }

    var count: Int { free.withLock { $0 } }
}

extension Problem {
    fileprivate static func tooManyExports() -> Problem {
        var problem = Problem(
            .unavailable,
            Message(
                "Trop d’exports longs sont déjà en cours ; redemandez dans quelques secondes, ou restreignez celui-ci par des filtres.",
                "Too many long exports are under way; ask again in some seconds, or narrow this one by filters."))
        problem.fields[.retryAfter] = "5"
        return problem
    }
}
