import ActionPlans
import Postgres

/// A state from the change that brought it to the one that ended it.
struct KnownState {
    let knownFrom: String
    /// `infinity` for what is known now.
    var knownTo = Timeline.end
    let version: Int
    let values: [String?]
}

/// The states that follow from the changes of things whose past is kept in their own table, from which those that are stored are taken
/// away one by one.
struct ExpectedStates {
    private struct Key: Hashable {
        let thing: AuditDifference.Thing
        let knownFrom: String
    }

    private var states: [Key: KnownState] = [:]
    private let members: AuditedMembers

    init(_ histories: some Sequence<BodyHistory>, _ members: AuditedMembers) {
        self.members = members
        for history in histories {
            for state in history.states { states[Key(thing: history.thing, knownFrom: state.knownFrom)] = state }
        }
    }

    mutating func take(
        _ session: borrowing Session, _ table: AuditedTable, where condition: SQL, _ findings: inout Findings
    ) throws {
        try session.stream(
            """
            select \(table.id), rfc3339(p.known_from), case when p.known_to < 'infinity' then rfc3339(p.known_to) else 'infinity' end,
                p.version, \(members.selected)
            from \(table.name) p where \(condition)
            """
        ) { row in
            let thing = AuditDifference.Thing.body(try row.next())
            let knownFrom: String = try row.next()
            let knownTo: String = try row.next()
            let version: Int = try row.next()
            let values = try members.names.map { _ in try row.next(String?.self) }
            guard let expected = states.removeValue(forKey: Key(thing: thing, knownFrom: knownFrom)) else {
                return note(Disagreement(measure: "row", stored: "v\(version)", recounted: nil), thing, knownFrom, &findings)
            }
            let told = zip(["known_to", "version"] + members.names, zip([knownTo, String(version)] + values, expected.told))
            for (name, (stored, recounted)) in told where stored != recounted && name != AuditedMembers.listedApart {
                note(Disagreement(measure: name, stored: stored, recounted: recounted), thing, knownFrom, &findings)
            }
        }
        for (key, state) in states {
            note(Disagreement(measure: "row", stored: nil, recounted: "v\(state.version)"), key.thing, state.knownFrom, &findings)
        }
    }

    private func note(
        _ found: Disagreement, _ thing: AuditDifference.Thing, _ instant: String, _ findings: inout Findings
    ) {
        findings.note(found, .states, thing, day: String(instant.prefix(10)), knownFrom: instant)
    }
}

extension KnownState {
    fileprivate var told: [String?] { [knownTo, String(version)] + values }
}
