import ActionPlans
import FoundationEssentials
import Glibc
import JalonServer
import Logging
import Postgres

/// How the server is to run: flags, then environment, then file, then defaults.
struct Settings {
    let server: ServerConfiguration
    let logLevel: Logger.Level
    /// Unless said, for eyes where there are some.
    let logFormat: LogFormat
    let file: String?

    private static let widestPool = 500
    private static let mostConnections = 100_000

    /// - Parameter isListening: whether the server is to run with them: its addresses are then looked up here, and not after the
    ///   database has been opened.
    /// - Throws: ``Failure`` of status 78 with every fault at once.
    init(flags: [SettingName: String], file: String?, isListening: Bool = false) throws(Failure) {
        var reading = SettingsReading(flags: flags, file: file.map(SettingsFile.init(reading:)) ?? SettingsFile())
        func integer(_ name: SettingName, in range: ClosedRange<Int>) -> Int? {
            reading.value(name, .between(range)) { Self.integer($0, in: range) }
        }
        func host(_ name: SettingName) -> String? {
            let host = reading.value(name, .noHost) { ListeningAddress.isWellFormed($0) ? $0 : nil }
            if isListening, let host, let fault = ListeningAddress.fault(host) {
                reading.refuse(name, SettingRefusal([host], fault))
            }
            return host
        }
        var server = ServerConfiguration()
        server.host = host(.host) ?? server.host
        server.port = integer(.port, in: 0...65_535) ?? server.port
        server.adminHost = host(.adminHost)
        server.adminPort = integer(.adminPort, in: 0...65_535)
        server.front.connections = integer(.connections, in: 1...Self.mostConnections) ?? server.front.connections
        let limits = 0...RateLimiter.greatestLimit
        server.rateLimit = integer(.rateLimit, in: limits) ?? server.rateLimit
        server.anonymousRateLimit = integer(.anonymousRateLimit, in: limits) ?? server.anonymousRateLimit
        server.trustedProxies = reading.value(.trustedProxies, Self.proxies) ?? server.trustedProxies
        server.basePath = reading.value(.basePath, Self.path) ?? server.basePath
        server.crossOrigin = reading.value(.corsOrigins, Self.origins) ?? server.crossOrigin
        server.publicFigures = reading.value(.publicFigures, .flag, Self.flag) ?? server.publicFigures
        server.securityContact = reading.value(.securityContact, .contact, Self.contact) ?? server.securityContact
        server.database.connectionString = reading.text(.databaseURL) ?? ""
        server.database.connections = integer(.pool, in: 1...Self.widestPool) ?? server.database.connections
        logLevel = reading.value(.logLevel, .level) { Logger.Level(rawValue: $0) } ?? .info
        logFormat = reading.value(.logFormat, .logFormat) { LogFormat(rawValue: $0) } ?? Self.usualLogFormat
        guard reading.faults.isEmpty else {
            throw Failure(
                .configuration, Message("Configuration invalide.", "Invalid configuration."),
                details: SettingsFault.ordered(reading.faults))
        }
        self.server = server
        self.file = file
    }

    /// How to tell what is wrong with the rest: the format that is asked for, if that one can be read.
    static func logFormat(flags: [SettingName: String], file: String?) -> LogFormat {
        let reading = SettingsReading(flags: flags, file: file.map(SettingsFile.init(reading:)) ?? SettingsFile())
        return reading.text(.logFormat).flatMap { LogFormat(rawValue: $0) } ?? usualLogFormat
    }

    /// For eyes where there are some.
    private static let usualLogFormat: LogFormat = isatty(STDERR_FILENO) == 1 ? .text : .json

    private static func integer(_ text: String, in range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func proxies(_ text: String) throws(SettingRefusal) -> TrustedProxies {
        do throws(TrustedProxies.Unreadable) {
            return try TrustedProxies(text)
        } catch {
            throw SettingRefusal(error.items, .range)
        }
    }

    private static func origins(_ text: String) throws(SettingRefusal) -> CrossOriginPolicy {
        do throws(CrossOriginPolicy.Unreadable) {
            return try CrossOriginPolicy(text)
        } catch {
            throw SettingRefusal(error.items, .origin)
        }
    }

    private static func path(_ text: String) throws(SettingRefusal) -> BasePath {
        guard let path = BasePath(text) else { throw SettingRefusal([text], .path) }
        if let hidden = path.hiddenPath(of: Operations.all) { throw SettingRefusal([text], .hiding(hidden)) }
        return path
    }

    private static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        default: nil
        }
    }

    /// It becomes a line of `security.txt`.
    private static func contact(_ text: String) -> String? {
        let isPlain = text.unicodeScalars.allSatisfy { (0x21...0x7E).contains($0.value) }
        return isPlain && ["https://", "mailto:", "tel:"].contains(where: text.hasPrefix) ? text : nil
    }
}

extension Message {
    fileprivate static let flag = Message("il faut true ou false.", "expected true or false.")
    fileprivate static let range = Message(
        "il faut une adresse, ou une plage CIDR écrite par sa première adresse, comme ::1 ou 10.0.0.0/8.",
        "expected an address, or a CIDR range written by its first address, like ::1 or 10.0.0.0/8.")
    fileprivate static let path = Message(
        "il faut un chemin simple, comme /jalon.", "expected a plain path, like /jalon.")
    fileprivate static func hiding(_ path: String) -> Message {
        Message(
            "ce préfixe cacherait un chemin du service, \(path) ; prenez-en un autre, comme /jalon.",
            "this prefix would hide a path of the service, \(path); take another one, like /jalon.")
    }
    fileprivate static let origin = Message(
        "il faut une origine telle que le navigateur l’écrit, sans rien après, comme https://tableau.exemple.gouv.fr.",
        "expected an origin as browsers write it, with nothing after, like https://tableau.exemple.gouv.fr.")
    fileprivate static let contact = Message(
        "il faut une adresse https:, mailto: ou tel:.", "expected an address https:, mailto: or tel:.")
    fileprivate static let level = Message(
        "il faut l’un de : \(levels).", "expected one of: \(levels).")
    fileprivate static let logFormat = Message("il faut json ou text.", "expected json or text.")
    private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    fileprivate static func between(_ range: ClosedRange<Int>) -> Message {
        Message(
            "il faut un entier de \(range.lowerBound) à \(range.upperBound).",
            "expected an integer from \(range.lowerBound) to \(range.upperBound).")
    }
}
