import ActionPlans
import Postgres

/// A version of a factor.
struct ImpactFactorRecord: Sendable {
    let factor: ImpactFactor
    let version: Int
    let createdAt: String

    /// The columns `init(_:)` reads, of the table `impact_factors` as `f`.
    static let columns: SQL = """
        f.code, f.title, f.functional_unit, \(BoundedNumber.columns("f.kg_co2_eq")), \(BoundedNumber.columns("f.kg_sb_eq")),
        f.method_family, f.hypothesis, f.lifetime_years, f.data_year, f.place, f.source, f.version, f.updated_at
        """

    init(_ row: inout Row) throws {
        let code: ImpactCode = try row.next()
        let title: String = try row.next()
        let functionalUnit: String = try row.next()
        var amounts: [ImpactIndicator: BoundedNumber] = [:]
        amounts[.carbon] = try row.nextBoundedNumber()
        amounts[.minerals] = try row.nextBoundedNumber()
        factor = ImpactFactor(
            code: code, title: title, functionalUnit: functionalUnit, amounts: amounts, methodFamily: try row.next(),
            hypothesis: try row.next(), lifetimeYears: try row.next(), dataYear: try row.next(), place: try row.next(),
            source: try row.next())
        version = try row.next()
        createdAt = try row.nextInstant()
    }

    var tag: EntityTag { EntityTag("\(version)") }
}
