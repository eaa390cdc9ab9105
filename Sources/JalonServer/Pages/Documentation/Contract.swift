import Documents
import NIOCore

/// `openapi.yaml`, as it is and as JSON, rendered once.
package struct Contract: Sendable {
    let yaml: File
    let json: File
    /// The operations by tag, both in the order of the contract, for the page that lists them.
    let chapters: [Chapter]

    /// What the contract says of a tag.
    struct Chapter: Sendable {
        /// The tag, as an address has it.
        let code: String
        /// In French, for readers; the tag itself makes names in generated clients.
        let name: String
        let description: String
        let entries: [Entry]
    }

    /// What the contract says of an operation.
    struct Entry: Sendable {
        let id: String
        let method: String
        let path: String
        let summary: String
        /// Marked as the contract marks its texts.
        let description: String
        let permission: String
        let parameters: [Parameter]
        /// The media types it reads.
        let bodies: [String]
        let answers: [(status: String, description: String)]
    }

    struct Parameter: Sendable {
        let name: String
        /// `path`, `query` or `header`.
        let place: String
        let isRequired: Bool
        let description: String
        /// The values it takes, where they are listed.
        let codes: [String]
    }

    /// What never changes while the process runs: hashed and compressed once.
    struct File: Sendable {
        let text: ByteBuffer
        let tag: EntityTag
        let compressed: ByteBuffer?

        init(_ text: ByteBuffer) {
            self.text = text
            tag = EntityTag(of: text)
            compressed = ContentCoding.compressed(text)
        }
    }

    /// - Throws: ``DocumentSyntaxError`` if the embedded contract is not YAML.
    package init() throws {
        let document = try YAMLParser.parse(Array(EmbeddedText.openAPI.utf8), fractions: true)
        var writer = JSONWriter(capacity: 1 << 18)
        writer.value(document.content)
        yaml = File(ByteBuffer(string: EmbeddedText.openAPI))
        json = File(writer.buffer)
        chapters = Self.chapters(of: document)
    }

    /// The contract in YAML, for clients that reach the service under a path.
    func yaml(at base: BasePath) -> File { file(yaml, at: base, server: ("\n  - url: /\n", "\n  - url: \(base.text)\n")) }

    /// The same in JSON.
    func json(at base: BasePath) -> File { file(json, at: base, server: (#"[{"url":"/"}]"#, #"[{"url":"\#(base.text)"}]"#)) }

    private func file(_ file: File, at base: BasePath, server: (plain: String, prefixed: String)) -> File {
        guard !base.isEmpty else { return file }
        let text = String(buffer: file.text).replacing(server.plain, with: server.prefixed, maxReplacements: 1)
        return File(ByteBuffer(string: text))
    }

    private static func chapters(of document: DocumentNode) -> [Chapter] {
        let methods = ["get", "put", "post", "patch", "delete"]
        let entries = document["paths"].members.flatMap { path, item in
            item.members.filter { methods.contains($0.name) }.map { method, operation in
                let entry = Entry(
                    id: operation["operationId"].string, method: method.uppercased(), path: path,
                    summary: operation["summary"].string, description: operation["description"].string,
                    permission: operation["x-permission"].string,
                    parameters: (operation["parameters"].items + item["parameters"].items).map { parameter($0, in: document) },
                    bodies: document.resolved(operation["requestBody"])["content"].members.map(\.name),
                    answers: operation["responses"].members.map { ($0, document.resolved($1)["description"].string) })
                return (tag: operation["tags"].items.first?.string, entry: entry)
            }
        }
        return document["tags"].items.map { tag in
            Chapter(
                code: tag["name"].string.lowercased(), name: tag["x-displayName"].string, description: tag["description"].string,
                entries: entries.filter { $0.tag == tag["name"].string }.map(\.entry))
        }
    }

    private static func parameter(_ node: DocumentNode, in document: DocumentNode) -> Parameter {
        let node = document.resolved(node)
        let schema = document.resolved(node["schema"])
        let listed = schema["enum"].items + document.resolved(schema["items"])["enum"].items
        return Parameter(
            name: node["name"].string, place: node["in"].string, isRequired: node["required"].isTrue,
            description: node["description"].string, codes: listed.map(\.string))
    }
}

extension DocumentNode {
    fileprivate var members: [(name: String, node: DocumentNode)] {
        if case .object(let members) = content { members } else { [] }
    }

    fileprivate var string: String {
        if case .text(let text) = content { text } else { "" }
    }

    var isTrue: Bool {
        if case .flag(let flag) = content { flag } else { false }
    }

    /// What a reference in this document stands for.
    fileprivate func resolved(_ node: DocumentNode) -> DocumentNode {
        let reference = node["$ref"].string
        guard reference.hasPrefix("#/") else { return node }
        return resolved(reference.dropFirst(2).split(separator: "/").reduce(self) { $0[String($1)] })
    }

    fileprivate subscript(_ name: String) -> DocumentNode {
        members.first { $0.name == name }?.node ?? DocumentNode(.null, at: position)
    }
}
