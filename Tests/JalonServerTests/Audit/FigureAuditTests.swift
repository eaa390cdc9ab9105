import ActionPlans
import Foundation
import HTTPTypes
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

@Suite("The audit of the figures")
struct FigureAuditTests {
    private static func work(_ server: TestServer) async throws {
        let plan = """
            {ministry: TE, first_year: 2022, state: validee, effective_on: 2022-01-01, actions: [
              {code: A, title: T, theme: achats, target_level: reflexion, due_on: 2022-03-01},
              {code: B, title: T, theme: achats, target_level: reflexion, key_action: true},
              {code: C, title: T, theme: fin_usage, target_level: realisation, reached_level: realisation, due_on: 2022-04-01}]}
            """
        try await server.apply(plan, to: "TE-2022")
        for (code, body) in [
            ("A", #"{"status": "en_cours", "effective_on": "2022-05-01"}"#),
            ("B", #"{"theme": "fin_usage", "effective_on": "2022-06-01", "reason": "Erreur"}"#),
            ("A", #"{"status": "realisee", "effective_on": "2022-07-01"}"#),
            ("A", #"{"status": "realisee", "effective_on": "2022-02-15"}"#),
            ("C", #"{"confidential": true, "effective_on": "2022-03-01"}"#),
            ("B", #"{"theme": "fin_usage", "effective_on": "2022-04-01", "reason": "Erreur"}"#),
            ("A", #"{"theme": "phase_usage", "effective_on": "2022-02-20", "reason": "Erreur"}"#),
        ] {
            let answer = await server.send(.patch, "/v1/actions/TE-2022-\(code)", body: body, fields: ["If-Match": "*"])
            #expect(answer.status == 200, "\(answer.text)")
        }
        let moved = await server.send(
            .patch, "/v1/roadmaps/TE-2022",
            body: #"{"state": "en_relecture", "effective_on": "2022-01-01", "until": "2022-01-10", "reason": "Erreur de date"}"#,
            fields: ["If-Match": "*"])
        #expect(moved.status == 200, "\(moved.text)")
        // Two at once, which then take each other's place: no count moves, and yet both do.
        for (first, second) in [("achats", "fin_usage"), ("fin_usage", "achats")] {
            let both = """
                {ministry: TE, first_year: 2022, reason: Oubliées, actions: [{code: D, title: T, theme: \(first), target_level: reflexion},
                  {code: E, title: T, theme: \(second), target_level: reflexion}]}
                """
            try await server.apply(both, to: "TE-2022", ifMatch: "*")
        }
    }

    @Test("finds nothing to say of what the server wrote")
    func sound() async throws {
        try await TestServer.with { server async throws in
            try await Self.work(server)
            let audit = try await FigureAudit.run(in: server.database, year: 2022)
            #expect(audit.differences.isEmpty && audit.roadmaps == 1 && audit.days > 12 && audit.numbers > 7_000)
            #expect(try await FigureAudit.run(in: server.database, year: 2023).roadmaps == 0)
        }
    }

    @Test("finds rows of today that are not what the last periods say")
    func today() async throws {
        try await TestServer.with { server async throws in
            try await Self.work(server)
            try await server.database.write { session in
                try session.execute("update actions set in_validation_cohort = false where code = 'A'")
                try session.execute("update roadmaps set state = 'close'")
            }
            let found = try await FigureAudit.differences(in: server.database)
            #expect(
                found.map { "\($0.action ?? "") \($0.measure) \($0.stored) \($0.recounted)" } == [
                    " state close validee", "A in_validation_cohort false true",
                ])
        }
    }

    struct Mutant: CustomTestStringConvertible, Sendable {
        let name: String
        let function: String
        let from: String
        let to: String
        var testDescription: String { name }
    }

    @Test(
        "finds a database whose triggers forget a write",
        arguments: [
            Mutant(
                name: "what the ledger loses is not written", function: "keep_action_periods", from: "having sum(delta) <> 0",
                to: "having sum(delta) > 0"),
            Mutant(
                name: "the days are not added to", function: "keep_figure_days",
                from: "set cells = figure_added(f.cells, gain.gained),\n", to: "set cells = f.cells,\n"),
            Mutant(
                name: "only the day of the change is added to", function: "keep_figure_days",
                from: "f.day >= gain.effective_on and f.day < gain.until", to: "f.day = gain.effective_on"),
            Mutant(
                name: "the days between two gains are not added to", function: "keep_figure_days",
                from: "set cells = figure_added(f.cells, gain.gained),\n",
                to: "set cells = case when f.day = gain.effective_on then figure_added(f.cells, gain.gained) else f.cells end,\n"),
            Mutant(
                name: "a day gains nothing of the days before it", function: "keep_figure_days",
                from: "order by effective_on rows unbounded preceding)", to: "order by effective_on rows current row)"),
            Mutant(
                name: "the instant of what a change moves is not kept", function: "keep_figure_days",
                from: "then f.recorded_at else gain.recorded_at end", to: "then f.recorded_at else f.recorded_at end"),
            Mutant(
                name: "the instant of the action that it moves is not kept", function: "keep_figure_days",
                from: "then f.restated_at else gain.recorded_at end", to: "then f.restated_at else f.restated_at end"),
            Mutant(
                name: "the instant of what several changes move is not kept", function: "keep_figure_days",
                from: "recorded_at = coalesce(d.recorded_at, f.recorded_at)", to: "recorded_at = f.recorded_at"),
            Mutant(
                name: "the instant of actions that make up for one another is not kept", function: "keep_figure_days",
                from: "restated_at = d.restated_at", to: "restated_at = f.restated_at"),
            Mutant(
                name: "the instant of a lateness that moves is not kept", function: "keep_figure_days",
                from: "figure_added(f.cells, gain.gained), recorded_at = gain.recorded_at",
                to: "figure_added(f.cells, gain.gained), recorded_at = f.recorded_at"),
            Mutant(
                name: "lateness is not written", function: "keep_action_periods",
                from: "(state).due_on + 1 < (state).valid_to", to: "false"),
            Mutant(
                name: "lateness begins on the due date", function: "keep_action_periods",
                from: "greatest((state).valid_from, (state).due_on + 1), 1", to: "greatest((state).valid_from, (state).due_on), 1"
            ),
            Mutant(
                name: "a late entry changes only what holds today", function: "keep_action_periods",
                from: "p.valid_to > s.effective_on", to: "p.valid_to = 'infinity'"),
            Mutant(
                name: "a late entry holds for ever", function: "said_on", from: "if until is null then", to: "if true then"),
            Mutant(
                name: "a late entry holds on its first days only", function: "keep_action_periods",
                from: "or said_on(p.valid_from, s.after, s.until) is not null", to: ""),
            Mutant(
                name: "the cohort is forgotten", function: "keep_action_periods",
                from: "past.known_to >= v.recorded_at) as is_first", to: "true) and false as is_first"),
            Mutant(
                name: "the cohort of a validation that was taken back is kept", function: "keep_action_periods",
                from: "and leaves_cohort_until is null", to: ""),
            Mutant(
                name: "a validation that was moved is taken back on all its days", function: "keep_action_periods",
                from: "coalesce((v.until ->> 'validated_on')::date, 'infinity')", to: "'infinity'::date"),
        ])
    func mutants(mutant: Mutant) async throws {
        try await TestServer.with { server async throws in
            let definition = try await server.database.read { session in
                try session.one("select pg_get_functiondef(\(mutant.function)::regproc)") { row in try row.next(String.self) }
            }
            try #require(definition.contains(mutant.from), "the mutant changes nothing")
            try await server.database.maintain(timeout: .seconds(10)) { session in
                try session.script(definition.replacing(mutant.from, with: mutant.to))
            }
            try await Self.work(server)
            let differences = try await FigureAudit.differences(in: server.database)
            #expect(!differences.isEmpty)
            #expect(differences.allSatisfy { $0.roadmap?.description == "TE-2022" && $0.stored != $0.recounted })
        }
    }

    /// Seconds of work, where more than a taste is wanted.
    private static let seconds = ProcessInfo.processInfo.environment["JALON_AUDIT_SECONDS"].flatMap { Double($0) } ?? 2

    @Test("eight writers at once: at each moment the figures equal a recount of what the same snapshot holds")
    func concurrentWriters() async throws {
        let seed = Seed.fresh()
        try await TestServer.with(connections: 10) { server async throws in
            for ministry in ["TE", "EF", "JUS"] {
                let lines = (0..<12).map {
                    #"{"code": "A-\#($0)", "title": "T", "theme": "achats", "target_level": "reflexion"}"#
                }
                let body =
                    #"{"ministry": "\#(ministry)", "first_year": 2022, "state": "soumise", "effective_on": "2021-02-01", "actions": [\#(lines.joined(separator: ","))]}"#
                #expect(await server.send(.put, "/v1/roadmaps/\(ministry)-2022/plan", body: body).status == 201)
            }
            let deadline = ContinuousClock.now + .seconds(Self.seconds)
            let done = try await withThrowingTaskGroup(of: (samples: Int, writes: Int).self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        var history = RandomHistory(server, Seed(seed.value &+ UInt64(writer)))
                        // Each does something, however slow the machine is.
                        while ContinuousClock.now < deadline || history.accepted == 0 { try await history.step() }
                        return (0, history.accepted)
                    }
                }
                group.addTask {
                    var samples = 0
                    repeat {
                        try await Self.sample(server, seed)
                        samples += 1
                    } while ContinuousClock.now < deadline
                    return (samples, 0)
                }
                return try await group.reduce((samples: 0, writes: 0)) { ($0.samples + $1.samples, $0.writes + $1.writes) }
            }
            print("JALON_AUDIT_SECONDS \(Self.seconds): \(done.samples) samples, \(done.writes) writes")
            #expect(done.samples > 0 && done.writes > 0)
            #expect(try await FigureAudit.differences(in: server.database).isEmpty, "\(seed)")
        }
    }

    private static func sample(_ server: TestServer, _ seed: Seed) async throws {
        let (kept, recounted) = try await server.database.read { session in
            let kept = try FigureQueries.facts(session, FigureScope(year: 2022, reading: .now), for: nil).tallies
            let today = try ParisDay.today(session)
            var recounted = Tallies()
            try session.stream(
                """
                select a.ministry, a.in_validation_cohort, \(ActionRecord.stateColumns)
                from actions a join roadmaps r using (ministry, first_year)
                where r.first_year <= 2022 and r.last_year >= 2022 and r.state <> 'brouillon'
                """
            ) { row in
                let ministry: MinistryCode = try row.next()
                let inCohort: Bool = try row.next()
                recounted.count(try Action(&row), of: ministry, inCohort: inCohort, on: today)
            }
            return (kept, recounted)
        }
        #expect(kept.byMinistry == recounted.byMinistry, "\(seed)")
        #expect(kept.byTheme == recounted.byTheme, "\(seed)")
        #expect(kept.byTargetLevel == recounted.byTargetLevel, "\(seed)")
        for level in EngagementLevel.allCases.map(Optional.some) + [nil] {
            for status in ActionStatus.allCases {
                #expect(kept.byReachedLevel[level]?[status] ?? 0 == recounted.byReachedLevel[level]?[status] ?? 0, "\(seed)")
            }
        }
    }
}
