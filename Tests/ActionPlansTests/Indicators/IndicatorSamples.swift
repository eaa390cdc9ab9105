import Testing

@testable import ActionPlans

/// Indicators as the tests need them, each of them without a fault.
enum IndicatorSample {
    static func period(_ text: String) throws -> Period { try #require(Period(text), "\(text)") }
    static func number(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text), "\(text)") }
    static func body(_ text: String) throws -> MinistryCode { try #require(MinistryCode(text), "\(text)") }
    static func day(_ text: String) throws -> CivilDate { try #require(CivilDate(text), "\(text)") }

    static func indicator(
        _ kind: IndicatorKind, _ rule: Consolidation? = nil, decimals: Int = 0, _ periodicity: Periodicity = .year,
        _ overTime: OverTime? = nil
    ) throws -> IndicatorDefinition {
        IndicatorDefinition(
            code: try #require(IndicatorCode("REEMPLOI")), title: "Réemploi", kind: kind, unit: kind.isInPercent ? "%" : "kWh",
            consolidation: rule ?? kind.consolidations[0], overTime: overTime,
            numerator: kind.hasParts ? "matériels orientés vers le réemploi" : nil,
            denominator: kind.hasParts ? "matériels réformés" : nil, decimals: decimals, periodicity: periodicity,
            daysAllowed: 90, firstPeriod: try #require(Period.all(of: periodicity, in: 2022).first))
    }

    static func parts(_ numerator: String, _ denominator: String) throws -> MeasureAnswer {
        .parts(numerator: try number(numerator), denominator: try number(denominator))
    }

    static func value(_ text: String) throws -> MeasureAnswer { .value(try number(text)) }

    static func measure(
        _ answer: MeasureAnswer, _ period: String = "2025", _ state: MeasureState = .soumise, definition: Int = 1
    ) throws -> Measure {
        Measure(
            ministry: try body("TE"), indicator: try #require(IndicatorCode("REEMPLOI")), period: try Self.period(period),
            definition: definition, answer: answer, state: state)
    }

    /// Where each fault is, and its code: `value out-of-range`.
    static func places(_ faults: [Fault]) -> [String] { faults.map { "\($0.member) \($0.code.rawValue)" } }
}
