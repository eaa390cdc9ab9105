import ActionPlans

/// A thing that is audited alone, folded from its changes, which all take effect at once.
struct BodyHistory {
    let thing: AuditDifference.Thing
    /// nil while there is no such body.
    private(set) var values: [String?]?
    private(set) var version = 0
    private(set) var createdAt = ""
    private(set) var updatedAt = ""
    private(set) var entries: [FeedRow] = []
    /// Whether nothing tells how it began.
    private(set) var isLost = false
    /// What each write said of the names, and when.
    private(set) var names: [(knownFrom: String, value: String?)] = []

    /// Of what keeps its past in its own table.
    private(set) var states: [KnownState] = []

    private let members: AuditedMembers
    private let keepsPast: Bool
    private let resource: Resource
    private var chain = Chain(ofRoadmap: false)
    /// Of the action or the plan that it is in sight with.
    private var sight: FollowedSight
    /// As the feed names it beside its ministry and year.
    private(set) var code: String?

    /// - Parameters:
    ///   - origin: the entry of the feed of what was there from the installation.
    ///   - sight: of the action that it is of.
    init(
        _ thing: AuditDifference.Thing, _ resource: Resource, _ table: AuditedTable, from origin: FeedRow?,
        following sight: FollowedSight = FollowedSight()
    ) {
        self.sight = sight
        self.thing = thing
        self.resource = resource
        members = table.members
        keepsPast = table.keepsPast
        guard let origin else { return }
        values = origin.state.map(\.shown)
        version = origin.version
        createdAt = origin.recordedAt
        updatedAt = origin.recordedAt
        chain.begin(at: origin.version)
        tellNames("-infinity", origin.state)
    }

    /// - Parameter code: as the feed names it beside its ministry and year.
    mutating func add(_ change: StoredChange, _ code: String?, _ findings: inout Findings) {
        self.code = code
        while let move = sight.next(before: change.recordedAt) { follow(move) }
        if values == nil, change.kind != "created" { loseBeginning(&findings) }
        var faults = chain.links(of: change, isThere: values != nil)
        for (place, said) in change.before.enumerated() where change.kind == "updated" {
            guard let values else { continue }
            let expected = change.after[place] == .nothing ? Told.nothing : .value(values[place])
            guard said != expected else { continue }
            faults.append(
                Disagreement(measure: "before.\(members.names[place])", stored: said.shown, recounted: expected.shown))
        }
        for fault in faults {
            findings.note(
                fault, .history, thing, day: change.effectiveOn, knownFrom: change.recordedAt, change: change.id)
        }
        let wasInSight = isInSight
        let former = values
        // Both in one write.
        _ = sight.next(before: change.recordedAt, orAt: true)
        values = values?.changed(by: change.after) ?? members.created(by: change.after)
        version = change.version
        if createdAt.isEmpty || change.kind == "created" { createdAt = change.recordedAt }
        updatedAt = change.recordedAt
        tellNames(change.recordedAt, change.after)
        if change.kind == "deleted", resource.telling != .changes { values = nil }
        if keepsPast { keepState(over: former, at: change.recordedAt) }
        if resource.telling == .untold || resource == .recommendation && !isSent(values) { return }
        let outside = resource.telling == .sight ? outside(change.kind, wasInSight: wasInSight) : change.kind
        let isSending = resource == .recommendation && change.kind == "updated" && !isSent(former)
        let isRevealed = outside == "revealed" || isSending
        entries.append(
            FeedRow(
                change: change.id, code: code, resource: resource.rawValue, version: change.version,
                recordedAt: change.recordedAt,
                inside: isSending ? "revealed" : change.kind, outside: outside,
                state: isRevealed ? values?.map(Told.value) ?? [] : [], before: []))
    }

    /// What its action does after its last change.
    mutating func finish() {
        while let move = sight.next() { follow(move) }
    }

    /// What follows its action into sight of all, or out of it.
    private mutating func follow(_ move: FollowedSight.Move) {
        guard let values, resource != .recommendation || isSent(values) else { return }
        entries.append(
            FeedRow(
                change: move.change, code: code, resource: resource.rawValue, version: version, recordedAt: move.recordedAt,
                inside: nil, outside: move.isInto ? "revealed" : "withdrawn", state: move.isInto ? values.map(Told.value) : [],
                before: []))
    }

    /// Another definition of an indicator ends none: each is known for itself.
    private mutating func keepState(over former: [String?]?, at instant: String) {
        let place = members.place(of: "definition")
        let begins = resource == .indicator && former != nil && former?[place] != values?[place]
        if let last = states.indices.last, states[last].knownTo == Timeline.end, !begins { states[last].knownTo = instant }
        guard let values else { return }
        states.append(KnownState(knownFrom: instant, version: version, values: values))
    }

    /// Whether all may see it, where that depends on its state.
    private var isInSight: Bool {
        guard let values else { return false }
        guard resource.telling == .sight else { return true }
        if resource.audience == .ofPartOfAction { return sight.isOpen }
        if resource == .recommendation { return sight.isOpen && isSent(values) }
        return values[members.place(of: "state")].flatMap { MeasureState(rawValue: $0) }?.isInSight ?? false
    }

    /// Whether a recommendation is no draft.
    private func isSent(_ values: [String?]?) -> Bool { values?[members.place(of: "sent_on")] != nil }

    /// As `feed_kind` in the schema says.
    private func outside(_ kind: String, wasInSight: Bool) -> String? {
        switch (wasInSight, isInSight) {
        case (true, true): "updated"
        case (false, true): kind == "created" ? "created" : "revealed"
        case (true, false): kind == "deleted" ? "deleted" : "withdrawn"
        case (false, false): nil
        }
    }

    private mutating func loseBeginning(_ findings: inout Findings) {
        isLost = true
        guard resource == .ministry else { return }
        let missing = Disagreement(measure: "entry", stored: nil, recounted: "revealed/revealed")
        findings.note(missing, .feed, thing, day: "-infinity", knownFrom: nil)
    }

    private mutating func tellNames(_ instant: String, _ told: [Told]) {
        let place = members.place(of: "names")
        if place < told.count, case .value(let value) = told[place] { names.append((instant, value)) }
    }
}
