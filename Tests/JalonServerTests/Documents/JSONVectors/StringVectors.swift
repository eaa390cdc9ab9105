import ActionPlans

/// RFC 8259, section 7: strings and their escapes.
enum StringVectors {
    static let plain: [JSONVector] =
        [
            .good(#""""#), .good(#"" ""#), .good(#""a""#), .good(#""null""#), .good(#""[]""#), .good(#""1e2""#), .good(#""//""#),
            .good(#""'""#), .good(#""/""#), .good("\"\u{7F}\""),
            .good("\"\u{80}\""), .good("\"\u{85}\""), .good("\"\u{A0}\""), .good("\"\u{2028}\u{2029}\""),
            .good("\"\u{200B}\u{202E}\u{FEFF}\""), .good(#""é""#),
            .good("\"e\u{301}\""), .good(#""日本語""#), .good(#""😀""#), .good(#""👩‍🚒🇫🇷""#), .good("\"\u{10FFFF}\""),
            .good(#"["a","b"]"#),
            .bad("\"▸"), .bad("\"a▸"), .bad("\"é▸"), .bad("[\"a▸", at: "/0"), .bad("{\"a▸"), .bad("{\"a\":\"b▸", at: "/a"),
            .bad("\"a\"▸b\""), .bad("\"a\"▸\""),
            .bad("\"\"▸\""), .bad("▸'a\""), .bad("▸a\""), .bad("\"a▸\nb\""), .bad("\"a▸\rb\""), .bad("\"a▸\tb\""),
            .bad("\"▸\n\""),
            .bad("{\"a▸\n\":1}"), .bad("{\"a\":\"b▸\n\"}", at: "/a"), .bad("[\"a\",\n\"b▸\tc\"]", at: "/1"),
        ]
        // Each control character, raw.
        + (0x00..<0x20).compactMap { Unicode.Scalar(UInt32($0)) }.map { .bad("\"a▸\(Character($0))\"") }

    static let escapes: [JSONVector] = [
        .good(#""\"""#), .good(#""\\""#), .good(#""\/""#, #""/""#), .good(#""\b""#, #""\u0008""#), .good(#""\f""#, #""\u000c""#),
        .good(#""\n""#, #""\u000a""#), .good(#""\r""#, #""\u000d""#),
        .good(#""\t""#, #""\u0009""#), .good(#""\"\\\/\b\f\n\r\t""#, #""\"\\/\u0008\u000c\u000a\u000d\u0009""#),
        .good(#""\\u0061""#), .good(#""\\\\""#), .good(#""\\n""#),
        .good(#""a\"b""#), .good(#""é\né""#, #""é\u000aé""#), .good(#"{"\t":1}"#, #"{"\u0009":1}"#), .good(#"["\\"]"#),
        .bad(#""\▸a""#), .bad(#""\▸v""#), .bad(#""\▸0""#), .bad(#""\▸'""#), .bad(#""\▸x41""#), .bad(#""\▸N""#), .bad(#""\▸T""#),
        .bad(#""\▸ ""#), .bad(#""\▸é""#), .bad(#""\▸😀""#), .bad(#""\▸{61}""#),
        .bad("\"\\▸\n\""), .bad("\"\\▸\u{0}\""), .bad(#""\"▸"#), .bad(#""\\\"▸"#), .bad(#""\▸"#), .bad(#""\\"▸""#),
        .bad(#""a\▸123""#), .bad(#"{"\▸a":1}"#), .bad(#"{"a":"\▸q"}"#, at: "/a"),
        .bad(#"▸\"a\""#), .bad(#"{▸\"a\":1}"#), .bad(#""\▸U0061""#), .bad(#"["\n","\▸z"]"#, at: "/1"),
    ]

    static let unicode: [JSONVector] = [
        .good(#""\u0061""#, #""a""#), .good(#""\u0041\u0042""#, #""AB""#), .good(#""\u00e9""#, #""é""#),
        .good(#""\u00E9""#, #""é""#), .good(#""\u00eA""#, #""ê""#), .good(#""\u20AC""#, #""€""#),
        .good(#""\u0022""#, #""\"""#), .good(#""\u005C""#, #""\\""#), .good(#""\u005c\u005c""#, #""\\\\""#),
        .good(#""\u002f""#, #""/""#), .good(#""\u0001""#), .good(#""\u001f""#), .good(#""\u001F""#, #""\u001f""#),
        .good(#""\u007f""#, "\"\u{7F}\""), .good(#""\u0080""#, "\"\u{80}\""), .good(#""\u07ff""#, "\"\u{7FF}\""),
        .good(#""\u0800""#, "\"\u{800}\""), .good(#""\ud7ff""#, "\"\u{D7FF}\""), .good(#""\ue000""#, "\"\u{E000}\""),
        .good(#""\u2028\u2029""#, "\"\u{2028}\u{2029}\""), .good(#""\u00610""#, #""a0""#),
        .good(#""\u0065\u0301""#, "\"e\u{301}\""), .good(#""\ufeff""#, "\"\u{FEFF}\""),
        .good(#"{"\u0061":1}"#, #"{"a":1}"#),
        .bad(#""\u▸""#), .bad(#""\u0▸""#), .bad(#""\u00▸""#), .bad(#""\u006▸""#), .bad(#""\u▸"#), .bad(#""\u006▸"#),
        .bad(#""\u▸g000""#), .bad(#""\u00▸g1""#), .bad(#""\u006▸x""#), .bad(#""\u▸ 061""#),
        .bad(#""\u▸+061""#), .bad(#""\u▸-061""#), .bad(#""\u▸{61}""#), .bad(#""\u00▸é1""#), .bad(#""\u▸００６１""#),
        .bad(#""\u006▸\u0061""#), .bad(#"{"\u00▸zz":1}"#), .bad("\"\\u00▸\n61\""),
    ]

    private static let nul = "PostgreSQL cannot store U+0000, and no text of ours has a use for it."
    private static let lone = "Section 8.2 leaves it open; a lone surrogate is no character, and nothing could be stored of it."

    static let surrogates: [JSONVector] = [
        .good(#""\ud83d\ude00""#, #""😀""#), .good(#""\uD83D\uDE00""#, #""😀""#), .good(#""\uD83d\uDe00""#, #""😀""#),
        .good(#""\ud800\udc00""#, "\"\u{10000}\""), .good(#""\udbff\udfff""#, "\"\u{10FFFF}\""),
        .good(#""a\ud83d\ude00b\ud83d\ude00""#, #""a😀b😀""#),
        .bad(#""\ud800▸""#, .forbiddenCharacter, decided: lone), .bad(#""\udbff▸""#, .forbiddenCharacter, decided: lone),
        .bad(#""\udc00▸""#, .forbiddenCharacter, decided: lone),
        .bad(#""\udfff▸""#, .forbiddenCharacter, decided: lone), .bad(#""\udc00▸\ud800""#, .forbiddenCharacter, decided: lone),
        .bad(#""\ud800▸a""#, .forbiddenCharacter, decided: lone),
        .bad(#""\ud800▸\n""#, .forbiddenCharacter, decided: lone), .bad(#""\ud800▸\\""#, .forbiddenCharacter, decided: lone),
        .bad(#""\ud800\u0041▸""#, .forbiddenCharacter, decided: lone),
        .bad(#""\ud800\ud800▸""#, .forbiddenCharacter, decided: lone),
        .bad(#""\ud800\ud800▸\udc00""#, .forbiddenCharacter, decided: lone),
        .bad(#""\ud800\ue000▸""#, .forbiddenCharacter, decided: lone),
        .bad(#""\ud83d\ude00\ude00▸""#, .forbiddenCharacter, decided: lone),
        .bad(#"{"\ud800▸":1}"#, .forbiddenCharacter, decided: lone),
        .bad(#"{"a":["\udead▸"]}"#, at: "/a/0", .forbiddenCharacter, decided: lone),
        .bad(#""\ud800▸"#, .forbiddenCharacter), .bad(#""\ud800▸\"#, .forbiddenCharacter), .bad(#""\ud800\u▸"#),
        .bad(#""\ud800\ud▸""#), .bad(#""\ud800\udc0▸g""#),
        .bad(#""\u0000▸""#, .forbiddenCharacter, decided: nul, foundation: false),
        .bad(#""a\u0000▸b""#, .forbiddenCharacter, decided: nul, foundation: false),
        .bad(#"{"\u0000▸":1}"#, .forbiddenCharacter, decided: nul, foundation: false),
        .bad(#"{"a":"\u0000▸"}"#, at: "/a", .forbiddenCharacter, decided: nul, foundation: false),
        .bad(#"{"a":1,"a\u0000▸":2}"#, .forbiddenCharacter, decided: nul, foundation: false), .good(#""\\u0000""#),
    ]

    static let all = plain + escapes + unicode + surrogates
}
