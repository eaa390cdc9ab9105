import ActionPlans
import Postgres

/// A change of a roadmap, with what it was today before and after it.
struct PlanChange {
    let change: StoredChange
    let stateBefore: String?
    let stateAfter: String?
    let validates: Bool
    let isFirstValidation: Bool
    /// The day on which the days end of which a validation was taken back; nil where none was.
    let takesBackUntil: String?

    var wasInSight: Bool { Sight.isOpen(stateBefore) }
    var isInSight: Bool { Sight.isOpen(stateAfter) }
}

/// Who sees what, for the feed.
enum Sight {
    static func isOpen(_ roadmapState: String?, confidential: String? = "false") -> Bool {
        guard let roadmapState, let confidential else { return false }
        return roadmapState != "brouillon" && confidential != "true"
    }

    /// What an entry is for those who do not see all of the ministry; nil for nothing.
    static func kind(_ kind: String, from wasInSight: Bool, to isInSight: Bool) -> String? {
        switch (wasInSight, isInSight) {
        case (true, true): "updated"
        case (false, true): kind == "created" ? "created" : "revealed"
        case (true, false): kind == "deleted" ? "deleted" : "withdrawn"
        case (false, false): nil
        }
    }
}

/// A roadmap without its actions, folded from its changes.
struct PlanHistory {
    private(set) var timeline = Timeline.ofRoadmap()
    private(set) var changes: [PlanChange] = []
    private(set) var entries: [FeedRow] = []
    private(set) var faults: [(change: StoredChange, fault: Disagreement)] = []
    private var chain = Chain(ofRoadmap: true)

    private static let state = AuditedMembers.roadmap.place(of: "state")
    private static let validatedOn = AuditedMembers.roadmap.place(of: "validated_on")

    static func read(_ session: borrowing Session, of id: RoadmapID) throws -> PlanHistory {
        var history = PlanHistory()
        try session.stream(
            """
            select \(StoredChange.columns(.roadmap)) from changes c
            where c.ministry = \(id.ministry) and c.first_year = \(id.firstYear) and c.code is null
                and \(Resource.isOne("c.resource", where: \.isOfPlan))
            order by c.id
            """
        ) { row in history.add(try StoredChange(&row, .roadmap)) }
        return history
    }

    private mutating func add(_ change: StoredChange) {
        faults += chain.faults(of: change, over: timeline).map { (change, $0) }
        let before = timeline.today
        let wasValidated = timeline.open.contains { $0.values[Self.validatedOn] != nil }
        let until = timeline.until(change)[Self.validatedOn] ?? Timeline.end
        timeline.apply(change, joinsCohort: false)
        let after = timeline.today
        let validates = change.after[Self.validatedOn].shown != nil
        let plan = PlanChange(
            change: change, stateBefore: before?.values[Self.state], stateAfter: after?.values[Self.state], validates: validates,
            isFirstValidation: validates && !wasValidated,
            takesBackUntil: change.kind == "updated" && change.after[Self.validatedOn] == .value(nil) ? until : nil)
        changes.append(plan)
        entries.append(
            FeedRow(
                of: change, code: nil, outside: Sight.kind(change.kind, from: plan.wasInSight, to: plan.isInSight),
                state: after?.values, before: before?.values))
    }
}

extension StoredChange {
    /// Of `changes` as `c`.
    static func columns(_ members: AuditedMembers) -> SQL {
        """
        c.id, c.kind, c.version, rfc3339(c.recorded_at), c.effective_on, c.effective_on < paris_date(c.recorded_at),
        \(members.told("c.before")), \(members.told("c.after")),
        (select string_agg(member || ' ' || day, ' ') from jsonb_each_text(c.until) as said (member, day)), c.for_good
        """
    }

    init(_ row: inout Row, _ members: AuditedMembers) throws {
        id = try row.next()
        kind = try row.next()
        version = try row.next()
        recordedAt = try row.next()
        effectiveOn = try row.next()
        isLate = try row.next()
        let (before, strangeBefore) = try members.nextTold(&row)
        let (after, strangeAfter) = try members.nextTold(&row)
        self.before = before
        self.after = after
        strange = strangeBefore ?? strangeAfter
        let words = try row.next(String?.self)?.split(separator: " ").map(String.init) ?? []
        until = Dictionary(
            stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }, uniquingKeysWith: { $1 })
        isForGood = try row.next()
    }
}
