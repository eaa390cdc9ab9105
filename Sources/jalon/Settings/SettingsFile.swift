import ActionPlans
import JalonServer

/// A configuration file: one level of names and plain values, in YAML or JSON.
struct SettingsFile {
    let values: [SettingName: String]

    /// - Throws: ``Failure`` with every fault and its place.
    init(reading path: String) throws {
        let file: SourceFile
        do {
            file = try SourceFile(reading: path)
        } catch {
            throw Failure(.configuration, error.text, details: error.details)
        }
        var values: [SettingName: String] = [:]
        var faults: [String] = []
        if case .object(let members) = file.root.content {
            for (name, node) in members {
                let place = file.place(node.position)
                switch (SettingName(rawValue: name), Self.text(node)) {
                case (nil, _): faults.append("\(place): \(Self.unknown(name).shown)")
                case (_?, nil): faults.append("\(place): \(Self.notPlain(name).shown)")
                case (let setting?, let text?): values[setting] = text
                }
            }
        } else {
            faults.append("\(file.name): \(Self.notNames.shown)")
        }
        guard faults.isEmpty else {
            throw Failure(
                .configuration, Message("Configuration invalide.", "Invalid configuration."), details: faults)
        }
        self.values = values
    }

    private static func text(_ node: DocumentNode) -> String? {
        switch node.content {
        case .null: ""
        case .flag(let flag): flag ? "true" : "false"
        case .number(let literal): literal
        case .text(let text): text
        case .list, .object: nil
        }
    }

    private static let notNames = Message(
        "il faut des noms et leurs valeurs.", "expected names with their values.")

    private static func unknown(_ name: String) -> Message {
        let known = SettingName.allCases.map(\.rawValue).joined(separator: ", ")
        return Message("« \(name) » est inconnu ; noms admis : \(known).", "“\(name)” is unknown; known names: \(known).")
    }

    private static func notPlain(_ name: String) -> Message {
        Message("« \(name) » demande une valeur simple.", "“\(name)” needs a plain value.")
    }
}
