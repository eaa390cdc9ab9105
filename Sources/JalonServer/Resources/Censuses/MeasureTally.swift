import ActionPlans
import Postgres

/// How many measures of a year a body is expected to give, and what there is of them.
struct MeasureTally: Sendable {
    private var counts: [ExpectedMeasureState: Int] = [:]

    subscript(_ state: ExpectedMeasureState) -> Int { counts[state] ?? 0 }

    var expected: Int { counts.values.reduce(0, +) }
    /// Whether the body still has to give one.
    var isOwed: Bool { ExpectedMeasureState.allCases.contains { $0.isOwed && self[$0] > 0 } }

    /// Of each body that is expected to give some.
    static func each(
        _ session: borrowing Session, of year: Int, _ bodies: [MinistryCode], in reading: Reading, for actor: Actor
    ) throws -> [MinistryCode: MeasureTally] {
        var tallies: [MinistryCode: MeasureTally] = [:]
        let expected = try ExpectedMeasures(session, .init(year: year, ministries: bodies, reading: reading))
        try expected.forEach(session, visibleTo: actor) { measure in
            tallies[measure.id.ministry, default: MeasureTally()].counts[measure.state, default: 0] += 1
        }
        return tallies
    }

    func write(to writer: inout JSONWriter) {
        writer.member("expected", expected)
        for state in ExpectedMeasureState.allCases { writer.member(state.code, self[state]) }
    }
}
