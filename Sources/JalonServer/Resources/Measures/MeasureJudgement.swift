import ActionPlans
import Postgres

/// What the writes of measures have in common, be it one or many: what a measure is judged by before it is stored.
struct MeasureJudgement: Sendable {
    let bodies: KnownBodies
    let today: CivilDate
    /// Whether whoever sends it has confirmed a number far from the one before.
    let acceptsJump: Bool

    /// - Parameters:
    ///   - former: what is stored; nil for a creation. What is so already is not judged again: rules may have come since, and a
    ///     number that was confirmed once needs no second confirmation.
    ///   - previous: the same body's measure of the period before, if it is known.
    /// - Returns: the measure as it is stored, and every fault.
    func judged(
        _ wanted: Measure, against definition: IndicatorDefinition, over former: Measure?, previous: Measure?
    ) -> (measure: Measure, faults: [Fault]) {
        var wanted = wanted
        if let former { wanted.answer = wanted.answer.written(as: former.answer) }
        // Whoever moves a measure to another state does not give its number anew.
        let isConfirmed = acceptsJump || former.map { $0.definition == wanted.definition && $0.answer == wanted.answer } ?? false
        let (measure, found) = wanted.checked(against: definition, previous: previous, acceptsJump: isConfirmed, today: today)
        if measure == former { return (measure, []) }
        if let former, let taken = measure.takenBack(from: former) {
            return (taken, found.filter { $0.member == "state_reason" })
        }
        return (measure, found + outside(MeasureID(of: measure), definition, known: found))
    }

    /// Whether the body is asked at all.
    private func outside(_ id: MeasureID, _ definition: IndicatorDefinition, known faults: [Fault]) -> [Fault] {
        if faults.contains(where: { $0.member == "period" }) { return [] }
        if let perimeter = definition.perimeter, !perimeter.contains(id.ministry) {
            return [.outsidePerimeter(id.ministry)]
        }
        return bodies.existed(id.ministry, in: id.period) ? [] : [.notThere(id)]
    }
}

extension Measure {
    /// The same under its own definition, where a write only sends it back or withdraws it: whether it could still be given, in a
    /// perimeter and a time that may have changed since, is no matter then.
    /// - Returns: nil where the write says something new.
    fileprivate func takenBack(from former: Measure) -> Measure? {
        guard state != former.state, [.brouillon, .renvoyee].contains(state) else { return nil }
        var measure = self
        measure.definition = former.definition
        return measure.saysTheSame(as: former) ? measure : nil
    }
}

extension MeasureID {
    init(of measure: Measure) {
        self.init(ministry: measure.ministry, indicator: measure.indicator, period: measure.period)
    }

    /// The same of the period before; nil where there is none.
    var previous: MeasureID? {
        period.previous.map { MeasureID(ministry: ministry, indicator: indicator, period: $0) }
    }
}

extension NewChange {
    /// - Parameter former: nil for a new measure.
    init(of measure: Measure, over former: MeasureRecord?, version: Int) {
        self.init(
            former == nil ? .created : .updated, .measure(MeasureID(of: measure)), version: version,
            measure.changes(from: former?.measure))
    }
}

extension Fault {
    fileprivate static func outsidePerimeter(_ ministry: MinistryCode) -> Fault {
        Fault(
            "ministry", .inconsistent,
            Message(
                "\(ministry) n’est pas dans le périmètre de cet indicateur : rien ne lui est demandé.",
                "\(ministry) is not in the perimeter of this indicator: nothing is asked of it."))
    }

    fileprivate static func notThere(_ id: MeasureID) -> Fault {
        Fault(
            "ministry", .inconsistent,
            Message(
                "\(id.ministry) n’existait à aucun moment de \(id.period) : sa mesure revient à l’organisme qui lui a succédé.",
                "\(id.ministry) did not exist at any time of \(id.period): its measure is for the body that succeeded it."))
    }
}
