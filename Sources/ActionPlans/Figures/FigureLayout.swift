/// Where the numbers of each sort of actions stand in the two lists that the database keeps of a day, `figure_days.cells` and
/// `figure_late_days.cells`. It follows from the vocabularies alone, so it grows with them. In the database, `figure_cells` is
/// reckoned from the same vocabularies; a test compares the two.
package final class FigureLayout: Sendable {
    /// One sort of actions, by its codes.
    package struct Sort: Hashable, Sendable {
        package let theme: String
        package let targetLevel: String
        package let status: String

        package init(theme: String, targetLevel: String, status: String) {
            (self.theme, self.targetLevel, self.status) = (theme, targetLevel, status)
        }
    }

    package struct Status: Hashable, Sendable {
        package let code: String
        /// Only an open action can be late.
        package let isOpen: Bool

        package init(code: String, isOpen: Bool) {
            (self.code, self.isOpen) = (code, isOpen)
        }
    }

    /// What is counted of each sort.
    package enum Measure: Hashable, Sendable {
        case actions, keyActions, confidential, cohort
        /// The actions that have reached a level, by its rank from 1.
        case reached(rank: Int)

        fileprivate static let names = ["actions", "key_actions", "confidential", "in_validation_cohort"]

        fileprivate var number: Int {
            switch self {
            case .actions: 0
            case .keyActions: 1
            case .confidential: 2
            case .cohort: 3
            case .reached(let rank): Self.names.count + rank - 1
            }
        }
    }

    /// Every sort there is, in the order of their numbers, from 0.
    package let sorts: [Sort]
    /// The names of what is counted of each, in order.
    package let measures: [String]
    /// Of `figure_days.cells` and of `figure_late_days.cells`.
    package let length: Int
    package let lateLength: Int

    private let numbers: [Sort: Int]
    private let levels: [String]
    private let open: Set<String>
    private let latePlaces: [Int?]

    /// That of this build.
    package static let current = FigureLayout(
        themes: Theme.codes, levels: EngagementLevel.codes,
        statuses: ActionStatus.allCases.map { Status(code: $0.code, isOpen: $0.isOpen) })

    /// - Parameters: the vocabularies, each in the order of its ranks.
    package init(themes: [String], levels: [String], statuses: [Status]) {
        sorts = themes.flatMap { theme in
            levels.flatMap { level in statuses.map { Sort(theme: theme, targetLevel: level, status: $0.code) } }
        }
        measures = Measure.names + levels.map { "reached_\($0)" }
        self.levels = levels
        let open = Set(statuses.filter(\.isOpen).map(\.code))
        self.open = open
        numbers = Dictionary(zip(sorts, 0...)) { first, _ in first }
        var late = 0
        latePlaces = sorts.map { sort in
            guard open.contains(sort.status) else { return nil }
            defer { late += 1 }
            return late
        }
        lateLength = late
        length = sorts.count * measures.count
    }

    package func number(of sort: Sort) -> Int? { numbers[sort] }

    package func rank(of level: String) -> Int? { levels.firstIndex(of: level).map { $0 + 1 } }

    package func isOpen(_ status: String) -> Bool { open.contains(status) }

    /// The place of a number in `figure_days.cells`, from 0.
    package func place(_ sort: Int, _ measure: Measure) -> Int { sort * measures.count + measure.number }

    /// The place of a number in `figure_late_days.cells`, from 0; nil where nothing can be late.
    package func latePlace(_ sort: Int) -> Int? { latePlaces[sort] }
}
