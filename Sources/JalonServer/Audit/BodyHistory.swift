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

    private let members: AuditedMembers
    private let resource: Resource
    private var chain = Chain(ofRoadmap: false)

    /// - Parameter origin: the entry of the feed of what was there from the installation.
    init(_ thing: AuditDifference.Thing, _ resource: Resource, _ members: AuditedMembers, from origin: FeedRow?) {
        self.thing = thing
        self.resource = resource
        self.members = members
        guard let origin else { return }
        values = origin.state.map(\.shown)
        version = origin.version
        createdAt = origin.recordedAt
        updatedAt = origin.recordedAt
        chain.begin(at: origin.version)
        tellNames("-infinity", origin.state)
    }

    mutating func add(_ change: StoredChange, _ findings: inout Findings) {
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
        values = values?.changed(by: change.after) ?? members.created(by: change.after)
        version = change.version
        if createdAt.isEmpty { createdAt = change.recordedAt }
        updatedAt = change.recordedAt
        tellNames(change.recordedAt, change.after)
        if resource.telling == .untold { return }
        entries.append(
            FeedRow(
                change: change.id, code: nil, resource: resource.rawValue, version: change.version, recordedAt: change.recordedAt,
                inside: change.kind, outside: change.kind, state: [], before: []))
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
