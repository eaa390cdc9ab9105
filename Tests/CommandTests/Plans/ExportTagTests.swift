import Foundation
import Testing

@testable import jalon

@Suite("The state that an exported file tells")
struct ExportTagTests {
    private static let tag = ExportTag(roadmap: "TE-2022", server: "https://jalon.example", entityTag: "\"12-yaml\"")

    @Test("is read as it was written, in both languages")
    func written() {
        let rest = "ministry: TE\n"
        #expect(ExportTag(in: Array((Self.tag.line + rest).utf8)) == Self.tag)
        let english = "# jalon: TE-2022 on https://jalon.example, ETag \"12-yaml\". “jalon plan apply” refuses this file.\n"
        #expect(ExportTag(in: Array(english.utf8)) == Self.tag)
        let next = ExportTag(roadmap: "TE-2022", server: "https://jalon.example", entityTag: "\"13\"")
        let replaced = next.replacing(in: Array((Self.tag.line + rest).utf8))
        #expect(replaced.map { String(decoding: $0, as: UTF8.self) } == next.line + rest)
    }

    @Test(
        "is nothing elsewhere than in the first line, nor in other words",
        arguments: [
            "", "# jalon", "ministry: TE\n# jalon : TE-2022 sur https://a, ETag \"1\". x\n",
            "# jalon : TE-2022 sur a b, ETag \"1\". x\n",
            "# jalon : TE-2022 sur https://a, ETag 1. x\n", "# jalon : " + String(repeating: "a", count: 2_000),
        ])
    func others(text: String) {
        #expect(ExportTag(in: Array(text.utf8)) == nil)
        #expect(Self.tag.replacing(in: Array(text.utf8)) == nil)
    }

    @Test("a pause is asked in seconds or until a date")
    func pause() throws {
        let now = try #require(RetryAfter.seconds("Fri, 27 Nov 2026 06:00:00 GMT", at: .distantPast))
        #expect(now > 0)
        #expect(RetryAfter.seconds("12", at: .now) == 12)
        #expect(RetryAfter.seconds(" 0 ", at: .now) == 0)
        #expect(RetryAfter.seconds("Thu, 01 Jan 1970 00:00:30 GMT", at: .init(timeIntervalSince1970: 10.5)) == 20)
        #expect(RetryAfter.seconds("Thu, 01 Jan 1970 00:00:30 GMT", at: .now) == 0)
        for text in ["", "soon", "-1", "1.5"] { #expect(RetryAfter.seconds(text, at: .now) == nil) }
    }
}
