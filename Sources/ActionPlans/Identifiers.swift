/// The stable code of a body (`TE`), whatever its name at the time.
package struct MinistryCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) { self.init(text[...]) }

    /// - Returns: nil unless the text is a capital letter then at most 7 capitals or digits.
    package init?(_ text: Substring) {
        let bytes = text.utf8
        guard (1...8).contains(bytes.count), let first = bytes.first, first.isCapital,
            bytes.allSatisfy({ $0.isCapital || $0.isDigit })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }
    package static func < (left: MinistryCode, right: MinistryCode) -> Bool { left.text < right.text }
}

/// `{ministry}-{first_year}`: a ministry's roadmap by the year it begins.
package struct RoadmapID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let ministry: MinistryCode
    package let firstYear: Int

    package static let years = 2000...2100
    /// A roadmap covers at most this many whole years.
    package static let longestSpan = 10

    package init?(ministry: MinistryCode, firstYear: Int) {
        guard Self.years.contains(firstYear) else { return nil }
        self.ministry = ministry
        self.firstYear = firstYear
    }

    package init?(_ text: String) { self.init(text[...]) }

    package init?(_ text: Substring) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map { Substring($0) }
        guard parts.count == 2, let ministry = MinistryCode(parts[0]), let year = Self.year(parts[1]) else { return nil }
        self.init(ministry: ministry, firstYear: year)
    }

    package var description: String { "\(ministry)-\(firstYear)" }

    package static func < (left: RoadmapID, right: RoadmapID) -> Bool {
        (left.ministry, left.firstYear) < (right.ministry, right.firstYear)
    }

    /// Four ASCII digits, nothing else: `2022`, not `+2022`.
    package static func year(_ text: String) -> Int? { year(text[...]) }

    package static func year(_ text: Substring) -> Int? {
        guard text.utf8.count == 4, text.utf8.allSatisfy(\.isDigit) else { return nil }
        return Int(text)
    }
}

/// `{roadmap}-{code}`: an action by its code, unique in its roadmap and never changed.
package struct ActionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let roadmap: RoadmapID
    package let code: ActionCode

    package init(roadmap: RoadmapID, code: ActionCode) {
        self.roadmap = roadmap
        self.code = code
    }

    package init?(_ text: String) { self.init(text[...]) }

    package init?(_ text: Substring) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
            .map { Substring($0) }
        guard parts.count == 3, let code = ActionCode(parts[2]), let ministry = MinistryCode(parts[0]),
            let year = RoadmapID.year(parts[1]), let roadmap = RoadmapID(ministry: ministry, firstYear: year)
        else { return nil }
        self.init(roadmap: roadmap, code: code)
    }

    package var description: String { "\(roadmap)-\(code)" }

    package static func < (left: ActionID, right: ActionID) -> Bool {
        (left.roadmap, left.code) < (right.roadmap, right.code)
    }
}

/// `[A-Z0-9][A-Z0-9.-]{0,31}`, ordered by its bytes.
package struct ActionCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String
    package static let form = "[A-Z0-9][A-Z0-9.-]{0,31}"

    package init?(_ text: String) { self.init(text[...]) }

    package init?(_ text: Substring) {
        let bytes = text.utf8
        guard (1...32).contains(bytes.count), let first = bytes.first, first.isCapital || first.isDigit,
            bytes.allSatisfy({ $0.isCapital || $0.isDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }
    package static func < (left: ActionCode, right: ActionCode) -> Bool { left.text < right.text }
}

extension UInt8 {
    var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
