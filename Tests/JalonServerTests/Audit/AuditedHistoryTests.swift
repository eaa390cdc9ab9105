import ActionPlans
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("The audit of random histories")
struct AuditedHistoryTests {
    @Test("finds no difference in what was written through the API, and the change of any one stored row")
    func random() async throws {
        let seed = Seed.fresh()
        try await TestServer.with { server async throws in
            var history = RandomHistory(server, seed)
            while try !history.isLong(tried: 150, accepted: 40) { try await history.step() }
            try await Self.surely(server)
            let found = try await FigureAudit.differences(in: server.database)
            #expect(found.isEmpty, "\(found) \(seed)")
            var choices = Seed(seed.value &+ 1)
            for (table, column) in Self.columns { try await Self.write(server, table, column, &choices, seed) }
        }
    }

    /// What chance may have left out: a late entry, a deletion, and things that come into sight and go out of it again.
    private static func surely(_ server: TestServer) async throws {
        try await server.apply(
            """
            {ministry: CUL, first_year: 2030, state: brouillon, effective_on: 2022-01-01, actions: [
              {code: A, title: T, theme: achats, target_level: reflexion},
              {code: B, title: T, theme: achats, target_level: reflexion, lead: DNUM}]}
            """, to: "CUL-2030")
        for (path, body) in [
            ("actions/CUL-2030-A", #"{"title": "U", "effective_on": "2022-05-01"}"#),
            ("actions/CUL-2030-A", #"{"lead": "DNUM", "effective_on": "2022-03-01"}"#),
            ("roadmaps/CUL-2030", #"{"state": "soumise", "effective_on": "2022-06-01"}"#),
            ("roadmaps/CUL-2030", #"{"state": "brouillon"}"#),
        ] {
            let answer = await server.send(.patch, "/v1/\(path)", body: body, fields: ["If-Match": "*"])
            try #require(answer.status == 200, "\(answer.text)")
        }
        try await server.apply(
            """
            {ministry: CUL, first_year: 2040, actions: [{code: A, title: T, theme: achats, target_level: reflexion}]}
            """, to: "CUL-2040")
        for path in ["actions/CUL-2030-B", "roadmaps/CUL-2030"] {
            let answer = await server.send(.delete, "/v1/\(path)", fields: ["If-Match": "*"])
            try #require(answer.status == 204, "\(answer.text)")
        }
    }

    /// Columns that are told twice wherever they stand, with how each is changed into something else.
    private static let columns: [(table: SQL, column: SQL)] = [
        ("action_periods", "title = title || '!'"), ("action_periods", "description = coalesce(description, '') || '!'"),
        ("action_periods", "lead = coalesce(lead, '') || '!'"), ("action_periods", "contributors = contributors || 'X'::text"),
        ("action_periods", "practices = practices || 'a.1'::text"), ("action_periods", "key_action = not key_action"),
        ("action_periods", "confidential = not confidential"), ("action_periods", "due_on = coalesce(due_on, '2022-01-01') + 1"),
        ("action_periods", "identified_on = coalesce(identified_on, '2022-01-01') + 1"),
        ("action_periods", "in_validation_cohort = not in_validation_cohort"), ("action_periods", "version = version + 1"),
        ("action_periods", "created_at = created_at - interval '1 us'"),
        ("action_periods", "updated_at = updated_at + interval '1 us'"),
        ("roadmap_periods", "title = title || '!'"), ("roadmap_periods", "last_year = last_year + 1"),
        ("roadmap_periods", "due_on = coalesce(due_on, '2022-01-01') + 1"), ("roadmap_periods", "version = version + 1"),
        ("ministry_name_periods", "name = coalesce(name, '') || '!'"),
        ("ministry_name_periods", "acronym = coalesce(acronym, '') || '!'"),
        ("ministry_name_periods", "known_from = '2001-01-01'"), ("ministry_name_periods", "from_date = from_date - 1"),
        ("changes", "version = version + 1"), ("changes", "recorded_at = recorded_at + interval '1 us'"),
        ("feed_entries", "version = version + 1"),
        ("feed_entries", "recorded_at = recorded_at + interval '1 us'"),
        ("feed_entries", "change = coalesce(change, 0) + 1000000"),
        ("feed_entries", "code = coalesce(code, '') || 'X'"), ("figure_ledger", "delta = delta * 2"),
        ("figure_ledger", "recorded_at = recorded_at + interval '1 us'"),
        ("actions", "title = title || '!'"), ("roadmaps", "title = title || '!'"),
    ]

    private struct Undone: Error {}

    /// In a transaction that is given up.
    private static func write(
        _ server: TestServer, _ table: SQL, _ column: SQL, _ choices: inout Seed, _ seed: Seed
    ) async throws {
        let choice = Int.random(in: 0..<1_000_000, using: &choices)
        do {
            try await server.database.write { session in
                try session.execute("alter table \(table) disable trigger user")
                let written = try session.execute(
                    """
                    update \(table) t set \(column)
                    where t.ctid = (select o.ctid from \(table) o order by o.ctid offset \(choice) % (select count(*) from \(table)) limit 1)
                    """)
                #expect(written == 1)
                let found = try FigureAudit.run(session, year: nil).differences
                #expect(!found.isEmpty, "\(table.text) \(column.text) \(choice) \(seed)")
                throw Undone()
            }
        } catch is Undone {}
    }
}
