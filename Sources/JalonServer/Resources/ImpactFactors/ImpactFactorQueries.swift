import ActionPlans
import Postgres

/// One function per statement on `impact_factors`, whose rows are written by the trigger on `changes`.
enum ImpactFactorQueries {
    /// The last version.
    static func last(
        _ session: borrowing Session, _ code: ImpactCode, in reading: Reading = .now
    ) throws -> ImpactFactorRecord? {
        try session.first(
            "select \(ImpactFactorRecord.columns) from impact_factors f where f.code = \(code) and \(reading.isKnown("f"))",
            ImpactFactorRecord.init)
    }

    static func find(_ session: borrowing Session, _ code: ImpactCode, version: Int) throws -> ImpactFactorRecord? {
        try session.first(
            "select \(ImpactFactorRecord.columns) from impact_factors f where f.code = \(code) and f.version = \(version)",
            ImpactFactorRecord.init)
    }

    /// All its versions, newest first.
    static func versions(_ session: borrowing Session, _ code: ImpactCode, in reading: Reading) throws -> [ImpactFactorRecord] {
        let isKnown: SQL = reading.knownAt.map { "f.known_from <= \($0)::timestamptz" } ?? "true"
        return try session.query(
            """
            select \(ImpactFactorRecord.columns) from impact_factors f
            where f.code = \(code) and \(isKnown) order by f.version desc
            """, ImpactFactorRecord.init)
    }

    struct Filter: Sendable {
        var families: [ImpactCode]?
        var reading = Reading.now

        fileprivate var condition: SQL {
            let isOfFamily: SQL = families.map { "f.method_family = any(\($0.map(\.text))::text[])" } ?? "true"
            return "\(reading.isKnown("f")) and \(isOfFamily)"
        }
    }

    /// The last versions, in the order of codes.
    static func list(
        _ session: borrowing Session, _ filter: Filter, after: String, limit: Int
    ) throws -> [ImpactFactorRecord] {
        try session.query(
            """
            select \(ImpactFactorRecord.columns) from impact_factors f
            where \(filter.condition) and f.code > \(after) order by f.code limit \(limit)
            """, ImpactFactorRecord.init)
    }

    static func count(_ session: borrowing Session, _ filter: Filter) throws -> Int {
        try session.one("select count(*) from impact_factors f where \(filter.condition)") { row in try row.next() }
    }
}
