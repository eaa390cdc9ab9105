import ActionPlans
import Postgres

/// One line of the ledger, or the sum of several: how many more actions of one sort.
struct FigureEntry: Sendable {
    let cell: FigureCells.Cell
    let reachedLevel: EngagementLevel?
    let keyAction: Bool
    let confidential: Bool
    let inCohort: Bool
    let late: Bool
    let delta: Int

    /// Of `figure_ledger` as `l`, the delta apart.
    static let columns: SQL = """
        l.theme, l.target_level, l.status, l.reached_level, l.key_action, l.confidential, l.in_validation_cohort, l.late
        """

    func add(times factor: Int = 1, to cells: inout FigureCells) {
        let delta = factor * self.delta
        guard !late else { return cells.addLate(delta, in: cell) }
        cells.add(delta, .actions, in: cell)
        if keyAction { cells.add(delta, .keyActions, in: cell) }
        if confidential { cells.add(delta, .confidential, in: cell) }
        if inCohort { cells.add(delta, .cohort, in: cell) }
        if let reachedLevel { cells.add(delta, .init(reached: reachedLevel), in: cell) }
    }
}

extension FigureEntry {
    /// - Returns: nil for codes that are none. They were written by hand: the audit finds what they leave uncounted.
    static func reading(_ row: inout Row) throws -> FigureEntry? {
        do {
            return try FigureEntry(&row)
        } catch let error as DatabaseError where error.kind == .decoding {
            return nil
        }
    }

    /// Reads the columns, then the delta.
    init(_ row: inout Row) throws {
        cell = FigureCells.Cell(try row.next(), try row.next(), try row.next())
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
        values.reserveCapacity(FigureCells.length)
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
