import ActionPlans
import Postgres

enum SnapshotQueries {
    static func find(_ session: borrowing Session, _ id: SnapshotID) throws -> SnapshotRecord? {
        try session.first(
            "select \(SnapshotRecord.columns) from snapshots s where s.year = \(id.year) and s.number = \(id.number)",
            SnapshotRecord.init)
    }

    static func document(_ session: borrowing Session, _ id: SnapshotID) throws -> String? {
        try session.first("select document from snapshots where year = \(id.year) and number = \(id.number)") { row in
            try row.next()
        }
    }

    static func salt(_ session: borrowing Session, _ id: SnapshotID) throws -> String {
        try session.one("select salt from snapshots where year = \(id.year) and number = \(id.number)") { row in try row.next() }
    }

    /// The latest first.
    static func list(
        _ session: borrowing Session, years: [Int]?, before: SnapshotID?, limit: Int
    ) throws -> [SnapshotRecord] {
        let position: SQL = before.map { "(s.year, s.number) < (\($0.year)::smallint, \($0.number)::integer)" } ?? "true"
        return try session.query(
            """
            select \(SnapshotRecord.columns) from snapshots s where \(isOf(years)) and \(position)
            order by s.year desc, s.number desc limit \(limit)
            """, SnapshotRecord.init)
    }

    static func count(_ session: borrowing Session, years: [Int]?) throws -> Int {
        try session.one("select count(*) from snapshots s where \(isOf(years))") { row in try row.next() }
    }

    private static func isOf(_ years: [Int]?) -> SQL {
        years.map { "s.year = any(\($0)::int[])" } ?? "true"
    }

    // The actions behind

    static func actions(
        _ session: borrowing Session, of record: SnapshotRecord, visibleTo actor: Actor, after: ActionID?, limit: Int
    ) throws -> [SnapshotAction] {
        let position: SQL =
            after.map {
                """
                (a.ministry, a.first_year, a.code)
                    > (\($0.roadmap.ministry)::text, \($0.roadmap.firstYear)::smallint, \($0.code)::text)
                """
            } ?? "true"
        return try session.query(
            """
            select \(SnapshotAction.columns) from \(from(record))
            where \(isOf(record.id)) and \(position) and \(Visibility.ofActions(to: actor, in: record.scope.reading))
            order by a.ministry, a.first_year, a.code limit \(limit)
            """, SnapshotAction.init)
    }

    static func counts(
        _ session: borrowing Session, of record: SnapshotRecord, visibleTo actor: Actor
    ) throws -> (all: Int, visible: Int) {
        try session.one(
            """
            select count(*), count(*) filter (where \(Visibility.ofActions(to: actor, in: record.scope.reading)))
            from \(from(record)) where \(isOf(record.id))
            """
        ) { row in (try row.next(), try row.next()) }
    }

    /// Recomputed from the stored list.
    static func digest(_ session: borrowing Session, of id: SnapshotID) throws -> ActionListDigest {
        try digest(session, "select \(SnapshotAction.columns) from snapshot_actions a where \(isOf(id))")
    }

    /// Of the list that a snapshot of this scope would have.
    static func digest(_ session: borrowing Session, of scope: FigureScope) throws -> ActionListDigest {
        try digest(session, list(of: scope))
    }

    private static func digest(_ session: borrowing Session, _ list: SQL) throws -> ActionListDigest {
        var digest = ActionListDigest()
        try session.stream("\(list) order by a.ministry, a.first_year, a.code") { row in
            try digest.add(SnapshotAction(&row))
        }
        return digest
    }

    /// The actions in scope, with the columns of `snapshot_actions`.
    static func list(of scope: FigureScope) -> SQL {
        """
        select a.ministry, a.first_year, a.code, a.version, a.theme, a.target_level, a.reached_level, a.status, a.key_action,
            a.confidential, \(ActionFilter.isLate(in: scope.reading)) as late, a.in_validation_cohort
        from \(scope.reading.actions()) where \(scope.actions.condition)
        """
    }

    private static func isOf(_ id: SnapshotID) -> SQL { "a.year = \(id.year) and a.number = \(id.number)" }

    /// As `Visibility` names them, each action with the period that was read; none of the roadmaps that were counted was a
    /// draft.
    private static func from(_ record: SnapshotRecord) -> SQL {
        """
        (
            select s.*, p.valid_from, p.known_to
            from snapshot_actions s
            left join action_periods p on p.ministry = s.ministry and p.first_year = s.first_year and p.code = s.code
                and \(record.scope.reading.holds("p"))
        ) a
        cross join (values ('validee')) r (state)
        """
    }
}
