import ActionPlans

/// The state of a plan when it was exported to YAML, told in a comment at the head of the file: `plan apply` then writes only
/// over that very state. It names the roadmap and the server, so that a copy for another one says nothing of it.
struct ExportTag: Equatable {
    let roadmap: String
    let server: String
    /// With its quotation marks.
    let entityTag: String

    private static let beginning = "# jalon"

    /// The first line of the file, with its end.
    var line: String {
        Message(
            """
            # jalon : \(roadmap) sur \(server), ETag \(entityTag). « jalon plan apply » refuse ce fichier si le plan a changé depuis.

            """,
            """
            # jalon: \(roadmap) on \(server), ETag \(entityTag). “jalon plan apply” refuses this file if the plan has changed since.

            """
        ).shown
    }

    /// - Returns: nil where the file does not begin with such a line, of either language.
    init?(in bytes: [UInt8]) {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        guard line.count <= 1_000, line.starts(with: Self.beginning.utf8), let text = String(validating: line, as: UTF8.self),
            let match = text.wholeMatch(of: /# jalon ?: (\S+) (?:sur|on) (\S+), ETag ("[^"\s]*")\..*/)
        else { return nil }
        roadmap = String(match.1)
        server = String(match.2)
        entityTag = String(match.3)
    }

    init(roadmap: String, server: String, entityTag: String) {
        self.roadmap = roadmap
        self.server = server
        self.entityTag = entityTag
    }

    /// The same file, told to be of another state; nil where it does not begin with such a line.
    func replacing(in bytes: [UInt8]) -> [UInt8]? {
        guard ExportTag(in: bytes) != nil, let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return Array(line.utf8) + bytes[(end + 1)...]
    }
}

/// A tag as a person types it: with its quotation marks, without them, or weak.
enum TypedTag {
    /// What is said of a text that is none.
    static func refusal(_ text: String) -> Message? {
        field(text) == nil
            ? Message(
                "--if-match : « \(text) » n’est pas un ETag, par exemple 12-yaml.",
                "--if-match: “\(text)” is not an ETag, for example 12-yaml.") : nil
    }

    /// - Returns: the list that `If-Match` takes; nil for what no server gives.
    static func field(_ text: String) -> String? {
        let text = text.trimmed()
        if text == "*" { return text }
        var inner = text[...]
        // French typographic marks come from documents that were typed in a word processor.
        for (left, right) in [("\"", "\""), ("'", "'"), ("“", "”"), ("«", "»")]
        where inner.hasPrefix(left) && inner.hasSuffix(right) && inner.count >= 2 {
            inner = inner.dropFirst().dropLast()
        }
        let tag = inner.trimmed()
        guard !tag.isEmpty, tag.utf8.allSatisfy({ $0 == 0x21 || (0x23...0x7E).contains($0) }) else { return nil }
        return "\"\(tag)\""
    }
}
