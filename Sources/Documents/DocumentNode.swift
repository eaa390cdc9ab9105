/// A value read from a request, whatever its syntax (JSON, YAML or CSV), with its place in the text.
package struct DocumentNode: Sendable {
    package enum Content: Sendable {
        case null
        case flag(Bool)
        /// The literal as it was written: what it stands for depends on who reads it.
        case number(String)
        case text(String)
        case list([DocumentNode])
        case object([(name: String, node: DocumentNode)])
    }

    package let content: Content
    package let position: DocumentPosition

    package init(_ content: Content, at position: DocumentPosition) {
        self.content = content
        self.position = position
    }

    package var isNull: Bool { if case .null = content { true } else { false } }

    /// The member of an object; nil where there is none.
    package subscript(name: String) -> DocumentNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.name == name }?.node
    }

    /// The node a slash-separated path leads to, or the nearest one above it that exists.
    package func nearest(to path: some StringProtocol) -> DocumentNode {
        var node = self
        for step in path.split(separator: "/") {
            switch node.content {
            case .object(let members):
                guard let next = members.first(where: { $0.name == step }) else { return node }
                node = next.node
            case .list(let items):
                guard let index = Int(step), items.indices.contains(index) else { return node }
                node = items[index]
            default:
                return node
            }
        }
        return node
    }

    /// What the value is, in the words of the faults.
    var kind: String {
        switch content {
        case .null: "null"
        case .flag: "boolean"
        case .number: "number"
        case .text: "string"
        case .list: "array"
        case .object: "object"
        }
    }
}

/// Where in a text: both from 1, columns in Unicode scalars for YAML and CSV, in bytes for JSON.
package struct DocumentPosition: Sendable, Hashable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Bounds that hold for every document, whatever its syntax.
package enum DocumentLimits {
    static let depth = 32
    /// Unless the document is one that may hold more.
    package static let values = 200_000
}
