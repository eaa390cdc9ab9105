import CLibyaml
import Foundation

/// A JSON value by itself, whoever parsed it: Foundation for answers, libyaml's own composer for the contract.
indirect enum JSONTree: Hashable, Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONTree])
    case object([String: JSONTree])

    init(json text: String) throws {
        try self.init(json: Data(text.utf8))
    }

    init(json data: Data) throws {
        self.init(foundation: try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed))
    }

    private init(foundation value: Any) {
        switch value {
        case let text as String: self = .text(text)
        case let number as NSNumber:
            self = String(cString: number.objCType) == "c" ? .flag(number.boolValue) : .number(number.doubleValue)
        case let items as [Any]: self = .list(items.map { JSONTree(foundation: $0) })
        case let members as [String: Any]: self = .object(members.mapValues { JSONTree(foundation: $0) })
        default: self = .null
        }
    }

    /// A YAML document, composed by libyaml: our own reader is what is tested.
    init(yaml text: String) throws {
        var parser = yaml_parser_t()
        yaml_parser_initialize(&parser)
        defer { yaml_parser_delete(&parser) }
        let bytes = Array(text.utf8)
        self = try bytes.withUnsafeBufferPointer { bytes in
            yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
            var document = yaml_document_t()
            guard yaml_parser_load(&parser, &document) == 1 else {
                throw NotYAML(problem: parser.problem.map { String(cString: $0) } ?? "", line: parser.problem_mark.line + 1)
            }
            defer { yaml_document_delete(&document) }
            return JSONTree(yaml_document_get_root_node(&document), in: &document)
        }
    }

    struct NotYAML: Error {
        let problem: String
        let line: Int
    }

    private init(_ node: UnsafeMutablePointer<yaml_node_t>?, in document: inout yaml_document_t) {
        guard let node = node?.pointee else {
            self = .null
            return
        }
        switch node.type {
        case YAML_SEQUENCE_NODE:
            let items = node.data.sequence.items
            self = .list(
                UnsafeBufferPointer(start: items.start, count: items.top - items.start).map {
                    JSONTree(yaml_document_get_node(&document, $0), in: &document)
                })
        case YAML_MAPPING_NODE:
            let pairs = node.data.mapping.pairs
            var members: [String: JSONTree] = [:]
            for pair in UnsafeBufferPointer(start: pairs.start, count: pairs.top - pairs.start) {
                members[JSONTree(yaml_document_get_node(&document, pair.key), in: &document).plain] = JSONTree(
                    yaml_document_get_node(&document, pair.value), in: &document)
            }
            self = .object(members)
        default:
            let scalar = node.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            // Foundation drops a mark of byte order from what it reads in JSON.
            let unmarked = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
            self = scalar.style == YAML_PLAIN_SCALAR_STYLE ? JSONTree(plain: text) : .text(unmarked)
        }
    }

    private init(plain text: String) {
        switch text {
        case "", "~", "null": self = .null
        case "true", "false": self = .flag(text == "true")
        case _ where text.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?/) != nil: self = Double(text).map { .number($0) } ?? .null
        default: self = .text(text)
        }
    }

    /// What is not there is null.
    subscript(_ name: String) -> JSONTree { members[name] ?? .null }

    var members: [String: JSONTree] { if case .object(let members) = self { members } else { [:] } }
    var items: [JSONTree] { if case .list(let items) = self { items } else { [] } }
    var text: String { if case .text(let text) = self { text } else { "" } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// A scalar as a query or a message writes it.
    var plain: String {
        switch self {
        case .null: "null"
        case .flag(let flag): String(flag)
        case .number(let number): number == number.rounded() ? String(Int(number)) : String(number)
        case .text(let text): text
        case .list, .object: json
        }
    }

    /// The same object with other members beside its own.
    func adding(_ more: [String: JSONTree]) -> JSONTree { .object(members.merging(more) { _, new in new }) }

    var json: String {
        switch self {
        case .null, .flag, .number: plain
        case .text(let text):
            (try? JSONSerialization.data(withJSONObject: text, options: [.fragmentsAllowed, .withoutEscapingSlashes]))
                .map { String(decoding: $0, as: UTF8.self) } ?? ""
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { JSONTree.text($0.key).json + ":" + $0.value.json }
                .joined(separator: ",") + "}"
        }
    }

    /// The same document in block style, as a person writes it.
    var yaml: String { String(block("").drop { $0.isWhitespace }) + "\n" }

    private func block(_ margin: String) -> String {
        switch self {
        case .list(let items) where !items.isEmpty:
            items.map { "\n\(margin)-\($0.block(margin + "  "))" }.joined()
        case .object(let members) where !members.isEmpty:
            members.sorted { $0.key < $1.key }.map { "\n\(margin)\(JSONTree.text($0.key).json):\($0.value.block(margin + "  "))" }
                .joined()
        default: " \(json)"
        }
    }
}
