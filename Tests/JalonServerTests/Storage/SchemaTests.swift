import ActionPlans
import HTTPTypes
import Logging
import Postgres
import Testing

@testable import JalonServer

@Suite("The schema")
struct SchemaTests {
    @Test("is applied once by two processes that migrate an empty database at the same time")
    func twoMigrations() async throws {
        try await TestServer.withEmptySchema { configuration in
            try await Self.with(configuration) { first in
                try await Self.with(configuration) { second in
                    async let one = Migration.apply(to: first)
                    async let other = Migration.apply(to: second)
                    let outcomes = try await [one, other]
                    #expect(outcomes.count { $0 == .applied } == 1)
                    #expect(try await Migration.apply(to: first) == .alreadyThere)
                    try await Migration.check(second)
                }
            }
        }
    }

    @Test("is not applied over somebody else's tables, nor over another version, and nothing of it is left behind")
    func refusals() async throws {
        try await TestServer.withEmptySchema { configuration in
            try await Self.with(configuration) { database in
                await #expect(throws: Migration.Refusal.notMigrated) { try await Migration.check(database) }
                try await database.write { session in try session.script("create table stranger (id int)") }
                await #expect(throws: Migration.Refusal.unknownDatabase(tables: 1)) { try await Migration.apply(to: database) }
                await #expect(throws: Migration.Refusal.unknownDatabase(tables: 1)) { try await Migration.check(database) }
                try await database.write { session in
                    try session.script(
                        "drop table stranger; create table schema_versions (version int); insert into schema_versions values (99)"
                    )
                }
                await #expect(throws: Migration.Refusal.newerVersion(99)) { try await Migration.apply(to: database) }
                let tables = try await database.read { session in
                    try session.one(
                        "select count(*) from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'"
                    ) {
                        row in try row.next(Int.self)
                    }
                }
                #expect(tables == 1)
            }
        }
    }

    @Test(
        "refuses to rewrite history, whoever asks",
        arguments: [
            "update changes set reason = 'autre'", "delete from changes", "truncate changes",
        ] as [SQL])
    func history(statement: SQL) async throws {
        try await TestServer.with { server in
            try await server.apply(ActionTests.plan, to: "TE-2022")
            let before = try await server.count("select count(*) from changes")
            let error = await #expect(throws: DatabaseError.self) {
                try await server.database.write { session in try session.execute(statement) }
            }
            #expect(error?.constraint == "changes_append_only")
            #expect(try await server.count("select count(*) from changes where reason is null") == before)
        }
    }

    @Test("has the vocabularies that the code reasons with, in the same order")
    func vocabularies() async throws {
        try await TestServer.with { server in
            let lists = server.state.vocabularies
            #expect(lists.themes.map(\.code) == Theme.codes)
            #expect(lists.levels.map(\.code) == EngagementLevel.codes)
            #expect(lists.levels.map(\.rank) == EngagementLevel.allCases.map(\.rank))
            #expect(lists.statuses.map(\.code) == ActionStatus.codes)
            #expect(lists.statuses.map(\.isOpen) == ActionStatus.allCases.map(\.isOpen))
            for status in ActionStatus.allCases { #expect(status.literal.text == "'\(status.code)'") }
            #expect(lists.roadmapStates.map(\.code) == RoadmapState.codes)
            #expect(lists.roles.map(\.code) == Role.codes)
            #expect(lists.ministryKinds.map(\.code) == MinistryKind.codes)
            let practices = try await server.count("select count(*) from practices")
            let ministries = try await server.count("select count(*) from ministries")
            #expect(practices == 59 && ministries == 14)
        }
    }

    @Test("puts 23:30 UTC on 31 December in the next year of Paris, in winter and in summer time")
    func parisDates() async throws {
        try await TestServer.with { server in
            let cases: [(instant: String, day: String)] = [
                ("2022-12-31T22:59:59Z", "2022-12-31"), ("2022-12-31T23:30:00Z", "2023-01-01"),
                ("2022-06-30T21:59:59Z", "2022-06-30"), ("2022-06-30T22:00:00Z", "2022-07-01"),
                ("2024-03-31T00:59:59Z", "2024-03-31"), ("2024-10-27T22:59:59Z", "2024-10-27"),
            ]
            for (instant, day) in cases {
                let found = try await server.database.read { session in
                    try session.one("select paris_date(\(instant)::timestamptz)") { row in try row.next(CivilDate.self) }
                }
                #expect(found == CivilDate(day), "\(instant)")
            }
        }
    }

    @Test("names a ministry as it was named on the day, and a plan of 2022 with the name of 2022")
    func names() async throws {
        try await TestServer.with { server in
            try await server.apply("ministry: TE\nfirst_year: 2022\nactions: []", to: "TE-2022")
            let roadmap = try await server.send(.get, "/v1/roadmaps/TE-2022").json()
            #expect(roadmap["ministry_name"].text == "Ministère de la Transition écologique")
            let before = try await server.send(.get, "/v1/ministries/TE?as_of=2022-05-19").json()
            #expect(before["name"].text == "Ministère de la Transition écologique")
            let after = try await server.send(.get, "/v1/ministries/TE?as_of=2022-05-20").json()
            #expect(after["acronym"].text == "MTECT")
            let merged = try await server.send(.get, "/v1/ministries/ESR?as_of=2025-01-01").json()
            #expect(merged["name"].isNull)
        }
    }

    /// Those that stay calls: what is asked once for a whole answer, and what an index needs, whose dictionary is only `stable`.
    private static let called: Set = ["database_timeline", "feed_epoch", "searchable"]

    @Test("has functions in SQL that become a part of the statements that call them, not planned anew each time")
    func inlining() async throws {
        try await TestServer.with { server in
            let found = try await server.database.write { session in
                try session.script(Self.callsOfFunctions)
                return try session.query("select name, is_called from calls_of_functions()") { row in
                    (name: try row.next(String.self), isCalled: try row.next(Bool.self))
                }
            }
            #expect(found.count > 12)
            #expect(Set(found.filter(\.isCalled).map(\.name)) == Self.called)
        }
    }

    /// Whether the plan of a statement that calls a function in SQL still calls it.
    private static let callsOfFunctions = """
        create function calls_of_functions() returns table (name text, is_called boolean) language plpgsql as $$
        declare
            called record;
            line text;
        begin
            for called in
                select p.proname, string_agg(format('null::%s as a%s', format_type(a.type, null), a.n), ', ') filter (where a.n > 0) as columns,
                    coalesce(string_agg('t.a' || a.n, ', ' order by a.n), '') as arguments
                from pg_proc p
                join pg_language l on l.oid = p.prolang and l.lanname = 'sql'
                left join lateral unnest(p.proargtypes) with ordinality a (type, n) on true
                where p.pronamespace = current_schema()::regnamespace and not p.proretset
                group by p.oid, p.proname
            loop
                name := called.proname;
                is_called := false;
                for line in execute format('explain (verbose, costs off) with t as materialized (select %s) select %I(%s) from t',
                    called.columns, called.proname, called.arguments)
                loop
                    is_called := is_called or line ~ ('Output: .*\\m' || called.proname || '\\(');
                end loop;
                return next;
            end loop;
        end $$;
        """

    private static func with(_ configuration: DatabaseConfiguration, _ body: (Database) async throws -> Void) async throws {
        let database = Database(configuration: configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(database))
        } catch {
            result = .failure(error)
        }
        await database.shutdown()
        try result.get()
    }
}
