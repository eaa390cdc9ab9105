import ActionPlans
import Postgres

/// The numbers of an indicator in periods that follow one another.
enum IndicatorSeries {
    /// In periods.
    static let longest = 200

    static func answer(
        _ call: Call, _ code: IndicatorCode, from: Period, to: Period, _ ministry: MinistryCode?, in reading: Reading
    ) async throws -> Answer {
        let facts = try await call.indicatorFacts(of: code, years: from.year...to.year, ministry, in: reading)
        guard let indicator = facts.indicators.first else { throw Problem.notFound() }
        let lengths = Set(indicator.definitions.map(\.periodicity) + [.year])
        guard lengths.contains(from.periodicity) else {
            throw Problem.invalidPeriod("from", .otherPeriodicity(from, indicator.last.periodicity))
        }
        let figures = periods(from, to).compactMap {
            IndicatorFigure(indicator, in: $0, of: ministry, from: facts, for: call.actor)
        }
        return Answer.json { writer in
            writer.object { series in
                indicator.writeReference(to: &series, indicator.last)
                series.member("ministry", ministry?.text)
                series.member("known_at", reading.knownAt)
                series.member("series", listOf: figures) { $1.writePoint(to: &$0) }
                series.member("breaks", listOf: breaks(figures)) { writer, pair in
                    writer.object { item in
                        item.member("period", pair.1.period.description)
                        item.member("from_version", pair.0.definition.number)
                        item.member("to_version", pair.1.definition.number)
                    }
                }
                series.member("targets", listOf: facts.targets[code] ?? []) { writer, target in
                    writer.object { for member in target.members { $0.member(member.name, member.value) } }
                }
                series.member("links") { links in
                    links.member("self", call.target)
                    links.member("indicator", ResourceID.indicator(code).address)
                }
            }
        }
    }

    private static func periods(_ from: Period, _ to: Period) -> [Period] {
        var periods = [from]
        while let next = periods.last?.next, next <= to { periods.append(next) }
        return periods
    }

    /// Where another definition holds than before: what stands on both sides is not to be compared.
    private static func breaks(_ figures: [IndicatorFigure]) -> [(IndicatorFigure, IndicatorFigure)] {
        zip(figures, figures.dropFirst()).filter { $0.definition.number != $1.definition.number }
    }
}

extension IndicatorFigure {
    fileprivate func writePoint(to writer: inout JSONWriter) {
        writer.object { point in
            point.member("period", period.description)
            point.member("version", definition.number)
            point.member("value", number.value)
            point.member("numerator", number.numerator)
            point.member("denominator", number.denominator)
            point.member("contributors", number.contributors)
            point.member("provisional", isProvisional)
        }
    }
}
