import Documents
import Testing

@testable import JalonServer

@Suite("The JSON parser, by the productions of RFC 8259")
struct JSONParserTests {
    /// The production, what it accepts and what it refuses.
    static let productions: [(name: String, accepted: [String], refused: [String])] = [
        (
            "JSON-text", ["null", " null ", "\t\r\n[]", "0", #""""#],
            ["", " ", "null null", "{}[]", "]", "\u{FEFF}{}", "\u{0C}null", "\u{A0}null", "nul", "//\n1"]
        ),
        (
            "literals", ["true", "false", "null", "[true,false,null]"],
            ["True", "TRUE", "nil", "undefined", "NaN", "Infinity", "-Infinity", "truefalse", "tru", "fals"]
        ),
        (
            "object", ["{}", "{ }", #"{"a":1}"#, #"{ "a" : 1 , "b" : [ ] }"#, #"{"":0}"#, #"{"a":{"a":{"a":0}}}"#],
            [
                "{", "}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1 "b":2}"#, "{a:1}", "{1:1}",
                #"{"a":1;"b":2}"#, #"{"a"=1}"#, #"{"a":1"#, "{null:1}", #"{"a":1}}"#, #"{"a"::1}"#,
            ]
        ),
        (
            "names given twice", [#"{"a":1,"A":2}"#, #"{"a":{"b":1},"b":1}"#],
            [#"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"é":1,"\u00e9":2}"#, #"[{"a":1,"b":2,"a":3}]"#]
        ),
        (
            "array", ["[]", "[ ]", "[1]", "[1,2]", "[[],[[]]]"],
            ["[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1;2]", "[1}", "[]]", "[,]"]
        ),
        (
            "number",
            [
                "0", "-0", "1", "-1", "10", "1234567890", "0.0", "-0.5", "1.25", "1e2", "1E2", "1e+2", "1e-2", "0e0", "1.5e10",
                "9223372036854775808", "1e400", String(repeating: "9", count: 400),
            ],
            [
                "+1", "01", "-01", "00", ".5", "1.", "-", "--1", "1e", "1e+", "1.e2", "0x1", "1_000", "1,5", "- 1", "1e1.5",
                "1 e2", "Infinity", "٣", "-a", "1.2.3",
            ]
        ),
        (
            "string",
            [
                #""a""#, #""é""#, #""😀""#, #""\"\\\/\b\f\n\r\t""#, #""\u00e9""#, #""\ud83d\ude00""#, #""\uD83D\uDE00""#,
                "\"\u{7F}\"", "\"\u{2028}\"", #""\u0001""#,
            ],
            [
                "\"", #""a"#, "'a'", "\"a\nb\"", "\"a\tb\"", "\"\u{1}\"", #""\a""#, #""\u12""#, #""\u12g4""#, #""\U0061""#,
                #""\x41""#, #""\"#, #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #""\ud800a""#, #""\ud800\ud800""#,
                #""\u0000""#, #""a"b"#, "“a”",
            ]
        ),
    ]

    @Test("accepts what the grammar allows and nothing else", arguments: productions)
    func grammar(name: String, accepted: [String], refused: [String]) {
        for text in accepted {
            #expect(throws: Never.self, "\(name): \(text.prefix(40))") { try JSONParser.parse(Array(text.utf8)) }
        }
        for text in refused {
            #expect(throws: DocumentSyntaxError.self, "\(name): \(text.prefix(40))") { try JSONParser.parse(Array(text.utf8)) }
        }
        #expect(accepted.count + refused.count > 4)
    }

    @Test(
        "refuses what is not UTF-8",
        arguments: [
            [0xFF], [0xC3], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0x80], [0xC3, 0x28],
        ] as [[UInt8]])
    func encoding(bytes: [UInt8]) throws {
        let error = try #require(throws: DocumentSyntaxError.self) {
            try JSONParser.parse([UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")])
        }
        #expect(error.code == .invalidText)
    }

    @Test("reads texts, numbers and members as they were written")
    func values() throws {
        let node = try JSONParser.parse(Array(#"{"b": "a\u00e9\ud83d\ude00\/\n", "a": -0.50e+1, "c": [true, null]}"#.utf8))
        guard case .object(let members) = node.content else {
            Issue.record("not an object")
            return
        }
        #expect(members.map(\.name) == ["b", "a", "c"])
        guard case .text(let text) = members[0].node.content, case .number(let number) = members[1].node.content,
            case .list(let items) = members[2].node.content, case .flag(true) = items[0].content, case .null = items[1].content
        else {
            Issue.record("\(members)")
            return
        }
        #expect(text == "aé😀/\n")
        #expect(number == "-0.50e+1")
    }

    @Test("tells the line, the column and the pointer of what is wrong")
    func places() throws {
        let vectors: [(String, DocumentSyntaxError.SyntaxFault, Int, Int, String?)] = [
            ("{\n  \"a\": [1,\n    x]}", .unexpected("x"), 3, 5, "/a/1"),
            ("{\"a~/\": {\"b\": +1}}", .unexpected("+"), 1, 15, "/a~0~1/b"),
            ("[1,2", .unexpected(""), 1, 5, nil), ("{\"a\": \"\\u0000\"}", .nul, 1, 14, "/a"),
            ("[{\"a\": 1,\n \"a\": 2}]", .duplicateKey("a"), 2, 5, "/0/a"),
        ]
        for (text, code, line, column, pointer) in vectors {
            let error = try #require(throws: DocumentSyntaxError.self) { try JSONParser.parse(Array(text.utf8)) }
            #expect(error.code == code, "\(text)")
            #expect(error.position == DocumentPosition(line: line, column: column), "\(text)")
            #expect(error.pointer == pointer, "\(text)")
        }
    }

    @Test("goes 32 levels deep, lists and objects together, and never further")
    func depth() throws {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")] {
            let levels = open.count { $0 == "[" || $0 == "{" }
            func nested(_ depth: Int) -> [UInt8] {
                let times = depth / levels
                return Array((String(repeating: open, count: times) + "0" + String(repeating: close, count: times)).utf8)
            }
            #expect(throws: Never.self) { try JSONParser.parse(nested(32)) }
            let error = try #require(throws: DocumentSyntaxError.self) { try JSONParser.parse(nested(34)) }
            #expect(error.code == .tooDeep)
            #expect(throws: DocumentSyntaxError.self) { try JSONParser.parse(nested(200_000)) }
        }
        // Depth is where one stands, not how often one went down.
        let wide = "[" + Array(repeating: "[[]]", count: 1_000).joined(separator: ",") + "]"
        #expect(throws: Never.self) { try JSONParser.parse(Array(wide.utf8)) }
    }

    @Test("agrees with another parser on what it accepts")
    func sameAsFoundation() throws {
        for text in Self.productions.flatMap(\.accepted) where text.utf8.count < 300 && text != "1e400" {
            let ours = try JSONParser.parse(Array(text.utf8))
            #expect(try JSONTree(ours) == JSONTree(json: text), "\(text)")
        }
    }
}

extension JSONTree {
    /// What our parser read, to compare with another's.
    init(_ node: DocumentNode) throws {
        switch node.content {
        case .null: self = .null
        case .flag(let flag): self = .flag(flag)
        case .number(let literal): self = .number(try #require(Double(literal)))
        case .text(let text): self = .text(text)
        case .list(let items): self = .list(try items.map { try JSONTree($0) })
        case .object(let members):
            self = .object(Dictionary(uniqueKeysWithValues: try members.map { ($0.name, try JSONTree($0.node)) }))
        }
    }
}
