import ActionPlans
import Configuration
import Foundation
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

    /// - Throws: ``Failure`` of status 78 with every fault at once.
    init(flags: [SettingName: String], file: String?) throws(Failure) {
        let values = file.map(SettingsFile.init(reading:)) ?? SettingsFile()
        let reader = Self.reader(flags: flags, file: values)
        var faults = values.faults
        func given(_ name: SettingName) -> String? {
            let text = reader.string(forKey: ConfigKey([name.rawValue]), isSecret: name == .databaseURL)
            return text?.isEmpty == true ? nil : text
        }
        func refuse(_ name: SettingName, _ text: String, _ rule: Message) {
            let source = Self.source(of: name, flags: flags, file: values)
            // The log would keep what an address in it hides.
            let shown = Redaction.address(text)
            faults.append(Message("\(source) : « \(shown) », \(rule.french)", "\(source): “\(shown)”, \(rule.english)").shown)
        }
        func value<Value>(_ name: SettingName, _ rule: Message, _ read: (String) -> Value?) -> Value? {
            guard let text = given(name) else { return nil }
            let value = read(text)
            if value == nil { refuse(name, text, rule) }
            return value
        }
        var server = ServerConfiguration()
        server.host = value(.host, .anything) { $0 } ?? server.host
        server.port = value(.port, .between(0...65_535)) { Self.integer($0, in: 0...65_535) } ?? server.port
        server.adminHost = value(.adminHost, .anything) { $0 }
        server.adminPort = value(.adminPort, .between(0...65_535)) { Self.integer($0, in: 0...65_535) }
        server.front.connections =
            value(.connections, .between(1...Self.mostConnections)) { Self.integer($0, in: 1...Self.mostConnections) }
            ?? server.front.connections
        let limits = 0...RateLimiter.greatestLimit
        server.rateLimit = value(.rateLimit, .between(limits)) { Self.integer($0, in: limits) } ?? server.rateLimit
        server.anonymousRateLimit =
            value(.anonymousRateLimit, .between(limits)) { Self.integer($0, in: limits) } ?? server.anonymousRateLimit
        do throws(TrustedProxies.Unreadable) {
            server.trustedProxies = try given(.trustedProxies).map(TrustedProxies.init) ?? server.trustedProxies
        } catch {
            for item in error.items { refuse(.trustedProxies, item, .range) }
        }
        server.basePath = value(.basePath, .path) { BasePath($0) } ?? server.basePath
        do throws(CrossOriginPolicy.Unreadable) {
            server.crossOrigin = try given(.corsOrigins).map(CrossOriginPolicy.init) ?? server.crossOrigin
        } catch {
            for item in error.items { refuse(.corsOrigins, item, .origin) }
        }
        server.publicFigures = value(.publicFigures, .flag, Self.flag) ?? server.publicFigures
        server.securityContact = value(.securityContact, .contact, Self.contact) ?? server.securityContact
        server.database.connectionString = value(.databaseURL, .anything) { $0 } ?? ""
        server.database.connections =
            value(.pool, .between(1...Self.widestPool)) { Self.integer($0, in: 1...Self.widestPool) }
            ?? server.database.connections
        logLevel = value(.logLevel, .level) { Logger.Level(rawValue: $0) } ?? .info
        logFormat = value(.logFormat, .logFormat) { LogFormat(rawValue: $0) } ?? Self.usualLogFormat
        guard faults.isEmpty else {
            throw Failure(.configuration, Message("Configuration invalide.", "Invalid configuration."), details: faults)
        }
        self.server = server
        self.file = file
    }

    /// Where the value that counts was written.
    private static func source(of name: SettingName, flags: [SettingName: String], file: SettingsFile) -> String {
        if flags[name] != nil { return name.flag }
        if ProcessInfo.processInfo.environment[name.variable]?.isEmpty == false { return name.variable }
        return file.values[name].map { "\($0.place): \(name.rawValue)" } ?? name.flag
    }

    private static func reader(flags: [SettingName: String], file: SettingsFile) -> ConfigReader {
        let environment = ProcessInfo.processInfo.environment
        // An empty variable is how compose files write "not set": it must not hide the file's value.
        let variables = SettingName.allCases.compactMap { name in
            environment[name.variable].flatMap { $0.isEmpty ? nil : (name.variable, $0) }
        }
        return ConfigReader(providers: [
            provider("flags", flags),
            EnvironmentVariablesProvider(environmentVariables: Dictionary(variables) { first, _ in first })
                .mapKeys { key in
                    AbsoluteConfigKey(key.components.map { SettingName(rawValue: $0)?.variable ?? $0 })
                },
            provider("file", file.values.mapValues(\.text)),
        ])
    }

    private static func provider(_ name: String, _ values: [SettingName: String]) -> InMemoryProvider {
        InMemoryProvider(
            name: name,
            values: Dictionary(
                uniqueKeysWithValues: values.map { key, text in
                    (
                        AbsoluteConfigKey([key.rawValue]),
                        ConfigValue(.string(text), isSecret: key == .databaseURL)
                    )
                }))
    }

    /// How to tell what is wrong with the rest: the format that is asked for, if that one can be read.
    static func logFormat(flags: [SettingName: String], file: String?) -> LogFormat {
        let values = file.map(SettingsFile.init(reading:)) ?? SettingsFile()
        let text = reader(flags: flags, file: values).string(forKey: ConfigKey([SettingName.logFormat.rawValue]))
        return text.flatMap { LogFormat(rawValue: $0) } ?? usualLogFormat
    }

    /// For eyes where there are some.
    private static let usualLogFormat: LogFormat = isatty(STDERR_FILENO) == 1 ? .text : .json

    private static func integer(_ text: String, in range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
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
    fileprivate static let anything = Message("", "")
    fileprivate static let flag = Message("il faut true ou false.", "expected true or false.")
    fileprivate static let range = Message(
        "il faut une adresse, ou une plage CIDR écrite par sa première adresse, comme ::1 ou 10.0.0.0/8.",
        "expected an address, or a CIDR range written by its first address, like ::1 or 10.0.0.0/8.")
    fileprivate static let path = Message(
        "il faut un chemin simple, comme /jalon.", "expected a plain path, like /jalon.")
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
