import ActionPlans
import Postgres

/// One function per statement on `memos`.
enum MemoQueries {
    static func find(_ session: borrowing Session, _ id: RoadmapID, visibleTo actor: Actor) throws -> MemoRecord? {
        try session.first(
            """
            select m.ministry, m.first_year, m.text, m.version, rfc3339(m.created_at), rfc3339(m.updated_at)
            from memos m join roadmaps r on r.ministry = m.ministry and r.first_year = m.first_year
            where m.ministry = \(id.ministry) and m.first_year = \(id.firstYear) and \(Visibility.ofRoadmaps(to: actor))
            """, MemoRecord.init)
    }

    static func store(_ session: borrowing Session, _ id: RoadmapID, _ text: String, at instant: String) throws -> Int {
        try session.one(
            """
            insert into memos (ministry, first_year, text, version, created_at, updated_at)
            values (\(id.ministry), \(id.firstYear), \(text), 1, \(instant)::timestamptz, \(instant)::timestamptz)
            on conflict (ministry, first_year) do update
                set text = excluded.text, version = memos.version + 1, updated_at = excluded.updated_at
            returning version
            """
        ) { row in try row.next() }
    }
}
