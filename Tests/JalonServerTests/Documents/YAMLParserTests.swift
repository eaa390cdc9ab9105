import ActionPlans
import Documents
import Testing

@testable import JalonServer

@Suite("The YAML parser")
struct YAMLParserTests {
    /// What a scalar reads as, written in a few words.
    private static func kind(_ text: String) throws -> String {
        let node = try YAMLParser.parse(Array("a: \(text)\n".utf8))
        guard case .object(let members) = node.content, let value = members.first?.node.content else { return "no object" }
        return switch value {
        case .null: "null"
        case .flag(let flag): "flag \(flag)"
        case .number(let literal): "number \(literal)"
        case .text(let text): "text \(text)"
        case .list(let items): "list of \(items.count)"
        case .object(let members): "object of \(members.count)"
        }
    }

    static let scalars: [(String, String)] = [
        ("", "null"), ("~", "null"), ("null", "null"), ("Null", "null"), ("\"null\"", "text null"), ("'~'", "text ~"),
        ("true", "flag true"), ("False", "flag false"), ("'true'", "text true"), ("yes", "text yes"), ("on", "text on"),
        ("NO", "text NO"), ("2022", "number 2022"), ("-5", "number -5"), ("\"2022\"", "text 2022"), ("0x1F", "text 0x1F"),
        ("1_000", "text 1_000"), ("1.5", "text 1.5"), ("1e2", "text 1e2"), ("+1", "text +1"), ("0o17", "text 0o17"),
        ("12:30:45", "text 12:30:45"), (".inf", "text .inf"), ("2022-12-31", "text 2022-12-31"),
        ("Étude & conseil", "text Étude & conseil"), ("a*b", "text a*b"), ("R&D", "text R&D"), ("5 * 3", "text 5 * 3"),
        ("\"a\\u00e9\\n\"", "text aé\n"), ("'l''été'", "text l'été"), ("[a, 1]", "list of 2"), ("{b: 1, c: 2}", "object of 2"),
        ("|\n  deux\n  lignes", "text deux\nlignes\n"), (">\n  une\n  ligne", "text une ligne\n"), ("a # note", "text a"),
        ("9223372036854775808", "number 9223372036854775808"),
    ]

    @Test("reads a plain scalar by the core schema, and everything else as text", arguments: scalars)
    func scalar(text: String, expected: String) throws {
        #expect(try Self.kind(text) == expected)
    }

    /// What is refused, why, and where.
    static let refused: [(String, DocumentSyntaxError.SyntaxFault?, Int?)] = [
        ("a: &x 1\nb: *x\n", .aliases, nil), ("a: &x [*x]\n", .aliases, nil), ("- &x a\n- *x\n", .aliases, nil),
        ("{a: &x 1, b: *x}", .aliases, nil), ("a: 1\na: 2\n", .duplicateKey("a"), 2), ("a: !!python/object x\n", .tags, 1),
        ("a: !!binary aGk=\n", .tags, 1),
        ("a: &x 1\nb: *x\u{2028}\n", .aliases, 2), ("a: &x 1\nb: *x\u{85}\n", .aliases, 2),
        ("? &x [a]\n: 1\n? *x\n: 2\n", nil, nil),
        ("b:\n  a: 1\n  a: 2\n", .duplicateKey("a"), 3),
        ("? [a]\n: 1\n", .unexpected("?"), 1), ("a: [1, 2\n", nil, 2), ("a: 'b\n", nil, 2), ("a: b: c\n", nil, 1),
        ("a:\n\t- b\n", nil, 2), ("a: 1\n b: 2\n", nil, 2), ("- a\nb: 1\n", nil, 2), ("a: %x\n", nil, 1), ("a: @x\n", nil, 1),
        ("a: 1\n---\nb: 2\n", .secondDocument, 2), ("%YAML 9.9\n---\na: 1\n", .unknownYAMLVersion, 1),
        ("a: 1\n...\n%YAML 1.2\n---\nb: 2\n", .secondDocument, 3), ("\"\\x\"\n", .notYAML, 1),
        ("a: \"\\ud800\"\n", nil, nil),
        ("a: *nowhere\n", nil, nil),
    ]

    @Test("refuses what is not one plain document, with its line", arguments: refused)
    func refusal(text: String, code: DocumentSyntaxError.SyntaxFault?, line: Int?) throws {
        let error = try #require(throws: DocumentSyntaxError.self) { try YAMLParser.parse(Array(text.utf8)) }
        if let code { #expect(error.code == code) }
        if let line { #expect(error.position?.line == line) }
    }

    @Test("refuses NUL and what is not UTF-8")
    func encoding() throws {
        let nul = try #require(throws: DocumentSyntaxError.self) { try YAMLParser.parse(Array("a: b\0c\n".utf8)) }
        #expect(nul.code == .nul)
        for bytes in [[0x61, 0x3A, 0x20, 0xFF], [0xFF, 0xFE, 0x61, 0x00], [0xC0, 0x80]] as [[UInt8]] {
            let error = try #require(throws: DocumentSyntaxError.self) { try YAMLParser.parse(bytes) }
            #expect(error.code == .invalidText)
        }
    }

    @Test("an escaped NUL never reaches a value")
    func escapedNUL() throws {
        for text in ["a: \"b\\0c\"\n", "a: \"b\\x00c\"\n", "a: \"b\\u0000c\"\n"] {
            guard case .object(let members)? = try? YAMLParser.parse(Array(text.utf8)).content,
                case .text(let value) = members[0].node.content
            else { continue }
            // Where it is read at all, it is whole, so that the rules on texts see it.
            #expect(value == "b\0c", "\(text) reads as \(value)")
        }
    }

    @Test("goes 32 levels deep and no further, in any style, in bounded time")
    func depth() throws {
        func flow(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        func block(_ depth: Int) -> String { (0..<depth).map { String(repeating: " ", count: $0) + "a:\n" }.joined() }
        #expect(throws: Never.self) { try YAMLParser.parse(Array(flow(32).utf8)) }
        #expect(throws: Never.self) { try YAMLParser.parse(Array(block(31).utf8)) }
        for text in [flow(33), block(33), flow(1_000), flow(100_000), block(2_000), String(repeating: "- ", count: 100_000)] {
            let start = ContinuousClock.now
            #expect(throws: DocumentSyntaxError.self, "\(text.utf8.count) bytes") { try YAMLParser.parse(Array(text.utf8)) }
            // Not a measure: without the bound it would take days.
            #expect(ContinuousClock.now - start < .seconds(60), "\(text.utf8.count) bytes")
        }
    }

    @Test("refuses a small text that stands for a huge one, and reads a long one, in time that grows with its length")
    func hostile() throws {
        // libyaml ends an anchor's name at line breaks that are not ASCII too.
        let doubling = (1..<30).map { "x\($0): &x\($0) [*x\($0 - 1)\u{2028},*x\($0 - 1)\u{2028}]\n" }.joined()
        let texts = [
            "x0: &x0 [q]\n" + doubling + "? *x29\u{2028}\n: 1\n? *x29\u{2028}\n: 2\n",
            "[" + String(repeating: "-&", count: 200_000), String(repeating: "&a ", count: 200_000),
            "[" + String(repeating: "a,", count: 2_000_000) + "a]",
        ]
        for text in texts {
            let start = ContinuousClock.now
            #expect(throws: DocumentSyntaxError.self, "\(text.utf8.count) bytes") { try YAMLParser.parse(Array(text.utf8)) }
            // Not a measure: without the bound it would take days.
            #expect(ContinuousClock.now - start < .seconds(60), "\(text.utf8.count) bytes")
        }
    }

    @Test("reads what looks like an alias inside a text, and a mark of byte order before it")
    func ordinaryTexts() throws {
        for text in ["title: Budget R &D puis *D final\n", "title: \"&a *a\"\n", "\u{FEFF}title: a\n", "title: |\n  &a\n  *a\n"] {
            guard case .object(let members) = try YAMLParser.parse(Array(text.utf8)).content else {
                Issue.record("“\(text)” is no mapping")
                continue
            }
            #expect(members.map(\.name) == ["title"])
        }
    }

    @Test("tells the place of each value from 1, columns in characters")
    func positions() throws {
        let node = try YAMLParser.parse(Array("été: àé\nlist:\n  - x\n  - {k: v}\n".utf8))
        #expect(node.nearest(to: "été").position == DocumentPosition(line: 1, column: 6))
        #expect(node.nearest(to: "list/1/k").position == DocumentPosition(line: 4, column: 9))
        #expect(node.nearest(to: "list/7").position == node.nearest(to: "list").position)
    }

    @Test("tells what is wrong in its own words and where, whichever bound is met first")
    func words() throws {
        func told(_ text: String) throws -> Problem.Located {
            let error = try #require(throws: DocumentSyntaxError.self) { try YAMLParser.parse(Array(text.utf8)) }
            return try #require(Problem(error).faults.first)
        }
        for (text, words) in [
            ("a: %x\n", "entre guillemets"), ("a: @x\n", "entre guillemets"), ("a: b: c\n", "entre guillemets"),
            ("a: 'b\n", "n’est pas refermé"), ("{a: b}}\n", "Ce n’est pas du YAML valide ici."),
        ] {
            let fault = try told(text)
            #expect(fault.message.french.contains(words) && fault.position != nil, "\(text): \(fault.message.french)")
        }
        for text in [33, 1_000, 1_001, 100_000].map({ String(repeating: "[", count: $0) }) + [
            String(repeating: "- ", count: 9_000)
        ] {
            let fault = try told(text)
            #expect(fault.message.french.contains("32 niveaux"), "\(text.utf8.count): \(fault.message.french)")
            #expect(fault.position?.line == 1)
        }
    }

    @Test("an empty text is null")
    func nothing() throws {
        for text in ["", "\n", "# rien\n", "---\n"] {
            guard case .null = try YAMLParser.parse(Array(text.utf8)).content else {
                Issue.record("“\(text)” is not null")
                continue
            }
        }
    }
}
