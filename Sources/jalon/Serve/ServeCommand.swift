import ActionPlans
import ArgumentParser
import JalonServer
import Logging

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

    @Option(
        help: Message(
            "Chemin sous lequel les clients atteignent le service, comme /jalon (JALON_BASE_PATH ; aucun).",
            "Path under which clients reach the service, such as /jalon (JALON_BASE_PATH; none)."
        ).help("path"))
    var basePath: String?

    @Option(
        help: Message(
            "Origines dont les pages peuvent lire ce qui demande un jeton, entre virgules (JALON_CORS_ORIGINS ; aucune).",
            "Origins whose pages may read what needs a token, between commas (JALON_CORS_ORIGINS; none)."
        ).help("origins"))
    var corsOrigins: String?

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
        try await ServerRun.run(
            [
                .host: host, .port: port.map(String.init), .adminHost: adminHost,
                .adminPort: adminPort.map(String.init), .pool: pool.map(String.init),
                .connections: connections.map(String.init),
                .rateLimit: rateLimit.map(String.init), .anonymousRateLimit: anonymousRateLimit.map(String.init),
                .trustedProxies: trustedProxies, .basePath: basePath, .corsOrigins: corsOrigins,
                .publicFigures: publicFigures.map(String.init), .securityContact: securityContact,
                .logLevel: logLevel?.rawValue, .logFormat: logFormat?.rawValue,
            ], database)
    }
}

extension LogFormat: ExpressibleByArgument {}
