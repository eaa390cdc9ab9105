import ActionPlans
import Postgres

/// Compares all that is kept with the changes it follows from. Counts the figures anew in three ways, from the periods, from
/// the ledger and from the changes, folded here without the help of the database; compares the tables of today, the periods
/// and the feed with the same fold, member by member; the instants that are kept with the ledger and the periods; and the numbers
/// of indicators with a recount of the same fold.
package struct FigureAudit: Sendable {
    package private(set) var roadmaps = 0
    package private(set) var days = 0
    package private(set) var numbers = 0
    private var findings = Findings()
    private let layout: FigureLayout

    private init(_ layout: FigureLayout) {
        self.layout = layout
    }

    package var differences: [AuditDifference] { findings.differences }

    /// Long enough for any database, short enough not to be forgotten.
    private static let timeout: Duration = .seconds(900)

    /// - Parameter year: only the roadmaps that have ever covered it.
    package static func run(in database: Database, year: Int? = nil) async throws -> FigureAudit {
        try await database.read(timeout: timeout) { session in try run(session, year: year) }
    }

    /// The same, for whoever only wants to know what is wrong.
    package static func differences(in database: Database) async throws -> [AuditDifference] {
        try await run(in: database).differences
    }

    package static func run(_ session: borrowing Session, year: Int?) throws -> FigureAudit {
        var audit = FigureAudit(try FigureLayout.stored(session))
        let isOfRoadmap = Resource.isOne("resource") { if case .withItsPlan = $0.auditing { true } else { false } }
        let ids = try session.query(
            """
            select distinct r.ministry, r.first_year
            from (
                select ministry, first_year, last_year from roadmap_periods
                union all
                select ministry, first_year, first_year from changes where \(isOfRoadmap)
                union all
                select ministry, first_year, first_year from action_periods
                union all
                select ministry, first_year, first_year from feed_entries where \(isOfRoadmap)
                union all
                select ministry, first_year, first_year from figure_days
                union all
                select ministry, first_year, first_year from figure_ledger
                union all
                select ministry, first_year, last_year from roadmaps
            ) r
            where \(year)::int is null or \(year)::int between r.first_year and r.last_year
            order by 1, 2
            """
        ) { row in try row.nextRoadmapID() }
        for id in ids { try audit.compare(session, id) }
        audit.numbers += try BodyAudit.compare(session, year: year, &audit.findings)
        return audit
    }

    private mutating func compare(_ session: borrowing Session, _ id: RoadmapID) throws {
        let stored = try Self.storedDays(session, of: id)
        let roadmap = try RoadmapAudit(session, of: id, layout, &findings)
        compareLengths(stored, of: id)
        compare(stored, with: try bendsOfPeriods(session, of: id), from: .periods, of: id)
        compare(stored, with: try bendsOfLedger(session, of: id), from: .ledger, of: id)
        compare(stored, with: roadmap.bends, from: .changes, of: id)
        for difference in try LedgerLines.differences(session, of: id) { findings.note(difference) }
        for difference in try TodaysRows.differences(session, of: id) { findings.note(difference) }
        for difference in try FigureInstants.differences(session, of: id) { findings.note(difference) }
        roadmaps += 1
    }

    /// What each day adds to the one before.
    struct Bends {
        let layout: FigureLayout
        fileprivate(set) var days: [CivilDate: FigureCells] = [:]

        init(_ layout: FigureLayout) {
            self.layout = layout
        }

        fileprivate mutating func add(_ entry: FigureEntry, times factor: Int = 1, on day: CivilDate) {
            entry.add(times: factor, to: &days[day, default: FigureCells(layout)])
        }

        fileprivate mutating func addLate(_ delta: Int, in sort: Int, on day: CivilDate) {
            days[day, default: FigureCells(layout)].addLate(delta, in: sort)
        }
    }

    private typealias StoredDays = [CivilDate: (counts: [Int32]?, late: [Int32]?)]

    /// Lists of another length are no counts: the vocabularies have changed, and the counts were not laid out anew.
    private mutating func compareLengths(_ stored: StoredDays, of id: RoadmapID) {
        for (day, lists) in stored.sorted(by: { $0.key < $1.key }) {
            for (measure, list, length) in [
                ("length", lists.counts, layout.length), ("late_length", lists.late, layout.lateLength),
            ] {
                guard let list, list.count != length else { continue }
                findings.note(
                    AuditDifference(
                        source: .periods, thing: .roadmap(id), day: day.description, measure: measure, stored: String(list.count),
                        recounted: String(length)))
            }
        }
    }

    private mutating func compare(
        _ stored: StoredDays, with bends: Bends, from source: AuditDifference.Source,
        of id: RoadmapID
    ) {
        var recounted = FigureCells(layout)
        var counts = recounted.counts, late = recounted.late
        for day in Set(stored.keys).union(bends.days.keys).sorted() {
            counts = stored[day]?.counts ?? counts
            late = stored[day]?.late ?? late
            if let bend = bends.days[day] { recounted += bend }
            days += 1
            numbers += layout.length + layout.lateLength
            guard let kept = FigureCells(counts: counts, late: late, layout), kept != recounted else { continue }
            var expected: [Int] = []
            recounted.forEachNumber { expected.append($2) }
            var place = 0
            kept.forEachNumber { cell, measure, value in
                if value != expected[place] {
                    findings.note(
                        AuditDifference(
                            source: source, thing: .roadmap(id), day: day.description, cell: cell, measure: measure,
                            stored: String(value), recounted: String(expected[place])))
                }
                place += 1
            }
        }
    }

    private static func storedDays(
        _ session: borrowing Session, of id: RoadmapID
    ) throws -> StoredDays {
        let rows = try session.query(
            """
            select day, f.cells, l.cells
            from (select day, cells from figure_days where ministry = \(id.ministry) and first_year = \(id.firstYear)) f
            full join (
                select day, cells from figure_late_days where ministry = \(id.ministry) and first_year = \(id.firstYear)
            ) l using (day)
            """
        ) { row in
            let day: CivilDate = try row.next()
            let counts: CellList? = try row.next()
            let late: CellList? = try row.next()
            return (day, (counts: counts?.values, late: late?.values))
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private func bendsOfLedger(_ session: borrowing Session, of id: RoadmapID) throws -> Bends {
        var bends = Bends(layout)
        try session.stream(
            """
            select l.effective_on, \(FigureEntry.columns), l.delta from figure_ledger l
            where l.ministry = \(id.ministry) and l.first_year = \(id.firstYear)
            """
        ) { row in
            let day: CivilDate = try row.next()
            bends.add(try FigureEntry(&row), on: day)
        }
        return bends
    }

    private func bendsOfPeriods(_ session: borrowing Session, of id: RoadmapID) throws -> Bends {
        var bends = Bends(layout)
        try session.stream(
            """
            select l.valid_from, nullif(l.valid_to, 'infinity'), l.due_on, l.theme, l.target_level, l.status, l.reached_level,
                l.key_action, l.confidential, l.in_validation_cohort, false, 1
            from action_periods l
            where l.ministry = \(id.ministry) and l.first_year = \(id.firstYear) and l.known_to = 'infinity'
            """
        ) { row in
            let from: CivilDate = try row.next()
            let to: CivilDate? = try row.next()
            let dueOn: CivilDate? = try row.next()
            Self.count(try FigureEntry(&row), from: from, to: to, dueOn: dueOn, in: &bends)
        }
        return bends
    }

    /// One action in one state, from a day to another (excluded).
    static func count(_ entry: FigureEntry, from: CivilDate, to: CivilDate?, dueOn: CivilDate?, in bends: inout Bends) {
        bends.add(entry, on: from)
        if let to { bends.add(entry, times: -1, on: to) }
        guard let sort = bends.layout.number(of: entry.sort), bends.layout.isOpen(entry.sort.status),
            let lateFrom = dueOn?.following.map({ max($0, from) }), to.map({ lateFrom < $0 }) ?? true
        else { return }
        bends.addLate(1, in: sort, on: lateFrom)
        if let to { bends.addLate(-1, in: sort, on: to) }
    }
}

extension FigureLayout {
    /// That of the database, reckoned from its vocabularies as they are: not from `figure_cells`, by which the triggers count.
    static func stored(_ session: borrowing Session) throws -> FigureLayout {
        FigureLayout(
            themes: try session.query("select code from themes order by rank") { row in try row.next() },
            levels: try session.query("select code from levels order by rank") { row in try row.next() },
            statuses: try session.query("select code, is_open from statuses order by rank") { row in
                Status(code: try row.next(), isOpen: try row.next())
            })
    }
}
