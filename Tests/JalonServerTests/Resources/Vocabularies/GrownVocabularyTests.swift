import ActionPlans
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

/// Databases whose vocabularies have grown beyond those of this build, by the way that CONTRIBUTING.md tells: a step that changes the
/// file of the vocabularies and loads it again.
@Suite("Grown vocabularies")
struct GrownVocabularyTests {
    struct Growth: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Lines of the vocabularies' file, and what comes to stand after each.
        let rows: [(after: String, row: String)]
        /// The rows whose ranks move by one.
        var moved: [(code: String, rank: Int)] = []
        /// What the step does besides.
        var step = ""
        let themes: [String]
        let levels: [String]
        let statuses: [(code: String, isOpen: Bool)]

        /// The file as a contributor changes it.
        func vocabularies() throws -> String {
            var text = try #require(EmbeddedText.reference.first { $0.name == "reference/vocabularies.sql" }).text
            for (after, row) in rows {
                let line = try Self.line(of: after, in: text)
                // The last row of a list has no comma behind it.
                let comma = line.hasSuffix(",")
                let separated = comma ? line : line + ","
                text = text.replacing(line, with: "\(separated)\n  \(row)\(comma ? "," : "")")
            }
            for (code, rank) in moved {
                let line = try Self.line(of: code, in: text)
                try #require(line.contains(" \(rank), '"), "\(line)")
                text = text.replacing(line, with: line.replacing(" \(rank), '", with: " \(rank + 1), '", maxReplacements: 1))
            }
            return text
        }

        private static func line(of code: String, in text: String) throws -> String {
            String(try #require(text.split(separator: "\n").first { $0.hasPrefix("  ('\(code)'") }, "\(code)"))
        }
    }

    private static let theme = (
        after: last(Theme.codes),
        row: "('theme_en_plus', \(Theme.codes.count + 1), 'Un de plus', 'One more', 'Moins', 'Less', 'PLUS', array['T0'])"
    )
    private static let themes = Theme.codes + ["theme_en_plus"]
    private static let levels = EngagementLevel.codes.prefix(1) + ["niveau_en_plus"] + EngagementLevel.codes.dropFirst()
    private static let present = ActionStatus.allCases.map { (code: $0.code, isOpen: $0.isOpen) }

    static let growths = [
        Growth(
            testDescription: "a theme more and a status more, closed",
            rows: [theme, status("'statut_en_plus', ", "'Reportée', 'Postponed', null, 'Plus tard', 'Later', false")],
            themes: themes, levels: EngagementLevel.codes, statuses: present + [("statut_en_plus", false)]),
        Growth(
            testDescription: "a theme more and a status more, open and so late one day",
            rows: [theme, status("'statut_en_plus', ", "'Suspendue', 'On hold', null, 'À reprendre', 'To resume', true")],
            themes: themes, levels: EngagementLevel.codes, statuses: present + [("statut_en_plus", true)]),
        Growth(
            testDescription: "a level more between two others",
            rows: [(levels[0], "('niveau_en_plus', 2, 'Un de plus', 'One more', 'Entre deux', 'In between')")],
            moved: Array(zip(EngagementLevel.codes, 1...)).dropFirst().reversed(),
            step: """
                create or replace function level_rank(level text) returns smallint
                    language sql immutable strict parallel safe
                    return (case level \(zip(levels, 1...).map { "when '\($0)' then \($1)" }.joined(separator: " ")) end)::smallint;
                """,
            themes: Theme.codes, levels: Array(levels), statuses: present),
    ]

    private static func last(_ codes: [String]) -> String { codes.last ?? "" }

    private static func status(_ code: String, _ others: String) -> (after: String, row: String) {
        (last(ActionStatus.codes), "(\(code)\(ActionStatus.codes.count + 1), \(others))")
    }

    @Test("figures, ledger, days, late days and audit hold with what was written before and after", arguments: growths)
    func grown(growth: Growth) async throws {
        let seed = Seed.fresh()
        try await TestServer.with { server in
            var history = RandomHistory(server, seed)
            while try !history.isLong(tried: 60, accepted: 25) { try await history.step() }
            try await Self.grow(server, growth)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty, "\(seed)")
            let layout = try await server.database.read { session in try FigureLayout.stored(session) }
            #expect(layout.sorts == Self.layout(of: growth).sorts && layout.measures.count == 4 + growth.levels.count)
            #expect(try await Self.cells(server) == Self.cells(of: layout))
            var written = GrownPlan(layout, seed)
            for _ in 0..<3 { try await written.write(server) }
            let audit = try await FigureAudit.run(in: server.database, year: GrownPlan.year)
            #expect(audit.differences.isEmpty && audit.roadmaps == 1, "\(seed) \(audit.differences)")
            try await written.compare(server)
        }
    }

    @Test("the vocabularies that a server reads at its start tell what has grown", arguments: growths)
    func reference(growth: Growth) async throws {
        try await TestServer.with { server in
            try await Self.grow(server, growth)
            let lists = try await server.database.read { session in try ReferenceData.load(session) }.vocabularies
            #expect(lists.themes.map(\.code) == growth.themes && lists.levels.map(\.code) == growth.levels)
            #expect(lists.statuses.map(\.code) == growth.statuses.map(\.code))
            #expect(lists.statuses.map(\.isOpen) == growth.statuses.map(\.isOpen))
        }
    }

    @Test("a server of the version before answers 503, and is not started again")
    func olderServer() async throws {
        try await TestServer.with { server in
            try await Self.grow(server, Self.growths[0])
            let next = Migration.version + 1
            await #expect(throws: Migration.Refusal.newerVersion(next)) { try await Migration.check(server.database) }
            #expect(await server.send(.get, "/readyz").status == 503)
        }
    }

    @Test("vocabularies that have grown without a new layout refuse what has no place, and are found by the audit")
    func forgotten() async throws {
        try await TestServer.with { server in
            let growth = Self.growths[1]
            var before = GrownPlan(Self.layout(of: Self.present), Seed.fresh())
            try await before.write(server)
            let text = try growth.vocabularies().replacing("select lay_out_figures();", with: "")
            try await server.database.maintain(timeout: .seconds(60)) { session in try session.script(text) }
            let found = try await FigureAudit.differences(in: server.database)
            #expect(Set(found.map(\.measure)) == ["length", "late_length"])
            let after = GrownPlan(Self.layout(of: growth), Seed.fresh(), of: "AGR")
            await #expect(throws: DatabaseError.self) { try await Self.write(after, server) }
            try await server.database.maintain(timeout: .seconds(60)) { session in try session.script("select lay_out_figures()")
            }
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
            try await Self.write(after, server)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty)
        }
    }

    private static func write(_ plan: GrownPlan, _ server: TestServer) async throws {
        var plan = plan
        try await plan.write(server)
    }

    @Test("the layout of this build is that of a new database, number by number")
    func current() async throws {
        try await TestServer.with { server in
            #expect(try await Self.cells(server) == Self.cells(of: .current))
            let length = try await server.count("select max(last_place) from figure_cells")
            let late = try await server.count("select max(late_place) from figure_cells")
            #expect(length == FigureLayout.current.length && late == FigureLayout.current.lateLength && late > 0)
        }
    }

    // MARK: - Support

    /// What the step of CONTRIBUTING.md does.
    private static func grow(_ server: TestServer, _ growth: Growth) async throws {
        let text = try growth.vocabularies()
        let version = Migration.version + 1
        try await server.database.maintain(timeout: .seconds(60)) { session in
            try session.script(
                """
                lock table changes in share row exclusive mode;
                insert into schema_versions (version, serves_from) values (\(version), \(version));
                \(growth.step)
                """)
            try session.script(text)
        }
    }

    private static func layout(of growth: Growth) -> FigureLayout {
        FigureLayout(
            themes: growth.themes, levels: growth.levels,
            statuses: growth.statuses.map { FigureLayout.Status(code: $0.code, isOpen: $0.isOpen) })
    }

    private static func layout(of statuses: [(code: String, isOpen: Bool)]) -> FigureLayout {
        FigureLayout(
            themes: Theme.codes, levels: EngagementLevel.codes,
            statuses: statuses.map { FigureLayout.Status(code: $0.code, isOpen: $0.isOpen) })
    }

    private static func cells(_ server: TestServer) async throws -> [String] {
        try await server.database.read { session in
            try session.query(
                """
                select concat_ws(' ', theme, target_level, status, first_place, last_place, coalesce(late_place, 0))
                from figure_cells order by first_place
                """
            ) { row in try row.next(String.self) }
        }
    }

    private static func cells(of layout: FigureLayout) -> [String] {
        layout.sorts.enumerated().map { number, sort in
            let first = layout.place(number, .actions) + 1
            let late = layout.latePlace(number).map { $0 + 1 } ?? 0
            return "\(sort.theme) \(sort.targetLevel) \(sort.status) \(first) \(first + layout.measures.count - 1) \(late)"
        }
    }
}
