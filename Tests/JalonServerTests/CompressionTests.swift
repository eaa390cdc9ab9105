import CZlib
import Foundation
import HTTPTypes
import NIOCore
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
