import ActionPlans
import Postgres

/// One function per statement on `impacts`, whose rows are written by the trigger on `changes`.
enum ImpactQueries {
    static func find(
        _ session: borrowing Session, _ id: ImpactID, in reading: Reading = .now, visibleTo actor: Actor
    ) throws -> ImpactRecord? {
        try session.first(
            """
            select \(ImpactRecord.columns) from \(ImpactRecord.table)
            where \(isOf(id.action)) and i.number = \(id.number) and \(reading.isKnown("i"))
                and \(Visibility.ofImpacts(to: actor, in: reading))
            """, ImpactRecord.init)
    }

    /// In the order of their numbers.
    static func list(
        _ session: borrowing Session, _ action: ActionID, in reading: Reading, after: Int, limit: Int, visibleTo actor: Actor
    ) throws -> [ImpactRecord] {
        try session.query(
            """
            select \(ImpactRecord.columns) from \(ImpactRecord.table)
            where \(isOf(action)) and i.number > \(after) and \(reading.isKnown("i"))
                and \(Visibility.ofImpacts(to: actor, in: reading))
            order by i.number limit \(limit)
            """, ImpactRecord.init)
    }

    static func count(
        _ session: borrowing Session, _ action: ActionID, in reading: Reading, visibleTo actor: Actor
    ) throws -> Int {
        try session.one(
            """
            select count(*) from impacts i
            where \(isOf(action)) and \(reading.isKnown("i")) and \(Visibility.ofImpacts(to: actor, in: reading))
            """
        ) { row in try row.next() }
    }

    /// How many the action has, and the last number that one of it ever had; under the lock of the action.
    static func numbers(_ session: borrowing Session, of action: ActionID) throws -> (count: Int, last: Int) {
        try session.one(
            "select count(*) filter (where i.known_to = 'infinity'), coalesce(max(i.number), 0) from impacts i where \(isOf(action))"
        ) { row in (count: try row.next(), last: try row.next()) }
    }

    /// What history keeps of the impacts that go with their actions.
    /// - Parameter action: nil for all of the roadmap.
    static func deletions(
        _ session: borrowing Session, of roadmap: RoadmapID, action: ActionCode? = nil
    ) throws -> [NewChange] {
        let isOfAction: SQL = action.map { "i.action = \($0)" } ?? "true"
        let records = try session.query(
            """
            select \(ImpactRecord.columns) from \(ImpactRecord.table)
            where i.ministry = \(roadmap.ministry) and i.first_year = \(roadmap.firstYear) and \(isOfAction)
                and i.known_to = 'infinity'
            order by i.action, i.number
            """, ImpactRecord.init)
        return records.map { NewChange(.deleted, .impact($0.id), version: $0.version + 1, $0.impact.changesOfDeletion()) }
    }

    private static func isOf(_ action: ActionID) -> SQL {
        """
        i.ministry = \(action.roadmap.ministry) and i.first_year = \(action.roadmap.firstYear) and i.action = \(action.code)
        """
    }
}
