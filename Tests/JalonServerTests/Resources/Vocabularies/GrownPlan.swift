import ActionPlans
import Postgres
import RandomSeed
import Testing

@testable import JalonServer

/// A plan with an action of each sort that a layout has, written into the history by SQL, because this build has no words for
/// some of them. It remembers what it wrote, so that what the database counts can be compared with it.
struct GrownPlan {
    static let year = 2020

    /// What an action is from a day on.
    private struct State {
        let day: String
        let sort: FigureLayout.Sort
        let reachedLevel: String?
        let keyAction: Bool
        let confidential: Bool
        let dueOn: String?
    }

    private let ministry: String
    private let layout: FigureLayout
    private var seed: Seed
    private var actions: [[State]] = []

    init(_ layout: FigureLayout, _ seed: Seed, of ministry: String = "CUL") {
        self.layout = layout
        self.seed = seed
        self.ministry = ministry
    }

    // MARK: - Writing

    /// First a plan that is validated at once, with an action of each sort; then changes of some of them.
    mutating func write(_ server: TestServer) async throws {
        let changes = actions.isEmpty ? created() : updated()
        let (ministry, year) = (ministry, Self.year)
        try await server.database.write { session in
            try session.execute(
                """
                insert into changes (ministry, first_year, code, resource, kind, version, recorded_at, effective_on, actor_label,
                    actor_role, before, after)
                select \(ministry), \(year)::int, c ->> 'code', c ->> 'resource', c ->> 'kind', (c ->> 'version')::int,
                    now.instant, (c ->> 'day')::date, 'Test', 'coordinator', nullif(c -> 'before', 'null'), c -> 'after'
                from jsonb_array_elements(\("[" + changes.joined(separator: ",") + "]")::jsonb) c,
                    (select clock_timestamp() as instant) now
                """)
            // The tables of today are what the last periods say.
            try session.execute("delete from actions where ministry = \(ministry) and first_year = \(year)")
            try session.execute("delete from roadmaps where ministry = \(ministry) and first_year = \(year)")
            try session.execute(
                """
                insert into roadmaps (ministry, first_year, last_year, title, state, due_on, submitted_on, validated_on, version,
                    plan_version, action_count, created_at, updated_at)
                select ministry, first_year, last_year, title, state, due_on, submitted_on, validated_on, version, (
                        select count(*) from changes c where c.ministry = p.ministry and c.first_year = p.first_year), (
                        select count(distinct code) from changes c where c.ministry = p.ministry and c.first_year = p.first_year),
                    created_at, updated_at
                from roadmap_periods p
                where ministry = \(ministry) and first_year = \(year) and known_to = 'infinity' and valid_to = 'infinity'
                """)
            try session.execute(
                """
                insert into actions (ministry, first_year, code, title, theme, target_level, reached_level, status, status_reason,
                    key_action, due_on, completed_on, contributors, practices, confidential, in_validation_cohort, version,
                    created_at, updated_at)
                select ministry, first_year, code, title, theme, target_level, reached_level, status, status_reason, key_action,
                    due_on, completed_on, contributors, practices, confidential, in_validation_cohort, version, created_at, updated_at
                from action_periods
                where ministry = \(ministry) and first_year = \(year) and known_to = 'infinity' and valid_to = 'infinity'
                """)
        }
    }

    private mutating func created() -> [String] {
        let plan = """
            {"resource": "roadmap", "kind": "created", "version": 1, "day": "\(Self.day(0))", "before": null, "after": \
            {"last_year": \(Self.year), "title": "T", "state": "validee", "submitted_on": "\(Self.day(0))", \
            "validated_on": "\(Self.day(0))"}}
            """
        return [plan]
            + layout.sorts.enumerated().map { number, sort in
                let state = State(
                    day: Self.day(pick(1..<120)), sort: sort, reachedLevel: pick([nil] + levels),
                    keyAction: Bool.random(using: &seed), confidential: Bool.random(using: &seed),
                    dueOn: pick([nil, Self.day(pick(1..<330))]))
                actions.append([state])
                return """
                    {"resource": "action", "kind": "created", "code": "S-\(number)", "version": 1, "day": "\(state.day)", \
                    "before": null, "after": \(Self.members(of: state, title: true))}
                    """
            }
    }

    private mutating func updated() -> [String] {
        actions.indices.filter { _ in pick(0..<3) == 0 }.map { number in
            let last = actions[number][actions[number].count - 1]
            let state = State(
                day: Self.day(min(335, Self.number(of: last.day) + pick(0..<90))), sort: pick(layout.sorts),
                reachedLevel: pick([nil] + levels), keyAction: Bool.random(using: &seed), confidential: Bool.random(using: &seed),
                dueOn: pick([nil, Self.day(pick(1..<330))]))
            actions[number].append(state)
            return """
                {"resource": "action", "kind": "updated", "code": "S-\(number)", "version": \(actions[number].count), \
                "day": "\(state.day)", "before": \(Self.members(of: last)), "after": \(Self.members(of: state))}
                """
        }
    }

    private var levels: [String] { Array(Set(layout.sorts.map(\.targetLevel))).sorted() }

    private static func members(of state: State, title: Bool = false) -> String {
        func text(_ value: String?) -> String { value.map { "\"\($0)\"" } ?? "null" }
        let isDone = state.sort.status == ActionStatus.realisee.code
        let isAbandoned = state.sort.status == ActionStatus.abandonnee.code
        return """
            {\(title ? "\"title\": \"T\", " : "")"theme": "\(state.sort.theme)", "target_level": "\(state.sort.targetLevel)", \
            "status": "\(state.sort.status)", "reached_level": \(text(state.reachedLevel)), "due_on": \(text(state.dueOn)), \
            "completed_on": \(text(isDone ? state.day : nil)), "status_reason": \(text(isAbandoned ? "R" : nil)), \
            "key_action": \(state.keyAction), "confidential": \(state.confidential)}
            """
    }

    private mutating func pick(_ range: Range<Int>) -> Int { Int.random(in: range, using: &seed) }
    private mutating func pick<Item>(_ items: [Item]) -> Item { items[pick(0..<items.count)] }

    /// One of 336 days of the year.
    private static func day(_ number: Int) -> String {
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(twoDigits(1 + number / 28))-\(twoDigits(1 + number % 28))"
    }

    private static func number(of day: String) -> Int {
        let parts = day.split(separator: "-").compactMap { Int($0) }
        return (parts[1] - 1) * 28 + parts[2] - 1
    }

    // MARK: - Comparing

    /// Every number of every day on which something was kept, and of the day after it.
    func compare(_ server: TestServer) async throws {
        let (ministry, year) = (ministry, Self.year)
        let days = try await server.database.read { session in
            try session.query(
                """
                select day::text from (
                    select day from figure_days where ministry = \(ministry) and first_year = \(year)
                    union select day from figure_late_days where ministry = \(ministry) and first_year = \(year)
                ) kept
                order by day
                """
            ) { row in try row.next(String.self) }
        }
        #expect(days.count > 100)
        var late = 0
        for day in days {
            let (counts, lateCounts) = try await server.database.read { session in
                try session.one(
                    """
                    select (select cells from figure_days
                            where ministry = \(ministry) and first_year = \(year) and day <= \(day)::date order by day desc limit 1),
                        (select cells from figure_late_days
                            where ministry = \(ministry) and first_year = \(year) and day <= \(day)::date order by day desc limit 1)
                    """
                ) { row in (try row.next(CellList.self), try row.next(CellList?.self)) }
            }
            let none = FigureCells(layout)
            let kept = try #require(
                FigureCells(counts: counts.values, late: lateCounts?.values ?? none.late, layout), "\(counts.values.count)")
            var (found, expected): ([String], [String]) = ([], [])
            kept.forEachNumber { sort, measure, number in
                if number != 0 { found.append("\(sort.theme) \(sort.targetLevel) \(sort.status) \(measure) \(number)") }
                if measure == "late" { late += number }
            }
            for (name, number) in numbers(on: day) where number != 0 { expected.append("\(name) \(number)") }
            #expect(found.sorted() == expected.sorted(), "\(day) \(seed)")
        }
        #expect(late > 0)
    }

    private func numbers(on day: String) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for states in actions {
            guard let state = states.last(where: { $0.day <= day }) else { continue }
            let sort = "\(state.sort.theme) \(state.sort.targetLevel) \(state.sort.status)"
            func count(_ measure: String, if isCounted: Bool) { if isCounted { numbers["\(sort) \(measure)", default: 0] += 1 } }
            count("actions", if: true)
            count("key_actions", if: state.keyAction)
            count("confidential", if: state.confidential)
            count("in_validation_cohort", if: true)
            if let level = state.reachedLevel { count("reached_\(level)", if: true) }
            count("late", if: layout.isOpen(state.sort.status) && (state.dueOn.map { $0 < day } ?? false))
        }
        return numbers
    }
}
