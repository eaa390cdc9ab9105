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

    /// Who is expected for some years, whatever the day in question: only what was known of it matters.
    static func known(
        _ session: borrowing Session, of years: [Int], in reading: Reading
    ) throws -> [Int: (dueOn: CivilDate, expected: [MinistryCode])] {
        let censuses = try session.query(knownStatement(years, reading.knownAt)) { row in
            let year: Int = try row.next()
            let dueOn: CivilDate = try row.next()
            let codes: [String] = try row.next()
            return (year, (dueOn: dueOn, expected: codes.compactMap { MinistryCode($0) }))
        }
        return Dictionary(uniqueKeysWithValues: censuses)
    }

    private static func knownStatement(_ years: [Int], _ knownAt: String?) -> SQL {
        guard let knownAt else {
            return """
                select c.year, due_on, array(select m.ministry::text from census_ministries m where m.year = c.year)
                from censuses c where c.year = any(\(years)::int[])
                """
        }
        let known: SQL = """
            c.resource = \(Resource.census.literal) and c.ministry = '' and c.first_year = asked.year
                and c.recorded_at <= \(knownAt)::timestamptz
            """
        return """
            select asked.year, due.on_date, array(select jsonb_array_elements_text(who.codes))
            from unnest(\(years)::int[]) as asked (year)
            cross join lateral (
                select c.after ->> 'due_on' as on_date from changes c where \(known) and c.after ? 'due_on'
                order by c.id desc limit 1
            ) due
            cross join lateral (
                select c.after -> 'expected' as codes from changes c where \(known) and c.after ? 'expected'
                order by c.id desc limit 1
            ) who
            """
    }

    /// The rounds of a census, as they were known.
    static func rounds(_ session: borrowing Session, of year: Int, in reading: Reading) throws -> [CensusRound] {
        guard let knownAt = reading.knownAt else { return try find(session, year)?.rounds ?? [] }
        let known = try session.first(
            """
            select (c.after -> 'rounds')::text from changes c
            where c.resource = \(Resource.census.literal) and c.ministry = '' and c.first_year = \(year)
                and c.recorded_at <= \(knownAt)::timestamptz and c.after ? 'rounds'
            order by c.id desc limit 1
            """
        ) { row in try row.next(String.self) }
        return try CensusRound.stored(known ?? "[]")
    }

    static func insert(
        _ session: borrowing Session, _ year: Int, _ dueOn: CivilDate, _ rounds: [CensusRound], at instant: String
    ) throws {
        try session.execute(
            """
            insert into censuses (year, due_on, rounds, created_at, updated_at)
            values (\(year), \(dueOn), \(CensusRound.text(rounds))::jsonb, \(instant)::timestamptz, \(instant)::timestamptz)
            """)
    }

    static func update(
        _ session: borrowing Session, _ year: Int, _ dueOn: CivilDate, _ rounds: [CensusRound], at instant: String
    ) throws {
        try session.execute(
            """
            update censuses set due_on = \(dueOn), rounds = \(CensusRound.text(rounds))::jsonb, version = version + 1,
                updated_at = \(instant)::timestamptz
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
