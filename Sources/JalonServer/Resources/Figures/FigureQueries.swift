import ActionPlans
import Postgres

/// All that a set of figures is computed from, read in one snapshot.
struct FigureFacts: Sendable {
    /// What says which ministries were expected: without a census, those that have a roadmap.
    var coverageSource: String { census == nil ? "roadmaps" : "census" }

    struct RoadmapFact: Sendable {
        let id: RoadmapID
        let lastYear: Int
        let state: RoadmapState
        let submittedOn: CivilDate?
        var cells: FigureCells
        /// The last change that moved something that counts on the day; by the first rule of coverage, the last of any kind.
        let lastChange: Change

        func covers(_ year: Int) -> Bool { (id.firstYear...lastYear).contains(year) }
    }

    /// When something changed: the instant, which sorts as text, and its day in Paris.
    struct Change: Sendable, Comparable {
        let instant: String
        let day: CivilDate

        static func < (left: Change, right: Change) -> Bool { left.instant < right.instant }
    }

    struct Excluded: Sendable {
        let state: RoadmapState
        let roadmaps: Int
        let actions: Int
    }

    struct Census: Sendable {
        let dueOn: CivilDate
        let expected: [MinistryCode]
    }

    let asOf: CivilDate
    /// The instant asked for, or that of the last change that shaped the figures.
    let knownAt: String
    /// That change, where no instant was asked for and there was one.
    let lastChange: Change?
    let roadmaps: [RoadmapFact]
    /// The counts of these, by ministry.
    let cells: [MinistryCode: FigureCells]
    /// Every roadmap of the year that has been submitted, whether it is counted or not.
    let sent: [Coverage.Received]
    let excluded: [Excluded]
    let tallies: Tallies
    let census: Census?
    /// Names on the day in question, or on the nearest day of the year, of every ministry there is.
    let names: [MinistryCode: String]
    /// What ministries have become, for the perimeter of today.
    let today: TodaysBodies?
    let rule: Coverage.Rule

    var coverage: Coverage {
        Coverage(
            expected: census.map { Set($0.expected) }, received: roadmaps.map(\.received), sent: sent, dueOn: census?.dueOn,
            on: asOf)
    }

    /// The day of the last change of the plan in which nothing has moved for longest.
    var oldestUpdate: CivilDate? { roadmaps.map(\.lastChange).min()?.day }
}

extension FigureFacts.RoadmapFact {
    fileprivate var received: Coverage.Received { Coverage.Received(ministry: id.ministry, submittedOn: submittedOn) }
}

enum FigureQueries {
    /// - Parameter rule: how the coverage is told.
    static func facts(
        _ session: borrowing Session, _ scope: FigureScope, for actor: Actor?, rule: Coverage.Rule = .current
    ) throws -> FigureFacts {
        try facts(ofEachYear: session, scope, for: actor, rule: rule)[0]
    }

    /// The figures of each year of the scope, in order, by as many statements as those of one.
    static func facts(
        ofEachYear session: borrowing Session, _ scope: FigureScope, for actor: Actor?, rule: Coverage.Rule = .current
    ) throws -> [FigureFacts] {
        let reading = scope.reading
        let knowledge = try FigureKnowledge.ofFigures(session, scope, for: actor)
        var all = try roadmaps(session, scope, rule)
        if let knownAt = reading.knownAt { try takeBack(session, since: knownAt, in: reading, from: &all) }
        let names = try self.names(ofEachYear: session, scope)
        for known in names.values { try checkKnown(scope.ministries, known) }
        let censuses = try self.censuses(session, scope)
        let asOf = try reading.asOf ?? ParisDay.today(session)
        let today = scope.perimeter == .today ? try TodaysBodies.read(session) : nil
        return scope.years.map { year in
            // A roadmap of several years counts in each of them.
            let ofYear = all.filter { $0.covers(year) }
            let counted = ofYear.filter { scope.states.contains($0.state) }
            var cells: [MinistryCode: FigureCells] = [:]
            for roadmap in counted { cells[roadmap.id.ministry, default: FigureCells()] += roadmap.cells }
            return FigureFacts(
                asOf: asOf, knownAt: knowledge.instant, lastChange: knowledge.lastChange, roadmaps: counted, cells: cells,
                sent: ofYear.filter { $0.submittedOn != nil }.map(\.received), excluded: excluded(ofYear, scope),
                tallies: Tallies(cells, scope.themes, scope.targetLevels), census: censuses[year], names: names[year] ?? [:],
                today: today, rule: rule)
        }
    }

    /// What the actions in scope add up to, and no more.
    static func total(_ session: borrowing Session, _ scope: FigureScope) throws -> Tally {
        var all = try roadmaps(session, scope, .current)
        if let knownAt = scope.reading.knownAt { try takeBack(session, since: knownAt, in: scope.reading, from: &all) }
        var cells: [MinistryCode: FigureCells] = [:]
        for roadmap in all where scope.states.contains(roadmap.state) {
            cells[roadmap.id.ministry, default: FigureCells()] += roadmap.cells
        }
        return Tallies(cells, scope.themes, scope.targetLevels).total
    }

    /// The roadmaps of the years on the day, whatever their state, each with the last counts kept by that day: as many rows
    /// and as many numbers in each, however many actions and changes there are.
    private static func roadmaps(
        _ session: borrowing Session, _ scope: FigureScope, _ rule: Coverage.Rule
    ) throws -> [FigureFacts.RoadmapFact] {
        try session.query(
            """
            select r.ministry, r.first_year, r.last_year, r.state, r.submitted_on, counted.cells, late.cells,
                last.recorded_at, paris_date(last.recorded_at)
            from roadmap_periods r
            cross join lateral (
                select f.cells, f.recorded_at from figure_days f
                where f.ministry = r.ministry and f.first_year = r.first_year and f.day <= \(scope.reading.day)
                order by f.day desc limit 1
            ) counted
            left join lateral (
                select f.cells, f.recorded_at from figure_late_days f
                where f.ministry = r.ministry and f.first_year = r.first_year and f.day <= \(scope.reading.day)
                order by f.day desc limit 1
            ) late on true
            cross join lateral (\(lastChange(in: scope.reading, rule))) last
            where \(scope.roadmaps) and \(scope.reading.holds("r"))
            order by r.ministry, r.first_year
            """
        ) { row in
            let id = try row.nextRoadmapID()
            let lastYear: Int = try row.next()
            let state: RoadmapState = try row.next()
            let submittedOn: CivilDate? = try row.next()
            let counts: CellList = try row.next()
            let late: CellList? = try row.next()
            guard
                let cells = FigureCells(
                    counts: counts.values, late: late?.values ?? FigureCells().late)
            else { throw DatabaseError(.decoding, "the counts of a roadmap have another length") }
            return FigureFacts.RoadmapFact(
                id: id, lastYear: lastYear, state: state, submittedOn: submittedOn, cells: cells,
                lastChange: FigureFacts.Change(instant: try row.nextInstant(), day: try row.next()))
        }
    }

    /// The last change that moved a number of the roadmap on the day, or the roadmap itself. What is kept of it is what is
    /// known now: where it was recorded after the instant in question, the ledger tells the one before.
    private static func lastChange(in reading: Reading, _ rule: Coverage.Rule) -> SQL {
        guard let knownAt = reading.knownAt else {
            return "select greatest(r.counted_at, counted.recorded_at, late.recorded_at) as recorded_at"
        }
        if rule == .first {
            return """
                select max(c.recorded_at) as recorded_at from changes c
                where c.ministry = r.ministry and c.first_year = r.first_year
                    and \(Resource.isOne("c.resource") { $0.bearing == .counts || $0.bearing == .isCounted })
                    and c.recorded_at <= \(knownAt)::timestamptz and c.effective_on <= \(reading.day)
                """
        }
        func known(_ kept: SQL, late: SQL) -> SQL {
            """
            case when \(kept).recorded_at <= \(knownAt)::timestamptz then \(kept).recorded_at else (
                select max(moved.recorded_at) from (
                    select l.recorded_at from figure_ledger l
                    where l.ministry = r.ministry and l.first_year = r.first_year and l.late = \(late)
                        and l.recorded_at <= \(knownAt)::timestamptz and l.effective_on <= \(reading.day)
                    group by l.recorded_at, \(FigureEntry.columns)
                    having sum(l.delta) <> 0
                ) moved
            ) end
            """
        }
        return """
            select greatest(r.counted_at, \(known("counted", late: "false")), \(known("late", late: "true"))) as recorded_at
            """
    }

    /// What was known at an instant is what is known now, less what the ledger has gained since.
    private static func takeBack(
        _ session: borrowing Session, since knownAt: String, in reading: Reading, from roadmaps: inout [FigureFacts.RoadmapFact]
    ) throws {
        let places = Dictionary(uniqueKeysWithValues: zip(roadmaps.map(\.id), roadmaps.indices))
        let gained = try session.query(
            """
            select l.ministry, l.first_year, \(FigureEntry.columns), sum(l.delta)
            from unnest(\(roadmaps.map(\.id.ministry.text))::text[], \(roadmaps.map(\.id.firstYear))::smallint[])
                as r (ministry, first_year)
            join figure_ledger l on l.ministry = r.ministry and l.first_year = r.first_year
            where l.recorded_at > \(knownAt)::timestamptz and l.effective_on <= \(reading.day)
            group by l.ministry, l.first_year, \(FigureEntry.columns)
            """
        ) { row in (id: try row.nextRoadmapID(), entry: try FigureEntry(&row)) }
        for (id, entry) in gained {
            guard let place = places[id] else { continue }
            guard entry.add(times: -1, to: &roadmaps[place].cells) else {
                throw DatabaseError(.decoding, "the ledger of \(id) counts actions of a sort without a place")
            }
        }
    }

    /// What the choice of states left out, counted with the same other filters.
    private static func excluded(_ roadmaps: [FigureFacts.RoadmapFact], _ scope: FigureScope) -> [FigureFacts.Excluded] {
        RoadmapState.allCases.filter { !scope.states.contains($0) }.map { state in
            let own = roadmaps.filter { $0.state == state }
            return FigureFacts.Excluded(
                state: state, roadmaps: own.count,
                actions: own.reduce(0) { $0 + $1.cells.actions(scope.themes, scope.targetLevels) })
        }
    }

    private static func censuses(_ session: borrowing Session, _ scope: FigureScope) throws -> [Int: FigureFacts.Census] {
        try CensusQueries.known(session, of: scope.years, in: scope.reading).mapValues { census in
            FigureFacts.Census(
                dueOn: census.dueOn, expected: census.expected.filter { scope.ministries?.contains($0) ?? true })
        }
    }

    static func names(_ session: borrowing Session, _ scope: FigureScope) throws -> [MinistryCode: String] {
        try names(ofEachYear: session, scope)[scope.year] ?? [:]
    }

    /// The names in each year of the scope.
    private static func names(
        ofEachYear session: borrowing Session, _ scope: FigureScope
    ) throws -> [Int: [MinistryCode: String]] {
        var names: [Int: [MinistryCode: String]] = [:]
        try session.forEach(namesStatement(scope)) { row in
            let year: Int = try row.next()
            let ministry: MinistryCode = try row.next()
            names[year, default: [:]][ministry] = try row.next()
        }
        return names
    }

    private static func namesStatement(_ scope: FigureScope) -> SQL {
        let day = scope.nameDay(in: "asked.year")
        guard let knownAt = scope.reading.knownAt else {
            return """
                select asked.year, m.code, coalesce(known.name, m.code)
                from unnest(\(scope.years)::int[]) as asked (year) cross join ministries m
                left join lateral ministry_name_on(m.code, \(day)) known on true
                """
        }
        return """
            select asked.year, m.code, coalesce(ministry_name_known(m.code, \(day), \(knownAt)::timestamptz), m.code)
            from unnest(\(scope.years)::int[]) as asked (year)
            cross join (select distinct p.ministry as code from ministry_name_periods p where \(scope.reading.isKnown("p"))) m
            """
    }

    static func checkKnown(_ ministries: [MinistryCode]?, _ names: [MinistryCode: String]) throws {
        let unknown = (ministries ?? []).filter { names[$0] == nil }
        guard !unknown.isEmpty else { return }
        throw Problem.unknownMinistries(unknown)
    }
}
