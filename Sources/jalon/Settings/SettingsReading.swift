import ActionPlans
import Configuration
import Documents
import FoundationEssentials
import JalonServer

/// Something wrong with the settings, in the words that tell it.
struct SettingsFault {
    /// In the file; nil for what stands elsewhere.
    var position: DocumentPosition?
    let text: String

    /// The file's by line and column, then the others as they were found.
    static func ordered(_ faults: [SettingsFault]) -> [String] {
        let places = faults.enumerated().map { index, fault in
            (fault.position?.line ?? .max, fault.position?.column ?? .max, index)
        }
        return places.sorted(by: <).map { faults[$0.2].text }
    }
}

/// Why a value is refused, item by item.
struct SettingRefusal: Error {
    let items: [(text: String, rule: Message)]

    init(_ items: [String], _ rule: Message) { self.items = items.map { ($0, rule) } }
}

/// Reads setting after setting, and notes every fault on the way: of the value that counts, and of the file's own, which waits
/// for the day when nothing overrides it.
struct SettingsReading {
    private let flags: [SettingName: String]
    private let file: SettingsFile
    private let reader: ConfigReader
    private(set) var faults: [SettingsFault]

    init(flags: [SettingName: String], file: SettingsFile) {
        self.flags = flags
        self.file = file
        reader = Self.reader(flags: flags, file: file)
        faults = file.faults
    }

    /// The value that counts, as it is written.
    func text(_ name: SettingName) -> String? {
        let text = reader.string(forKey: ConfigKey([name.rawValue]), isSecret: name == .databaseURL)
        return text?.isEmpty == true ? nil : text
    }

    /// - Returns: nil for what is not given, and for what is refused, which is noted.
    mutating func value<Value>(_ name: SettingName, _ read: (String) throws(SettingRefusal) -> Value) -> Value? {
        if isOverridden(name), let own = file.values[name], !own.text.isEmpty {
            do throws(SettingRefusal) { _ = try read(own.text) } catch {
                note(error, own.position, "\(own.place): \(name.rawValue)")
            }
        }
        guard let text = text(name) else { return nil }
        do throws(SettingRefusal) {
            return try read(text)
        } catch {
            refuse(name, error)
            return nil
        }
    }

    mutating func value<Value>(_ name: SettingName, _ rule: Message, _ read: (String) -> Value?) -> Value? {
        value(name) { text throws(SettingRefusal) in
            guard let value = read(text) else { throw SettingRefusal([text], rule) }
            return value
        }
    }

    /// Notes what is wrong with the value that counts.
    mutating func refuse(_ name: SettingName, _ refusal: SettingRefusal) {
        if flags[name] != nil { return note(refusal, nil, name.flag) }
        if isVariable(name) { return note(refusal, nil, name.variable) }
        note(refusal, file.values[name]?.position, file.values[name].map { "\($0.place): \(name.rawValue)" } ?? name.flag)
    }

    private mutating func note(_ refusal: SettingRefusal, _ position: DocumentPosition?, _ source: String) {
        for (text, rule) in refusal.items {
            // The log would keep what an address in it hides.
            let shown = Redaction.address(text)
            let message = Message("\(source) : « \(shown) », \(rule.french)", "\(source): “\(shown)”, \(rule.english)")
            faults.append(SettingsFault(position: position, text: message.shown))
        }
    }

    private func isOverridden(_ name: SettingName) -> Bool { flags[name] != nil || isVariable(name) }

    private func isVariable(_ name: SettingName) -> Bool {
        ProcessInfo.processInfo.environment[name.variable]?.isEmpty == false
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
}
