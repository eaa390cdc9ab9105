import ActionPlans

/// A place where the database does not say what its history says.
package struct AuditDifference: Sendable {
    package enum Source: String, CaseIterable, Sendable {
        /// The counts of each day, counted again from these.
        case periods, ledger, changes
        /// The tables of today, member by member.
        case today
        /// The numbers of indicators, as they are told, against the answers that history tells.
        case indicators
        /// When each number last moved.
        case instants
        /// The periods, member by member, against the changes.
        case states
        /// The changes, each against those before it.
        case history
        /// The entries of the feed against the changes.
        case feed
    }

    /// Codes as they are stored: what was written by hand need not have their form.
    package enum Thing: Hashable, Sendable, CustomStringConvertible {
        case roadmap(RoadmapID)
        case action(RoadmapID, code: String)
        /// What is of no plan.
        case body(String)

        package var description: String {
            switch self {
            case .roadmap(let id): id.description
            case .action(let id, let code): "\(id)-\(code)"
            case .body(let id): id
            }
        }
    }

    package let source: Source
    package let thing: Thing
    /// From which day on it holds.
    package let day: String
    /// Of a count.
    package var cell: FigureLayout.Sort?
    package let measure: String
    package let stored: String
    package let recounted: String
    /// Since when it was believed, or recorded.
    package var knownFrom: String?
    /// The change that it follows from, where one alone is meant.
    package var change: Int?

    package var roadmap: RoadmapID? {
        switch thing {
        case .roadmap(let id), .action(let id, _): id
        case .body: nil
        }
    }

    package var action: String? {
        if case .action(_, let code) = thing { code } else { nil }
    }

    private static let numbers: Set<String> = ["version", "last_year", "plan_version", "action_count", "length", "late_length"]

    /// Whether both values are numbers: a title that looks like one is none.
    package var isNumeric: Bool { cell != nil || Self.numbers.contains(measure) }
}

/// What was found. Where one wrong period makes all those after it wrong, the first of each member is told and no other.
struct Findings {
    private struct Key: Hashable {
        let thing: AuditDifference.Thing
        let measure: String
    }

    private var first: [Key: AuditDifference] = [:]
    private var others: [AuditDifference] = []

    mutating func note(_ difference: AuditDifference) {
        guard difference.source == .states else { return others.append(difference) }
        let key = Key(thing: difference.thing, measure: difference.measure)
        if let known = first[key], Self.place(of: known) <= Self.place(of: difference) { return }
        first[key] = difference
    }

    /// By what they are of, those of the changes first: what follows from them comes after.
    var differences: [AuditDifference] {
        others
            + first.values.sorted {
                ($0.thing.description, Self.place(of: $0), $0.measure) < ($1.thing.description, Self.place(of: $1), $1.measure)
            }
    }

    /// In the order in which periods came to be.
    private static func place(of difference: AuditDifference) -> String { "\(difference.knownFrom ?? "") \(difference.day)" }
}
