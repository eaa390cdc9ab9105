/// What an indicator means from a period on. What its measures mean never changes: another meaning is another definition, with
/// the next number, and measures keep the number of theirs.
package struct IndicatorDefinition: Hashable, Sendable {
    package let code: IndicatorCode
    /// Which definition of the indicator, from 1.
    package let number: Int
    /// The first period that this definition is for; nil for the first definition, which begins with the indicator.
    package var fromPeriod: Period?
    package var title: String
    package var kind: IndicatorKind
    package var unit: String
    package var consolidation: Consolidation
    /// How the periods of a year make the year; nil where the period is the year.
    package var overTime: OverTime?
    /// In words, for ratios and averages.
    package var numerator: String?
    package var denominator: String?
    /// The bodies that answer; nil for those that the census of the year expects.
    package var perimeter: [MinistryCode]?
    package var perimeterNote: String?
    /// Of the numbers that are told.
    package var decimals: Int
    /// Bounds of the value of one measure, computed where it is made of parts.
    package var minimum: ExactDecimal?
    package var maximum: ExactDecimal?
    package var direction: Direction
    package var periodicity: Periodicity
    /// How many days after the end of a period an answer is still in time.
    package var daysAllowed: Int
    package var firstPeriod: Period
    package var lastPeriod: Period?
    package var source: String?
    package var description: String?
    package var themes: [Theme]
    package var practices: [String]

    package init(
        code: IndicatorCode, number: Int = 1, fromPeriod: Period? = nil, title: String, kind: IndicatorKind, unit: String,
        consolidation: Consolidation, overTime: OverTime? = nil, numerator: String? = nil, denominator: String? = nil,
        perimeter: [MinistryCode]? = nil, perimeterNote: String? = nil, decimals: Int = 0, minimum: ExactDecimal? = nil,
        maximum: ExactDecimal? = nil, direction: Direction = .none, periodicity: Periodicity = .year, daysAllowed: Int = 0,
        firstPeriod: Period, lastPeriod: Period? = nil, source: String? = nil, description: String? = nil,
        themes: [Theme] = [], practices: [String] = []
    ) {
        self.code = code
        self.number = number
        self.fromPeriod = fromPeriod
        self.title = title
        self.kind = kind
        self.unit = unit
        self.consolidation = consolidation
        self.overTime = overTime
        self.numerator = numerator
        self.denominator = denominator
        self.perimeter = perimeter
        self.perimeterNote = perimeterNote
        self.decimals = decimals
        self.minimum = minimum
        self.maximum = maximum
        self.direction = direction
        self.periodicity = periodicity
        self.daysAllowed = daysAllowed
        self.firstPeriod = firstPeriod
        self.lastPeriod = lastPeriod
        self.source = source
        self.description = description
        self.themes = themes
        self.practices = practices
    }

    /// The members whose change makes another definition, in the order of the documents: what was answered under the one is no
    /// answer under the other.
    package func differsInMeaning(from other: IndicatorDefinition) -> [String] {
        Self.meaning.filter { !$0.isSame(self, other) }.map(\.member)
    }

    private struct Meaning: Sendable {
        let member: String
        let isSame: @Sendable (IndicatorDefinition, IndicatorDefinition) -> Bool
    }

    private static let meaning = [
        Meaning(member: "kind") { $0.kind == $1.kind },
        Meaning(member: "unit") { $0.unit == $1.unit },
        Meaning(member: "consolidation") { $0.consolidation == $1.consolidation },
        Meaning(member: "over_time") { $0.overTime == $1.overTime },
        Meaning(member: "numerator") { $0.numerator == $1.numerator },
        Meaning(member: "denominator") { $0.denominator == $1.denominator },
        // The order in which bodies are named says nothing.
        Meaning(member: "perimeter") { $0.perimeter.map(Set.init) == $1.perimeter.map(Set.init) },
        Meaning(member: "periodicity") { $0.periodicity == $1.periodicity },
    ]

    // MARK: - Periods

    /// Whether a measure of this period may be one of this definition.
    package func covers(_ period: Period) -> Bool {
        period.periodicity == periodicity && period >= (fromPeriod ?? firstPeriod) && period >= firstPeriod
            && lastPeriod.map { period <= $0 } ?? true
    }

    /// The periods whose answers make a longer one, a year as a rule: all of them for a flow, the last one for a stock. A period
    /// of the indicator's own length is made of itself. Nothing else counts, so that nothing counts twice.
    package func periods(making asked: Period) -> [Period] {
        let covered = Period.all(of: periodicity, in: asked.year).filter { asked.contains($0) && covers($0) }
        return overTime == .last ? covered.suffix(1) : covered
    }
}
