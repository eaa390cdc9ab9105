import ActionPlans
import Postgres

/// Who is expected to answer, as it was known at an instant, and the day by which answers are late: the one home of the rule for
/// figures, for the list of what is expected, and for templates.
struct KnownExpectations: Sendable {
    let bodies: KnownBodies
    /// Who is expected, by year; none for a year without a census.
    private let censuses: [Int: Set<MinistryCode>]
    /// The day of the instant, or today.
    let day: CivilDate

    init(_ session: borrowing Session, years: ClosedRange<Int>, in reading: Reading) throws {
        bodies = try KnownBodies(session, in: reading)
        censuses = try CensusQueries.known(session, of: Array(years), in: reading).mapValues { Set($0.expected) }
        day = try session.one("select \(Self.day(of: reading))") { row in try row.next() }
    }

    private static func day(of reading: Reading) -> SQL {
        reading.knownAt.map { "paris_date(\($0)::timestamptz)" } ?? "paris_today()"
    }

    /// Whether anything says who is expected.
    func isKnownWho(_ definition: IndicatorDefinition, in period: Period) -> Bool {
        definition.perimeter != nil || censuses[period.year] != nil
    }

    func isExpected(_ body: MinistryCode, _ definition: IndicatorDefinition, in period: Period) -> Bool {
        bodies.existence(of: body).contains {
            definition.isExpected(body, in: period, existed: $0, census: censuses[period.year] ?? [])
        }
    }

    func daysLate(_ definition: IndicatorDefinition, _ period: Period) -> Int { definition.daysLate(period, today: day) }

    /// What a body was called in a period, or is called while it lasts.
    func name(of body: MinistryCode, in period: Period) -> String { bodies.name(of: body, on: min(period.lastDay, day)) }
}
