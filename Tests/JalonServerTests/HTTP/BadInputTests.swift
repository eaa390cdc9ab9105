import HTTPTypes
import Testing

@testable import JalonServer

/// Documents that cannot be read, or that say what nothing means, sent to every operation that reads one.
@Suite("Bad documents at every door")
struct BadInputTests {
    /// A body with the faults that every door answers: the slug of the problem and `code place` of each fault.
    struct Document: Sendable {
        let name: String
        let bytes: [UInt8]
        let problem: String
        let faults: [String]

        init(_ name: String, _ text: String, _ faults: [String], problem: String = "malformed-request") {
            self.init(name, bytes: Array(text.utf8), faults, problem: problem)
        }

        init(_ name: String, bytes: [UInt8], _ faults: [String], problem: String = "malformed-request") {
            self.name = name
            self.bytes = bytes
            self.problem = problem
            self.faults = faults
        }
    }

    static func nested(_ depth: Int) -> String {
        #"{"title": "# + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}"
    }

    static let documents: [Document] = [
        Document("nothing", "", []),
        Document("white space only", " \n\t", ["syntax"]),
        Document("an object cut short", #"{"title": "A""#, ["syntax"]),
        Document("two documents", "{}{}", ["syntax"]),
        Document("a trailing comma", #"{"title": "A",}"#, ["syntax"]),
        Document("a comment", "{} // fin", ["syntax"]),
        Document("single quotes", "{'title': 'A'}", ["syntax"]),
        Document("a byte order mark", "\u{FEFF}{}", ["syntax"]),
        Document("a word that is no JSON", #"{"title": NaN}"#, ["syntax /title"]),
        Document("a raw line break in a text", "{\"title\": \"A\nB\"}", ["syntax /title"]),
        Document("a raw NUL", bytes: Array("{\"title\": \"A".utf8) + [0] + Array("\"}".utf8), ["syntax /title"]),
        Document("an escaped NUL", #"{"title": "A\u0000B"}"#, ["forbidden-character /title"]),
        Document("an escaped NUL in a name", #"{"tit\u0000le": "A"}"#, ["forbidden-character"]),
        Document("a lone high surrogate", #"{"title": "\ud800"}"#, ["forbidden-character /title"]),
        Document("a lone low surrogate", #"{"title": "\udc00"}"#, ["forbidden-character /title"]),
        Document("a reversed pair of surrogates", #"{"title": "\udc00\ud800"}"#, ["forbidden-character /title"]),
        Document(
            "bytes that are not UTF-8", bytes: Array("{\"title\": \"".utf8) + [0xFF] + Array("\"}".utf8),
            ["forbidden-character /title"]),
        Document(
            "an overlong encoding", bytes: Array("{\"title\": \"".utf8) + [0xC0, 0xAF] + Array("\"}".utf8),
            ["forbidden-character /title"]),
        Document(
            "a surrogate in UTF-8", bytes: Array("{\"title\": \"".utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8),
            ["forbidden-character /title"]),
        Document("UTF-16", bytes: [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], ["forbidden-character"]),
        Document("a duplicate member", #"{"reason": "A", "reason": "B"}"#, ["duplicate-key /reason"]),
        Document("a duplicate member under an escape", #"{"reason": "A", "r\u0065ason": "B"}"#, ["duplicate-key /reason"]),
        Document("33 levels", nested(33), ["syntax /title" + String(repeating: "/0", count: 31)]),
        Document("100,000 levels", nested(100_000), ["syntax /title" + String(repeating: "/0", count: 31)]),
        Document(
            "more values than anybody writes", "{\"title\": [" + String(repeating: "0,", count: 200_001) + "0]}",
            ["too-many /title/199998"]),
        Document("a list", "[]", ["wrong-type"], problem: "validation-failed"),
        Document("a text", #""titre""#, ["wrong-type"], problem: "validation-failed"),
        Document("null", "null", ["wrong-type"], problem: "validation-failed"),
    ]

    private static func isGood(_ document: Document, for operation: String) -> Bool {
        switch operation {
        // The body of a renewal may be left out, whatever its label.
        case "renewToken": document.bytes.isEmpty
        // It takes twenty thousand measures; `BadMeasureDocumentTests` has one more.
        case "applyMeasures": document.name == "more values than anybody writes"
        default: false
        }
    }

    @Test("each is refused by each operation with its faults, and leaves nothing")
    func everyDoor() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = try await server.stored()
            for operation in contract.operations where operation.bodies["application/json"] != nil {
                let good = try #require(ContractCases.find(operation, operation.responses.keys.min() ?? 0))
                for document in Self.documents where !Self.isGood(document, for: operation.id) {
                    let answer = await server.send(
                        raw: try #require(HTTPRequest.Method(operation.method)), good.target, as: good.caller,
                        bytes: document.bytes, fields: good.fields)
                    let what = "\(operation.id), \(document.name): \(answer.text.prefix(400))"
                    #expect(try answer.json()["type"].text == "/problems/\(document.problem)", "\(what)")
                    #expect(try answer.faults() == document.faults, "\(what)")
                    try contract.check(answer, to: operation)
                }
            }
            #expect(try await server.stored() == before)
        }
    }

    @Test("an unknown member is refused with the closest name, a read-only one as such, by each operation")
    func unknownMembers() async throws {
        let contract = try ContractDocument.current()
        let close = [
            "effectif_on": "effective_on", "raison": "reason", "labell": "label", "replace": "replaces",
            "expire_on": "expires_on",
        ]
        let without = [
            "issueToken": "labell", "createSnapshot": "replace", "createPublishedFigure": "replace",
            "renewToken": "expire_on",
        ]
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let before = try await server.stored()
            for operation in contract.operations where operation.bodies["application/json"] != nil {
                let good = try #require(ContractCases.find(operation, operation.responses.keys.min() ?? 0))
                let wrong = without[operation.id] ?? "effectif_on"
                var request = good
                request.body = try JSONTree(json: good.body ?? "{}").adding([
                    wrong: .text("2022-01-01"), "a/b~c": .null, "created_at": .text("2022-01-01T00:00:00Z"),
                ]).json
                let answer = try await server.play(request, operation)
                #expect(answer.status == 422, "\(operation.id): \(answer.text)")
                let faults = try answer.json()["errors"].items
                let unknown = try #require(faults.first { $0["pointer"].text == "/\(wrong)" }, "\(operation.id): \(answer.text)")
                #expect(unknown["code"].text == "unknown-member")
                #expect(
                    unknown["detail"].text?.contains("« \(close[wrong] ?? "") »") == true
                        || unknown["detail"].text?.contains(close[wrong] ?? "-") == true)
                #expect(try answer.faults().contains("unknown-member /a~1b~0c"), "\(operation.id): \(answer.text)")
                #expect(try answer.faults().contains("read-only-member /created_at"), "\(operation.id): \(answer.text)")
                try contract.check(answer, to: operation)
            }
            #expect(try await server.stored() == before)
        }
    }

    @Test("names and values of any length and shape come back clipped, in an answer that keeps to the contract")
    func hugeNames() async throws {
        let contract = try ContractDocument.current()
        let operation = try contract.operation("createAction")
        let name = String(repeating: "é", count: 100_000)
        let bodies = [
            #"{"\#(name)": 1}"#, #"{"code": "\#(name)", "theme": "\#(name)", "due_on": "\#(name)", "practices": ["\#(name)"]}"#,
            #"{"ligne\nsuivante": 1, "": 2, "\u202e": 3}"#,
            "{" + (0..<5_000).map { #""m\#($0)": 1"# }.joined(separator: ",") + "}",
        ]
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for body in bodies {
                let answer = await server.send(.post, "/v1/roadmaps/TE-2022/actions", body: body)
                #expect(answer.status == 422, "\(answer.text.prefix(300))")
                #expect(answer.text.utf8.count < 400_000)
                try contract.check(answer, to: operation)
            }
        }
    }

    @Test("a compressed body is refused by its field, before it is read")
    func contentCoding() async throws {
        let operation = try ContractDocument.current().operation("createRoadmap")
        try await TestServer.with { server in
            for coding in ["gzip", "br", "identity, gzip"] {
                let answer = await server.send(
                    raw: .post, "/v1/roadmaps", bytes: [0x1F, 0x8B], fields: ["Content-Encoding": coding])
                #expect(answer.status == 415 && answer.field("Accept-Encoding") == "identity", "\(answer.text)")
                let detail = try answer.json()["detail"].text ?? ""
                #expect(detail.contains("Content-Encoding") && detail.contains("identity"))
                try ContractDocument.current().check(answer, to: operation)
            }
            let plain = await server.send(
                raw: .post, "/v1/roadmaps", bytes: Array(#"{"ministry": "TE", "first_year": 2040}"#.utf8),
                fields: ["Content-Encoding": "Identity"])
            #expect(plain.status == 201, "\(plain.text)")
        }
    }

    @Test("a body over the limit is refused whether its length is declared or not")
    func tooLarge() async throws {
        try await TestServer.with { server in
            let big = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
            #expect(await server.send(raw: .post, "/v1/roadmaps", bytes: big).status == 413)
            let declared = await server.send(
                raw: .post, "/v1/roadmaps", bytes: Array("{}".utf8), fields: ["Content-Length": "1048577"])
            #expect(declared.status == 413)
            #expect(await server.send(raw: .post, "/v1/roadmaps", bytes: Array(big.dropLast())).status == 400)
            let plan = [UInt8](repeating: 0x20, count: (20 << 20) + 1)
            #expect(await server.send(raw: .put, "/v1/roadmaps/TE-2022/plan", bytes: plan).status == 413)
        }
    }
}
