import ActionPlans
import Postgres

/// A measure as it is known at an instant, with what its definition says of how it is told.
struct MeasureRecord: Sendable {
    let measure: Measure
    let version: Int
    let createdAt: String
    let updatedAt: String
    private let kind: IndicatorKind
    private let decimals: Int
    private let daysAllowed: Int

    var id: MeasureID { MeasureID(ministry: measure.ministry, indicator: measure.indicator, period: measure.period) }
    var tag: EntityTag { EntityTag("\(version)") }

    /// The columns `init(_:)` reads, of ``table(in:)``.
    static let columns: SQL = """
        m.ministry, m.indicator, m.period, m.definition, \(AnswerColumns.columns), m.state, m.state_reason, m.estimated, m.source, m.method, m.comment,
        m.version, m.created_at, m.updated_at, d.kind, d.decimals, d.days_allowed
        """

    /// The measures as `m`, each with its definition as `d`.
    static func table(in reading: Reading) -> SQL {
        """
        measures m join indicator_definitions d on d.code = m.indicator and d.definition = m.definition
            and \(reading.isKnown("d")) and \(reading.isKnown("m"))
        """
    }

    init(_ row: inout Row) throws {
        let ministry: MinistryCode = try row.next()
        let indicator: IndicatorCode = try row.next()
        let period: Period = try row.next()
        let definition: Int = try row.next()
        let columns = try AnswerColumns(&row)
        let state: MeasureState = try row.next()
        let stateReason: String? = try row.next()
        let isEstimated: Bool = try row.next()
        let source: String? = try row.next()
        let method: String? = try row.next()
        let comment: String? = try row.next()
        version = try row.next()
        createdAt = try row.nextInstant()
        updatedAt = try row.nextInstant()
        kind = try row.next()
        decimals = try row.next()
        daysAllowed = try row.next()
        measure = Measure(
            ministry: ministry, indicator: indicator, period: period, definition: definition, answer: try columns.answer(kind),
            state: state, stateReason: stateReason, isEstimated: isEstimated, source: source, method: method, comment: comment)
    }

    /// The number that is told; nil for none, and for yes and no.
    var shownValue: ExactDecimal? { measure.answer.shownValue(of: kind, decimals: decimals) }

    /// The last day on which the answer was in time.
    var dueOn: CivilDate { measure.period.lastDay.adding(days: daysAllowed) ?? measure.period.lastDay }
}

/// The columns of an answer, of which the kind of the indicator says what they mean.
struct AnswerColumns: Sendable {
    private let value: ExactDecimal?
    private let numerator: ExactDecimal?
    private let denominator: ExactDecimal?
    private let notApplicable: String?
    private let unavailable: String?

    /// The columns `init(_:)` reads, of the table `measures` as `m`.
    static let columns: SQL = "m.value, m.numerator, m.denominator, m.not_applicable, m.unavailable"

    init(_ row: inout Row) throws {
        value = try row.next()
        numerator = try row.next()
        denominator = try row.next()
        notApplicable = try row.next()
        unavailable = try row.next()
    }

    func answer(_ kind: IndicatorKind) throws -> MeasureAnswer {
        if let notApplicable { return .notApplicable(notApplicable) }
        if let unavailable { return .unavailable(unavailable) }
        if let numerator, let denominator { return .parts(numerator: numerator, denominator: denominator) }
        guard let value else { throw DatabaseError(.decoding, "a measure without an answer") }
        return kind == .flag ? .yes(!value.isZero) : .value(value)
    }
}
