import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import JalonServer

@Suite("A service under a path")
struct BasePathTests {
    /// Every place of a JSON document where an address of the service stands: its texts that begin with a path of ours.
    private static func addresses(in value: Any) -> [String] {
        switch value {
        case let object as [String: Any]: object.values.flatMap(addresses)
        case let list as [Any]: list.flatMap(addresses)
        case let text as String:
            [#"^(/jalon)?/(v1|docs|problems|livez|readyz|openapi)\b"#, #"^/(jalon/)?$"#].contains {
                text.range(of: $0, options: .regularExpression) != nil
            } ? [text] : []
        default: []
        }
    }

    @Test("whoever asks for nothing that is there is led to the documentation under the path")
    func nothing() async throws {
        try await TestServer.with { server in
            let base = try #require(BasePath("/jalon"))
            let answer = await server.send(raw: .get, "/jalon/v2", on: try server.variant { $0.basePath = base })
            #expect(answer.status == 404 && answer.text.contains("(voir /jalon/docs)"), "\(answer.text)")
            #expect(await server.send(.get, "/v2").text.contains("(voir /docs)"))
        }
    }

    @Test("every address of every documented answer bears the path, whatever the operation, the status and the form")
    func everyAnswer() async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let base = try #require(BasePath("/jalon"))
            let dispatcher = try server.variant { $0.basePath = base }
            var seen = 0
            for operation in contract.operations where !["getOpenapiYaml", "getOpenapiJson"].contains(operation.id) {
                for status in operation.responses.keys.sorted(by: >) where status < 500 && ![304, 429].contains(status) {
                    guard let request = ContractCases.find(operation, status), request.meanwhile == nil else { continue }
                    let answer = try await server.play(
                        request.with { $0.target = "/jalon" + $0.target }, operation, on: dispatcher)
                    #expect(answer.status == status, "\(operation.id): \(answer.text.prefix(300))")
                    for field in [answer.fields[.location], answer.fields[.link]].compactMap({ $0 }) {
                        #expect(field.contains("/jalon/v1/"), "\(operation.id): \(field)")
                        seen += 1
                    }
                    let type = answer.fields[.contentType] ?? ""
                    if type.contains("json"), !answer.text.isEmpty, operation.id != "getSnapshotDocument" {
                        let documents =
                            type.contains("ndjson") ? answer.text.split(separator: "\n").map(String.init) : [answer.text]
                        for document in documents {
                            let tree = try JSONSerialization.jsonObject(with: Data(document.utf8), options: .fragmentsAllowed)
                            for address in Self.addresses(in: tree) {
                                #expect(address.hasPrefix("/jalon/"), "\(operation.id) \(status): \(address)")
                                seen += 1
                            }
                        }
                    } else if type.contains("html") || type.contains("svg") {
                        #expect(
                            !answer.text.contains(#" href="/v1"#) && !answer.text.contains(#" href="/docs"#), "\(operation.id)")
                        #expect(!answer.text.contains(#" src="/v1"#), "\(operation.id)")
                    }
                }
            }
            #expect(seen > 300, "only \(seen) addresses were seen")
        }
    }

    @Test("the address of each row of a table bears the path, in cells and in lines")
    func tables() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let base = try #require(BasePath("/jalon"))
            let dispatcher = try server.variant { $0.basePath = base }
            let targets = [
                "figures?year=2022", "figures?year=2022,2023&group=ministry", "figures/series?year=2022",
                "figures/compare?year=2022&from=2022-06-30&to=2022-12-31", "actions", "roadmaps",
                "actions/TE-2022-ACH-01/history",
                "roadmaps/TE-2022/history",
            ]
            for target in targets {
                for type in ["text/csv", "application/x-ndjson"] {
                    let plain = await server.send(raw: .get, "/v1/\(target)", fields: ["Accept": type])
                    let answer = await server.send(raw: .get, "/jalon/v1/\(target)", fields: ["Accept": type], on: dispatcher)
                    #expect(answer.status == 200, "\(target): \(answer.text)")
                    let addresses = answer.text.matches(of: #/[;"]"?((?:\/jalon)?\/v1\/[^"\r\n]*)/#).map { String($0.1) }
                    #expect(!addresses.isEmpty || !plain.text.contains("/v1/"), "\(target): \(answer.text)")
                    #expect(addresses.allSatisfy { $0.hasPrefix("/jalon/v1/") }, "\(target): \(addresses)")
                    #expect(answer.text.replacing("/jalon/v1/", with: "/v1/") == plain.text)
                    #expect(answer.fields[.eTag] == plain.fields[.eTag])
                }
            }
        }
    }

    @Test("what is put on comes off again: each link leads to an answer")
    func links() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let base = try #require(BasePath("/outils/jalon"))
            let dispatcher = try server.variant { $0.basePath = base }
            let list = await server.send(raw: .get, "/outils/jalon/v1/actions?limit=1", on: dispatcher)
            let next = try #require(try list.json()["links"]["next"].text)
            #expect(next.hasPrefix("/outils/jalon/v1/actions?"))
            #expect(list.fields[.link] == "<\(next)>; rel=\"next\"")
            for target in [next, try #require(try list.json()["data"].items.first?["links"]["history"].text)] {
                #expect(await server.send(raw: .get, target, on: dispatcher).status == 200, "\(target)")
            }
        }
    }

    @Test("a proxy that takes the path off itself is served too, and no other path is")
    func targets() throws {
        let base = try #require(BasePath("/jalon/"))
        #expect(base.text == "/jalon")
        for (target, inner) in [
            ("/jalon/v1/actions?q=/jalon/", "/v1/actions?q=/jalon/"), ("/v1/actions", "/v1/actions"), ("/jalon", "/"),
            ("/jalon/", "/"), ("/jalon?lang=en", "/?lang=en"), ("/jalonnage/v1", "/jalonnage/v1"), ("*", "*"),
            ("/jalon/jalon/v1", "/jalon/v1"),
        ] {
            #expect(base.removed(from: target) == inner, "\(target)")
        }
    }

    @Test(
        "what is no plain path is refused",
        arguments: ["", "jalon", "/a b", "/a/../b", "/./a", "//a", "/a//b", "/é", "/a%2Fb", "/a?b", "/a\"b"])
    func notPaths(text: String) {
        #expect(BasePath(text) == nil)
    }

    @Test("X-Forwarded-Prefix is believed of a named proxy, and of nobody else")
    func forwarded() throws {
        var fields = HTTPFields()
        fields[.init("X-Forwarded-Prefix")!] = "/jalon"
        let trusted = try TrustedProxies("10.0.0.1")
        #expect(trusted.prefix(of: "10.0.0.1", fields)?.text == "/jalon")
        #expect(trusted.prefix(of: "10.0.0.2", fields) == nil)
        #expect(TrustedProxies().prefix(of: "10.0.0.1", fields) == nil)
        fields[.init("X-Forwarded-Prefix")!] = "//ailleurs.exemple"
        #expect(trusted.prefix(of: "10.0.0.1", fields) == nil)
    }

    @Test("the contract says under which path the service is")
    func contract() async throws {
        try await TestServer.with { server in
            let base = try #require(BasePath("/jalon"))
            let dispatcher = try server.variant { $0.basePath = base }
            let yaml = await server.send(raw: .get, "/openapi.yaml", on: dispatcher)
            #expect(yaml.text.contains("\nservers:\n  - url: /jalon\n"))
            let json = await server.send(raw: .get, "/openapi.json", on: dispatcher)
            #expect(try json.json()["servers"].items.first?["url"].text == "/jalon")
            #expect(await server.send(raw: .get, "/openapi.yaml").text.contains("\nservers:\n  - url: /\n"))
        }
    }

    private static func filtered(_ kind: AddressFilter.Kind, _ text: String, piece: Int) -> String {
        var filter = AddressFilter(kind, prefix: "/p")
        var rest = ByteBuffer(string: text)
        // A cut may fall within a character.
        var out = ByteBuffer()
        while let next = rest.readSlice(length: min(piece, rest.readableBytes)), next.readableBytes > 0 {
            out.writeImmutableBuffer(filter.filtered(next))
        }
        return String(buffer: out)
    }

    @Test(
        "an address is known by its place, and what people write is left as it is, wherever the answer is cut", arguments: 1...9)
    func filter(piece: Int) {
        let json =
            #"{"title":"/v1 \"links\":{\"self\":\"/x\"}","links":{"self":"/v1/a","next":null,"more":["/b",{"c":"/d"}]},"type":"/t","l":["/e"]}"#
        #expect(
            Self.filtered(.json, json, piece: piece)
                == #"{"title":"/v1 \"links\":{\"self\":\"/x\"}","links":{"self":"/p/v1/a","next":null,"more":["/p/b",{"c":"/p/d"}]},"type":"/t","l":["/e"]}"#
        )
        #expect(
            Self.filtered(.problem, #"{"type":"/problems/x","detail":"/y","errors":[{"type":"/z"}]}"#, piece: piece)
                == #"{"type":"/p/problems/x","detail":"/y","errors":[{"type":"/z"}]}"#)
        #expect(
            Self.filtered(.json, "{\"links\":{\"a\":\"/b\"}}\n{\"linksx\":{\"a\":\"/b\"}}\n{\"links\":{}}\n", piece: piece)
                == "{\"links\":{\"a\":\"/p/b\"}}\n{\"linksx\":{\"a\":\"/b\"}}\n{\"links\":{}}\n")
        #expect(
            Self.filtered(
                .lines, "{\"title\":\"/v1\",\"link\":\"/b\",\"a\":{\"link\":\"/c\"}}\n{\"links\":{\"a\":\"/d\"}}\n", piece: piece)
                == "{\"title\":\"/v1\",\"link\":\"/p/b\",\"a\":{\"link\":\"/c\"}}\n{\"links\":{\"a\":\"/p/d\"}}\n")
        #expect(
            Self.filtered(
                .table, "\u{FEFF}id;title;link\r\n1;\"/a \"\";/b\"\"\r\n/c\";/d\r\n2;/e;\"/f;g\"\r\n3;;\r\nlink;x;/h\r\n",
                piece: piece)
                == "\u{FEFF}id;title;link\r\n1;\"/a \"\";/b\"\"\r\n/c\";/p/d\r\n2;/e;\"/p/f;g\"\r\n3;;\r\nlink;x;/p/h\r\n")
        #expect(Self.filtered(.table, "links;xlink\r\n/a;/b\r\n", piece: piece) == "links;xlink\r\n/a;/b\r\n")
        #expect(
            Self.filtered(
                .markup, #"<p> href="/a"</p><a class="x" href="/b">/c</a><img src="/d" alt="/e"><a href="https://f/">"#,
                piece: piece)
                == #"<p> href="/a"</p><a class="x" href="/p/b">/c</a><img src="/p/d" alt="/e"><a href="https://f/">"#)
    }
}
