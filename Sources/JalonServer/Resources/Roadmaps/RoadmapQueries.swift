import ActionPlans
import Documents
import Postgres

/// One function per statement on `roadmaps`.
enum RoadmapQueries {
    static func find(
        _ session: borrowing Session, _ id: RoadmapID, in reading: Reading = .now, visibleTo actor: Actor
    ) throws -> RoadmapRecord? {
        try session.first(one(id, in: reading, visibleTo: actor), RoadmapRecord.init)
    }

    static func find(
        _ database: Database, _ id: RoadmapID, in reading: Reading, visibleTo actor: Actor
    ) async throws -> RoadmapRecord? {
        try await database.first(one(id, in: reading, visibleTo: actor)) { row in try RoadmapRecord(&row) }
    }

    private static func one(_ id: RoadmapID, in reading: Reading, visibleTo actor: Actor) -> SQL {
        """
        select \(RoadmapRecord.columns(in: reading)) from \(RoadmapRecord.table(in: reading))
        where r.ministry = \(id.ministry) and r.first_year = \(id.firstYear)
            and \(Visibility.ofRoadmaps(to: actor, in: reading))
        """
    }

    /// The roadmap as this transaction has left it.
    static func current(_ session: borrowing Session, _ id: RoadmapID) throws -> RoadmapRecord? {
        try session.first(
            """
            select \(RoadmapRecord.columns) from roadmaps r
            where r.ministry = \(id.ministry) and r.first_year = \(id.firstYear)
            """, RoadmapRecord.init)
    }

    struct Filter: Sendable {
        var ministries: [MinistryCode]?
        var years: [Int]?
        var states: [RoadmapState]?
        var reading = Reading.now

        var condition: SQL {
            var parts: [SQL] = ["true"]
            if let ministries { parts.append("r.ministry = any(\(ministries.map(\.text))::text[])") }
            if let years { parts.append(.covers("r", oneOf: years)) }
            if let states { parts.append("r.state = any(\(states.map(\.code))::text[])") }
            return .joined(parts, separator: " and ")
        }
    }

    /// Always total: the id breaks ties, in the direction of the first key unless it is given its own.
    struct Order: Sendable {
        static let words = ["id", "-id", "updated_at", "-updated_at"]

        /// Whether a write may move a roadmap in it.
        private(set) var byUpdate = false
        private var updateDescending = false
        private var idDescending = false

        init(_ parameters: inout ParameterReader) {
            let words =
                parameters.values("sort", most: Self.words.count / 2, { Self.words.contains($0) ? $0 : nil }) {
                    .notOneOf($0, Self.words)
                } ?? []
            byUpdate = words.first?.hasSuffix("updated_at") == true
            updateDescending = words.first == "-updated_at"
            idDescending = (words.first { $0.hasSuffix("id") } ?? words.first)?.hasPrefix("-") == true
        }

        var clause: SQL {
            let id: SQL = idDescending ? "r.ministry desc, r.first_year desc" : "r.ministry, r.first_year"
            guard byUpdate else { return id }
            return (updateDescending ? "r.updated_at desc, " : "r.updated_at, ") + id
        }

        func position(of record: RoadmapRecord) -> [String] { [record.updatedAt, record.id.description] }

        func condition(after values: [String]) -> SQL? {
            guard values.count == 2, let id = RoadmapID(values[1]), Paging.isInstant(values[0]) else { return nil }
            let key: SQL = "(\(id.ministry)::text, \(id.firstYear)::smallint)"
            let beyond: SQL = "(r.ministry, r.first_year) " + (idDescending ? "< " : "> ") + key
            guard byUpdate else { return beyond }
            let instant: SQL = "\(values[0])::timestamptz"
            return "(r.updated_at " + (updateDescending ? "< " : "> ") + instant
                + " or (r.updated_at = " + instant + " and " + beyond + "))"
        }
    }

    /// - Parameter telling: what to tell of the snapshot beside each roadmap, in a column of text.
    static func list(
        _ session: borrowing Session, _ filter: Filter, _ order: Order, _ after: SQL?, limit: Int, telling: SQL?,
        visibleTo actor: Actor
    ) throws -> [(record: RoadmapRecord, told: String?)] {
        try session.query(
            """
            \(selection(filter, after: after, telling: telling, order, visibleTo: actor))
            limit \(limit + 1)
            """
        ) { row in (try RoadmapRecord(&row), telling == nil ? nil : try row.next()) }
    }

    static func count(_ session: borrowing Session, _ filter: Filter, visibleTo actor: Actor) throws -> Int {
        try session.one(
            """
            select count(*) from \(RoadmapRecord.table(in: filter.reading))
            where \(filter.condition) and \(Visibility.ofRoadmaps(to: actor, in: filter.reading))
            """
        ) { row in try row.next() }
    }

    /// A roadmap created again after its draft was deleted goes on from the last version.
    /// - Returns: its version; nil when there is one already, or another request has just created it.
    static func insert(_ session: borrowing Session, _ roadmap: Roadmap, at instant: String) throws -> Int? {
        try checkYears(session, of: roadmap, member: "first_year")
        return try session.first(
            """
            insert into roadmaps (ministry, first_year, last_year, title, state, due_on, submitted_on, validated_on,
                version, plan_version, created_at, updated_at)
            select \(roadmap.id.ministry), \(roadmap.id.firstYear), \(roadmap.lastYear), \(roadmap.title), \(roadmap.state),
                \(roadmap.dueOn), \(roadmap.submittedOn), \(roadmap.validatedOn), past.version, past.plan_version,
                \(instant)::timestamptz, \(instant)::timestamptz
            from (
                select coalesce(max(version) filter (where resource = 'roadmap'), 0) + 1 as version,
                    count(*) + 1 as plan_version
                from changes
                where ministry = \(roadmap.id.ministry) and first_year = \(roadmap.id.firstYear)
                    and \(Resource.isOne("resource", where: \.isOfPlan))
            ) past
            on conflict (ministry, first_year) do nothing
            returning version
            """
        ) { row in try row.next(Int.self) }
    }

    /// Stores a new state of the roadmap itself, which is one change of its plan.
    /// - Returns: its version.
    @discardableResult
    static func update(_ session: borrowing Session, _ roadmap: Roadmap, at instant: String) throws -> Int {
        try checkYears(session, of: roadmap, member: "last_year")
        return try session.one(
            """
            update roadmaps
            set last_year = \(roadmap.lastYear), title = \(roadmap.title), state = \(roadmap.state),
                due_on = \(roadmap.dueOn), submitted_on = \(roadmap.submittedOn), validated_on = \(roadmap.validatedOn),
                version = version + 1, plan_version = plan_version + 1, updated_at = \(instant)::timestamptz
            where ministry = \(roadmap.id.ministry) and first_year = \(roadmap.id.firstYear)
            returning version
            """
        ) { row in try row.next(Int.self) }
    }

    /// Two roadmaps of a ministry share no year. The constraint of the table decides between two requests at once; this
    /// names the other roadmap.
    private static func checkYears(_ session: borrowing Session, of roadmap: Roadmap, member: String) throws {
        let other = try session.query(
            """
            select r.ministry, r.first_year from roadmaps r
            where r.ministry = \(roadmap.id.ministry) and r.first_year <> \(roadmap.id.firstYear)
                and r.first_year <= \(roadmap.lastYear) and r.last_year >= \(roadmap.id.firstYear)
            order by r.first_year limit 1
            """
        ) { row in try row.nextRoadmapID() }
        if let other = other.first { throw Refusal.yearsOverlap(other, member: member) }
    }

    /// Nor did they on a day of the past: what is said of it must not make a year count twice.
    static func checkPastYears(
        _ session: borrowing Session, of id: RoadmapID, _ changes: [MemberChange], in context: ChangeContext
    ) throws {
        guard context.effectiveOn < context.today, let change = changes.first(where: { $0.member == "last_year" }),
            case .number(let lastYear) = change.to
        else { return }
        let other = try session.query(
            """
            select r.ministry, r.first_year from roadmap_periods r
            where r.ministry = \(id.ministry) and r.first_year <> \(id.firstYear) and r.known_to = 'infinity'
                and r.valid_to > \(context.effectiveOn) and r.valid_from < coalesce(\(change.until)::date, 'infinity')
                and r.first_year <= \(lastYear) and r.last_year >= \(id.firstYear)
            order by r.first_year limit 1
            """
        ) { row in try row.nextRoadmapID() }
        if let other = other.first { throw Refusal.yearsOverlap(other, member: "last_year") }
    }

    /// Notes that actions of the plan have changed and how many it has gained or lost: in every transaction that does it.
    static func touchPlan(_ session: borrowing Session, _ id: RoadmapID, changes: Int, addedActions: Int) throws {
        try session.executeLater(
            """
            update roadmaps set plan_version = plan_version + \(changes), action_count = action_count + \(addedActions)
            where ministry = \(id.ministry) and first_year = \(id.firstYear)
            """)
    }

    static func delete(_ session: borrowing Session, _ id: RoadmapID) throws {
        try session.execute("delete from roadmaps where ministry = \(id.ministry) and first_year = \(id.firstYear)")
    }
}
