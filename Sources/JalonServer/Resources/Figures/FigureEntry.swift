import ActionPlans
import Postgres

/// One line of the ledger, or the sum of several: how many more actions of one sort.
struct FigureEntry: Sendable {
    let sort: FigureLayout.Sort
    let reachedLevel: String?
    let keyAction: Bool
    let confidential: Bool
    let inCohort: Bool
    let late: Bool
    let delta: Int

    /// Of `figure_ledger` as `l`, the delta apart.
    static let columns: SQL = """
        l.theme, l.target_level, l.status, l.reached_level, l.key_action, l.confidential, l.in_validation_cohort, l.late
        """

    /// - Returns: false for a sort that the layout has no place for: it was written by hand, and is counted nowhere.
    @discardableResult
    func add(times factor: Int = 1, to cells: inout FigureCells) -> Bool {
        guard let sort = cells.layout.number(of: sort) else { return false }
        let delta = factor * self.delta
        guard !late else {
            cells.addLate(delta, in: sort)
            return true
        }
        cells.add(delta, .actions, in: sort)
        if keyAction { cells.add(delta, .keyActions, in: sort) }
        if confidential { cells.add(delta, .confidential, in: sort) }
        if inCohort { cells.add(delta, .cohort, in: sort) }
        if let rank = reachedLevel.flatMap(cells.layout.rank) { cells.add(delta, .reached(rank: rank), in: sort) }
        return true
    }
}

extension FigureEntry {
    /// Reads the columns, then the delta.
    init(_ row: inout Row) throws {
        sort = FigureLayout.Sort(theme: try row.next(), targetLevel: try row.next(), status: try row.next())
        reachedLevel = try row.next()
        keyAction = try row.next()
        confidential = try row.next()
        inCohort = try row.next()
        late = try row.next()
        delta = try row.next()
    }
}

/// The numbers of `figure_days.cells`, read in one go: a set of figures has tens of thousands of them.
struct CellList: SQLDecodable {
    let values: [Int32]

    static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> CellList? {
        guard sqlText.first == UInt8(ascii: "{"), sqlText.last == UInt8(ascii: "}"), sqlText.count > 2 else { return nil }
        var values: [Int32] = []
        values.reserveCapacity(FigureLayout.current.length)
        var value: Int32 = 0
        var isNegative = false
        for byte in sqlText.dropFirst() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value &* 10 &+ Int32(byte & 15)
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: ","), UInt8(ascii: "}"):
                values.append(isNegative ? -value : value)
                value = 0
                isNegative = false
            default: return nil
            }
        }
        return CellList(values: values)
    }
}
