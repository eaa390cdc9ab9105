/// The counts of a roadmap's actions by theme, target level and status: always as many numbers, however many actions.
/// They stand as `layout` says, which is how the database keeps them.
package struct FigureCells: Sendable, Equatable {
    /// One sort of actions in the words of this build.
    fileprivate struct Cell: Sendable {
        let theme: Theme
        let targetLevel: EngagementLevel
        let status: ActionStatus
    }

    /// In the order of the sorts of the current layout.
    fileprivate static let cells: [Cell] = Theme.allCases.flatMap { theme in
        EngagementLevel.allCases.flatMap { level in
            ActionStatus.allCases.map { Cell(theme: theme, targetLevel: level, status: $0) }
        }
    }

    package let layout: FigureLayout
    package private(set) var counts: [Int32]
    package private(set) var late: [Int32]

    package init(_ layout: FigureLayout = .current) {
        self.layout = layout
        counts = Array(repeating: 0, count: layout.length)
        late = Array(repeating: 0, count: layout.lateLength)
    }

    /// - Returns: nil for lists that are not of the lengths of the layout.
    package init?(counts: [Int32], late: [Int32], _ layout: FigureLayout = .current) {
        guard counts.count == layout.length, late.count == layout.lateLength else { return nil }
        (self.layout, self.counts, self.late) = (layout, counts, late)
    }

    package static func == (left: FigureCells, right: FigureCells) -> Bool {
        left.counts == right.counts && left.late == right.late
    }

    /// - Parameter sort: its number in the layout.
    package mutating func add(_ delta: Int, _ measure: FigureLayout.Measure, in sort: Int) {
        counts[layout.place(sort, measure)] += Int32(clamping: delta)
    }

    /// What cannot be late is passed over.
    package mutating func addLate(_ delta: Int, in sort: Int) {
        if let place = layout.latePlace(sort) { late[place] += Int32(clamping: delta) }
    }

    /// One name for each number, of both lists, with its value.
    package func forEachNumber(_ body: (FigureLayout.Sort, String, Int) -> Void) {
        for (number, sort) in layout.sorts.enumerated() {
            for (offset, measure) in layout.measures.enumerated() {
                body(sort, measure, Int(counts[layout.place(number, .actions) + offset]))
            }
            if let place = layout.latePlace(number) { body(sort, "late", Int(late[place])) }
        }
    }

    package static func += (sum: inout FigureCells, more: FigureCells) {
        for place in sum.counts.indices { sum.counts[place] += more.counts[place] }
        for place in sum.late.indices { sum.late[place] += more.late[place] }
    }
}

// MARK: - Tallies

/// What is told of the counts, in the words of this build: of the current layout only.
extension FigureCells {
    /// The cells of some themes and levels, nil for all.
    fileprivate func forEach(
        _ themes: [Theme]?, _ levels: [EngagementLevel]?, _ body: (_ number: Int, Cell, Tally) -> Void
    ) {
        for (number, cell) in Self.cells.enumerated() {
            let actions = count(.actions, in: number)
            guard actions != 0, themes?.contains(cell.theme) ?? true, levels?.contains(cell.targetLevel) ?? true else { continue }
            body(number, cell, tally(number, cell, actions))
        }
    }

    fileprivate func count(_ measure: FigureLayout.Measure, in sort: Int) -> Int { Int(counts[layout.place(sort, measure)]) }

    fileprivate func count(reached level: EngagementLevel, in sort: Int) -> Int { count(.reached(rank: level.rank), in: sort) }

    private func tally(_ number: Int, _ cell: Cell, _ actions: Int) -> Tally {
        var tally = Tally()
        tally[cell.status] = actions
        tally.keyActions = count(.keyActions, in: number)
        tally.confidential = count(.confidential, in: number)
        tally.late = layout.latePlace(number).map { Int(late[$0]) } ?? 0
        tally.cohort = count(.cohort, in: number)
        tally.cohortRealisees = cell.status == .realisee ? tally.cohort : 0
        tally.realisationReached = count(reached: .realisation, in: number)
        var reached = 0
        for level in EngagementLevel.allCases {
            let actions = count(reached: level, in: number)
            reached += actions
            if level >= cell.targetLevel { tally.targetReached += actions }
        }
        tally.withoutReachedLevel = actions - reached
        return tally
    }

    /// What the cells of some themes and levels add up to, nil for all.
    package func tally(_ themes: [Theme]?, _ levels: [EngagementLevel]?) -> Tally {
        var sum = Tally()
        forEach(themes, levels) { sum += $2 }
        return sum
    }

    package func actions(_ themes: [Theme]?, _ levels: [EngagementLevel]?) -> Int {
        var sum = 0
        forEach(themes, levels) { sum += $2.actions }
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
        all.forEach(themes, levels) { number, cell, tally in
            byTheme[cell.theme, default: Tally()] += tally
            byLevel[cell.targetLevel, default: Tally()] += tally
            for level in EngagementLevel.allCases {
                byReached[level, default: Tally()][cell.status] += all.count(reached: level, in: number)
            }
            byReached[nil, default: Tally()][cell.status] += tally.withoutReachedLevel
            byKey[true, default: Tally()][cell.status] += tally.keyActions
            byKey[false, default: Tally()][cell.status] += tally.actions - tally.keyActions
        }
        (self.byTheme, byTargetLevel, byReachedLevel, byKeyAction) = (byTheme, byLevel, byReached, byKey)
    }
}
