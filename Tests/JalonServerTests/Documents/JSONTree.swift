import Foundation
import Yams

/// A JSON value by itself, whoever parsed it: Foundation for answers, Yams for the contract.
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

    /// - Parameter value: as Yams loads it.
    init(yaml value: Any) {
        switch value {
        case let flag as Bool: self = .flag(flag)
        case let number as Int: self = .number(Double(number))
        case let number as Double: self = .number(number)
        case let text as String: self = .text(text)
        case let day as Date: self = .text(String(day.formatted(.iso8601).prefix(10)))
        case let items as [Any]: self = .list(items.map { JSONTree(yaml: $0) })
        case let members as [AnyHashable: Any]:
            self = .object(
                Dictionary(uniqueKeysWithValues: members.map { ($0.base as? String ?? "\($0.base)", JSONTree(yaml: $1)) }))
        default: self = .null
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
    func yaml() throws -> String { try Yams.serialize(node: node) }

    private var node: Node {
        switch self {
        case .null: Node("null", Tag(.null))
        case .flag, .number: Node(plain)
        case .text(let text): Node(text, Tag(.str), .doubleQuoted)
        case .list(let items): .sequence(Node.Sequence(items.map(\.node)))
        case .object(let members):
            .mapping(Node.Mapping(members.sorted { $0.key < $1.key }.map { (Node($0.key), $0.value.node) }))
        }
    }
}
