import ActionPlans
import FoundationEssentials
import JalonServer
import Postgres

/// The checks that need the database. They stop where the next ones would make no sense.
struct DatabaseChecks {
    private let settings: Settings

    private static let longestSkew = 2.0

    init(_ settings: Settings) {
        self.settings = settings
    }

    func run() async -> [Check] {
        let name = Message("Base de données", "Database")
        let pool = settings.server.database.connections
        var checks: [Check] = []
        do {
            try await CommandDatabase.use(settings) { database in
                checks.append(try await server(database, name))
                checks.append(try await database.fetch { session in try ConnectionChecks.role(session) })
                checks.append(try await ConnectionChecks.pooler(database, settings))
                checks.append(try await clock(database))
                checks.append(try await slots(database, pool: pool))
                let schema = try await schema(database)
                checks.append(schema)
                guard schema.isOK else { return }
                checks += try await database.read { session in
                    [
                        try StoredState.extensions(session), try StoredState.vocabularies(session),
                        try StoredState.counters(session), try HistoryKeeping.check(session), try StoredState.tokens(session),
                    ]
                }
            }
            return checks
        } catch {
            let failure = error as? Failure ?? Failure(.refused, String(describing: error))
            let text = ([failure.text] + failure.details).joined(separator: " ")
            return checks + [
                .problem(
                    "access", Message("Accès à la base", "Access to the database"), Message(text, text),
                    mend: Message(
                        "Vérifiez l’adresse, que le serveur tourne et que l’utilisateur a accès.",
                        "Check the address, that the server runs and that the user has access."))
            ]
        }
    }

    private func server(_ database: Database, _ name: Message) async throws -> Check {
        let place = try await database.fetch { session in try DatabasePlace.current(session) }
        if let fault = place.fault { return .problem("database", name, fault.message, mend: fault.remedy) }
        return .ok("database", name, Message(place.description, place.description))
    }

    private func schema(_ database: Database) async throws -> Check {
        let name = Message("Schéma", "Schema")
        do {
            try await Migration.check(database)
        } catch let refusal as Migration.Refusal {
            return .problem("schema", name, CommandDatabase.message(refusal), mend: Self.remedy(refusal))
        }
        return .ok("schema", name, Message("version \(Migration.version)", "version \(Migration.version)"))
    }

    private static func remedy(_ refusal: Migration.Refusal) -> Message {
        switch refusal {
        case .place(let fault): fault.remedy
        case .newerVersion:
            Message(
                "Lancez la version de Jalon qui va avec la base, ou une plus récente ; « jalon migrate » ne revient pas en arrière.",
                "Run the release of Jalon that goes with the database, or a later one; “jalon migrate” does not go back.")
        case .unknownDatabase:
            Message(
                "Donnez l’adresse de la base de Jalon, ou une base vide à « jalon migrate ».",
                "Give the address of Jalon's database, or an empty one to “jalon migrate”.")
        case .olderVersion, .notMigrated, .busy: Message("Lancez « jalon migrate ».", "Run “jalon migrate”.")
        }
    }

    /// Tokens expire by this machine's clock, history is dated by the database's.
    private func clock(_ database: Database) async throws -> Check {
        let before = Date()
        let there = try await database.fetch { session in
            try session.one("select extract(epoch from clock_timestamp())::float8") { row in try row.next(Double.self) }
        }
        let after = Date()
        let trip = after.timeIntervalSince(before)
        let skew = there - before.timeIntervalSince1970 - trip / 2
        let name = Message("Horloges", "Clocks")
        let milliseconds = Int((abs(skew) * 1_000).rounded())
        let finding = Message(
            "\(milliseconds) ms d’écart avec la base", "\(milliseconds) ms apart from the database")
        guard abs(skew) <= Self.longestSkew + trip / 2 else {
            return .problem(
                "clock", name, finding,
                mend: Message("Synchronisez les deux machines (NTP).", "Synchronise both machines (NTP)."))
        }
        return .ok("clock", name, finding)
    }

    /// A restart without interruption opens a second pool beside the first, and one connection for notifications.
    private func slots(_ database: Database, pool: Int) async throws -> Check {
        let (free, limit) = try await database.fetch { session in
            try session.one(
                """
                select least(
                    (select sum(case name when 'max_connections' then setting::int else -setting::int end)
                        from pg_settings
                        where name in ('max_connections', 'superuser_reserved_connections', 'reserved_connections'))
                        - (select count(*) from pg_stat_activity where backend_type = 'client backend'),
                    (select case when rolconnlimit < 0 then 1000000 else rolconnlimit end from pg_roles
                        where rolname = current_user)
                        - (select count(*) from pg_stat_activity where usename = current_user),
                    (select case when datconnlimit < 0 then 1000000 else datconnlimit end from pg_database
                        where datname = current_database())
                        - (select count(*) from pg_stat_activity where datname = current_database())
                )::int + 1, current_setting('max_connections')::int
                """
            ) { row in (try row.next(Int.self), try row.next(Int.self)) }
        }
        let name = Message("Connexions", "Connections")
        // One more listens.
        let needed = pool + settings.server.database.sharedConnections + 1
        let finding = Message(
            "\(free) libres (max_connections = \(limit)) pour \(needed) demandées par un serveur",
            "\(free) free (max_connections = \(limit)) for the \(needed) that one server asks for")
        guard free >= needed else {
            return .problem(
                "connections", name, finding,
                mend: Message(
                    "Réduisez --pool, ou augmentez max_connections ou la limite du rôle ou de la base.",
                    "Lower --pool, or raise max_connections or the limit of the role or of the database."))
        }
        return .ok("connections", name, finding)
    }
}
