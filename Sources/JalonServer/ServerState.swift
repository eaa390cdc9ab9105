import ActionPlans
import Logging
import Postgres

/// What every request may use: the database, who tokens are, and what never changes while the process runs.
///
/// A class, as each request passes it on several times: a reference is copied at once, and ten of them are not.
package final class ServerState: Sendable {
    package let database: Database
    package let tokens: TokenDirectory
    package let vocabularies: Vocabularies
    package let catalogue: PracticeCatalogue
    package let contract: Contract
    package let configuration: ServerConfiguration
    package let logger: Logger
    package let metrics = RequestMetrics(Operations.all)
    package let limiter: RateLimiter
    package let validators = ValidatorMemory()
    package let feed: FeedWatch
    package let schema: SchemaWatch
    package let fence: InstantFence
    package let exportPlaces: ExportPlaces
    /// Whether the process still takes new work; false from the moment it is asked to stop.
    package let isAccepting: @Sendable () -> Bool

    package init(
        database: Database, tokens: TokenDirectory, reference: ReferenceData, contract: Contract,
        configuration: ServerConfiguration, logger: Logger, isAccepting: @escaping @Sendable () -> Bool
    ) {
        self.database = database
        self.tokens = tokens
        vocabularies = reference.vocabularies
        catalogue = reference.catalogue
        self.contract = contract
        self.configuration = configuration
        self.logger = logger
        self.isAccepting = isAccepting
        feed = FeedWatch(database: database)
        schema = SchemaWatch(database: database, logger: logger)
        fence = InstantFence(database: database, patience: configuration.database.lockTimeout * 3)
        exportPlaces = ExportPlaces(configuration.database.connections / 2)
        limiter = RateLimiter(tokenLimit: configuration.rateLimit, anonymousLimit: configuration.anonymousRateLimit)
    }
}

/// How a server is to run.
package struct ServerConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes a free port.
    package var port = 8080
    /// A second port for health and metrics; without one they are on the first.
    package var adminPort: Int?
    /// Where the second port listens, if not on `host`.
    package var adminHost: String?
    /// Requests a minute for each token; 0 is no limit.
    package var rateLimit = 3_000
    /// Requests a minute for each address that sends no token or a bad one; 0 is no limit.
    package var anonymousRateLimit = 600
    /// Who is believed about the address of its callers.
    package var trustedProxies = TrustedProxies()
    /// The path under which clients reach the service.
    package var basePath = BasePath()
    /// Whose pages may read more than what is public.
    package var crossOrigin = CrossOriginPolicy()
    /// Whether anybody may read the figures without a token.
    package var publicFigures = true
    /// Where to report a vulnerability: a URL or `mailto:`.
    package var securityContact = "https://github.com/jalon/jalon/security"
    package var shutdownDeadline: Duration = .seconds(12)
    package var front = FrontLimits()
    package var database = DatabaseConfiguration()

    package init() {}

    /// The path under which the sender of a request reaches the service: as its proxy says, else as the operator does.
    func basePath(of request: IncomingRequest) -> BasePath {
        trustedProxies.prefix(of: request.peer, request.fields) ?? basePath
    }
}
