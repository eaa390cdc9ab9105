/// A value to be reached in a period, by the State or by one body. A path of several steps is several targets.
package struct IndicatorTarget: Hashable, Sendable {
    /// nil for the State.
    package let ministry: MinistryCode?
    package let period: Period
    package let value: ExactDecimal
    /// From where it is to be reached.
    package let basePeriod: Period?
    package let baseValue: ExactDecimal?
    package var source: String?
    package var note: String?

    /// How many an indicator may have.
    package static let most = 200

    package init(
        ministry: MinistryCode? = nil, period: Period, value: ExactDecimal, basePeriod: Period? = nil,
        baseValue: ExactDecimal? = nil, source: String? = nil, note: String? = nil
    ) {
        self.ministry = ministry
        self.period = period
        self.value = value
        self.basePeriod = basePeriod
        self.baseValue = baseValue
        self.source = source
        self.note = note
    }
}

extension IndicatorTarget {
    /// The same numbers keep the zeros with which they were written first.
    /// - Parameter former: the targets that were there, of which one may be for the same body and period.
    package func written(as former: [IndicatorTarget]) -> IndicatorTarget {
        guard let same = former.first(where: { $0.ministry == ministry && $0.period == period }) else { return self }
        let base = if let baseValue, let before = same.baseValue { baseValue.written(as: before) } else { baseValue }
        return IndicatorTarget(
            ministry: ministry, period: period, value: value.written(as: same.value), basePeriod: basePeriod, baseValue: base,
            source: source, note: note)
    }

    package static let sourceRule = TextRule(longest: 1_000)
    package static let noteRule = TextRule(longest: 2_000, multiline: true)

    package static func faults(of targets: [IndicatorTarget], _ definition: IndicatorDefinition) -> [Fault] {
        checked(targets, definition).faults
    }

    /// - Returns: the targets as they are stored, with their texts trimmed, and every fault by its place in the list.
    package static func checked(
        _ targets: [IndicatorTarget], _ definition: IndicatorDefinition
    ) -> (targets: [IndicatorTarget], faults: [Fault]) {
        guard targets.count <= most else { return (targets, [Fault("targets", .tooMany, .tooMany(targets.count, most))]) }
        var next = targets
        var faults: [Fault] = []
        var seen: Set<Scope> = []
        for index in next.indices {
            let place = "targets/\(index)/"
            next[index].checkPeriods(definition, place, &faults)
            if !seen.insert(Scope(ministry: next[index].ministry, period: next[index].period)).inserted {
                faults.append(Fault(place + "period", .duplicate, next[index].isThereTwice))
            }
            IndicatorDefinition.check(&next[index].source, place + "source", sourceRule, &faults)
            IndicatorDefinition.check(&next[index].note, place + "note", noteRule, &faults)
        }
        return (next, faults)
    }

    /// What has one target at most.
    private struct Scope: Hashable {
        let ministry: MinistryCode?
        let period: Period
    }

    private var isThereTwice: Message {
        let body = ministry.map { Message($0.text, $0.text) } ?? Message("l’État", "the State")
        return Message(
            "La liste donne déjà une cible pour \(body.french) en \(period) : gardez-en une.",
            "The list has a target for \(body.english) in \(period) already: keep one.")
    }

    private func checkPeriods(_ definition: IndicatorDefinition, _ place: String, _ faults: inout [Fault]) {
        for (member, period) in [("period", period as Period?), ("base_period", basePeriod)] {
            guard let period, period.periodicity != definition.periodicity, period.periodicity != .year else { continue }
            faults.append(Fault(place + member, .inconsistent, .otherPeriodicity(period, definition.periodicity)))
        }
        switch (basePeriod, baseValue) {
        case (nil, nil): break
        case (let base?, _?):
            guard base.lastDay >= period.firstDay else { break }
            faults.append(
                Fault(
                    place + "base_period", .inconsistent,
                    Message(
                        "La période de départ (\(base)) doit finir avant la cible (\(period)).",
                        "The base period (\(base)) must end before the target’s (\(period)).")))
        case (nil, _?), (_?, nil):
            faults.append(
                Fault(
                    place + (basePeriod == nil ? "base_period" : "base_value"), .required,
                    Message(
                        "La période et la valeur de départ vont ensemble : donnez les deux, ou aucune.",
                        "The base period and the base value go together: give both, or neither.")))
        }
    }
}
