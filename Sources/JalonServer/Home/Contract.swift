import NIOCore

/// `openapi.yaml`, as it is and as JSON, rendered once.
package struct Contract: Sendable {
    let yaml: File
    let json: File
    /// The operations by tag, both in the order of the contract, for the page that lists them.
    let chapters: [Chapter]

    /// What the contract says of a tag.
    struct Chapter: Sendable {
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
        /// Where it stands in the contract (RFC 6901).
        let pointer: String
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
        document.write(to: &writer)
        yaml = File(ByteBuffer(string: EmbeddedText.openAPI))
        json = File(writer.buffer)
        chapters = Self.chapters(of: document)
    }

    private static func chapters(of document: DocumentNode) -> [Chapter] {
        let methods = ["get", "put", "post", "patch", "delete"]
        let entries = document["paths"].members.flatMap { path, item in
            item.members.filter { methods.contains($0.name) }.map { method, operation in
                let entry = Entry(
                    id: operation["operationId"].string, method: method.uppercased(), path: path,
                    summary: operation["summary"].string, pointer: "/paths/\(JSONPointer.escaped(path))/\(method)")
                return (tag: operation["tags"].items.first?.string, entry: entry)
            }
        }
        return document["tags"].items.map { tag in
            let name = tag["name"].string
            return Chapter(
                name: name, description: tag["description"].string, entries: entries.filter { $0.tag == name }.map(\.entry))
        }
    }
}

extension DocumentNode {
    fileprivate var members: [(name: String, node: DocumentNode)] {
        if case .object(let members) = content { members } else { [] }
    }

    fileprivate var items: [DocumentNode] {
        if case .list(let items) = content { items } else { [] }
    }

    fileprivate var string: String {
        if case .text(let text) = content { text } else { "" }
    }

    fileprivate subscript(_ name: String) -> DocumentNode {
        members.first { $0.name == name }?.node ?? DocumentNode(.null, at: position)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        switch content {
        case .null: writer.value(nil as String?)
        case .flag(let flag): writer.value(flag)
        case .number(let literal): writer.value(literal: literal)
        case .text(let text): writer.value(text)
        case .list(let items): writer.list(of: items) { $1.write(to: &$0) }
        case .object(let members):
            writer.object { object in
                for (name, node) in members where object.key(name) { node.write(to: &object) }
            }
        }
    }
}
