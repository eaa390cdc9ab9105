import ActionPlans
import Postgres

/// One function per statement on `actions`.
enum ActionQueries {
    static func find(
        _ session: borrowing Session, _ id: ActionID, in reading: Reading = .now, visibleTo actor: Actor
    ) throws -> ActionRecord? {
        try session.first(one(id, in: reading, visibleTo: actor), ActionRecord.init)
    }

    static func document(
        _ session: borrowing Session, _ id: ActionID, visibleTo actor: Actor
    ) throws -> ActionDocument? {
        try session.first(one(id, in: .now, visibleTo: actor), ActionDocument.init)
    }

    static func document(
        _ database: Database, _ id: ActionID, in reading: Reading, visibleTo actor: Actor
    ) async throws -> ActionDocument? {
        try await database.first(one(id, in: reading, visibleTo: actor)) { row in try ActionDocument(&row) }
    }

    private static func one(_ id: ActionID, in reading: Reading, visibleTo actor: Actor) -> SQL {
        """
        select \(ActionRecord.columns(in: reading))
        from \(reading.actions(withRoadmaps: Visibility.asksRoadmaps(of: actor)))
        where a.ministry = \(id.roadmap.ministry) and a.first_year = \(id.roadmap.firstYear) and a.code = \(id.code)
            and \(Visibility.ofActions(to: actor, in: reading))
        """
    }

    /// What of a list a statement reads, and what it tells of its snapshot beside, in a column of text.
    struct Part {
        var after: SQL?
        var limit: Int
        var telling: SQL?
    }

    /// The actions of a page, already written.
    static func list(
        _ session: borrowing Session, _ filter: ActionFilter, _ order: ActionOrder, _ part: Part, _ paging: Paging,
        selecting fields: Set<String>?, visibleTo actor: Actor
    ) throws -> WrittenPage {
        var page = WrittenPage(paging)
        let statement =
            filter.list.map { PinnedActions(filter, at: $0, visibleTo: actor).listed(order, part) }
            ?? listed(filter, order, part, visibleTo: actor)
        try session.forEach(filter.isAnswered(inOrder: order) ? statement.plannedOnce() : statement) { row in
            try page.add(&row) { row, writer in
                try ActionDocument.write(&row, to: &writer, selecting: fields)
            } position: { row in
                let position = order.position(of: try ActionRecord(&row))
                return part.telling == nil ? position : position + [try row.next()]
            }
        }
        page.end()
        return page
    }

    private static func listed(_ filter: ActionFilter, _ order: ActionOrder, _ part: Part, visibleTo actor: Actor) -> SQL {
        """
        \(selection(filter, after: part.after, telling: part.telling, order, visibleTo: actor))
        limit \(part.limit)
        """
    }

    static func count(_ session: borrowing Session, _ filter: ActionFilter, visibleTo actor: Actor) throws -> Int {
        if let list = filter.list {
            return try session.one(PinnedActions(filter, at: list, visibleTo: actor).counted) { row in try row.next() }
        }
        return try session.one(
            """
            select count(*)
            from \(filter.actions(visibleTo: actor))
            where \(filter.condition) and \(Visibility.ofActions(to: actor, in: filter.reading))
            """
        ) { row in try row.next() }
    }

    /// All the actions of a roadmap, by code.
    static func all(_ session: borrowing Session, of roadmap: RoadmapID) throws -> [ActionRecord] {
        try session.query(
            """
            select \(ActionRecord.columns)
            from actions a
            where a.ministry = \(roadmap.ministry) and a.first_year = \(roadmap.firstYear)
            order by a.code
            """, ActionRecord.init)
    }

    /// Inserts any number of actions of one roadmap with one statement. An action of a code that was deleted before goes
    /// on from its last version, so that no validator of old fits the new one.
    /// - Returns: the version of each, by code.
    @discardableResult
    static func insert(
        _ session: borrowing Session, _ actions: [(code: ActionCode, action: Action)], into roadmap: RoadmapID,
        inCohort: Bool, at instant: String
    ) throws -> [String: Int] {
        guard !actions.isEmpty else { return [:] }
        let versions = try session.query(
            """
            insert into actions (ministry, first_year, code, title, description, theme, target_level, reached_level,
                status, status_reason, key_action, identified_on, due_on, completed_on, lead, contributors, practices,
                confidential, in_validation_cohort, version, created_at, updated_at)
            select \(roadmap.ministry), \(roadmap.firstYear)::smallint, new.code, title, description, theme, target_level,
                reached_level, status, status_reason, key_action, identified_on, due_on, completed_on, lead,
                contributors::text[], practices::text[], confidential, \(inCohort)::boolean,
                1 + coalesce((
                    select max(past.version) from changes past
                    where past.ministry = \(roadmap.ministry) and past.first_year = \(roadmap.firstYear)::smallint
                        and past.resource = \(Resource.action.literal) and past.code = new.code), 0),
                \(instant)::timestamptz, \(instant)::timestamptz
            from \(table(actions)) as new \(columns)
            returning code, version
            """
        ) { row in (try row.next(String.self), try row.next(Int.self)) }
        return Dictionary(uniqueKeysWithValues: versions)
    }

    /// Stores new states of any number of actions of one roadmap with one statement.
    /// - Returns: the new version of each, by code.
    @discardableResult
    static func update(
        _ session: borrowing Session, _ actions: [(code: ActionCode, action: Action)], of roadmap: RoadmapID,
        at instant: String
    ) throws -> [String: Int] {
        guard !actions.isEmpty else { return [:] }
        let versions = try session.query("\(updating(actions, of: roadmap, at: instant)) returning a.code, a.version") { row in
            (try row.next(String.self), try row.next(Int.self))
        }
        return Dictionary(uniqueKeysWithValues: versions)
    }

    /// The same of one action, along with the next statement.
    static func updateLater(
        _ session: borrowing Session, _ code: ActionCode, _ action: Action, of roadmap: RoadmapID, at instant: String
    ) throws {
        try session.executeLater(updating([(code, action)], of: roadmap, at: instant))
    }

    private static func updating(
        _ actions: [(code: ActionCode, action: Action)], of roadmap: RoadmapID, at instant: String
    ) -> SQL {
        """
        update actions a
        set title = new.title, description = new.description, theme = new.theme, target_level = new.target_level,
            reached_level = new.reached_level, status = new.status, status_reason = new.status_reason,
            key_action = new.key_action, identified_on = new.identified_on, due_on = new.due_on,
            completed_on = new.completed_on, lead = new.lead, contributors = new.contributors::text[],
            practices = new.practices::text[], confidential = new.confidential,
            version = a.version + 1, updated_at = \(instant)::timestamptz
        from \(table(actions)) as new \(columns)
        where a.ministry = \(roadmap.ministry) and a.first_year = \(roadmap.firstYear)::smallint and a.code = new.code
        """
    }

    static func delete(_ session: borrowing Session, _ id: ActionID) throws {
        try session.execute(
            """
            delete from actions
            where ministry = \(id.roadmap.ministry) and first_year = \(id.roadmap.firstYear) and code = \(id.code)
            """)
    }

    static func deleteAll(_ session: borrowing Session, of roadmap: RoadmapID) throws {
        try session.execute(
            "delete from actions where ministry = \(roadmap.ministry) and first_year = \(roadmap.firstYear)")
    }

    /// Marks the actions present as those of the roadmap's first validation, or as no longer so where it was taken back.
    static func setValidationCohort(_ session: borrowing Session, of roadmap: RoadmapID, _ isInCohort: Bool) throws {
        try session.execute(
            """
            update actions set in_validation_cohort = \(isInCohort)
            where ministry = \(roadmap.ministry) and first_year = \(roadmap.firstYear) and in_validation_cohort <> \(isInCohort)
            """)
    }

    private static let columns: SQL = """
        (code, title, description, theme, target_level, reached_level, status, status_reason, key_action,
            identified_on, due_on, completed_on, lead, contributors, practices, confidential)
        """

    /// One array per column: the statement is the same for one action and for a thousand. Lists inside travel as the
    /// text of their array.
    private static func table(_ actions: [(code: ActionCode, action: Action)]) -> SQL {
        """
        unnest(\(actions.map(\.code.text))::text[], \(actions.map(\.action.title))::text[],
            \(actions.map(\.action.description))::text[], \(actions.map(\.action.theme.code))::text[],
            \(actions.map(\.action.targetLevel.code))::text[], \(actions.map { $0.action.reachedLevel?.code })::text[],
            \(actions.map(\.action.status.code))::text[], \(actions.map(\.action.statusReason))::text[],
            \(actions.map(\.action.keyAction))::boolean[], \(actions.map { $0.action.identifiedOn?.description })::date[],
            \(actions.map { $0.action.dueOn?.description })::date[], \(actions.map { $0.action.completedOn?.description })::date[],
            \(actions.map(\.action.lead))::text[], \(actions.map { $0.action.contributors.sqlText })::text[],
            \(actions.map { $0.action.practices.sqlText })::text[], \(actions.map(\.action.confidential))::boolean[])
        """
    }
}
