import ActionPlans
import HTTPTypes
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Looks again and again whether the database still has a schema with which this server may go on: whoever brings it to the next
/// version need not have stopped all servers. What would use it is refused from then on, without a look at each request.
package final class SchemaWatch: Service, Sendable {
    private static let pause: Duration = .seconds(2)

    private let database: Database
    private let logger: Logger
    private let refusal = Mutex<Migration.Refusal?>(nil)

    init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Until the service group shuts down.
    package func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            while true {
                try await Task.sleep(for: Self.pause)
                await look()
            }
        }
    }

    /// A database that does not answer changes nothing: each request tells so by itself.
    func look() async {
        let found: Migration.Refusal?
        do {
            try await Migration.check(database)
            found = nil
        } catch let refusal as Migration.Refusal {
            found = refusal
        } catch {
            return
        }
        let before = refusal.withLock { refusal in
            defer { refusal = found }
            return refusal
        }
        if let found, found != before {
            logger.critical(
                "the schema of the database is of another version: requests are refused", metadata: ["reason": "\(found)"])
        } else if found == nil, before != nil {
            logger.notice("the schema of the database is back: requests are taken")
        }
    }

    /// - Throws: ``ProblemKind/unavailable`` while this server may not use the database.
    func admit() throws {
        if let refusal = refusal.withLock({ $0 }) { throw Problem(refusal) }
    }
}

extension Problem {
    /// Why a server that runs may not use the database.
    init(_ refusal: Migration.Refusal) {
        let detail =
            if case .newerVersion = refusal {
                Message(
                    "La base est passée à une version du schéma que ce serveur ne connaît pas : il attend d’être remplacé. Rien n’a été "
                        + "enregistré, réessayez dans un instant.",
                    "The database has come to a version of the schema that this server does not know: it waits to be replaced. Nothing "
                        + "was stored, try again in a moment.")
            } else {
                Message(
                    "La base n’a pas le schéma que demande ce serveur. Rien n’a été enregistré, réessayez dans un instant.",
                    "The database does not have the schema that this server needs. Nothing was stored, try again in a moment.")
            }
        self.init(.unavailable, detail)
        fields[.retryAfter] = "5"
    }
}
