import ActionPlans
import Postgres

/// An indicator as it is known at an instant: its definitions, in order, of which the last tells what it is now.
struct IndicatorRecord: Sendable {
    let definitions: [IndicatorDefinition]
    let last: IndicatorDefinition
    let version: Int
    let createdAt: String
    let updatedAt: String

    var code: IndicatorCode { last.code }

    /// One row of `indicator_definitions`.
    struct Part: Sendable {
        let definition: IndicatorDefinition
        let version: Int
        let createdAt: String
        let updatedAt: String

        /// The columns `init(_:)` reads, of the table as `d`.
        static let columns: SQL = "\(IndicatorDefinition.columns), d.version, d.created_at, d.updated_at"

        init(_ row: inout Row) throws {
            definition = try IndicatorDefinition(&row)
            version = try row.next()
            createdAt = try row.nextInstant()
            updatedAt = try row.nextInstant()
        }
    }

    /// - Parameter parts: of one indicator, in the order of their definitions.
    init?(_ parts: [Part]) {
        guard let part = parts.last else { return nil }
        definitions = parts.map(\.definition)
        last = part.definition
        version = part.version
        createdAt = part.createdAt
        updatedAt = part.updatedAt
    }

    /// Of rows in the order of codes, then of definitions.
    static func grouped(_ parts: [Part]) -> [IndicatorRecord] {
        var records: [IndicatorRecord] = []
        var own: [Part] = []
        for part in parts {
            if let first = own.first, first.definition.code != part.definition.code {
                if let record = IndicatorRecord(own) { records.append(record) }
                own = []
            }
            own.append(part)
        }
        if let record = IndicatorRecord(own) { records.append(record) }
        return records
    }

    /// The one that holds for a period: the last to have begun by then.
    func definition(of period: Period) -> IndicatorDefinition? {
        definitions.last { $0.fromPeriod.map { $0.firstDay <= period.firstDay } ?? true }
    }

    func definition(numbered number: Int) -> IndicatorDefinition? { definitions.first { $0.number == number } }

    /// The rules are told in the language of the reader, so each language has its own validator.
    func tag(_ language: Language) -> EntityTag { EntityTag("\(version)\(language == .french ? "" : "-en")") }

    /// Those of the same state, whoever read it.
    var tags: [EntityTag] { Language.allCases.map(tag) }
}

extension IndicatorDefinition {
    /// The columns `init(_:)` reads, of the table `indicator_definitions` as `d`.
    static let columns: SQL = """
        d.code, d.definition, d.from_period, d.title, d.kind, d.unit, d.consolidation, d.over_time, d.numerator, d.denominator,
        d.perimeter, d.perimeter_note, d.decimals, d.minimum, d.maximum, d.direction, d.periodicity, d.days_allowed, d.first_period,
        d.last_period, d.source, d.description, d.themes, d.practices
        """

    init(_ row: inout Row) throws {
        self.init(
            code: try row.next(), number: try row.next(), fromPeriod: try row.next(), title: try row.next(), kind: try row.next(),
            unit: try row.next(), consolidation: try row.next(), overTime: try row.next(), numerator: try row.next(),
            denominator: try row.next(), perimeter: try row.next([String]?.self)?.compactMap { MinistryCode($0) },
            perimeterNote: try row.next(), decimals: try row.next(), minimum: try row.next(), maximum: try row.next(),
            direction: try row.next(), periodicity: try row.next(), daysAllowed: try row.next(), firstPeriod: try row.next(),
            lastPeriod: try row.next(), source: try row.next(), description: try row.next(),
            themes: try row.next([String].self).compactMap { Theme(rawValue: $0) }, practices: try row.next())
    }
}
