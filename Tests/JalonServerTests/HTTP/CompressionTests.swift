import CZlib
import Foundation
import HTTPTypes
import NIOCore
import RandomSeed
import Testing

@testable import JalonServer

@Suite("Compression")
struct CompressionTests {
    private static let list = "/v1/practices?limit=50"

    /// The bytes as zlib, asked from outside, understands them.
    private static func inflated(_ bytes: ByteBuffer) throws -> String {
        var stream = z_stream()
        try #require(inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var input = Array(bytes.readableBytesView)
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let status = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { space in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = space.baseAddress
                stream.avail_out = UInt32(space.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        try #require(status == Z_STREAM_END)
        return String(decoding: output.prefix(Int(stream.total_out)), as: UTF8.self)
    }

    private static func get(_ server: TestServer, _ target: String, _ extra: [String: String]) async throws -> Answer {
        var fields = HTTPFields()
        fields[.authorization] = "Bearer \(try #require(server.secret(of: .coordinator)))"
        for (name, value) in extra { fields[try #require(HTTPField.Name(name))] = value }
        return await server.dispatcher.answer(
            IncomingRequest(method: .get, target: target, fields: fields, body: IncomingRequest.noBody))
    }

    @Test("a list in gzip holds the same bytes under a validator of its own, and is a small part of them")
    func roundTrip() async throws {
        try await TestServer.with { server async throws in
            let plain = try await Self.get(server, Self.list, [:])
            let compressed = try await Self.get(server, Self.list, ["Accept-Encoding": "br;q=1, gzip;q=0.5"])
            #expect(plain.fields[.contentEncoding] == nil)
            #expect(compressed.fields[.contentEncoding] == "gzip")
            #expect(try Self.inflated(compressed.body) == String(buffer: plain.body))
            #expect(compressed.body.readableBytes * 3 < plain.body.readableBytes)
            #expect(compressed.fields[.eTag] != plain.fields[.eTag])
            #expect(compressed.fields[.vary]?.contains("Accept-Encoding") == true)
        }
    }

    @Test(
        "what does not accept gzip gets the plain bytes",
        arguments: ["identity", "gzip;q=0", "br", "*;q=0", "gzip;q=0, *"])
    func notAccepted(_ header: String) async throws {
        try await TestServer.with { server async throws in
            #expect(try await Self.get(server, Self.list, ["Accept-Encoding": header]).fields[.contentEncoding] == nil)
        }
    }

    @Test("a short answer is sent as it is")
    func short() async throws {
        try await TestServer.with { server async throws in
            #expect(try await Self.get(server, "/livez", ["Accept-Encoding": "gzip"]).fields[.contentEncoding] == nil)
        }
    }

    @Test("the validators of both forms name the same state, in reading and in writing")
    func validators() async throws {
        try await TestServer.with { server async throws in
            let description = String(repeating: "Louer plutôt qu’acheter. ", count: 60)
            try await server.apply(
                #"""
                {"ministry": "TE", "first_year": 2022, "actions": [{"code": "A", "title": "T", "theme": "achats",
                 "target_level": "reflexion", "description": "\#(description)"}]}
                """#, to: "TE-2022")
            let target = "/v1/actions/TE-2022-A"
            let compressed = try await Self.get(server, target, ["Accept-Encoding": "gzip"])
            let tag = try #require(compressed.fields[.eTag])
            #expect(tag.hasSuffix("-gzip\""))
            for encoding in ["gzip", "identity"] {
                let again = try await Self.get(server, target, ["Accept-Encoding": encoding, "If-None-Match": tag])
                #expect(again.status == .notModified)
            }
            let same = try await Self.get(server, target, ["Accept-Encoding": "gzip", "If-None-Match": tag])
            #expect(same.fields[.eTag] == tag, "a 304 names the form the client has")
            let written = await server.send(.patch, target, body: #"{"lead": "DNUM"}"#, fields: ["If-Match": tag])
            #expect(written.status == 200)
            let stale = await server.send(.patch, target, body: #"{"lead": "SG"}"#, fields: ["If-Match": tag])
            #expect(stale.status == 412)
        }
    }

    /// What If-None-Match may hold when the plain tag is current, and the form that a 304 to it names.
    private static let named: [(field: @Sendable (String) -> String, isCompressed: Bool)] = [
        ({ _ in "*" }, true), ({ compressed($0) }, true), ({ "W/" + compressed($0) }, true), ({ $0 }, false),
        ({ "W/" + $0 }, false),
        ({ "\($0), \(compressed($0))" }, true), ({ "\(compressed($0)),\($0)" }, true), ({ "\"x\", \($0)" }, false),
        ({ "\"x-gzip\", W/\($0)" }, false),
    ]

    private static func compressed(_ tag: String) -> String { "\(tag.dropLast())-gzip\"" }

    @Test("a 304 names the form that the client would be sent, or the plain one where it tells that it has that one alone")
    func unmodified() async throws {
        try await TestServer.with { server async throws in
            try await ContractCases.scene(server)
            let description = String(repeating: "Louer plutôt qu’acheter. ", count: 60)
            try await server.apply(
                #"""
                {"ministry": "EF", "first_year": 2022, "actions": [{"code": "A", "title": "T", "theme": "achats",
                 "target_level": "reflexion", "description": "\#(description)"}]}
                """#, to: "EF-2022")
            // One made of a version, lists, figures and files; a stream; short ones.
            let targets = [
                "/v1/actions/EF-2022-A", "/v1/actions", "/v1/figures?year=2022", "/v1/barometer?year=2022", "/openapi.yaml",
                "/docs",
                "/v1/snapshots/2022-1/document", "/v1/roadmaps/EF-2022/plan", "/v1/roadmaps/EF-2022", "/v1/censuses/2022",
            ]
            for target in targets {
                for method in [HTTPRequest.Method.get, .head] {
                    let plain = await server.send(raw: method, target).tag
                    let sent = await server.send(raw: method, target, fields: ["Accept-Encoding": "gzip"]).tag
                    #expect([plain, Self.compressed(plain)].contains(sent), "\(target)")
                    for (field, isCompressed) in Self.named {
                        for encoding in ["gzip", "identity"] {
                            let answer = await server.send(
                                raw: method, target, fields: ["Accept-Encoding": encoding, "If-None-Match": field(plain)])
                            let expected = encoding == "gzip" && isCompressed ? sent : plain
                            #expect(
                                answer.status == 304 && answer.tag == expected,
                                "\(method) \(target) \(encoding) \(field(plain)): \(answer.status) \(answer.tag)")
                        }
                    }
                }
            }
            let short = await server.send(raw: .get, "/v1/roadmaps/EF-2022", fields: ["Accept-Encoding": "gzip"])
            #expect(!short.tag.hasSuffix("-gzip\""))
        }
    }

    @Test("a refusal that is compressed names the state of the resource, not its own form")
    func refusal() async throws {
        try await TestServer.with { server async throws in
            try await ContractCases.scene(server)
            let target = "/v1/roadmaps/TE-2022"
            let tag = await server.send(.get, target).tag
            let answer = await server.send(
                raw: .patch, target, bytes: Array("{}".utf8),
                fields: ["Accept-Encoding": "gzip", "If-Match": "\"0\"", "X-Request-Id": "a"])
            #expect(answer.status == 412 && answer.tag == tag)
            var long = Answer(.preconditionFailed, ByteBuffer(string: String(repeating: "a", count: 2_000)), type: .problem)
            long.fields[.eTag] = tag
            ContentCoding.apply(to: &long, [.acceptEncoding: "gzip"])
            #expect(long.fields[.contentEncoding] == "gzip" && long.fields[.eTag] == tag)
        }
    }

    @Test("the contract is compressed once for all")
    func contract() async throws {
        try await TestServer.with { server async throws in
            let answer = try await Self.get(server, "/openapi.yaml", ["Accept-Encoding": "gzip"])
            #expect(try Self.inflated(answer.body) == EmbeddedText.openAPI)
        }
    }

    @Test("a document sent in pieces is one gzip stream")
    func pieces() async throws {
        var seed = Seed.fresh()
        let texts = (0..<50).map { _ in
            (0..<Int.random(in: 0...30_000, using: &seed)).map { _ in
                String(UnicodeScalar(UInt8.random(in: 32...126, using: &seed)))
            }.joined()
        }
        let gzip = try #require(GzipStream())
        var whole = ByteBuffer()
        for text in texts { whole.writeImmutableBuffer(gzip.compress(ByteBuffer(string: text), isLast: false)) }
        whole.writeImmutableBuffer(gzip.compress(ByteBuffer(), isLast: true))
        #expect(try Self.inflated(whole) == texts.joined(), "\(seed)")
    }
}
