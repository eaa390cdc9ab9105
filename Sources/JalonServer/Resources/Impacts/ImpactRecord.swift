import ActionPlans
import Postgres

/// An impact as it is known at an instant, with the version of the factor that it names.
struct ImpactRecord: Sendable {
    let id: ImpactID
    let impact: Impact
    let factor: ImpactFactor
    let version: Int
    let createdAt: String
    let updatedAt: String

    var tag: EntityTag { EntityTag("\(version)") }

    /// The columns `init(_:)` reads, of ``table``.
    static let columns: SQL = """
        i.ministry, i.first_year, i.action, i.number, i.factor, i.factor_version, \(BoundedNumber.columns("i.quantity")), i.period,
        i.basis, i.overlap_group, i.source, i.comment, i.version, i.created_at, i.updated_at, \(ImpactFactorRecord.columns)
        """

    /// The impacts as `i`, each with its version of the factor as `f`.
    static let table: SQL = "impacts i join impact_factors f on f.code = i.factor and f.version = i.factor_version"

    init(_ row: inout Row) throws {
        let action = try row.nextActionID()
        let number: Int = try row.next()
        let code: ImpactCode = try row.next()
        let factorVersion: Int = try row.next()
        guard let id = ImpactID(action: action, number: number), let quantity = try row.nextBoundedNumber() else {
            throw DatabaseError(.decoding, "an impact without a number or a quantity")
        }
        self.id = id
        impact = Impact(
            factor: code, factorVersion: factorVersion, quantity: quantity, period: try row.next(), basis: try row.next(),
            overlapGroup: try row.next(), source: try row.next(), comment: try row.next())
        version = try row.next()
        createdAt = try row.nextInstant()
        updatedAt = try row.nextInstant()
        factor = try ImpactFactorRecord(&row).factor
    }

    /// What is avoided: nothing is told of an indicator that the factor does not have.
    var amounts: [ImpactIndicator: BoundedNumber] { factor.amounts.compactMapValues { $0.times(impact.quantity) } }
}
