/// What two places say of one measure.
struct Disagreement {
    let measure: String
    let stored: String?
    let recounted: String?
}

/// What a change must agree with: those of the same thing that were recorded before it. No version is left out, and what
/// each says was there before was there.
struct Chain {
    private var version = 0
    private var recordedAt = ""
    private let isRoadmap: Bool

    init(ofRoadmap isRoadmap: Bool) {
        self.isRoadmap = isRoadmap
    }

    /// - Parameter timeline: what was known before the change.
    mutating func faults(of change: StoredChange, over timeline: Timeline) -> [Disagreement] {
        var faults = links(of: change, isThere: timeline.today != nil)
        let names = timeline.members.names
        let until = Dictionary(uniqueKeysWithValues: timeline.until(change).map { (names[$0], $1) })
        for name in Set(until.keys).union(change.until.keys).sorted() where until[name] != change.until[name] {
            faults.append(Disagreement(measure: "until.\(name)", stored: change.until[name], recounted: until[name]))
        }
        for (place, said) in change.before.enumerated() {
            guard let expected = expected(at: place, in: change, over: timeline), said != expected else { continue }
            faults.append(
                Disagreement(measure: "before.\(names[place])", stored: said.shown, recounted: expected.shown))
        }
        return faults
    }

    /// What does not depend on members.
    mutating func links(of change: StoredChange, isThere: Bool) -> [Disagreement] {
        var faults: [Disagreement] = []
        if change.version != version + 1 {
            faults.append(
                Disagreement(measure: "version", stored: String(change.version), recounted: String(version + 1)))
        }
        if (change.kind == "created") == isThere {
            faults.append(
                Disagreement(measure: "kind", stored: change.kind, recounted: isThere ? "updated" : "created"))
        }
        if change.recordedAt <= recordedAt {
            faults.append(Disagreement(measure: "recorded_at", stored: change.recordedAt, recounted: "> \(recordedAt)"))
        }
        if let strange = change.strange {
            faults.append(Disagreement(measure: "members", stored: strange, recounted: nil))
        }
        version = change.version
        recordedAt = change.recordedAt
        return faults
    }

    /// What was there from the installation on has a first version without a change.
    mutating func begin(at version: Int) {
        self.version = version
    }

    /// nil where nothing can be said of it.
    private func expected(at place: Int, in change: StoredChange, over timeline: Timeline) -> Told? {
        switch change.kind {
        case "updated":
            let past = timeline.since(change.effectiveOn)
            guard let first = past.first, let last = past.last else { return nil }
            guard change.after[place] != .nothing else { return .nothing }
            if !change.isForGood { return .value(first.values[place]) }
            return .value(isRoadmap ? shown(first, last, change.after, place) : shown(past, first, timeline, place))
        case "deleted":
            guard let today = timeline.today else { return nil }
            let value = today.values[place]
            return [nil, "false", "[]"].contains(value) ? .nothing : .value(value)
        default: return nil
        }
    }

    // Before version 6, a change told a value of before that was not always that of its day.

    /// Of a roadmap the value of today, which says whether a draft ends here; where that stays, the one of the day.
    private func shown(_ first: FoldedPeriod, _ last: FoldedPeriod, _ after: [Told], _ place: Int) -> String? {
        after[place] == .value(last.values[place]) ? first.values[place] : last.values[place]
    }

    /// Of an action the value of the day; that it was confidential at any time since is not left unsaid.
    private func shown(_ past: [FoldedPeriod], _ first: FoldedPeriod, _ timeline: Timeline, _ place: Int) -> String? {
        let isHidden = place == timeline.members.place(of: "confidential") && past.contains { $0.values[place] == "true" }
        return isHidden ? "true" : first.values[place]
    }
}
