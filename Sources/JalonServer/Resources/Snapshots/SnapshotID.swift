import ActionPlans

/// `2022-1`: the year, and the number within it.
struct SnapshotID: Hashable, Sendable, CustomStringConvertible {
    let year: Int
    let number: Int

    init(year: Int, number: Int) {
        self.year = year
        self.number = number
    }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let year = RoadmapID.year(String(parts[0])), RoadmapID.years.contains(year),
            let number = Int(parts[1]), Self.numbers.contains(number), String(number) == parts[1]
        else { return nil }
        self.init(year: year, number: number)
    }

    static let numbers = 1...999_999

    var description: String { "\(year)-\(number)" }
}

extension Call {
    func snapshotID() throws -> SnapshotID {
        guard let id = SnapshotID(pathValue("snapshot")) else { throw Problem.notFound() }
        return id
    }
}
