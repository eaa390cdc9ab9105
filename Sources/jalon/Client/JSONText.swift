import JalonServer
import NIOCore

/// A document as JSON, its members in the order they were read.
enum JSONText {
    static func bytes(_ root: DocumentNode) -> [UInt8] {
        var writer = JSONWriter()
        write(root, to: &writer)
        return Array(writer.buffer.readableBytesView)
    }

    /// - Throws: ``Failure`` when the answer is no list of the contract.
    static func items(of answer: ServerAnswer) throws(Failure) -> [DocumentNode] {
        guard let page = try? JSONParser.parse(answer.bytes), case .object(let members) = page.content,
            case .list(let items)? = members.first(where: { $0.name == "data" })?.node.content
        else { throw answer.foreign }
        return items
    }

    private static func write(_ node: DocumentNode, to writer: inout JSONWriter) {
        switch node.content {
        case .null: writer.value(nil as String?)
        case .flag(let flag): writer.value(flag)
        case .number(let literal):
            // YAML allows `007`, JSON does not.
            if literal.contains(where: { ".eE".contains($0) }) {
                writer.value(literal: literal)
            } else {
                Int(literal).map { writer.value($0) } ?? writer.value(literal)
            }
        case .text(let text): writer.value(text)
        case .list(let items): writer.list(of: items) { write($1, to: &$0) }
        case .object(let members):
            writer.object { object in
                for (name, node) in members where object.key(name) { write(node, to: &object) }
            }
        }
    }
}

/// A list in pieces, as one JSON document: it is written as it comes.
struct JSONList {
    private var isFirst = true

    mutating func write(_ items: [DocumentNode]) throws(Failure) {
        for item in items {
            try Terminal.write(isFirst ? #"{"data":["# + "\n" : ",\n")
            isFirst = false
            try Terminal.write(JSONText.bytes(item))
        }
    }

    /// - Parameter more: other members, in JSON.
    func end(_ more: String = "") throws(Failure) {
        try Terminal.write((isFirst ? #"{"data":["# : "\n") + "]" + more + "}\n")
    }
}
