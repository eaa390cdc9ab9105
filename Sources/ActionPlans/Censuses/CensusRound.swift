/// One collection of a census: what is asked for, of whom, and by when.
package struct CensusRound: Hashable, Sendable {
    package let code: CensusRoundCode
    package let collects: Collected
    package let opensOn: CivilDate
    package let dueOn: CivilDate
    /// nil for all those that the census expects.
    package let expected: [MinistryCode]?

    package init(
        code: CensusRoundCode, collects: Collected, opensOn: CivilDate, dueOn: CivilDate, expected: [MinistryCode]?
    ) {
        self.code = code
        self.collects = collects
        self.opensOn = opensOn
        self.dueOn = dueOn
        self.expected = expected?.sorted()
    }

    /// As the history keeps it, and the column `rounds`.
    package var members: [MemberValue.Member] {
        [
            .init("code", .text(code.text)), .init("collects", .text(collects.code)),
            .init("opens_on", .text(opensOn.description)), .init("due_on", .text(dueOn.description)),
            .init("expected", expected.map { .list($0.map(\.text)) } ?? .null),
        ]
    }
}

/// What a round asks for.
package enum Collected: String, Vocabulary {
    case plans
    case measures
    case both

    package static let listName = Message("objet d’une campagne", "object of a round")

    package var asksPlans: Bool { self != .measures }
    package var asksMeasures: Bool { self != .plans }
}

/// The year of its census and a word, such as `2023-plans`.
package struct CensusRoundCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String
    package let year: Int

    private static let longestWord = 32

    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count > 5, bytes.count <= 5 + Self.longestWord, bytes[4] == UInt8(ascii: "-"),
            let year = RoadmapID.year(String(text.prefix(4))), bytes[5...].allSatisfy(Self.isOfWord),
            bytes[5] != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-")
        else { return nil }
        self.text = String(text)
        self.year = year
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-")
    }

    package var description: String { text }

    package static func < (left: CensusRoundCode, right: CensusRoundCode) -> Bool { left.text < right.text }
}
