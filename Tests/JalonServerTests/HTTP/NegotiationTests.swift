import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Negotiation of types, languages and methods")
struct NegotiationTests {
    @Test("the best of the offered types is answered, and none when none is wanted")
    func accept() async throws {
        let plan: [(accept: String?, type: String?)] = [
            (nil, "application/json"), ("*/*", "application/json"), ("application/*", "application/json"),
            ("application/yaml", "application/yaml"), ("application/x-yaml", "application/yaml"),
            ("text/yaml", "application/yaml"),
            ("APPLICATION/YAML", "application/yaml"), ("application/json;q=0.1, application/yaml;q=0.5", "application/yaml"),
            ("application/yaml;q=0.5, */*", "application/json"), ("application/json;q=0, */*", "application/yaml"),
            ("application/problem+json", "application/json"),
            ("application/problem+json, text/csv", "text/csv; charset=utf-8"),
            ("application/problem+json;q=0", nil), ("application/problem+xml, image/png", nil),
            ("image/png, application/json;q=0.2", "application/json"),
            ("application/json; charset=utf-8", "application/json"), ("text/csv", "text/csv; charset=utf-8"),
            ("text/*", "text/csv; charset=utf-8"), ("text/csv;q=0.2, application/yaml;q=0.1", "text/csv; charset=utf-8"),
            ("text/csv;q=0", nil), ("text/plain", nil),
            ("application/json;q=0", nil), ("*/*;q=0", nil), ("charabia", nil),
        ]
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for (accept, type) in plan {
                let answer = await server.send(.get, "/v1/roadmaps/TE-2022/plan", fields: accept.map { ["Accept": $0] } ?? [:])
                #expect(answer.status == (type == nil ? 406 : 200), "\(accept ?? "nothing")")
                #expect(answer.field("Content-Type") == type ?? "application/problem+json", "\(accept ?? "nothing")")
            }
            // A problem is told as a problem whatever was asked for, and a good answer without a body fits every wish.
            let missing = await server.send(.get, "/v1/roadmaps/TE-2050/plan", fields: ["Accept": "application/yaml"])
            #expect(missing.status == 404 && missing.field("Content-Type") == "application/problem+json")
            let deleted = await server.send(
                .delete, "/v1/roadmaps/TE-2024?dry_run=true", fields: ["Accept": "text/csv", "If-Match": "*"])
            #expect(deleted.status == 204)
        }
    }

    @Test(
        "whoever asks for problems alone, as generated clients do where only errors are JSON, gets what every operation gives",
        arguments: [
            "application/problem+json", "Application/Problem+JSON;q=0.5", "application/problem+json, application/problem+xml",
        ])
    func problemsAlone(accept: String) async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for operation in contract.operations {
                var request = try #require(ContractCases.find(operation, operation.goodStatus), "no case for \(operation.id)")
                request.fields["Accept"] = accept
                let answer = try await server.play(request, operation)
                #expect(answer.status == operation.goodStatus, "\(operation.id): \(answer.text.prefix(300))")
                let first = Operations.all.first { $0.id == operation.id }?.answers.first
                #expect(answer.field("Content-Type")?.hasPrefix(first?.rawValue ?? "none") ?? (first == nil), "\(operation.id)")
                try contract.check(answer, to: operation)
            }
        }
    }

    @Test("labels and messages come in French unless English is preferred, and the answer says which")
    func language() async throws {
        let vectors: [(header: String?, language: String)] = [
            (nil, "fr"), ("", "fr"), ("fr", "fr"), ("en", "en"), ("en-GB", "en"), ("EN", "en"), ("de", "fr"), ("*", "fr"),
            ("de, en;q=0.8", "en"), ("fr;q=0.2, en;q=0.9", "en"), ("en;q=0.2, fr;q=0.9", "fr"), ("fr, en", "fr"),
            ("en;q=0", "fr"),
            ("english", "fr"), ("en;q=abc", "en"),
        ]
        try await TestServer.with { server in
            for (header, language) in vectors {
                let fields = header.map { ["Accept-Language": $0] } ?? [:]
                let vocabularies = await server.send(.get, "/v1/vocabularies", as: .anonymous, fields: fields)
                let label = try vocabularies.json()["statuses"][0]["label"].text
                #expect(label == (language == "fr" ? "À faire" : "To do"), "\(header ?? "nothing"): \(label ?? "")")
                #expect(vocabularies.field("Content-Language") == language, "\(header ?? "nothing")")
                let problem = await server.send(.get, "/v1/inconnu", fields: fields)
                #expect(
                    try problem.json()["title"].text == (language == "fr" ? "Introuvable" : "Not found"), "\(header ?? "nothing")"
                )
                #expect(problem.field("Content-Language") == language)
            }
            let french = await server.send(.get, "/v1/vocabularies").tag
            #expect(await server.send(.get, "/v1/vocabularies", fields: ["Accept-Language": "en"]).tag != french)
        }
    }

    @Test("a body is read only under a type the operation names, in UTF-8")
    func contentType() async throws {
        let json = #"{"ministry": "TE", "first_year": 2030, "actions": []}"#
        let vectors: [(method: HTTPRequest.Method, target: String, type: String?, accepted: Bool)] = [
            (.post, "/v1/roadmaps", "application/json", true), (.post, "/v1/roadmaps", "APPLICATION/JSON", true),
            (.post, "/v1/roadmaps", "application/json; charset=utf-8", true),
            (.post, "/v1/roadmaps", "application/json;charset=\"UTF-8\"", true),
            (.post, "/v1/roadmaps", "application/json; charset=iso-8859-1", false),
            (.post, "/v1/roadmaps", "application/json; charset=utf-16", false),
            (.post, "/v1/roadmaps", nil, false), (.post, "/v1/roadmaps", "", false), (.post, "/v1/roadmaps", "text/plain", false),
            (.post, "/v1/roadmaps", "application/xml", false), (.post, "/v1/roadmaps", "application/merge-patch+json", false),
            (.post, "/v1/roadmaps", "application/yaml", false),
            (.post, "/v1/roadmaps", "application/x-www-form-urlencoded", false),
            (.post, "/v1/roadmaps", "multipart/form-data; boundary=a", false),
            (.post, "/v1/roadmaps", "application/json, text/plain", false),
            (.patch, "/v1/roadmaps/TE-2024", "application/merge-patch+json", true),
            (.patch, "/v1/roadmaps/TE-2024", "application/json", true),
            (.patch, "/v1/roadmaps/TE-2024", "application/json-patch+json", false),
            (.put, "/v1/roadmaps/TE-2030/plan", "application/json", true),
            (.put, "/v1/roadmaps/TE-2030/plan", "application/yaml", true),
            (.put, "/v1/roadmaps/TE-2030/plan", "text/yaml; charset=utf-8", true),
            (.put, "/v1/roadmaps/TE-2030/plan", "application/x-yaml", true),
            (.put, "/v1/roadmaps/TE-2030/plan", "application/yaml; charset=windows-1252", false),
            (.put, "/v1/roadmaps/TE-2030/plan", "application/merge-patch+json", false),
            (.put, "/v1/roadmaps/TE-2030/plan", "text/csv", true),
            (.put, "/v1/roadmaps/TE-2030/plan", "text/csv; header=present; charset=UTF-8", true),
            (.put, "/v1/roadmaps/TE-2030/plan", "text/csv; charset=windows-1252", false),
            (.put, "/v1/roadmaps/TE-2030/plan", "text/tab-separated-values", false),
            (.put, "/v1/censuses/2022", "application/yaml", false),
        ]
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for (method, target, type, accepted) in vectors {
                let answer = await server.send(
                    raw: method, target + "?dry_run=true", bytes: Array(json.utf8), type: type,
                    fields: target.contains("2030") ? [:] : ["If-Match": "*"])
                #expect((answer.status == 415) == !accepted, "\(method) \(target) \(type ?? "none"): \(answer.text)")
                guard !accepted else { continue }
                let told = answer.field(method == .patch ? "Accept-Patch" : method == .put ? "Accept" : "Accept-Post")
                #expect(told?.contains("json") == true, "\(method) \(target) does not say what it takes")
            }
        }
    }

    @Test("each path names its methods, to OPTIONS and to a method it has not")
    func methods() async throws {
        let contract = try ContractDocument.current()
        let paths = Dictionary(grouping: contract.operations, by: \.path)
        try await TestServer.with { server in
            for (path, operations) in paths {
                let target = path.replacing(/\{\w+\}/, with: "X")
                var expected = Set(operations.map(\.method)).union(["OPTIONS"])
                if expected.contains("GET") { expected.insert("HEAD") }
                let options = await server.send(.options, target, as: .anonymous)
                #expect(options.status == 204, "\(path)")
                let allowed = Set((options.field("Allow") ?? "").split(separator: ", ").map(String.init))
                #expect(allowed == expected, "\(path)")
                for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get"]
                where !expected.contains(method) {
                    let answer = await server.send(try #require(HTTPRequest.Method(method)), target)
                    #expect(answer.status == 405, "\(method) \(path)")
                    #expect(answer.field("Allow") == options.field("Allow"), "\(method) \(path)")
                }
            }
        }
    }

    @Test("every answer has its own request id, forbids sniffing, and tells what it varies by")
    func commonFields() async throws {
        try await TestServer.with { server in
            var ids: Set<String> = []
            for target in ["/", "/livez", "/v1/me", "/v1/inconnu", "/v1/actions?limit=0", "/openapi.json"] {
                let answer = await server.send(.get, target)
                let id = try #require(answer.field("X-Request-Id"))
                #expect(ids.insert(id).inserted)
                #expect(answer.field("X-Content-Type-Options") == "nosniff")
                #expect(answer.field("Vary") == "Accept, Accept-Encoding, Accept-Language, Authorization")
                #expect(answer.field("Cache-Control") == (target == "/livez" ? "no-store" : "no-cache"))
                if answer.status >= 400 { #expect(try answer.json()["instance"].text == id) }
            }
        }
    }

    @Test("the contract is served as it stands in the project, in YAML and in JSON")
    func servedContract() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            let json = try JSONTree(json: await server.send(.get, "/openapi.json", as: .anonymous).text)
            #expect(json == contract.root)
            let yaml = await server.send(.get, "/openapi.yaml", as: .anonymous)
            #expect(yaml.text == EmbeddedText.openAPI)
        }
    }
}
