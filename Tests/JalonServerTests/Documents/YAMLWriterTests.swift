import Documents
import RandomSeed
import Testing

@Suite("YAML that is written")
struct YAMLWriterTests {
    private static func written(_ texts: [String]) throws -> String {
        let bytes = try YAMLWriter.document { (yaml) throws(YAMLWriter.Failure) in
            try yaml.object { () throws(YAMLWriter.Failure) in
                for (index, text) in texts.enumerated() {
                    try yaml.plain("t\(index)")
                    try yaml.text(text)
                }
                try yaml.plain("list")
                try yaml.list(.flow) { () throws(YAMLWriter.Failure) in for text in texts { try yaml.text(text) } }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "puts between quotation marks what a reader would not take for a text",
        arguments: [
            "", "~", "null", "yes", "Off", "<<", "=", "1", "-1", "+1", "010", "0b1", "0x1F", "1_000", "1:30", "1.5", "1e3", ".5",
            "1:30.5",
            "-.inf", ".NaN", "2022-01-31", "2022-1-3 10:00:00", "2022-01-31T10:00:00.5Z", "2022-01-31 10:00:00 +01:00",
        ])
    func quoted(text: String) throws {
        #expect(try Self.written([text]) == "t0: '\(text)'\nlist: ['\(text)']\n")
    }

    @Test(
        "leaves other texts plain",
        arguments: [
            "Louer", "Réemploi d’écrans", "1 an", "e.1", "1.2.3", "2022-2024", "+33 1 23", "0x", "08a", "2022-1-3", "yEs", "..",
            "-.5x",
        ])
    func plain(text: String) throws {
        #expect(try Self.written([text]) == "t0: \(text)\nlist: [\(text)]\n")
    }

    @Test("is read as the texts that were written, whatever they are")
    func property() throws {
        var seed = Seed.fresh()
        let pieces = [
            "a", "é", " ", "\n", ":", ": ", " #", "-", "- ", "'", "\"", "\\", "[", "}", ",", "?", "|", ">", "%", "@", "&", "*",
            "!", "1", ".", "\t",
            "\u{1F33F}", "x\u{FEFF}", "yes", "~", "0", "\u{85}", "\u{2028}", "\u{7}",
        ]
        for _ in 0..<500 {
            let texts = (0..<4).map { _ in
                (0..<Int.random(in: 0...6, using: &seed)).map { _ in pieces.randomElement(using: &seed) ?? "" }.joined()
            }
            let written = try Self.written(texts)
            let read = try YAMLParser.parse(Array(written.utf8))
            for (index, text) in texts.enumerated() {
                guard case .text(text)? = read["t\(index)"]?.content else {
                    Issue.record("\(text) in \(written)")
                    continue
                }
            }
            #expect(try JSONTree(yaml: written)["list"] == .list(texts.map { .text($0) }), "\(written)")
        }
    }
}
