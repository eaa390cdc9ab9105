import ActionPlans
import Postgres

/// A line of the figures by ministry: a body of the perimeter with the ministries that are counted under it.
struct FigureBody: Sendable {
    let code: MinistryCode
    let name: String
    let codes: [MinistryCode]
    /// Those of the codes that were expected and sent nothing.
    let missing: [MinistryCode]
    let isDivided: Bool
    let tally: Tally

    /// By code. Each ministry is in exactly one body, so that these add up to the total.
    static func all(of ministries: Set<MinistryCode>, _ facts: FigureFacts) -> [FigureBody] {
        let missing = Set(facts.coverage.missing)
        return Dictionary(grouping: ministries.sorted()) { facts.today?.perimeter.body(of: $0) ?? $0 }.map { code, codes in
            FigureBody(
                code: code, name: (facts.today?.names ?? facts.names)[code] ?? code.text, codes: codes,
                missing: codes.filter(missing.contains),
                isDivided: facts.today?.perimeter.isDivided(code) ?? false,
                tally: codes.reduce(Tally()) { $0 + (facts.tallies.byMinistry[$1] ?? Tally()) })
        }.sorted { $0.code < $1.code }
    }
}

/// What ministries have become by today in Paris, as it is known now: the perimeter of today is not that of a past instant.
struct TodaysBodies: Sendable {
    let perimeter: TodaysPerimeter
    let names: [MinistryCode: String]

    static func read(_ session: borrowing Session) throws -> TodaysBodies {
        let steps = try session.query(
            """
            select predecessor, successor, succeeded_on, kind = 'fusion' from ministry_successions
            where kind in ('fusion', 'scission') and succeeded_on <= paris_today()
            """
        ) { row in
            TodaysPerimeter.Step(
                predecessor: try row.next(), successor: try row.next(), on: try row.next(), takesAll: try row.next())
        }
        let names = try session.query(
            """
            select m.code, known.name from ministries m cross join lateral ministry_name_on(m.code, paris_today()) known
            """
        ) { row in (try row.next(MinistryCode.self), try row.next(String.self)) }
        return TodaysBodies(
            perimeter: TodaysPerimeter(steps), names: Dictionary(uniqueKeysWithValues: names))
    }
}
