import Yams

/// Reads one YAML document into the same nodes as JSON. Scalars follow the core schema of YAML 1.2 in what a plan needs:
/// `true`/`false`, `null`/`~`/nothing, integers; all else is text (dates too). Aliases are refused: no plan needs them,
/// and they let a small text stand for a huge one.
package struct YAMLParser {
    private var values = 0
    private let fractions: Bool

    private init(fractions: Bool) {
        self.fractions = fractions
    }

    /// - Parameter fractions: whether `1.5` is a number too; in a plan it is a text, such as a title or a code.
    /// - Throws: ``DocumentSyntaxError`` with line and column where the parser knows them.
    package static func parse(_ bytes: [UInt8], fractions: Bool = false) throws(DocumentSyntaxError) -> DocumentNode {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DocumentSyntaxError(code: .invalidText, position: nil, pointer: nil)
        }
        if bytes.contains(0) { throw DocumentSyntaxError(code: .nul, position: nil, pointer: nil) }
        if usesAliases(bytes) { throw DocumentSyntaxError(code: .aliases, position: nil, pointer: nil) }
        let root: Node?
        do {
            root = try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch {
            throw syntaxError(error)
        }
        guard let root else {
            return DocumentNode(.null, at: DocumentPosition(line: 1, column: 1))
        }
        var parser = YAMLParser(fractions: fractions)
        return try parser.node(root, path: [])
    }

    private mutating func node(_ node: Node, path: [String]) throws(DocumentSyntaxError) -> DocumentNode {
        let position = DocumentPosition(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        values += 1
        guard values <= DocumentLimits.values else { throw Self.fault(.tooManyValues, position, path) }
        guard path.count < DocumentLimits.depth else { throw Self.fault(.tooDeep, position, path) }
        switch node {
        case .scalar(let scalar):
            return DocumentNode(content(scalar), at: position)
        case .sequence(let sequence):
            var items: [DocumentNode] = []
            items.reserveCapacity(sequence.count)
            for (index, item) in sequence.enumerated() {
                items.append(try self.node(item, path: path + [String(index)]))
            }
            return DocumentNode(.list(items), at: position)
        case .mapping(let mapping):
            var members: [(name: String, node: DocumentNode)] = []
            members.reserveCapacity(mapping.count)
            var names: Set<String> = []
            for (key, value) in mapping {
                let keyPosition = DocumentPosition(line: key.mark?.line ?? 1, column: key.mark?.column ?? 1)
                guard case .scalar(let scalar) = key else {
                    throw Self.fault(.unexpected("?"), keyPosition, path)
                }
                let step = path + [JSONPointer.escaped(scalar.string)]
                guard names.insert(scalar.string).inserted else {
                    throw Self.fault(.duplicateKey(scalar.string), keyPosition, step)
                }
                members.append((scalar.string, try self.node(value, path: step)))
            }
            return DocumentNode(.object(members), at: position)
        case .alias:
            throw Self.fault(.aliases, position, path)
        }
    }

    private static func fault(
        _ code: DocumentSyntaxError.SyntaxFault, _ position: DocumentPosition, _ path: [String]
    ) -> DocumentSyntaxError {
        DocumentSyntaxError(
            code: code, position: position, pointer: path.isEmpty ? nil : "/" + path.joined(separator: "/"))
    }

    private func content(_ scalar: Node.Scalar) -> DocumentNode.Content {
        guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        default:
            let digits = scalar.string.utf8.first == UInt8(ascii: "-") ? scalar.string.utf8.dropFirst() : scalar.string.utf8[...]
            let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let isNumber =
                parts.count <= (fractions ? 2 : 1)
                && parts.allSatisfy { part in
                    !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                }
            return isNumber ? .number(scalar.string) : .text(scalar.string)
        }
    }

    private static func syntaxError(_ error: any Error) -> DocumentSyntaxError {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            let position = DocumentPosition(line: mark.line, column: mark.column)
            return DocumentSyntaxError(code: .notYAML(problem), position: position, pointer: nil)
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            let position = DocumentPosition(line: context.mark.line, column: context.mark.column)
            let names = duplicates.sorted().joined(separator: ", ")
            return DocumentSyntaxError(code: .duplicateKey(names), position: position, pointer: nil)
        default:
            return DocumentSyntaxError(code: .notYAML("?"), position: nil, pointer: nil)
        }
    }

    /// Whether some `&name` and the `*name` of the same name both stand where a YAML token may begin. Looked for before
    /// parsing, because the parser replaces aliases while it reads.
    static func usesAliases(_ bytes: [UInt8]) -> Bool {
        var anchors: Set<ArraySlice<UInt8>> = []
        var aliases: Set<ArraySlice<UInt8>> = []
        let breaks = Set(" \t\r\n,[]{}:-?".utf8)
        let ends = Set(" \t\r\n,[]{}".utf8)
        for index in bytes.indices where bytes[index] == UInt8(ascii: "&") || bytes[index] == UInt8(ascii: "*") {
            if index > 0, !breaks.contains(bytes[index - 1]) { continue }
            let name = bytes[(index + 1)...].prefix { !ends.contains($0) }
            if name.isEmpty { continue }
            if bytes[index] == UInt8(ascii: "&") { anchors.insert(name) } else { aliases.insert(name) }
        }
        return !anchors.isDisjoint(with: aliases)
    }
}
