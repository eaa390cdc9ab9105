import ActionPlans
import Postgres

/// One function per statement on `censuses`.
enum CensusQueries {
    static func find(_ session: borrowing Session, _ year: Int) throws -> CensusRecord? {
        try session.first(one(year), CensusRecord.init)
    }

    static func find(_ database: Database, _ year: Int) async throws -> CensusRecord? {
        try await database.first(one(year)) { row in try CensusRecord(&row) }
    }

    private static func one(_ year: Int) -> SQL { "select \(CensusRecord.columns) from censuses c where c.year = \(year)" }

    static func insert(_ session: borrowing Session, _ year: Int, _ dueOn: CivilDate, at instant: String) throws {
        try session.execute(
            """
            insert into censuses (year, due_on, created_at, updated_at)
            values (\(year), \(dueOn), \(instant)::timestamptz, \(instant)::timestamptz)
            """)
    }

    static func update(_ session: borrowing Session, _ year: Int, _ dueOn: CivilDate, at instant: String) throws {
        try session.execute(
            """
            update censuses set due_on = \(dueOn), version = version + 1, updated_at = \(instant)::timestamptz
            where year = \(year)
            """)
    }

    /// - Parameter codes: of all the ministries expected from now on.
    static func replaceExpected(_ session: borrowing Session, _ year: Int, _ codes: [String]) throws {
        try session.execute("delete from census_ministries where year = \(year) and ministry <> all(\(codes)::text[])")
        try session.execute(
            """
            insert into census_ministries (year, ministry) select \(year)::smallint, unnest(\(codes)::text[])
            on conflict do nothing
            """)
    }
}
