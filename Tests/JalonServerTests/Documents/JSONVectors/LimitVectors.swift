import ActionPlans

/// RFC 8259, section 9: a reader may set limits on depth, size and number.
enum LimitVectors {
    private static let depth = "Section 9: 32 levels are far more than any document of ours has, and bound the stack."
    private static let count = "Section 9: 200,000 values are more than 2,000 actions have, and bound the memory."
    private static let size = "Section 9: a text is as long as the body may be; its member says how long it may be."

    private static func nested(_ levels: Int, _ open: String = "[", _ close: String = "]", around inside: String = "") -> String {
        String(repeating: open, count: levels) + inside + String(repeating: close, count: levels)
    }

    private static func steps(_ count: Int, _ step: String = "/0") -> String { String(repeating: step, count: count) }

    static let levels: [JSONVector] = [
        .good(nested(31)), .good(nested(32), decided: depth), .good(nested(32, around: "1"), decided: depth),
        .good(nested(31, #"{"a":"#, "}", around: "{}")),
        .good(nested(16, #"[{"a":"#, "}]", around: "0"), decided: depth),
        .bad(nested(32).replacing("[]", with: "[▸[]]"), at: steps(32), .syntax, decided: depth, foundation: false),
        .bad(nested(32, around: "▸[1]"), at: steps(32), decided: depth, foundation: false),
        .bad(nested(32, #"{"a":"#, "}", around: "▸{}"), at: steps(32, "/a"), decided: depth, foundation: false),
        .bad(nested(16, #"[{"a":"#, "}]", around: "▸[]"), at: steps(16, "/0/a"), decided: depth, foundation: false),
        .bad(String(repeating: "[", count: 32) + "▸[", at: steps(32), decided: depth),
        .bad(String(repeating: "[", count: 32) + "▸" + String(repeating: "[", count: 200_000), at: steps(32), decided: depth),
        .good("[" + Array(repeating: nested(31), count: 50).joined(separator: ",") + "]", decided: depth),
        .bad("[" + nested(31) + "," + nested(31, around: "▸[]") + "]", at: "/1" + steps(31), decided: depth, foundation: false),
    ]

    static let many: [JSONVector] = [
        .good("[" + Array(repeating: "0", count: 199_999).joined(separator: ",") + "]", decided: count),
        .bad("[" + String(repeating: "0,", count: 199_999) + "▸0]", at: "/199999", .tooMany, decided: count, foundation: false),
        .good("{" + (0..<5_000).map { "\"m\($0)\":\($0)" }.joined(separator: ",") + "}", decided: count),
        .good("[" + Array(repeating: "{}", count: 10_000).joined(separator: ",") + "]", decided: count),
    ]

    static let long: [JSONVector] = [
        .good("\"" + String(repeating: "a", count: 1 << 20) + "\"", decided: size),
        .good("\"" + String(repeating: "é", count: 1 << 19) + "\"", decided: size),
        .good(
            "\"" + String(repeating: "\\n", count: 1 << 14) + "\"", "\"" + String(repeating: "\\u000a", count: 1 << 14) + "\"",
            decided: size),
        .good(
            "\"" + String(repeating: "\\u00e9", count: 1 << 13) + "\"", "\"" + String(repeating: "é", count: 1 << 13) + "\"",
            decided: size),
        .good("{\"" + String(repeating: "n", count: 1 << 20) + "\":1}", decided: size),
        .bad("\"" + String(repeating: "a", count: 1 << 16) + "▸"), .bad("\"" + String(repeating: "a", count: 1 << 16) + "▸\n\""),
        .bad(
            bytes: Array("\"".utf8) + Array(repeating: 0x61, count: 1 << 16) + Array(JSONVector.mark.utf8) + [0xFF, 0x22],
            .forbiddenCharacter),
    ]

    static let all = levels + many + long
}
