/// RFC 8259, section 6: numbers.
enum NumberVectors {
    private static let literal =
        "Numbers keep the digits they were written with; what they stand for is for the member that reads them."

    static let integers: [JSONVector] = [
        .good("0"), .good("-0", decided: literal), .good("1"), .good("-1"), .good("9"), .good("10"), .good("1234567890"),
        .good("-1234567890"), .good("[0,-0,1]"),
        .good("2147483647"), .good("2147483648"), .good("-2147483648"), .good("4294967296"), .good("9007199254740991"),
        .good("9007199254740993", decided: literal), .good("9223372036854775807"), .good("9223372036854775808", decided: literal),
        .good("-9223372036854775808"), .good("-9223372036854775809", decided: literal), .good("18446744073709551615"),
        .good("18446744073709551616", decided: literal),
        .good(String(repeating: "9", count: 400), decided: literal, foundation: false),
        .good("-" + String(repeating: "1", count: 400), decided: literal, foundation: false),
        .good("1" + String(repeating: "0", count: 100_000), decided: literal, foundation: false),
        .bad("0▸1"), .bad("0▸0"), .bad("-0▸1"), .bad("0▸123"), .bad("[0▸1]"), .bad("-▸"), .bad("[-▸]", at: "/0"), .bad("-▸-1"),
        .bad("-▸a"),
        .bad("▸+1"), .bad("▸+0"), .bad("[▸+1]", at: "/0"), .bad("1▸_000"), .bad("1 ▸000"), .bad("1▸'000"), .bad("1▸,000"),
        .bad("0▸x1F"), .bad("0▸X1F"), .bad("0▸b1"), .bad("0▸o7"), .bad("1▸n"), .bad("1▸L"), .bad("1▸f"), .bad("▸$1"), .bad("1▸€"),
        .bad("1▸%"), .bad("▸#1"),
        .bad("▸٣"), .bad("▸１"), .bad("1▸２"), .bad("▸²"), .bad("▸½"), .bad("▸−1"), .bad("1▸/2"), .bad("1▸+1"), .bad("1▸-1"),
        .bad("▸(1)"), .bad("▸∞"),
        .bad("-▸\n1"), .bad("{\"a\":-▸}", at: "/a"), .bad("{\"a\":0▸1}"), .bad("12▸a"), .bad("1▸\u{0}", foundation: false),
    ]

    static let fractions: [JSONVector] = [
        .good("0.0"), .good("-0.0"), .good("0.1"), .good("-0.5"), .good("1.25"), .good("10.010"), .good("3.14159"),
        .good("0.000001"),
        .good("1.0", decided: literal), .good("1.00", decided: literal), .good("0.30000000000000004", foundation: false),
        .good("0." + String(repeating: "3", count: 400), decided: literal, foundation: false),
        .good("123456789.987654321", foundation: false),
        .bad("▸.5"), .bad("-▸.5"), .bad("1.▸"), .bad("[1.▸]", at: "/0"), .bad("0.▸"), .bad("-1.▸"), .bad("1.▸e2"), .bad("1.▸E2"),
        .bad("1.▸.2"), .bad("1.2▸.3"),
        .bad("1.▸-2"), .bad("1.▸+2"), .bad("1▸,5"), .bad("0▸1.5"), .bad("1.▸a"), .bad("1.5▸f"), .bad("1.▸ 5"),
        .bad("1.▸٣"), .bad("▸."), .bad("-▸."), .bad("{\"a\":1.▸}", at: "/a"),
    ]

    static let exponents: [JSONVector] = [
        .good("1e2", decided: literal), .good("1E2", decided: literal), .good("1e+2", decided: literal),
        .good("1E+2", decided: literal), .good("1e-2"), .good("1E-2"),
        .good("0e0"), .good("0e5"), .good("-0e0"), .good("1.5e10"), .good("1.5E-10"), .good("-1.5e+10"), .good("1e00"),
        .good("1e01"), .good("1e007"), .good("1e308"),
        .good("1e-400", decided: literal), .good("1e400", decided: literal, foundation: false),
        .good("-1e400", decided: literal, foundation: false),
        .good("1e99999999999999999999", decided: literal, foundation: false),
        .good("0e99999999999999999999", decided: literal), .good("4.9e-324"), .good("1.7976931348623157e308"),
        .bad("1e▸"), .bad("1E▸"), .bad("1e+▸"), .bad("1e-▸"), .bad("[1e▸]", at: "/0"), .bad("[1e+▸]", at: "/0"), .bad("1e1▸.5"),
        .bad("1e▸.5"), .bad("1e1▸e1"),
        .bad("1e+▸-2"), .bad("1e▸ 2"), .bad("1 ▸e2"), .bad("▸e2"), .bad("▸E"), .bad("-▸e2"), .bad("0▸1e2"), .bad("1e▸a"),
        .bad("1e2▸a"), .bad("1▸x10"),
        .bad("1▸^2"), .bad("1▸**2"), .bad("1e▸٣"), .bad("{\"a\":1e▸}", at: "/a"),
    ]

    static let all = integers + fractions + exponents
}
