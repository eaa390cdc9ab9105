/// `TE-2022/2`: a revision by its roadmap and its number there.
package struct RevisionID: Hashable, Sendable, CustomStringConvertible {
    package let roadmap: RoadmapID
    package let number: Int

    package static let numbers = 1...9_999

    package init?(roadmap: RoadmapID, number: Int) {
        guard Self.numbers.contains(number) else { return nil }
        self.roadmap = roadmap
        self.number = number
    }

    /// - Parameter key: as ``key``.
    package init?(roadmap: RoadmapID, key: String) {
        guard key.utf8.count <= 4, key.utf8.allSatisfy(\.isDigit), key.utf8.first != UInt8(ascii: "0"), let number = Int(key)
        else { return nil }
        self.init(roadmap: roadmap, number: number)
    }

    /// What names it in the history beside its ministry and the first year of the plan.
    package var key: String { String(number) }

    package var description: String { "\(roadmap)/\(number)" }
}
