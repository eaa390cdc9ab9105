import ActionPlans

/// An action, folded from its changes and from those of its roadmap.
struct ActionHistory {
    let code: String
    private(set) var timeline = Timeline.ofAction()
    private(set) var entries: [FeedRow] = []
    private(set) var faults: [(change: StoredChange, fault: Disagreement)] = []

    private let plans: [PlanChange]
    /// The first of them that is still to come.
    private var next = 0
    private var roadmapState: String?
    private var chain = Chain(ofRoadmap: false)

    private static let confidential = AuditedMembers.action.place(of: "confidential")

    init(of code: String, in plans: [PlanChange]) {
        self.code = code
        self.plans = plans
    }

    mutating func add(_ change: StoredChange) {
        faults += chain.faults(of: change, over: timeline).map { (change, $0) }
        while next < plans.count, plans[next].change.id < change.id, plans[next].change.recordedAt != change.recordedAt {
            pass(plans[next])
        }
        // Both in one write.
        var plan: PlanChange?
        if next < plans.count, plans[next].change.recordedAt == change.recordedAt {
            plan = plans[next]
            next += 1
        }
        let before = timeline.today
        let wasInSight = Sight.isOpen(
            plan.map(\.stateBefore) ?? roadmapState, confidential: before.flatMap { $0.values[Self.confidential] })
        timeline.apply(change, joinsCohort: plan.map { joinsCohort(by: $0, asCreated: change.kind == "created") } ?? false)
        if let plan { roadmapState = plan.stateAfter }
        let after = timeline.today
        let isInSight = Sight.isOpen(roadmapState, confidential: after.flatMap { $0.values[Self.confidential] })
        entries.append(
            FeedRow(
                of: change, code: code, outside: Sight.kind(change.kind, from: wasInSight, to: isInSight), state: after?.values,
                before: before?.values))
    }

    /// What its roadmap does after its last change.
    mutating func finish() {
        while next < plans.count { pass(plans[next]) }
    }

    private mutating func pass(_ plan: PlanChange) {
        next += 1
        if joinsCohort(by: plan, asCreated: false) {
            timeline.joinCohort(by: plan.change)
        }
        if let until = plan.takesBackUntil { timeline.leaveCohort(by: plan.change, until: until) }
        roadmapState = plan.stateAfter
        guard plan.wasInSight != plan.isInSight, let today = timeline.today, today.values[Self.confidential] != "true" else {
            return
        }
        entries.append(
            FeedRow(
                change: plan.change.id, code: code, resource: "action", version: today.version,
                recordedAt: plan.change.recordedAt, inside: nil, outside: plan.isInSight ? "revealed" : "withdrawn",
                state: plan.isInSight ? today.values.map(Told.value) : [], before: []))
    }

    /// The first validation takes what is there, each later one what it has taken before.
    private func joinsCohort(by plan: PlanChange, asCreated: Bool) -> Bool {
        guard plan.validates else { return false }
        if asCreated { return plan.isFirstValidation }
        if plan.isFirstValidation { return timeline.today != nil }
        return timeline.since(plan.change.effectiveOn).contains(where: \.inCohort)
    }
}

extension ActionHistory {
    /// What its days add to the figures, as known now. A state whose codes are none counts for nothing, and is found so.
    func count(in bends: inout FigureAudit.Bends) {
        let members = AuditedMembers.action
        func value(_ name: String, _ period: FoldedPeriod) -> String? { period.values[members.place(of: name)] }
        for period in timeline.open {
            guard let theme = value("theme", period), let level = value("target_level", period),
                let status = value("status", period), let from = CivilDate(period.validFrom)
            else { continue }
            let entry = FigureEntry(
                sort: FigureLayout.Sort(theme: theme, targetLevel: level, status: status),
                reachedLevel: value("reached_level", period),
                keyAction: value("key_action", period) == "true", confidential: value("confidential", period) == "true",
                inCohort: period.inCohort, late: false, delta: 1)
            FigureAudit.count(
                entry, from: from, to: CivilDate(period.validTo), dueOn: value("due_on", period).flatMap { CivilDate($0) },
                in: &bends)
        }
    }
}
