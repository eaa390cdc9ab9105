/// The practices an action may cite: ids such as `e.2`, in the guide's natural order (`g.2` before `g.10`).
package struct PracticeCatalogue: Sendable, Equatable {
    private let rank: [String: Int]

    /// - Parameter ids: the catalogue in its natural order.
    package init(ids: [String]) {
        rank = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package var count: Int { rank.count }

    package func contains(_ practice: String) -> Bool { rank[practice] != nil }

    package func unknown(_ practice: String) -> Message {
        let shown = String(practice.prefix(20))
        return Message(
            "La bonne pratique « \(shown) » n’est pas au catalogue (voir /v1/practices).",
            "The practice “\(shown)” is not in the catalogue (see /v1/practices).")
    }

    /// - Returns: the practices in the catalogue's order; what is unknown, repeated or too much is noted in `faults`.
    func checked(_ practices: [String], faults: inout [Fault]) -> [String] {
        guard practices.count <= Action.longestList else {
            faults.append(Fault("practices", .tooMany, .tooMany(practices.count, Action.longestList)))
            return []
        }
        var seen: Set<String> = []
        for (index, practice) in practices.enumerated() {
            if rank[practice] == nil {
                faults.append(Fault("practices/\(index)", .unknownReference, unknown(practice)))
            } else if !seen.insert(practice).inserted {
                faults.append(Fault("practices/\(index)", .duplicate, .duplicate(practice)))
            }
        }
        return seen.sorted { rank[$0, default: 0] < rank[$1, default: 0] }
    }
}
