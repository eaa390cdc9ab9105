import Foundation
import HTTPTypes
import Testing

@testable import JalonServer

/// `openapi.yaml` as a reader of the contract sees it: read by libyaml from the file, not by our own parser.
struct ContractDocument: Sendable {
    /// One operation with all it declares, references resolved.
    struct Operation: Sendable {
        let id: String
        let method: String
        let path: String
        let permission: String
        let parameters: [Parameter]
        /// What it reads, by media type.
        let bodies: [String: JSONTree]
        let responses: [Int: JSONTree]

        /// The media types of its good answers.
        var answerTypes: Set<String> {
            Set(responses.filter { $0.key < 300 }.flatMap { $0.value["content"].members.keys })
        }

        var goodStatus: Int { responses.keys.filter { $0 < 300 }.min() ?? 0 }

        var query: [Parameter] { parameters.filter { $0.place == "query" } }
    }

    struct Parameter: Sendable {
        let name: String
        let place: String
        let example: JSONTree
        var schema = JSONTree.null

        /// Whether it takes several values.
        var isList: Bool { schema["type"] == .text("array") }

        /// The example as a query writes it: the values of a list separated by commas.
        var written: String {
            switch example {
            case .list(let items): items.map { PercentEncoding.encoded($0.plain) }.joined(separator: ",")
            default: PercentEncoding.encoded(example.plain)
            }
        }
    }

    let root: JSONTree
    let operations: [Operation]

    private static let read = Result { try ContractDocument() }

    static func current() throws -> ContractDocument { try read.get() }

    private init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../openapi.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let root = try JSONTree(yaml: text)
        self.root = root
        var operations: [Operation] = []
        for (path, item) in root["paths"].members.sorted(by: { $0.key < $1.key }) {
            for (method, operation) in item.members where method != "parameters" {
                let declared = (item["parameters"].items + operation["parameters"].items).map { Self.resolve($0, in: root) }
                operations.append(
                    Operation(
                        id: operation["operationId"].text, method: method.uppercased(), path: path,
                        permission: operation["x-permission"].text,
                        parameters: declared.map {
                            Parameter(
                                name: $0["name"].text, place: $0["in"].text, example: $0["example"],
                                schema: Self.resolve($0["schema"], in: root))
                        },
                        bodies: Self.resolve(operation["requestBody"], in: root)["content"].members,
                        responses: Dictionary(
                            uniqueKeysWithValues: try operation["responses"].members.map {
                                (try #require(Int($0)), Self.resolve($1, in: root))
                            })))
            }
        }
        self.operations = operations.sorted { $0.id < $1.id }
    }

    func operation(_ id: String) throws -> Operation {
        try #require(operations.first { $0.id == id }, "no operation \(id)")
    }

    func resolve(_ node: JSONTree) -> JSONTree { Self.resolve(node, in: root) }

    private static func resolve(_ node: JSONTree, in root: JSONTree) -> JSONTree {
        guard case .text(let reference) = node["$ref"] else { return node }
        let steps = reference.dropFirst(2).split(separator: "/").map(String.init)
        return resolve(
            steps.reduce(root) { $0[$1.replacing("~1", with: "/").replacing("~0", with: "~")] }, in: root)
    }

    /// Records what is wrong with an answer of an operation, by the contract.
    func check(_ answer: TestAnswer, to operation: Operation, location: SourceLocation = #_sourceLocation) throws {
        for fault in try faults(of: answer, to: operation) { Issue.record("\(fault)", sourceLocation: location) }
    }

    /// What is wrong with an answer of an operation, by the contract: its status, media type, body and header fields.
    func faults(of answer: TestAnswer, to operation: Operation) throws -> [String] {
        guard let response = operation.responses[answer.status] else {
            return ["\(operation.id): the status \(answer.status) is not documented: \(answer.text.prefix(300))"]
        }
        var faults: [String] = []
        let type = (answer.fields[.contentType] ?? "").prefix { $0 != ";" }
        let content = response["content"].members
        if content.isEmpty {
            if !answer.text.isEmpty { faults.append("has a body") }
        } else if let media = content[String(type)] {
            let body: JSONTree =
                switch type {
                case "application/yaml": try JSONTree(yaml: answer.text)
                case "application/x-ndjson": .text(answer.text)
                case _ where type.hasSuffix("json"): try JSONTree(json: answer.text)
                default: .text(answer.text)
                }
            faults += SchemaValidation(contract: self).faults(of: body, against: media["schema"])
        } else {
            faults.append("the media type “\(type)” is not documented")
        }
        for (name, header) in response["headers"].members where isDue(name, in: answer, to: operation) {
            guard let value = answer.field(name) else {
                faults.append("the header \(name) is missing")
                continue
            }
            let schema = resolve(resolve(header)["schema"])
            let read: JSONTree = schema["type"] == .text("integer") ? Double(value).map { .number($0) } ?? .null : .text(value)
            faults += SchemaValidation(contract: self).faults(of: read, against: schema, at: name)
        }
        let documented = Set(response["headers"].members.keys.map { $0.lowercased() })
        for field in answer.fields where !documented.contains(field.name.canonicalName) {
            if !Self.general.contains(field.name.canonicalName) { faults.append("the header \(field.name) is not documented") }
        }
        return faults.map { "\(operation.id) \(answer.status): \($0)" }
    }

    /// What HTTP or the introduction of the contract says of every answer.
    private static let general: Set<String> = [
        "access-control-allow-origin", "access-control-expose-headers", "cache-control", "connection", "content-encoding",
        "content-length", "content-security-policy", "content-type", "date", "transfer-encoding", "vary",
        "x-content-type-options",
    ]

    /// Whether a documented header must be there: some depend on the request or on what there is to say.
    private func isDue(_ name: String, in answer: TestAnswer, to operation: Operation) -> Bool {
        switch name {
        case "Link": answer.text.contains(#""next":"/"#)
        case "Content-Disposition":
            ["text/csv", "application/x-ndjson"].contains { (answer.fields[.contentType] ?? "").hasPrefix($0) }
        case "Idempotency-Replayed": answer.field(name) != nil
        case "Retry-After" where answer.status == 409: answer.text.contains("/problems/idempotency-in-progress")
        // Only where the coding of the body was the reason (RFC 9110, 12.5.3).
        case "Accept-Encoding": answer.text.contains("Content-Encoding")
        case "Accept": operation.method == "PUT"
        case "Accept-Post": operation.method == "POST"
        case "Accept-Patch": operation.method == "PATCH"
        // Of what does not exist there is no state to name.
        case "ETag" where answer.status == 412: answer.field("ETag") != nil || operation.method != "PUT"
        // A stream has none.
        case "ETag" where answer.status == 200: !(answer.fields[.contentType] ?? "").hasPrefix("application/x-ndjson")
        // Not on operations without limits, nor when none are set.
        case "RateLimit", "RateLimit-Policy": answer.field(name) != nil
        default: true
        }
    }
}

extension TestAnswer {
    func field(_ name: String) -> String? {
        fields.first { $0.name.canonicalName == name.lowercased() }?.value
    }
}
