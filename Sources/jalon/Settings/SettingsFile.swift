import ActionPlans
import Documents

/// A configuration file: one level of names and plain values, in YAML or JSON. What takes several values takes a list.
struct SettingsFile {
    struct Value {
        let text: String
        /// `file:line:column`.
        let place: String
        let position: DocumentPosition?
    }

    let values: [SettingName: Value]
    /// What is wrong with it beside what its values may be, each with its place.
    let faults: [SettingsFault]

    /// No file.
    init() { (values, faults) = ([:], []) }

    /// One that cannot be read has no values, and says so among its faults.
    init(reading path: String) {
        let file: SourceFile
        do {
            file = try SourceFile(reading: path)
        } catch {
            let texts = error.details.isEmpty ? [error.text] : error.details
            (values, faults) = ([:], texts.map { SettingsFault(text: $0) })
            return
        }
        var values: [SettingName: Value] = [:]
        var faults: [SettingsFault] = []
        if case .object(let members) = file.root.content {
            for (name, node) in members {
                let place = file.place(node.position)
                func refuse(_ message: Message) {
                    faults.append(SettingsFault(position: node.position, text: "\(place): \(message.shown)"))
                }
                guard let setting = SettingName(rawValue: name) else {
                    refuse(Self.unknown(name))
                    continue
                }
                if let text = Self.text(node, of: setting) {
                    values[setting] = Value(text: text, place: place, position: node.position)
                } else {
                    refuse(setting.isList ? Self.notList(name) : Self.notPlain(name))
                }
            }
        } else if case .null = file.root.content {
            // Nothing but comments: every setting has its default.
        } else {
            faults.append(SettingsFault(text: "\(file.name): \(Self.notNames.shown)"))
        }
        self.values = values
        self.faults = faults
    }

    private static func text(_ node: DocumentNode, of setting: SettingName) -> String? {
        guard case .list(let items) = node.content else { return plain(node) }
        let texts = items.compactMap(plain)
        // An item with a comma in it would be two.
        guard setting.isList, texts.count == items.count, !texts.contains(where: { $0.isEmpty || $0.contains(",") }) else {
            return nil
        }
        return texts.joined(separator: ",")
    }

    private static func plain(_ node: DocumentNode) -> String? {
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
        let known = SettingName.allCases.map(\.rawValue)
        // Hyphens, as flags have them, are no mistake of spelling.
        let closest = Closeness.closest(to: name.lowercased().replacing("-", with: "_"), among: known)
        let list = (closest.isEmpty ? known : closest).joined(separator: ", ")
        return closest.isEmpty
            ? Message("« \(name) » est inconnu ; noms admis : \(list).", "“\(name)” is unknown; known names: \(list).")
            : Message("« \(name) » est inconnu ; vouliez-vous \(list) ?", "“\(name)” is unknown; did you mean \(list)?")
    }

    private static func notPlain(_ name: String) -> Message {
        Message("« \(name) » demande une valeur simple.", "“\(name)” needs a plain value.")
    }

    private static func notList(_ name: String) -> Message {
        Message(
            "« \(name) » demande une liste de valeurs simples, comme [a, b].",
            "“\(name)” needs a list of plain values, like [a, b].")
    }
}
