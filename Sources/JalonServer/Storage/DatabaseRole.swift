import ActionPlans
import HTTPTypes
import Postgres

/// What the database is for those who read it.
package enum DatabaseRole: String, Sendable {
    case primary
    /// It follows a primary and takes no writes, until it is promoted.
    case standby

    package static func current(_ session: borrowing Session) throws -> DatabaseRole {
        try session.one("select pg_is_in_recovery()") { row in try row.next(Bool.self) ? .standby : .primary }
    }
}

extension Problem {
    /// In seconds: as long as a failover takes at the least. Whoever follows it closely may ask more often.
    private static let failover = "5"

    static func standbyTakesNoWrites() -> Problem {
        ofStandby(
            Message(
                "Ce serveur lit une base secondaire, où rien ne s’enregistre : adressez-vous à celui qui écrit, ou réessayez si une "
                    + "bascule est en cours. Rien n’a été enregistré.",
                "This server reads a standby, where nothing can be stored: ask the one that writes, or try again if a failover is "
                    + "under way. Nothing was stored."))
    }

    /// Who writes at the primary cannot be seen from a standby: what it gave as known at an instant might change later.
    static func standbyDoesNotSettle() -> Problem {
        ofStandby(
            Message(
                "Ce serveur lit une base secondaire, qui ne peut pas garantir ce qui était su à un instant : demandez-le au serveur "
                    + "qui écrit, ou demandez sans instant.",
                "This server reads a standby, which cannot be sure of what was known at an instant: ask the server that writes, or "
                    + "ask without an instant."))
    }

    private static func ofStandby(_ detail: Message) -> Problem {
        var problem = Problem(.unavailable, detail)
        problem.fields[.retryAfter] = failover
        return problem
    }
}
