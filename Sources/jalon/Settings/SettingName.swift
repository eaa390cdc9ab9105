/// Everything that configures the server, by the name it has in the configuration file.
enum SettingName: String, CaseIterable {
    case host, port
    case adminHost = "admin_host"
    case adminPort = "admin_port"
    case databaseURL = "database_url"
    case pool, connections
    case rateLimit = "rate_limit"
    case anonymousRateLimit = "anonymous_rate_limit"
    case trustedProxies = "trusted_proxies"
    case basePath = "base_path"
    case corsOrigins = "cors_origins"
    case publicFigures = "public_figures"
    case securityContact = "security_contact"
    case logLevel = "log_level"
    case logFormat = "log_format"

    /// `DATABASE_URL` is what platforms set; the rest is ours.
    var variable: String {
        self == .databaseURL ? "DATABASE_URL" : "JALON_" + rawValue.uppercased()
    }

    var flag: String {
        "--" + rawValue.map { $0 == "_" ? "-" : String($0) }.joined()
    }

    /// Whether it takes several values: between commas, or as a list of the file.
    var isList: Bool { self == .trustedProxies || self == .corsOrigins }
}
