import ActionPlans
import Documents

/// A body that could not be read as the type it was sent as, and that reads well as another one: the label is wrong, and
/// its first unexpected character says nothing to whoever wrote the document.
struct Mislabelling {
    let sent: MediaType
    let actual: MediaType

    /// - Parameter bodies: what operations read of each type, be it another operation than the one that was called.
    /// - Returns: nil where the body is nothing else either.
    init?(of bytes: [UInt8], sentAs sent: MediaType, readBy bodies: [MediaType: Operation.Body]) {
        let types: [MediaType] = [.json, .csv, .yaml]
        let actual = types.first { type in
            type != Self.syntax(of: sent) && bodies[type].map { Self.reads(bytes, as: type, $0) } ?? false
        }
        guard let actual else { return nil }
        self.sent = sent
        self.actual = actual
    }

    /// What to do where these types are read.
    func advice(_ types: [MediaType]) -> Message {
        let name = Self.names[actual] ?? actual.rawValue
        if types.contains(actual) {
            return Message(
                "Le corps est du \(name), et non du \(Self.names[sent] ?? "JSON") : envoyez Content-Type: \(actual.rawValue).",
                "The body is \(name), not \(Self.names[sent] ?? "JSON"): send Content-Type: \(actual.rawValue).")
        }
        let read = types.compactMap { Self.names[$0] }.first ?? "JSON"
        return Message(
            "Le corps est du \(name) : cette opération ne lit que du \(read).",
            "The body is \(name): this operation reads \(read) only.")
    }

    private static let names: [MediaType: String] = [.json: "JSON", .mergePatch: "JSON", .yaml: "YAML", .csv: "CSV"]

    private static func syntax(of type: MediaType) -> MediaType { type == .mergePatch ? .json : type }

    private static func reads(_ bytes: [UInt8], as type: MediaType, _ body: Operation.Body) -> Bool {
        if type == .yaml {
            // JSON with a fault in it may be YAML by accident, as YAML takes a comma before a closing brace, and a byte order mark.
            let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
            guard let first = text.first(where: { !$0.isASCIISpace }), first != UInt8(ascii: "{"), first != UInt8(ascii: "[")
            else { return false }
        }
        let document = try? body.read(bytes, type, [:])
        return if case .object? = document?.root.content { true } else { false }
    }
}

extension UInt8 {
    fileprivate var isASCIISpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
