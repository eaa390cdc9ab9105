import ActionPlans

/// RFC 8259, section 8.1: UTF-8, well-formed as table 3-7 of the Unicode Standard says.
enum EncodingVectors {
    private static let mark = Array(JSONVector.mark.utf8)

    /// A text of these bytes.
    private static func good(_ bytes: [UInt8], decided decision: String? = nil) -> JSONVector {
        .good(text(bytes), decided: decision)
    }

    private static func text(_ bytes: [UInt8]) -> String { "\"" + String(decoding: bytes, as: UTF8.self) + "\"" }

    /// A member whose text holds these bytes after `before`; they are where it goes wrong.
    private static func bad(_ bytes: [UInt8], after before: [UInt8] = Array("é".utf8), foundation: Bool = true) -> JSONVector {
        .bad(
            bytes: Array(#"{"a":""#.utf8) + before + mark + bytes + Array(#""}"#.utf8), at: "/a", .forbiddenCharacter,
            foundation: foundation)
    }

    static let wellFormed: [JSONVector] = [
        good([0x20]), good([0x7E]), good([0x7F]), good([0xC2, 0x80]), good([0xDF, 0xBF]), good([0xE0, 0xA0, 0x80]),
        good([0xE1, 0x80, 0x80]), good([0xEC, 0xBF, 0xBF]), good([0xED, 0x9F, 0xBF]),
        good([0xEE, 0x80, 0x80]), good([0xEF, 0xBF, 0xBD]), good([0xF0, 0x90, 0x80, 0x80]), good([0xF3, 0xBF, 0xBF, 0xBF]),
        good([0xF4, 0x8F, 0xBF, 0xBF]),
    ]

    private static let nonCharacter =
        "Noncharacters are code points like others (Unicode corrigendum 9); the rule of each member says what it takes."

    static let nonCharacters: [JSONVector] = [
        good([0xEF, 0xB7, 0x90], decided: nonCharacter), good([0xEF, 0xB7, 0xAF], decided: nonCharacter),
        good([0xEF, 0xBF, 0xBE], decided: nonCharacter),
        good([0xEF, 0xBF, 0xBF], decided: nonCharacter), good([0xF0, 0x9F, 0xBF, 0xBE], decided: nonCharacter),
        good([0xF4, 0x8F, 0xBF, 0xBF], decided: nonCharacter),
        .good(#""\uffff""#, text([0xEF, 0xBF, 0xBF]), decided: nonCharacter),
        .good(#""\ufdd0""#, text([0xEF, 0xB7, 0x90]), decided: nonCharacter),
    ]

    static let illFormed: [JSONVector] = [
        // Continuation bytes alone, and bytes that never are.
        bad([0x80]), bad([0xBF]), bad([0x80, 0xBF]), bad([0xC0]), bad([0xC1]), bad([0xF5]), bad([0xF8]), bad([0xFC]), bad([0xFE]),
        bad([0xFF]), bad([0xFE, 0xFF]), bad([0xFF, 0xFE]),
        // Sequences cut short.
        bad([0xC3]), bad([0xC3, 0x28]), bad([0xC3, 0xC3]), bad([0xE2]), bad([0xE2, 0x82]), bad([0xE2, 0x28, 0xA1]),
        bad([0xE2, 0x82, 0x28]), bad([0xF0]), bad([0xF0, 0x9F]), bad([0xF0, 0x9F, 0x98]),
        bad([0xF0, 0x28, 0x8C, 0xBC]), bad([0xF0, 0x90, 0x28, 0xBC]), bad([0xF0, 0x9F, 0x98, 0x28]),
        // One continuation byte too many.
        bad([0x80], after: [0xC3, 0xA9]), bad([0x80], after: [0xE2, 0x82, 0xAC]), bad([0x80], after: [0xF0, 0x9F, 0x98, 0x80]),
        // Overlong spellings.
        bad([0xC0, 0x80]), bad([0xC0, 0xAF]), bad([0xC1, 0xBF]), bad([0xC0, 0xA2]), bad([0xE0, 0x80, 0x80]),
        bad([0xE0, 0x80, 0xAF]), bad([0xE0, 0x9F, 0xBF]), bad([0xF0, 0x80, 0x80, 0x80]), bad([0xF0, 0x80, 0x80, 0xAF]),
        bad([0xF0, 0x8F, 0xBF, 0xBF]), bad([0xF8, 0x80, 0x80, 0x80, 0xAF]), bad([0xFC, 0x80, 0x80, 0x80, 0x80, 0xAF]),
        // Surrogates, alone and in pairs (CESU-8).
        bad([0xED, 0xA0, 0x80]), bad([0xED, 0xAF, 0xBF]), bad([0xED, 0xB0, 0x80]), bad([0xED, 0xBF, 0xBF]),
        bad([0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]),
        // Beyond U+10FFFF.
        bad([0xF4, 0x90, 0x80, 0x80]), bad([0xF7, 0xBF, 0xBF, 0xBF]), bad([0xF8, 0x88, 0x80, 0x80, 0x80]),
        bad([0xFC, 0x84, 0x80, 0x80, 0x80, 0x80]),
        // Other encodings of “é”, and an escape that does not make good what stands before it.
        bad([0xE9], after: []), bad([0xE9, 0x74, 0xE9]), bad([0x8E]), bad([0xC3] + Array(#"\u00a9"#.utf8)),
        bad([0xC3] + Array(#"\n"#.utf8)),
        .bad(bytes: Array(#"{"a":"\n"#.utf8) + mark + [0xFF] + Array(#""}"#.utf8), at: "/a", .forbiddenCharacter),
        // In a name, and outside of texts.
        .bad(bytes: Array("{\"a".utf8) + mark + [0xFF] + Array("\":1}".utf8), .forbiddenCharacter),
        .bad(bytes: mark + [0xFF], .forbiddenCharacter), .bad(bytes: mark + [0xC3], .forbiddenCharacter),
        .bad(bytes: Array("{}\n".utf8) + mark + [0xFF], .forbiddenCharacter),
        .bad(bytes: Array("[1,\n".utf8) + mark + [0xE9] + Array("]".utf8), at: "/1", .forbiddenCharacter),
    ]

    private static let order =
        "Section 8.1 lets a reader skip a byte order mark; a file saved with one is better mended at its source, and the answer says so."

    static let otherEncodings: [JSONVector] = [
        .bad("▸\u{FEFF}{}", decided: order, foundation: false), .bad("▸\u{FEFF}", decided: order), .bad(" ▸\u{FEFF}{}"),
        .bad("{}▸\u{FEFF}"),
        .bad(bytes: mark + [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], .forbiddenCharacter, foundation: false),
        .bad(bytes: mark + [0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D], .forbiddenCharacter, foundation: false),
        .bad(bytes: [0x7B] + mark + [0x00, 0x7D, 0x00], foundation: false),
        .bad(bytes: mark + [0x00, 0x7B, 0x00, 0x7D], foundation: false),
        .bad(bytes: [0x7B] + mark + [0x00, 0x00, 0x00, 0x7D, 0x00, 0x00, 0x00], foundation: false),
        .bad(bytes: mark + [0xFF, 0xFE, 0x00, 0x00, 0x7B, 0x00, 0x00, 0x00], .forbiddenCharacter),
    ]

    static let all = wellFormed + nonCharacters + illFormed + otherEncodings
}
