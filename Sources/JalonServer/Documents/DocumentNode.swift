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
}

/// Why a text could not be read at all.
package struct DocumentSyntaxError: Error, Sendable {
    package let code: SyntaxFault
    package let position: DocumentPosition?
    package let pointer: String?
    /// In a table, the cell as its author sees it.
    let place: TablePlace?
    /// What else is wrong, where reading could go on.
    package private(set) var others: [DocumentSyntaxError] = []

    package init(code: SyntaxFault, position: DocumentPosition?, pointer: String?) {
        self.init(code: code, position: position, pointer: pointer, place: nil)
    }

    init(code: SyntaxFault, position: DocumentPosition?, pointer: String?, place: TablePlace?) {
        self.place = place
        self.code = code
        self.position = position
        self.pointer = pointer
    }

    /// - Returns: nil for none.
    init?(all errors: [DocumentSyntaxError]) {
        guard let first = errors.first else { return nil }
        self = first
        others = Array(errors.dropFirst())
    }

    package enum SyntaxFault: Sendable, Hashable {
        case unexpected(String)
        case notYAML
        /// Something that means another thing in YAML than its author thinks.
        case yaml(YAMLFault)
        case secondDocument
        case unknownYAMLVersion
        case tooDeep
        case duplicateKey(String)
        case invalidText
        case byteOrderMark
        case nul
        case aliases
        case tags
        case tooManyValues
        /// A title of a column that says nothing, but is nearly a known one.
        case misspeltColumn(String, meant: String)
        /// Two titles for one member.
        case sameColumn(String, String, member: String)
        case missingColumn(String)
        /// The first line holds no titles, but a later row does.
        case titlesBelow(row: Int)
        case tooManyColumns(most: Int)
        /// A cell beyond the last title of a table.
        case surplusCell(String)
        case formula(String)
        case tableNotInUTF8
    }
}

/// Bounds that hold for every document, whatever its syntax.
enum DocumentLimits {
    static let depth = 32
    static let values = 200_000
}
