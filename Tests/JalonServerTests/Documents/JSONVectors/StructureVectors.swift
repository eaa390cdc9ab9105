import ActionPlans

/// RFC 8259, sections 2 to 5: white space, values, objects, arrays.
enum StructureVectors {
    static let whiteSpace: [JSONVector] = [
        .good(" null", "null"), .good("null ", "null"), .good("\tnull", "null"), .good("\nnull", "null"), .good("\rnull", "null"),
        .good("\r\n null \r\n", "null"), .good(" \t\n\r[ \t\n\r] \t\n\r", "[]"), .good("{ }", "{}"), .good("{\n}", "{}"),
        .good("[ 1 , 2 ]", "[1,2]"), .good("[\n1\n,\n2\n]", "[1,2]"), .good("{ \"a\" : 1 }", #"{"a":1}"#),
        .good("{\t\"a\"\t:\t1\t,\t\"b\"\t:\t2\t}", #"{"a":1,"b":2}"#), .good("[[ ] ,{ }]", "[[],{}]"),
        .good("\" a \"", #"" a ""#), .good(String(repeating: " ", count: 10_000) + "1", "1"),
        .good(String(repeating: "\n", count: 10_000) + "1", "1"),
        .bad("▸\u{0C}null"), .bad("▸\u{0B}null"), .bad("▸\u{08}null"), .bad("▸\u{A0}null"), .bad("▸\u{85}null"),
        .bad("▸\u{2028}null"), .bad("▸\u{3000}null"), .bad("▸\u{200B}null"), .bad("null▸\u{0C}"), .bad("[▸\u{A0}1]", at: "/0"),
        .bad("[1▸\u{A0},2]"), .bad("{▸\u{A0}\"a\":1}"), .bad("{\"a\"▸\u{A0}:1}", at: "/a"), .bad("{\"a\":▸\u{A0}1}", at: "/a"),
        .bad("▸\u{1F}1"), .bad("▸\u{7F}1"), .bad("▸tr ue"), .bad("1 ▸2"),
        .bad("-▸ 1"), .bad("\n\n  ▸x"), .bad("{\n  \"a\": 1,\n  ▸b\n}"), .bad("[\r\n1,\r\n▸]", at: "/1", foundation: false),
    ]

    static let literals: [JSONVector] = [
        .good("true"), .good("false"), .good("null"), .good("[true,false,null]"), .good(#"{"true":true,"null":null}"#),
        .bad("▸True"), .bad("▸TRUE"), .bad("▸False"), .bad("▸Null"), .bad("▸NULL"), .bad("▸None"), .bad("▸nil"),
        .bad("▸undefined"),
        .bad("▸yes"), .bad("▸tru"), .bad("▸fals"), .bad("▸nul"), .bad("▸t"), .bad("▸n"), .bad("true▸x"), .bad("null▸0"),
        .bad("true▸false"), .bad("null▸,"), .bad("[null▸l]"), .bad("[▸trUe]", at: "/0"),
        .bad("{\"a\":▸tRue}", at: "/a"), .bad("▸NaN"), .bad("▸Infinity"), .bad("-▸Infinity"), .bad("▸ｎull"), .bad("▸a"),
        .bad("{▸true:1}"), .bad("{▸null:1}"),
    ]

    static let arrays: [JSONVector] = [
        .good("[]"), .good("[1]"), .good("[1,2]"), .good("[[]]"), .good("[[],[[]],{}]"), .good(#"["a",1,true,null,{}]"#),
        .good(#"[{"a":[1,{"b":[]}]}]"#), .good("[" + Array(repeating: "0", count: 5_000).joined(separator: ",") + "]"),
        .bad("[▸", at: "/0"), .bad("[1▸"), .bad("[1,▸", at: "/1"), .bad("[1,▸]", at: "/1", foundation: false),
        .bad("[▸,1]", at: "/0"),
        .bad("[▸,]", at: "/0"), .bad("[1,▸,2]", at: "/1"), .bad("[1 ▸2]"), .bad("[1▸;2]"), .bad("[1▸}"),
        .bad("[1▸:2]"), .bad("▸]"), .bad("[]▸]"), .bad("[[1]▸"), .bad("[▸)", at: "/0"), .bad("▸(1)"), .bad("[1.▸..]", at: "/0"),
        .bad("[▸*]", at: "/0"),
        .bad(#"["a"▸"b"]"#), .bad("[1,\n2\n▸3]"), .bad("[▸:]", at: "/0"), .bad("[[[1,▸]]]", at: "/0/0/1", foundation: false),
        .bad("[▸=1]", at: "/0"),
    ]

    static let objects: [JSONVector] = [
        .good("{}"), .good(#"{"a":1}"#), .good(#"{"a":1,"b":2}"#), .good(#"{"b":1,"a":2}"#), .good(#"{"":0}"#),
        .good(#"{" ":0}"#),
        .good(#"{"a":{"a":{"a":0}}}"#), .good(#"{"a":[],"b":{},"c":"","d":null}"#), .good(#"{"a/b":1,"~":2,"~1":3}"#),
        .good(#"{"é":1,"日本":2,"😀":3}"#), .good(#"{"a b":1,"a.b":2,"$ref":3,"__proto__":4,"0":5}"#),
        .good(#"{"\"":1,"\\":2}"#), .good(#"{"a":1,"A":2}"#), .good(#"{"a":{"b":1},"b":1}"#), .good(#"[{"a":1},{"a":1}]"#),
        .bad("{▸"), .bad("▸}"), .bad(#"{"a"▸"#, at: "/a"), .bad(#"{"a"▸}"#, at: "/a"), .bad(#"{"a":▸"#, at: "/a"),
        .bad(#"{"a":▸}"#, at: "/a"), .bad(#"{"a":1▸"#), .bad(#"{"a":1,▸"#), .bad(#"{"a":1,▸}"#, foundation: false),
        .bad(#"{▸,"a":1}"#),
        .bad(#"{"a":1 ▸"b":2}"#), .bad(#"{"a":1▸;"b":2}"#), .bad(#"{"a"▸=1}"#, at: "/a"), .bad(#"{"a"▸,1}"#, at: "/a"),
        .bad(#"{"a":▸:1}"#, at: "/a"), .bad("{▸a:1}"), .bad("{▸'a':1}"), .bad("{▸1:1}"), .bad("{▸[]:1}"), .bad("{▸{}:1}"),
        .bad(#"{"a":1▸]"#), .bad(#"{"a":1}▸}"#), .bad(#"{"a":1,▸,"b":2}"#), .bad(#"{"a":1▸:2}"#),
        .bad(#"{"a":{"b":▸}}"#, at: "/a/b"), .bad(#"{"a/b":▸}"#, at: "/a~1b"), .bad(#"{"~":▸x}"#, at: "/~0"),
        .bad(#"{"a":[1,{"b":▸?}]}"#, at: "/a/1/b"), .bad(#"{"":▸}"#, at: "/"), .bad("{\"a\":1,\n\"b\":\n▸}", at: "/b"),
    ]

    private static let twice =
        "Section 4 says that names SHOULD be unique: of two values we would have to drop one, so we refuse."
    private static let twins = "Names are texts, which we keep normalised (NFC): two spellings of one text are one name."

    static let duplicates: [JSONVector] = [
        .bad(#"{"a":1,"a"▸:1}"#, at: "/a", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"a":1,"a"▸:2}"#, at: "/a", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"a":1,"b":2,"a"▸:3}"#, at: "/a", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"a":1,"\u0061"▸:2}"#, at: "/a", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"\u0061":1,"a"▸:2}"#, at: "/a", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"A":1,"\u0041"▸:2}"#, at: "/A", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"/":1,"\/"▸:2}"#, at: "/~1", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"é":1,"\u00e9"▸:2}"#, at: "/é", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"é":1,"\u00E9"▸:2}"#, at: "/é", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"😀":1,"\ud83d\ude00"▸:2}"#, at: "/😀", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"\n":1,"\u000a"▸:2}"#, at: "/\n", .duplicateKey, decided: twice, foundation: false),
        .bad(#"{"":1,""▸:2}"#, at: "/", .duplicateKey, decided: twice, foundation: false),
        .bad(#"[{"a":1},{"a":1,"a"▸:2}]"#, at: "/1/a", .duplicateKey, decided: twice, foundation: false),
        .bad("{\"a\":\n{\"b\":1,\n\"b\"▸:2}}", at: "/a/b", .duplicateKey, decided: twice, foundation: false),
        .bad("{\"é\":1,\"e\u{301}\"▸:2}", at: "/e\u{301}", .duplicateKey, decided: twins, foundation: false),
        .bad(#"{"\u00e9":1,"e\u0301"▸:2}"#, at: "/e\u{301}", .duplicateKey, decided: twins, foundation: false),
        .bad("{\"\u{212B}\":1,\"\u{C5}\"▸:2}", at: "/\u{C5}", .duplicateKey, decided: twins, foundation: false),
        .good("{\"ﬁ\":1,\"fi\":2}", decided: "NFC keeps compatibility characters apart, and so do we."),
        .good("{\"e\":1,\"e\u{301}\":2}"), .good("{\"a\":1,\"а\":2}", decided: "Letters that only look alike are other letters."),
        .bad(
            "{" + (0..<40).map { "\"m\($0)\":0" }.joined(separator: ",") + ",\"m7\"▸:1}", at: "/m7", .duplicateKey,
            decided: twice, foundation: false),
        .bad(
            "{" + (0..<16).map { "\"m\($0)\":0" }.joined(separator: ",") + ",\"m15\"▸:1}", at: "/m15", .duplicateKey,
            decided: twice, foundation: false),
    ]

    static let topLevel: [JSONVector] = [
        .good("0"), .good("-1"), .good(#""""#), .good(#""a""#), .good("[]"), .good("{}"),
        .bad("▸"), .bad(" ▸"), .bad("\n▸"), .bad("▸\u{0}"), .bad("null▸\u{0}"), .bad("{}▸\u{0}"), .bad("{}▸{}"), .bad("{} ▸{}"),
        .bad("{}\n▸{}\n"),
        .bad("[]▸[]"), .bad("1 ▸1"), .bad(#""a"▸"b""#), .bad("{}▸,"), .bad("{}▸;"), .bad("▸// fin\n{}"), .bad("{}▸// fin"),
        .bad("▸/* fin */{}"),
        .bad("{} ▸# fin"), .bad("▸,"), .bad("▸:"), .bad("▸'a'"), .bad("▸`a`"), .bad("▸“a”"), .bad("▸«a»"), .bad("▸\\u0031"),
        .bad("▸%7B%7D"),
        .bad("▸<plan/>"), .bad("-▸-- {}"), .bad("▸)]}',\n{}"), .bad("▸\u{1E}{}\n"), .bad("▸é"), .bad("▸callback({})"),
        .bad("▸ministry: TE"), .bad("▸ministry;first_year\nTE;2022"), .bad("[1] ▸\u{0}"),
    ]

    static let all = whiteSpace + literals + arrays + objects + duplicates + topLevel
}
