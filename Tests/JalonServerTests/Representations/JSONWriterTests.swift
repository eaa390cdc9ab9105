import Documents
import Foundation
import NIOCore
import RandomSeed
import Testing

@testable import JalonServer

@Suite("The JSON writer")
struct JSONWriterTests {
    @Test("writes any text so that another reader finds the same text")
    func escapes() throws {
        var seed = Seed.fresh()
        let characters = (0..<0x80).map { Character(Unicode.Scalar($0)) } + ["é", "’", "\u{2028}", "🌱"]
        for _ in 0..<2_000 {
            // Mostly plain, so that what needs an escape comes at every place of a run.
            let text = String(
                (0..<Int.random(in: 0...40, using: &seed)).map { _ in
                    Bool.random(using: &seed) ? "a" : characters[Int.random(in: 0..<characters.count, using: &seed)]
                })
            var writer = JSONWriter()
            writer.object { object in
                object.member("text", text)
                object.member("list", [text, ""])
            }
            let document = try JSONSerialization.jsonObject(with: Data(writer.buffer.readableBytesView)) as? [String: Any]
            #expect(document?["text"] as? String == text, "\(seed): \(text.debugDescription)")
            #expect(document?["list"] as? [String] == [text, ""], "\(seed)")
        }
    }

    @Test("finds the first byte to escape, and no other, wherever it stands")
    func firstEscape() {
        for byte in UInt8.min...UInt8.max {
            let isNeeded = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            for place in 0..<20 {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 20)
                bytes[place] = byte
                let found = bytes.withUnsafeBufferPointer { JSONEscape.first(in: $0, from: 0) }
                #expect(found == (isNeeded ? place : nil), "\(byte) at \(place)")
            }
        }
    }

    @Test(
        "writes what was read in YAML as JSON has it, in the order it was read in",
        arguments: [
            ("a: 007", #"{"a":7}"#), ("a: -010", #"{"a":-10}"#), ("a: 000", #"{"a":0}"#), ("a: 0.50", #"{"a":0.50}"#),
            ("b: [~, yes, true]\na: {}", #"{"b":[null,"yes",true],"a":{}}"#),
            ("a: 99999999999999999999", #"{"a":99999999999999999999}"#),
        ])
    func documents(yaml: String, json: String) throws {
        var writer = JSONWriter()
        writer.value(try YAMLParser.parse(Array(yaml.utf8), fractions: true).content)
        #expect(String(buffer: writer.buffer) == json)
    }
}
