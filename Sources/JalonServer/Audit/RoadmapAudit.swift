import ActionPlans
import Postgres

/// Folds the changes of a roadmap and of its actions, and compares with them the periods and the feed. Actions are folded some
/// at a time, so that a plan of any length takes the memory of a short one.
struct RoadmapAudit {
    private static let actionsAtOnce = 250

    let id: RoadmapID
    /// What the actions add to the figures, day by day.
    private(set) var bends: FigureAudit.Bends

    init(
        _ session: borrowing Session, of id: RoadmapID, _ layout: FigureLayout, _ findings: inout Findings
    ) throws {
        self.id = id
        bends = FigureAudit.Bends(layout)
        let plan = try PlanHistory.read(session, of: id)
        note(plan.faults, .roadmap(id), &findings)
        var periods = ExpectedPeriods(.roadmap)
        periods.expect(plan.timeline, code: nil)
        try periods.take(session, of: id, among: nil, &findings)
        var feed = ExpectedFeed(AuditedMembers.roadmap.names)
        for entry in plan.entries { feed.expect(entry) }
        try take(&feed, .roadmap, session, "e.code is null", &findings)
        let codes = try codes(session)
        for start in stride(from: 0, to: codes.count, by: Self.actionsAtOnce) {
            let some = Array(codes[start..<min(start + Self.actionsAtOnce, codes.count)])
            try compare(session, some, plan.changes, &findings)
        }
    }

    /// Wherever an action has left something.
    private func codes(_ session: borrowing Session) throws -> [String] {
        let isOfPlan = Resource.isOne("resource", where: \.isOfPlan)
        return try session.query(
            """
            select code from (
                select code from changes where ministry = \(id.ministry) and first_year = \(id.firstYear) and \(isOfPlan)
                union select code from action_periods where ministry = \(id.ministry) and first_year = \(id.firstYear)
                union select code from feed_entries where ministry = \(id.ministry) and first_year = \(id.firstYear) and \(isOfPlan)
            ) known
            where code is not null order by code
            """
        ) { row in try row.next() }
    }

    private mutating func compare(
        _ session: borrowing Session, _ codes: [String], _ plans: [PlanChange], _ findings: inout Findings
    ) throws {
        var periods = ExpectedPeriods(.action)
        var feed = ExpectedFeed(AuditedMembers.action.names)
        try forEachHistory(session, codes, plans) { history in
            note(history.faults, .action(id, code: history.code), &findings)
            history.count(in: &bends)
            periods.expect(history.timeline, code: history.code)
            for entry in history.entries { feed.expect(entry) }
        }
        try periods.take(session, of: id, among: codes, &findings)
        try take(&feed, .action, session, "e.code = any(\(codes)::text[])", &findings)
    }

    private func forEachHistory(
        _ session: borrowing Session, _ codes: [String], _ plans: [PlanChange], _ body: (ActionHistory) -> Void
    ) throws {
        var current: ActionHistory?
        try session.stream(
            """
            select c.code, \(StoredChange.columns(.action)) from changes c
            where c.ministry = \(id.ministry) and c.first_year = \(id.firstYear) and c.code = any(\(codes)::text[])
                and \(Resource.isOne("c.resource", where: \.isOfPlan))
            order by c.code, c.id
            """
        ) { row in
            let code: String = try row.next()
            if current?.code != code {
                current?.finish()
                if let current { body(current) }
                current = ActionHistory(of: code, in: plans)
            }
            current?.add(try StoredChange(&row, .action))
        }
        current?.finish()
        if let current { body(current) }
    }

    private func take(
        _ feed: inout ExpectedFeed, _ members: AuditedMembers, _ session: borrowing Session, _ condition: SQL,
        _ findings: inout Findings
    ) throws {
        func thing(_ row: FeedRow) -> AuditDifference.Thing { row.code.map { .action(id, code: $0) } ?? .roadmap(id) }
        try session.stream(
            """
            select \(FeedRow.columns(members)) from feed_entries e
            where e.ministry = \(id.ministry) and e.first_year = \(id.firstYear) and \(condition)
                and \(Resource.isOne("e.resource", where: \.isOfPlan))
            order by e.position, e.id
            """
        ) { row in
            let stored = try FeedRow(&row, members)
            feed.take(stored, thing(stored), &findings)
        }
        feed.finish(thing, &findings)
    }

    private func note(
        _ faults: [(change: StoredChange, fault: Disagreement)], _ thing: AuditDifference.Thing, _ findings: inout Findings
    ) {
        for (change, fault) in faults {
            findings.note(
                fault, .history, thing, day: change.effectiveOn, knownFrom: change.recordedAt, change: change.id)
        }
    }
}
