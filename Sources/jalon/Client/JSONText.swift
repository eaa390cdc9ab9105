import Documents
import JalonServer
import NIOCore

/// A document as JSON, its members in the order they were read.
enum JSONText {
    static func bytes(_ root: DocumentNode) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(root.content)
        return Array(writer.buffer.readableBytesView)
    }

    /// - Throws: ``Failure`` when the answer is no list of the contract.
    static func items(of answer: ServerAnswer) throws(Failure) -> [DocumentNode] {
        guard let page = try? JSONParser.parse(answer.bytes), case .object(let members) = page.content,
            case .list(let items)? = members.first(where: { $0.name == "data" })?.node.content
        else { throw answer.foreign }
        return items
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
