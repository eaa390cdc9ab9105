/// `TE-2022-R01`: a recommendation by its plan and its number there, which no other one gets after it.
package struct RecommendationID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let roadmap: RoadmapID
    package let number: Int

    package static let numbers = 1...9_999

    package init?(roadmap: RoadmapID, number: Int) {
        guard Self.numbers.contains(number) else { return nil }
        self.roadmap = roadmap
        self.number = number
    }

    /// - Parameter code: as ``code``.
    package init?(roadmap: RoadmapID, code: some StringProtocol) {
        let digits = code.utf8.dropFirst()
        guard code.utf8.first == UInt8(ascii: "R"), (2...4).contains(digits.count), digits.allSatisfy(\.isDigit),
            digits.count == 2 || digits.first != UInt8(ascii: "0"), let number = Int(code.dropFirst())
        else { return nil }
        self.init(roadmap: roadmap, number: number)
    }

    package init?(_ text: String) {
        guard let end = text.lastIndex(of: "-"), let roadmap = RoadmapID(text[..<end]) else { return nil }
        self.init(roadmap: roadmap, code: text[text.index(after: end)...])
    }

    /// What names it beside its ministry and the first year of the plan, with two digits at least: `R01`.
    package var code: String { (number < 10 ? "R0" : "R") + String(number) }

    package var description: String { "\(roadmap)-\(code)" }

    package static func < (left: RecommendationID, right: RecommendationID) -> Bool {
        (left.roadmap, left.number) < (right.roadmap, right.number)
    }
}
