import ActionPlans
import Documents

/// One measure of a document, as it was sent.
struct MeasureLine: Equatable, Sendable {
    /// Many documents of less are better than one that makes all other writers of its ministries wait.
    static let most = 20_000
    /// All that a table of so many measures holds when it is exported whole.
    static let mostValues = 20 * most

    /// When it is of: the period, or a day in it.
    enum Time: Equatable, Sendable {
        case period(Period)
        case day(CivilDate)
    }

    /// As it is written, be it a code or not.
    let writtenIndicator: String?
    let indicator: IndicatorCode?
    let ministry: MinistryCode?
    let time: Time?
    let statement: MeasureStatement
    /// The one that its author has read.
    let version: Int?
    /// Whether it is a line of a table, whose cells know no yes and no apart from 1 and 0.
    private let isOfTable: Bool

    /// - Parameter table: what the table says beside its lines, if it is one.
    init(_ members: inout MemberReader, of table: SentTable?) {
        isOfTable = table != nil
        writtenIndicator = members.required("indicator", members.text("indicator"))
        indicator = writtenIndicator.flatMap { IndicatorCode($0) }
        ministry = members.ministry("ministry")
        if table?.columns.contains(MeasureColumn.day.rawValue) == true {
            time = members.required("period", members.date("period")).map { .day($0) }
        } else {
            time = members.required("period", members.period("period")).map { .period($0) }
        }
        if isOfTable { _ = members.text(MeasureColumn.kind.rawValue) }
        version = members.integer("version", in: 1...Int(Int32.max)).given
        statement = MeasureStatement(&members, showsValues: isOfTable)
        members.finish(readOnly: MeasureRecord.readOnlyMembers)
    }

    /// - Parameter definitions: of its indicator, which know what the periods are that days lie in.
    func id(under indicator: IndicatorRecord) -> MeasureID? {
        guard let ministry, let period = period(under: indicator) else { return nil }
        return MeasureID(ministry: ministry, indicator: indicator.code, period: period)
    }

    private func period(under indicator: IndicatorRecord) -> Period? {
        switch time {
        case .period(let period)?: return period
        case .day(let day)?:
            let definition = indicator.definitions.last { $0.fromPeriod.map { $0.firstDay <= day } ?? true } ?? indicator.last
            return Period(definition.periodicity, containing: day)
        case nil: return nil
        }
    }

    /// In a cell, 1 and 0 are also yes and no.
    func answer(of kind: IndicatorKind) -> MeasureAnswer? {
        guard isOfTable, kind == .flag, case .value(let number)? = statement.answer, number.isZero || number == ExactDecimal(1)
        else {
            return statement.answer
        }
        return .yes(!number.isZero)
    }

    /// What is wrong with a value that is computed, in words of the table it stands in.
    func computedValueFaults(_ answer: MeasureAnswer, of definition: IndicatorDefinition) -> [Fault] {
        guard definition.kind.hasParts, isOfTable else { return [] }
        switch answer {
        case .value, .yes: return [.valueIsComputed(definition.code)]
        case .notApplicable, .unavailable: return []
        case .parts:
            guard let shown = statement.shownValue,
                let computed = answer.shownValue(of: definition.kind, decimals: definition.decimals),
                !shown.equals(inValue: computed)
            else { return [] }
            return [.otherValue(shown, than: computed)]
        }
    }
}

extension Fault {
    fileprivate static func valueIsComputed(_ code: IndicatorCode) -> Fault {
        Fault(
            "value", .readOnlyMember,
            Message(
                """
                \(code) est une part ou une moyenne : sa valeur se calcule. Donnez ses deux nombres, dans des colonnes « numerator » et \
                « denominator », et laissez celle-ci vide.
                """,
                """
                \(code) is a ratio or an average: its value is computed. Give its two numbers, in columns “numerator” and “denominator”, and leave \
                this one empty.
                """))
    }

    fileprivate static func otherValue(_ shown: ExactDecimal, than computed: ExactDecimal) -> Fault {
        Fault(
            "value", .inconsistent,
            Message(
                """
                La valeur se calcule : le numérateur et le dénominateur donnent \(computed.inWords.french), et non \(shown.inWords.french). \
                Corrigez-les, ou laissez cette cellule vide.
                """,
                """
                The value is computed: numerator and denominator give \(computed.inWords.english), not \(shown.inWords.english). Correct them, or \
                leave this cell empty.
                """))
    }
}
