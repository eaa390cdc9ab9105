import ActionPlans
import ArgumentParser
import Foundation
import JalonServer
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: Message("Lance le serveur.", "Runs the server.").shown,
        discussion: Message(
            """
            Chaque réglage vient de l’option, sinon de la variable d’environnement, sinon du fichier --config (mêmes noms, \
            avec des soulignés : public_figures), sinon de la valeur par défaut. L’adresse choisie est écrite sur la \
            sortie standard quand le serveur est prêt. SIGTERM ou SIGINT l’arrête en moins de 15 secondes.
            """,
            """
            Each setting comes from the flag, else from the environment variable, else from the --config file (same names, \
            with underscores: public_figures), else from the default. The address is written to standard output once the \
            server is ready. SIGTERM or SIGINT stops it within 15 seconds.
            """
        ).shown)

    @Option(help: Message("Adresse d’écoute (JALON_HOST ; 127.0.0.1).", "Address to listen on (JALON_HOST; 127.0.0.1).").help)
    var host: String?

    @Option(help: Message("Port, 0 pour un port libre (JALON_PORT ; 8080).", "Port, 0 for a free one (JALON_PORT; 8080).").help)
    var port: Int?

    @Option(
        help: Message(
            "Port à part pour /livez, /readyz et /metrics (JALON_ADMIN_PORT ; aucun).",
            "Port apart for /livez, /readyz and /metrics (JALON_ADMIN_PORT; none)."
        ).help("port"))
    var adminPort: Int?

    @Option(
        help: Message(
            "Adresse d’écoute de ce port (JALON_ADMIN_HOST ; celle de --host).",
            "Address of that port (JALON_ADMIN_HOST; that of --host)."
        ).help("host"))
    var adminHost: String?

    @OptionGroup var database: DatabaseOptions

    @Option(help: Message("Connexions à la base (JALON_POOL ; 10).", "Database connections (JALON_POOL; 10).").help("count"))
    var pool: Int?

    @Option(
        help: Message(
            "Clients connectés à la fois, au plus (JALON_CONNECTIONS ; 10000).",
            "Clients connected at once, at most (JALON_CONNECTIONS; 10000)."
        ).help("count"))
    var connections: Int?

    @Option(
        help: Message(
            "Requêtes par minute et par jeton, 0 sans limite (JALON_RATE_LIMIT ; 3000).",
            "Requests a minute for each token, 0 for no limit (JALON_RATE_LIMIT; 3000)."
        ).help("count"))
    var rateLimit: Int?

    @Option(
        help: Message(
            "Requêtes par minute et par adresse sans jeton valable, 0 sans limite (JALON_ANONYMOUS_RATE_LIMIT ; 600).",
            "Requests a minute for each address without a good token, 0 for no limit (JALON_ANONYMOUS_RATE_LIMIT; 600)."
        ).help("count"))
    var anonymousRateLimit: Int?

    @Option(
        help: Message(
            "Mandataires dont X-Forwarded-For est cru, adresses et plages entre virgules (JALON_TRUSTED_PROXIES ; aucun).",
            "Proxies whose X-Forwarded-For is believed, addresses and ranges between commas (JALON_TRUSTED_PROXIES; none)."
        ).help("addresses"))
    var trustedProxies: String?

    @Flag(
        inversion: .prefixedNo,
        help: Message(
            "Chiffres lisibles sans jeton (JALON_PUBLIC_FIGURES ; oui).",
            "Figures readable without a token (JALON_PUBLIC_FIGURES; yes)."
        ).help)
    var publicFigures: Bool?

    @Option(
        help: Message(
            "Où signaler une faille, pour security.txt (JALON_SECURITY_CONTACT).",
            "Where to report a vulnerability, for security.txt (JALON_SECURITY_CONTACT)."
        ).help("uri"))
    var securityContact: String?

    @Option(help: Message("Niveau du journal (JALON_LOG_LEVEL ; info).", "Log level (JALON_LOG_LEVEL; info).").help("level"))
    var logLevel: Logger.Level?

    @Option(
        help: Message(
            "Journal en json ou en text (JALON_LOG_FORMAT ; text sur un terminal, sinon json).",
            "Log as json or text (JALON_LOG_FORMAT; text on a terminal, otherwise json)."
        ).help("format"))
    var logFormat: LogFormat?

    func run() async throws {
        let settings = try database.settings([
            .host: host, .port: port.map(String.init), .adminHost: adminHost,
            .adminPort: adminPort.map(String.init), .pool: pool.map(String.init),
            .connections: connections.map(String.init),
            .rateLimit: rateLimit.map(String.init), .anonymousRateLimit: anonymousRateLimit.map(String.init),
            .trustedProxies: trustedProxies,
            .publicFigures: publicFigures.map(String.init), .securityContact: securityContact,
            .logLevel: logLevel?.rawValue, .logFormat: logFormat?.rawValue,
        ])
        // A client that hangs up must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let lines = LineBuffer()
        defer { lines.end() }
        LoggingSystem.bootstrap { LineLogHandler(label: $0, format: settings.logFormat, output: lines.write) }
        var logger = Logger(label: "jalon")
        logger.logLevel = settings.logLevel
        var server = settings.server
        server.front.connections = max(1, min(server.front.connections, OpenFiles.raised() - Self.otherFiles))
        let service = JalonService(
            configuration: server, logger: logger, onListening: { Self.announce(settings.server, port: $0) },
            onAdminListening: { Self.announceAdmin(settings.server, port: $0) })
        var group = ServiceGroupConfiguration(
            services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = settings.server.shutdownDeadline
        do {
            try await ServiceGroup(configuration: group).run()
        } catch is CancellationError {
            // The deadline passed with requests still under way: they were cut, and the stop is still what was asked.
            Terminal.say(Message("Arrêt après le délai de grâce.", "Stopped after the grace period."))
        } catch let error as IOError {
            throw Self.cannotListen(settings.server, String(cString: strerror(error.errnoCode)))
        } catch let error as SocketAddressError.UnknownHost {
            throw Self.cannotListen(settings.server, error.errorDescription)
        } catch {
            let seeLog = Message("La cause est au journal, ci-dessus.", "The cause is in the log, above.")
            throw CommandDatabase.failure(error, cause: seeLog.shown)
        }
    }

    /// Files kept for all that is not a client: database connections, log, event loops.
    private static let otherFiles = 600

    private static func announce(_ server: ServerConfiguration, port: Int) {
        let address = address(server.host, port)
        Terminal.say(
            Message(
                """
                Jalon \(Version.text) écoute sur \(address)
                  documentation : \(address)/docs
                  essai :         curl \(address)/v1/vocabularies
                  arrêt :         Ctrl-C
                """,
                """
                Jalon \(Version.text) listens on \(address)
                  documentation: \(address)/docs
                  try it:        curl \(address)/v1/vocabularies
                  stop:          Ctrl-C
                """))
        do throws(Failure) {
            try Terminal.writeLine(address)
        } catch {
            // Whoever waits for the address there is told; the others are served all the same.
            error.report()
        }
    }

    private static func announceAdmin(_ server: ServerConfiguration, port: Int) {
        let address = address(server.adminHost ?? server.host, port)
        Terminal.say(Message("État et compteurs : \(address)/metrics", "Health and metrics: \(address)/metrics"))
    }

    private static func address(_ host: String, _ port: Int) -> String {
        let isAnyAddress = host == "0.0.0.0" || host == "::"
        return "http://\(isAnyAddress ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    private static func cannotListen(_ server: ServerConfiguration, _ reason: String) -> Failure {
        let admin = server.adminPort.map { (host: server.adminHost ?? server.host, port: $0) }
        return Failure(
            .configuration,
            Message(
                "Impossible d’écouter sur \(server.host), port \(server.port)"
                    + (admin.map { ", ou sur \($0.host), port \($0.port)" } ?? "")
                    + " : choisissez une autre adresse (--host, --port\(admin == nil ? "" : ", --admin-host, --admin-port")).",
                "Cannot listen on \(server.host), port \(server.port)"
                    + (admin.map { ", or on \($0.host), port \($0.port)" } ?? "")
                    + ": choose another address (--host, --port\(admin == nil ? "" : ", --admin-host, --admin-port"))."),
            details: [reason])
    }
}

extension LogFormat: ExpressibleByArgument {}
