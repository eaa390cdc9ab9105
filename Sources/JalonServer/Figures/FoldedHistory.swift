import ActionPlans
import Postgres

/// The actions of a roadmap, day by day, folded from its changes in the order in which they were recorded. It shares no
/// reckoning with the triggers of the database, whose work it checks.
struct FoldedHistory {
    /// What an action's figures depend on.
    private struct State {
        var theme: Theme
        var targetLevel: EngagementLevel
        var status: ActionStatus
        var reachedLevel: EngagementLevel?
        var keyAction: Bool
        var confidential: Bool
        var dueOn: CivilDate?
        var inCohort = false
    }

    /// The states of an action, each from its day on; nil while there is no such action.
    private struct Timeline {
        var spans: [(from: CivilDate, state: State?)] = []

        var isThere: Bool { spans.last?.state != nil }
        var hasBeenInCohort: Bool { spans.contains { $0.state?.inCohort == true } }

        /// From a day on there is this state, or none.
        mutating func replace(from day: CivilDate, _ state: State?) {
            spans.removeAll { $0.from >= day }
            spans.append((day, state))
        }

        /// From a day on, every state there is becomes another.
        mutating func change(from day: CivilDate, _ body: (inout State) -> Void) {
            if let place = spans.lastIndex(where: { $0.from <= day }), spans[place].from < day {
                spans.insert((day, spans[place].state), at: place + 1)
            }
            for place in spans.indices where spans[place].from >= day {
                if var state = spans[place].state {
                    body(&state)
                    spans[place].state = state
                }
            }
        }
    }

    private var actions: [String: Timeline] = [:]
    private var hasBeenValidated = false

    var bends: FigureAudit.Bends {
        var bends: FigureAudit.Bends = [:]
        for timeline in actions.values {
            for (place, span) in timeline.spans.enumerated() {
                guard let state = span.state else { continue }
                let next = place + 1 < timeline.spans.count ? timeline.spans[place + 1].from : nil
                let entry = FigureEntry(
                    cell: FigureCells.Cell(state.theme, state.targetLevel, state.status), reachedLevel: state.reachedLevel,
                    keyAction: state.keyAction, confidential: state.confidential, inCohort: state.inCohort, late: false, delta: 1)
                FigureAudit.count(entry, from: span.from, to: next, dueOn: state.dueOn, in: &bends)
            }
        }
        return bends
    }

    static func read(_ session: borrowing Session, of id: RoadmapID) throws -> FoldedHistory {
        var history = FoldedHistory()
        try session.stream(
            """
            select c.kind, c.code, c.effective_on, c.after ->> 'validated_on' is not null,
                c.after ->> 'theme', c.after ->> 'target_level', c.after ->> 'status', c.after ->> 'key_action',
                c.after ->> 'confidential', c.after ? 'reached_level', c.after ->> 'reached_level',
                c.after ? 'due_on', c.after ->> 'due_on'
            from changes c
            where c.ministry = \(id.ministry) and c.first_year = \(id.firstYear) and c.resource in ('action', 'roadmap')
            order by c.id
            """
        ) { row in
            let kind: String = try row.next()
            let code: String? = try row.next()
            let day: CivilDate = try row.next()
            let validates: Bool? = try row.next()
            if let code {
                try history.apply(kind, to: code, from: day, &row)
            } else if validates == true {
                history.validate(from: day)
            }
        }
        return history
    }

    private mutating func validate(from day: CivilDate) {
        let isFirst = !hasBeenValidated
        hasBeenValidated = true
        for code in actions.keys {
            guard let timeline = actions[code], isFirst ? timeline.isThere : timeline.hasBeenInCohort else { continue }
            actions[code]?.change(from: day) { $0.inCohort = true }
        }
    }

    private mutating func apply(_ kind: String, to code: String, from day: CivilDate, _ row: inout Row) throws {
        guard kind != "deleted" else { return actions[code, default: Timeline()].replace(from: day, nil) }
        let theme: Theme? = try row.next()
        let targetLevel: EngagementLevel? = try row.next()
        let status: ActionStatus? = try row.next()
        let keyAction = try row.next(String?.self).map { $0 == "true" }
        let confidential = try row.next(String?.self).map { $0 == "true" }
        let tellsReached: Bool = try row.next()
        let reachedLevel: EngagementLevel? = try row.next()
        let tellsDue: Bool = try row.next()
        let dueOn: CivilDate? = try row.next()
        if kind == "created" {
            guard let theme, let targetLevel, let status else {
                throw DatabaseError(.decoding, "a creation in history without theme, level or status")
            }
            let state = State(
                theme: theme, targetLevel: targetLevel, status: status, reachedLevel: reachedLevel,
                keyAction: keyAction ?? false, confidential: confidential ?? false, dueOn: dueOn)
            actions[code, default: Timeline()].replace(from: day, state)
        } else {
            actions[code, default: Timeline()].change(from: day) { state in
                state.theme = theme ?? state.theme
                state.targetLevel = targetLevel ?? state.targetLevel
                state.status = status ?? state.status
                state.keyAction = keyAction ?? state.keyAction
                state.confidential = confidential ?? state.confidential
                if tellsReached { state.reachedLevel = reachedLevel }
                if tellsDue { state.dueOn = dueOn }
            }
        }
    }
}
