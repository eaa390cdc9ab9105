import ActionPlans
import Postgres

/// How the domain's values are stored: dates as dates, codes as text.
extension CivilDate: SQLEncodable, SQLDecodable {
    package var sqlText: String? { description }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> CivilDate? {
        String.decode(sqlText: sqlText).flatMap { CivilDate($0) }
    }
}

extension Theme: SQLEncodable, SQLDecodable {}
extension EngagementLevel: SQLEncodable, SQLDecodable {}
extension ActionStatus: SQLEncodable, SQLDecodable {}
extension ActionStatus {
    /// The open ones, as a list that stands in a statement.
    static let openLiterals = SQL.joined(allCases.filter(\.isOpen).map(\.literal), separator: ", ")

    var literal: SQL {
        switch self {
        case .aFaire: "'a_faire'"
        case .enCours: "'en_cours'"
        case .realisee: "'realisee'"
        case .abandonnee: "'abandonnee'"
        }
    }
}
extension RoadmapState: SQLEncodable, SQLDecodable {}
extension RevisionState: SQLEncodable, SQLDecodable {}
extension Role: SQLEncodable, SQLDecodable {}
extension MinistryKind: SQLEncodable, SQLDecodable {}

extension MinistryCode: SQLEncodable, SQLDecodable {
    package var sqlText: String? { text }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> MinistryCode? {
        String.decode(sqlText: sqlText).flatMap { MinistryCode($0) }
    }
}

extension ActionCode: SQLEncodable, SQLDecodable {
    package var sqlText: String? { text }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> ActionCode? {
        String.decode(sqlText: sqlText).flatMap { ActionCode($0) }
    }
}

extension IndicatorCode: SQLEncodable, SQLDecodable {
    package var sqlText: String? { text }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> IndicatorCode? {
        String.decode(sqlText: sqlText).flatMap { IndicatorCode($0) }
    }
}

extension ImpactCode: SQLEncodable, SQLDecodable {
    package var sqlText: String? { text }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> ImpactCode? {
        String.decode(sqlText: sqlText).flatMap { ImpactCode($0) }
    }
}

extension Period: SQLEncodable, SQLDecodable {
    package var sqlText: String? { description }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> Period? {
        String.decode(sqlText: sqlText).flatMap { Period($0) }
    }
}

/// A `numeric` keeps the zeros at its end, as an exact decimal does.
extension ExactDecimal: SQLEncodable, SQLDecodable {
    package var sqlText: String? { description }

    package static func decode(sqlText: UnsafeBufferPointer<UInt8>) -> ExactDecimal? {
        String.decode(sqlText: sqlText).flatMap { ExactDecimal(reckoned: $0) }
    }
}

extension BoundedNumber {
    /// The bounds in a column that holds them as the history does.
    static func columns(_ column: SQL) -> SQL {
        "(\(column) ->> 'low')::numeric, (\(column) ->> 'central')::numeric, (\(column) ->> 'high')::numeric"
    }
}

extension IndicatorKind: SQLEncodable, SQLDecodable {}
extension Consolidation: SQLEncodable, SQLDecodable {}
extension Direction: SQLEncodable, SQLDecodable {}
extension OverTime: SQLEncodable, SQLDecodable {}
extension Periodicity: SQLEncodable, SQLDecodable {}
extension MeasureState: SQLEncodable, SQLDecodable {}
extension ImpactBasis: SQLEncodable, SQLDecodable {}
extension RecommendationState: SQLEncodable, SQLDecodable {}
extension RecommendationCategory: SQLEncodable, SQLDecodable {}
extension RecommendationPriority: SQLEncodable, SQLDecodable {}
extension RecommendationOutcome: SQLEncodable, SQLDecodable {}

extension Row {
    /// The two key columns of a roadmap.
    mutating func nextRoadmapID() throws -> RoadmapID {
        let ministry: MinistryCode = try next()
        let year: Int = try next()
        guard let id = RoadmapID(ministry: ministry, firstYear: year) else {
            throw DatabaseError(.decoding, "first_year \(year) is outside \(RoadmapID.years)")
        }
        return id
    }

    /// The columns of ``BoundedNumber/columns(_:)``.
    mutating func nextBoundedNumber() throws -> BoundedNumber? {
        let low: ExactDecimal? = try next()
        let central: ExactDecimal? = try next()
        let high: ExactDecimal? = try next()
        return central.map { BoundedNumber(low: low, central: $0, high: high) }
    }

    /// The three key columns of an action.
    mutating func nextActionID() throws -> ActionID {
        let roadmap = try nextRoadmapID()
        return ActionID(roadmap: roadmap, code: try next())
    }
}
