import ActionPlans
import JalonServer
import Postgres

/// What the address leads to: which of several servers, and what stands before it.
enum ConnectionChecks {
    /// The values of `target_session_attrs` by which one asks for a server to read only.
    private static let asksToRead: Set<String> = ["standby", "prefer-standby", "read-only"]
    private static let trials = 5

    static func role(_ session: borrowing Session) throws -> Check {
        let name = Message("Rôle de la base", "Role of the database")
        let asked = session.option("target_session_attrs") ?? "any"
        let hosts = (session.option("hostaddr") ?? session.option("host") ?? "").split(separator: ",").count
        let (role, age) = try session.one(
            "select pg_is_in_recovery(), extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::bigint"
        ) { row in (try row.next(Bool.self) ? DatabaseRole.standby : .primary, try row.next(Int?.self)) }
        if role == .standby {
            let since = age.map { Message(", dernière écriture reçue il y a \($0) s", ", last write received \($0) s ago") }
            let finding = Message(
                "base secondaire, en lecture seule\(since?.french ?? "")", "standby, read only\(since?.english ?? "")")
            if asksToRead.contains(asked) { return .ok("role", name, finding) }
            return .problem(
                "role", name, finding,
                mend: Message(
                    "Pour écrire, donnez l’adresse de la base principale, ou plusieurs hôtes avec target_session_attrs=read-write. "
                        + "Si ce serveur ne doit que lire, dites-le : target_session_attrs=prefer-standby.",
                    "To write, give the address of the primary, or several hosts with target_session_attrs=read-write. If this "
                        + "server is only to read, say so: target_session_attrs=prefer-standby."))
        }
        guard hosts < 2 || asked != "any" else {
            return .problem(
                "role", name,
                Message(
                    "base principale, mais l’adresse a \(hosts) hôtes et n’en choisit aucun",
                    "primary, but the address has \(hosts) hosts and chooses none"),
                mend: Message(
                    "Ajoutez target_session_attrs=read-write : sinon une connexion peut mener à une base secondaire.",
                    "Add target_session_attrs=read-write: otherwise a connection may lead to a standby."))
        }
        return .ok("role", name, Message("base principale", "primary"))
    }

    /// A pooler in transaction mode gives one session of the server to two clients that are both connected, one in session
    /// mode never does.
    static func pooler(_ database: Database, _ settings: Settings) async throws -> Check {
        let name = Message("Passerelle de connexions", "Connection pooler")
        let (isPooled, first) = try await database.fetch { session in (session.isPooled, try process(session)) }
        guard isPooled else { return .ok("pooler", name, Message("aucune", "none")) }
        let isShared = try await CommandDatabase.use(settings) { other in
            for _ in 0..<trials {
                let ours = try await database.fetch { session in try process(session) }
                let its = try await other.fetch { session in try process(session) }
                if ours != first || its == ours { return true }
            }
            return false
        }
        guard isShared else {
            return .ok(
                "pooler", name,
                Message(
                    "en mode session (PgBouncer ou semblable) : tout fonctionne, sans requêtes préparées et en relisant chaque jeton",
                    "in session mode (PgBouncer or the like): all works, without prepared statements and by reading each token anew"
                ))
        }
        return .problem(
            "pooler", name,
            Message(
                "en mode transaction (PgBouncer ou semblable) : les réponses sont justes, mais rien ne se prépare ni ne se retient",
                "in transaction mode (PgBouncer or the like): answers are right, but nothing is prepared nor remembered"),
            mend: Message(
                "Donnez l’adresse de PostgreSQL lui-même : Jalon a son propre pool (--pool).",
                "Give the address of PostgreSQL itself: Jalon has a pool of its own (--pool)."))
    }

    private static func process(_ session: borrowing Session) throws -> Int {
        try session.one("select pg_backend_pid()") { row in try row.next() }
    }
}
