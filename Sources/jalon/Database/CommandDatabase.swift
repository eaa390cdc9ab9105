import ActionPlans
import Documents
import JalonServer
import Logging
import Postgres

/// A database opened for the time of one command, and what goes wrong with it in the user's words.
enum CommandDatabase {
    static func use<Value: Sendable>(
        _ settings: Settings, _ body: (Database) async throws -> Value
    ) async throws -> Value {
        var configuration = settings.server.database
        configuration.connections = 1
        configuration.sharedConnections = 0
        configuration.queueWait = .seconds(20)
        let memory = FailureMemory()
        let database = Database(
            configuration: configuration, logger: Logger(label: "jalon") { _ in memory })
        do {
            let value = try await body(database)
            await database.shutdown()
            return value
        } catch {
            // The threads have said all they had to say once they are joined.
            await database.shutdown()
            throw failure(error, cause: memory.cause)
        }
    }

    /// - Parameter cause: what the driver logged, where the error itself only says that there is no connection.
    static func failure(_ error: any Error, cause: String?) -> any Error {
        switch error {
        case let refusal as Migration.Refusal: Failure(.configuration, message(refusal), details: details(refusal))
        case let database as DatabaseError: failure(database, cause: cause)
        case let refusal as Refusal: failure(refusal)
        default: error
        }
    }

    private static func failure(_ error: DatabaseError, cause: String?) -> Failure {
        switch (error.kind, error.sqlState) {
        case (.unavailable, _), (.connectionLost, _), (.queueTimeout, _), (.shuttingDown, _):
            Failure(
                .unavailable,
                Message(
                    "Base de données injoignable (--database-url, DATABASE_URL ou variables PG*).",
                    "Database unreachable (--database-url, DATABASE_URL or PG* variables)."),
                details: [error.kind == .queueTimeout ? error.message : cause ?? error.message])
        case (.standby, _):
            Failure(
                .unavailable,
                Message(
                    "Cette base est une base secondaire (réplique) : rien ne s’y enregistre. Donnez l’adresse de la base principale, ou "
                        + "plusieurs hôtes avec target_session_attrs=read-write.",
                    "This database is a standby: nothing can be stored there. Give the address of the primary, or several hosts "
                        + "with target_session_attrs=read-write."),
                details: [error.message])
        case (_, "42501"):
            Failure(
                .forbidden,
                Message(
                    "L’utilisateur de la base n’a pas le droit demandé.", "The database user lacks a right."),
                details: [error.message])
        default:
            Failure(
                .refused, Message("La base de données a refusé.", "The database refused."), details: [error.logDescription])
        }
    }

    /// Each fault by the flag that it is about; a lone one is all there is to say.
    private static func failure(_ refusal: Refusal) -> Failure {
        let problem = Problem(refusal, in: nil)
        let faults = problem.faults.map { fault in
            let member =
                switch fault.place {
                case .parameter(let name): name
                case .pointer(let pointer): String(pointer.dropFirst())
                case .text: ""
                }
            guard let name = member.split(separator: "/").first else { return fault.message.shown }
            let flag = name == "ministries" ? "ministry" : name.replacing("_", with: "-")
            return "--\(flag)\(Message(" : ", ": ").shown)\(fault.message.shown)"
        }
        guard faults.count > 1 else { return Failure(.refused, faults.first ?? problem.detail.shown) }
        return Failure(.refused, Message("Rien n’a été enregistré.", "Nothing was stored."), details: faults)
    }

    private static func details(_ refusal: Migration.Refusal) -> [String] {
        guard case .place(let fault) = refusal else { return [] }
        return [fault.remedy.shown]
    }

    private static func unknown(_ tables: Message) -> Message {
        Message(
            "Cette base contient \(tables.french), mais pas celles de Jalon : donnez une base vide ou un autre schéma.",
            "This database holds \(tables.english), but not Jalon's: give an empty database or another schema.")
    }

    static func message(_ refusal: Migration.Refusal) -> Message {
        switch refusal {
        case .place(let fault): fault.message
        case .unknownDatabase(let tables):
            unknown(Message.counted(tables, ("table", "tables"), ("table", "tables")))
        case .olderVersion(let version):
            Message(
                "Le schéma de la base est de version \(version), celui de ce programme de version \(Migration.version) : sauvegardez la base, "
                    + "puis lancez « jalon migrate ».",
                "The database's schema is version \(version), that of this program is version \(Migration.version): back the database up, "
                    + "then run “jalon migrate”.")
        case .newerVersion(let version):
            Message(
                "Le schéma de la base est de version \(version), plus récente que celle de ce programme (\(Migration.version)) : installez la "
                    + "version de Jalon qui l’a mise en place, ou une plus récente.",
                "The database's schema is version \(version), later than that of this program (\(Migration.version)): install the release of "
                    + "Jalon that made it, or a later one.")
        case .busy(let step):
            Message(
                "Le passage à la version \(step) attend une transaction qui ne finit pas ; rien n’a été changé. Arrêtez ce qui écrit dans la "
                    + "base (pg_stat_activity le nomme), puis relancez « jalon migrate ».",
                "The step to version \(step) waits for a transaction that does not end; nothing was changed. Stop what writes to the "
                    + "database (pg_stat_activity names it), then run “jalon migrate” again.")
        case .notMigrated:
            Message(
                "La base est vide : lancez d’abord « jalon migrate ».", "The database is empty: run “jalon migrate” first.")
        }
    }
}
