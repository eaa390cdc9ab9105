import ActionPlans
import Postgres

/// All that a set of figures is computed from, read in one snapshot.
struct FigureFacts: Sendable {
    struct RoadmapFact: Sendable {
        let id: RoadmapID
        let submittedOn: CivilDate?
        /// The last change of the roadmap or of an action counted in it.
        var lastChange: Change
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

    let today: CivilDate
    let roadmaps: [RoadmapFact]
    let excluded: [Excluded]
    let tallies: Tallies
    let census: Census?
    /// Names on 1 January of the year, of every ministry there is.
    let names: [MinistryCode: String]

    /// The day of the last change of the plan that has not changed for longest.
    var oldestUpdate: CivilDate? { roadmaps.map(\.lastChange).min()?.day }
    /// The last change that the figures take into account.
    var lastChange: String? { roadmaps.map(\.lastChange).max()?.instant }
}

enum FigureQueries {
    static func facts(_ session: borrowing Session, _ scope: FigureScope) throws -> FigureFacts {
        let states = scope.states.map(\.code)
        let (tallies, changes) = try tallies(session, scope, states)
        let roadmaps = try session.query(
            """
            select r.ministry, r.first_year, r.submitted_on, rfc3339(r.updated_at), paris_date(r.updated_at)
            from roadmaps r
            where \(scope.roadmaps) and r.state = any(\(states)::text[]) order by r.ministry, r.first_year
            """
        ) { row in
            let id = try row.nextRoadmapID()
            let submittedOn: CivilDate? = try row.next()
            let change = FigureFacts.Change(instant: try row.next(), day: try row.next())
            // One year of one ministry is in one roadmap, so its ministry's actions are the roadmap's.
            return FigureFacts.RoadmapFact(
                id: id, submittedOn: submittedOn, lastChange: max(change, changes[id.ministry] ?? change))
        }
        let names = try self.names(session, in: scope.year)
        try checkKnown(scope.ministries, names)
        return FigureFacts(
            today: try ParisDay.today(session), roadmaps: roadmaps, excluded: try excluded(session, scope, states),
            tallies: tallies, census: try census(session, scope), names: names)
    }

    /// One pass over the actions in scope, counted along every dimension at once. `grouping()` says which dimension a
    /// row is of: a bit is 0 for the column it groups by.
    private static func tallies(
        _ session: borrowing Session, _ scope: FigureScope, _ states: [String]
    ) throws -> (Tallies, lastChanges: [MinistryCode: FigureFacts.Change]) {
        var tallies = Tallies()
        var changes: [MinistryCode: FigureFacts.Change] = [:]
        try session.stream(
            """
            select grouping(a.ministry, a.theme, a.target_level, a.reached_level, a.key_action),
                a.ministry, a.theme, a.target_level, a.reached_level, a.key_action,
                count(*) filter (where a.status = 'a_faire'), count(*) filter (where a.status = 'en_cours'),
                count(*) filter (where a.status = 'realisee'), count(*) filter (where a.status = 'abandonnee'),
                count(*) filter (where a.key_action), count(*) filter (where \(ActionFilter.isLate)),
                count(*) filter (where a.confidential), count(*) filter (where a.target_reached),
                count(*) filter (where a.reached_level = 'realisation'), count(*) filter (where a.reached_level is null),
                count(*) filter (where a.in_validation_cohort),
                count(*) filter (where a.in_validation_cohort and a.status = 'realisee'),
                rfc3339(max(a.updated_at)), paris_date(max(a.updated_at))
            from roadmaps r join actions a on a.ministry = r.ministry and a.first_year = r.first_year
            where \(scope.roadmaps) and r.state = any(\(states)::text[]) and \(scope.ofActions)
            group by grouping sets ((a.ministry), (a.theme), (a.target_level), (a.reached_level), (a.key_action))
            """
        ) { row in
            let grouping: Int = try row.next()
            let ministry: MinistryCode? = try row.next()
            let theme: Theme? = try row.next()
            let target: EngagementLevel? = try row.next()
            let reached: EngagementLevel? = try row.next()
            let key: Bool? = try row.next()
            let tally = try Tally(&row)
            let change = FigureFacts.Change(instant: try row.next(), day: try row.next())
            switch grouping {
            case 0b01111:
                if let ministry {
                    tallies.byMinistry[ministry] = tally
                    changes[ministry] = change
                }
            case 0b10111: if let theme { tallies.byTheme[theme] = tally }
            case 0b11011: if let target { tallies.byTargetLevel[target] = tally }
            case 0b11101: tallies.byReachedLevel[reached] = tally
            default: if let key { tallies.byKeyAction[key] = tally }
            }
        }
        return (tallies, changes)
    }

    /// What the choice of states left out, counted with the same other filters.
    private static func excluded(
        _ session: borrowing Session, _ scope: FigureScope, _ states: [String]
    ) throws -> [FigureFacts.Excluded] {
        let found = try session.query(
            """
            select r.state, count(distinct (r.ministry, r.first_year)), count(a.code)
            from roadmaps r
            left join actions a on a.ministry = r.ministry and a.first_year = r.first_year and \(scope.ofActions)
            where \(scope.roadmaps) and r.state <> all(\(states)::text[])
            group by r.state
            """
        ) { row in (state: try row.next(RoadmapState.self), roadmaps: try row.next(Int.self), actions: try row.next(Int.self)) }
        return RoadmapState.allCases.filter { !scope.states.contains($0) }.map { state in
            let counts = found.first { $0.state == state }
            return FigureFacts.Excluded(state: state, roadmaps: counts?.roadmaps ?? 0, actions: counts?.actions ?? 0)
        }
    }

    private static func census(_ session: borrowing Session, _ scope: FigureScope) throws -> FigureFacts.Census? {
        try session.first(
            """
            select due_on, array(select m.ministry::text from census_ministries m where m.year = c.year)
            from censuses c where c.year = \(scope.year)
            """
        ) { row in
            let dueOn: CivilDate = try row.next()
            let codes: [String] = try row.next()
            let expected = codes.compactMap { MinistryCode($0) }
            return FigureFacts.Census(
                dueOn: dueOn, expected: expected.filter { scope.ministries?.contains($0) ?? true })
        }
    }

    private static func names(_ session: borrowing Session, in year: Int) throws -> [MinistryCode: String] {
        let names = try session.query(
            """
            select m.code, coalesce(known.name, m.code)
            from ministries m left join lateral ministry_name_on(m.code, make_date(\(year), 1, 1)) known on true
            """
        ) { row in (try row.next(MinistryCode.self), try row.next(String.self)) }
        return Dictionary(uniqueKeysWithValues: names)
    }

    private static func checkKnown(_ ministries: [MinistryCode]?, _ names: [MinistryCode: String]) throws {
        let unknown = (ministries ?? []).filter { names[$0] == nil }
        guard !unknown.isEmpty else { return }
        throw Problem.unknownMinistries(unknown)
    }
}

extension Tally {
    /// Reads the twelve counts in the order of the statement above.
    fileprivate init(_ row: inout Row) throws {
        self.init()
        aFaire = try row.next()
        enCours = try row.next()
        realisees = try row.next()
        abandonnees = try row.next()
        keyActions = try row.next()
        late = try row.next()
        confidential = try row.next()
        targetReached = try row.next()
        realisationReached = try row.next()
        withoutReachedLevel = try row.next()
        cohort = try row.next()
        cohortRealisees = try row.next()
    }
}
