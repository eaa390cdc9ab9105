import Documents
import Testing

@testable import JalonServer

@Suite("Canonical JSON (RFC 8785)")
struct CanonicalJSONTests {
    private func canonical(_ json: String) throws -> String {
        try CanonicalJSON.text(of: try JSONParser.parse(Array(json.utf8)))
    }

    @Test("writes the RFC's sample as the RFC does (3.2.2 to 3.2.4)")
    func sample() throws {
        let input = #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#
        #expect(
            try canonical(input)
                == #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        )
    }

    @Test("sorts members by UTF-16 code units, surrogates before what lies above them (3.2.3)")
    func sorting() throws {
        let input =
            #"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "#
            + #""\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"#
        let names = try #require(try canonical(input).wholeMatch(of: /\{(.*)\}/)).1.split(separator: ",").map {
            String($0.split(separator: ":", maxSplits: 1)[1])
        }
        #expect(
            names == [
                #""Carriage Return""#, #""One""#, #""Control""#, #""Latin Small Letter O With Diaeresis""#, #""Euro Sign""#,
                #""Emoji: Grinning Face""#, #""Hebrew Letter Dalet With Dagesh""#,
            ])
        #expect(
            try canonical(#"{"b": {"d": 1, "c": [{"f": 2, "e": 3}]}, "a": 4}"#) == #"{"a":4,"b":{"c":[{"e":3,"f":2}],"d":1}}"#)
    }

    /// Appendix B, by the bits of the double.
    private static let numbers: [(UInt64, String)] = [
        (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"), (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"), (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"), (0x41b3_de43_5555_5554, "333333333.33333325"),
        (0x41b3_de43_5555_5555, "333333333.3333333"), (0x41b3_de43_5555_5556, "333333333.3333334"),
        (0x41b3_de43_5555_5557, "333333333.33333343"), (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ]

    @Test("writes numbers as ECMAScript does (appendix B)", arguments: numbers)
    func number(bits: UInt64, expected: String) throws {
        #expect(try canonical("\(Double(bitPattern: bits))") == expected)
    }

    @Test("writes our percents and counts in one way, and refuses what no double holds")
    func ours() throws {
        #expect(
            try canonical("[30.0, 30.1, 0.0, 100.0, 0.1, 312, 9007199254740991, -7]")
                == "[30,30.1,0,100,0.1,312,9007199254740991,-7]")
        for tenths in 0...1_000 {
            let expected = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
            #expect(try canonical("\(tenths / 10).\(tenths % 10)") == expected)
        }
        #expect(throws: CanonicalJSON.UnrepresentableNumber.self) { try canonical("1e999") }
    }

    @Test("escapes only what must be")
    func escapes() throws {
        #expect(
            try canonical(#""\b\t\n\f\r\"\\\/\u0001\u001f\u007f\u2028é""#)
                == "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0001\\u001f\u{7F}\u{2028}é\"")
    }
}
