/// The counts of a roadmap's actions by theme, target level and status: always as many numbers, however many actions.
/// They are laid out as in `figure_days.cells` and `figure_late_days.cells` of the database.
package struct FigureCells: Sendable, Equatable {
    /// What is counted in each cell.
    package enum Measure: Int, CaseIterable, Sendable {
        case actions, keyActions, confidential, cohort, reflexion, experimentation, realisation

        package var code: String {
            switch self {
            case .actions: "actions"
            case .keyActions: "key_actions"
            case .confidential: "confidential"
            case .cohort: "in_validation_cohort"
            case .reflexion, .experimentation, .realisation: "reached_\(self)"
            }
        }

        package init(reached level: EngagementLevel) {
            switch level {
            case .reflexion: self = .reflexion
            case .experimentation: self = .experimentation
            case .realisation: self = .realisation
            }
        }
    }

    /// One sort of actions.
    package struct Cell: Hashable, Sendable, CaseIterable {
        package let theme: Theme
        package let targetLevel: EngagementLevel
        package let status: ActionStatus

        package init(_ theme: Theme, _ targetLevel: EngagementLevel, _ status: ActionStatus) {
            self.theme = theme
            self.targetLevel = targetLevel
            self.status = status
        }

        package static let allCases: [Cell] = Theme.allCases.flatMap { theme in
            EngagementLevel.allCases.flatMap { level in ActionStatus.allCases.map { Cell(theme, level, $0) } }
        }
    }

    package static let length = Cell.allCases.count * Measure.allCases.count
    /// Only the two open statuses, the first ones, can be late.
    package static let lateLength = Cell.allCases.count / 2

    package private(set) var counts: [Int32]
    package private(set) var late: [Int32]

    package init() {
        counts = Array(repeating: 0, count: Self.length)
        late = Array(repeating: 0, count: Self.lateLength)
    }

    /// - Returns: nil for lists that are not of the lengths above.
    package init?(counts: [Int32], late: [Int32]) {
        guard counts.count == Self.length, late.count == Self.lateLength else { return nil }
        self.counts = counts
        self.late = late
    }

    private static func place(_ cell: Int, _ measure: Measure) -> Int { cell * Measure.allCases.count + measure.rawValue }
    private static func latePlace(_ cell: Int) -> Int { cell / 4 * 2 + cell % 4 }
    private static let numbers = Dictionary(uniqueKeysWithValues: zip(Cell.allCases, 0...))

    package func count(_ measure: Measure, in cell: Cell) -> Int {
        Int(counts[Self.place(Self.numbers[cell] ?? 0, measure)])
    }

    package func lateCount(in cell: Cell) -> Int {
        cell.status.isOpen ? Int(late[Self.latePlace(Self.numbers[cell] ?? 0)]) : 0
    }

    package mutating func add(_ delta: Int, _ measure: Measure, in cell: Cell) {
        counts[Self.place(Self.numbers[cell] ?? 0, measure)] += Int32(clamping: delta)
    }

    package mutating func addLate(_ delta: Int, in cell: Cell) {
        guard cell.status.isOpen else { return }
        late[Self.latePlace(Self.numbers[cell] ?? 0)] += Int32(clamping: delta)
    }

    /// One name for each number, of both lists, with its value.
    package func forEachNumber(_ body: (Cell, String, Int) -> Void) {
        for cell in Cell.allCases {
            for measure in Measure.allCases { body(cell, measure.code, count(measure, in: cell)) }
            if cell.status.isOpen { body(cell, "late", lateCount(in: cell)) }
        }
    }

    package static func += (sum: inout FigureCells, more: FigureCells) {
        for place in sum.counts.indices { sum.counts[place] += more.counts[place] }
        for place in sum.late.indices { sum.late[place] += more.late[place] }
    }

    /// The cells of some themes and levels, nil for all.
    fileprivate func forEach(
        _ themes: [Theme]?, _ levels: [EngagementLevel]?, _ body: (Cell, Tally) -> Void
    ) {
        for (number, cell) in Cell.allCases.enumerated() {
            let actions = Int(counts[Self.place(number, .actions)])
            guard actions != 0, themes?.contains(cell.theme) ?? true, levels?.contains(cell.targetLevel) ?? true else { continue }
            body(cell, tally(number, cell, actions))
        }
    }

    private func tally(_ number: Int, _ cell: Cell, _ actions: Int) -> Tally {
        func count(_ measure: Measure) -> Int { Int(counts[Self.place(number, measure)]) }
        var tally = Tally()
        tally[cell.status] = actions
        tally.keyActions = count(.keyActions)
        tally.confidential = count(.confidential)
        tally.late = cell.status.isOpen ? Int(late[Self.latePlace(number)]) : 0
        tally.cohort = count(.cohort)
        tally.cohortRealisees = cell.status == .realisee ? tally.cohort : 0
        tally.realisationReached = count(.realisation)
        var reached = 0
        for level in [EngagementLevel.reflexion, .experimentation, .realisation] {
            let actions = count(Measure(reached: level))
            reached += actions
            if level >= cell.targetLevel { tally.targetReached += actions }
        }
        tally.withoutReachedLevel = actions - reached
        return tally
    }

    /// What the cells of some themes and levels add up to, nil for all.
    package func tally(_ themes: [Theme]?, _ levels: [EngagementLevel]?) -> Tally {
        var sum = Tally()
        forEach(themes, levels) { sum += $1 }
        return sum
    }

    package func actions(_ themes: [Theme]?, _ levels: [EngagementLevel]?) -> Int {
        var sum = 0
        forEach(themes, levels) { sum += $1.actions }
        return sum
    }
}

extension Tallies {
    /// The tallies of the cells of each ministry. By reached level and by key action, only the statuses are counted.
    package init(_ cells: [MinistryCode: FigureCells], _ themes: [Theme]?, _ levels: [EngagementLevel]?) {
        self.init()
        var all = FigureCells()
        for (ministry, own) in cells {
            all += own
            let sum = own.tally(themes, levels)
            if sum.actions > 0 { byMinistry[ministry] = sum }
        }
        var (byTheme, byLevel, byReached, byKey) = (byTheme, byTargetLevel, byReachedLevel, byKeyAction)
        all.forEach(themes, levels) { cell, tally in
            byTheme[cell.theme, default: Tally()] += tally
            byLevel[cell.targetLevel, default: Tally()] += tally
            for level in EngagementLevel.allCases {
                byReached[level, default: Tally()][cell.status] += all.count(.init(reached: level), in: cell)
            }
            byReached[nil, default: Tally()][cell.status] += tally.withoutReachedLevel
            byKey[true, default: Tally()][cell.status] += tally.keyActions
            byKey[false, default: Tally()][cell.status] += tally.actions - tally.keyActions
        }
        (self.byTheme, byTargetLevel, byReachedLevel, byKeyAction) = (byTheme, byLevel, byReached, byKey)
    }
}
