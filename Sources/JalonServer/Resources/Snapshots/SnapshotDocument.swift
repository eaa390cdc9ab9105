import ActionPlans
import Documents
import NIOCore

/// What is published of a snapshot, and hashed: in French, the same for everybody, without an address in it.
enum SnapshotDocument {
    /// The figures without their links, which say where this service is and not what it counted.
    static func figures(_ facts: FigureFacts, of scope: FigureScope, _ vocabularies: Vocabularies) throws -> DocumentNode {
        let document = FigureDocument(facts, of: scope, vocabularies: vocabularies, language: .french, seesDrafts: false)
        var writer = JSONWriter(capacity: 32 << 10)
        document.write(to: &writer, target: "")
        return try parsed(writer).without("links")
    }

    /// - Returns: canonical JSON.
    static func text(
        id: SnapshotID, replaces: SnapshotID?, title: String, note: String?, createdAt: String, figures: DocumentNode,
        indicators: DocumentNode?, impacts: DocumentNode?, actions: ActionListDigest, salt: String
    ) throws -> String {
        let figuresText = try CanonicalJSON.text(of: figures)
        let indicatorsText = try indicators.map { try CanonicalJSON.text(of: $0) }
        let impactsText = try impacts.map { try CanonicalJSON.text(of: $0) }
        var writer = JSONWriter(capacity: 32 << 10)
        writer.object { document in
            document.member("id", id.description)
            document.member("replaces", replaces?.description)
            document.member("title", title)
            document.member("note", note)
            document.member("created_at", createdAt)
            document.member("figures", json: figuresText)
            if let indicatorsText { document.member("indicators", json: indicatorsText) }
            if let impactsText { document.member("impacts", json: impactsText) }
            document.member("actions") { list in
                list.member("count", actions.count)
                list.member("confidential", actions.confidential)
                list.member("sha256", actions.sha256(salt))
            }
        }
        return try CanonicalJSON.text(of: try parsed(writer))
    }

    static func parsed(_ writer: JSONWriter) throws -> DocumentNode {
        try JSONParser.parse(Array(writer.buffer.readableBytesView))
    }
}

extension DocumentNode {
    /// The same without the members of this name, at any depth.
    func without(_ name: String) -> DocumentNode {
        switch content {
        case .null, .flag, .number, .text: self
        case .list(let items): DocumentNode(.list(items.map { $0.without(name) }), at: position)
        case .object(let members):
            DocumentNode(
                .object(members.filter { $0.name != name }.map { ($0.name, $0.node.without(name)) }), at: position)
        }
    }

    /// The member of this name; nil where there is none.
    func member(_ name: String) -> DocumentNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.name == name }?.node
    }

    /// The items of a list; none where it is no list.
    var items: [DocumentNode] {
        if case .list(let items) = content { items } else { [] }
    }

    var plainText: String? {
        if case .text(let text) = content { text } else { nil }
    }

    /// A number as it is written.
    var literal: String? {
        if case .number(let literal) = content { "\(literal)" } else { nil }
    }
}
