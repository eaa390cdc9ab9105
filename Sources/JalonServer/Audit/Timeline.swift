import ActionPlans

/// A change as it is stored. Days and instants are text that sorts as they do.
struct StoredChange {
    let id: Int
    let kind: String
    let version: Int
    let recordedAt: String
    let effectiveOn: String
    /// Whether it was recorded after the day on which it took effect.
    let isLate: Bool
    let before: [Told]
    let after: [Told]
    /// By member, the next day of which something else had been said.
    let until: [String: String]
    /// Whether it holds on all days from its own on: the rule before version 6.
    let isForGood: Bool
    /// What is in it besides the members that there are.
    let strange: String?
}

/// A state from one day to another, believed from one instant to another (the last of both excluded).
struct FoldedPeriod {
    var validFrom: String
    var validTo: String
    var knownFrom: String
    var knownTo = Timeline.end
    var values: [String?]
    var version: Int
    var createdAt: String
    var updatedAt: String
    /// Of an action.
    var inCohort = false
    /// Of a roadmap: when what figures take of it last changed.
    var countedAt = ""
}

/// The periods of one thing, folded from its changes in the order in which they were recorded: those that are believed, and
/// those that no longer are. It shares no reckoning with the triggers of the database, whose work it checks.
struct Timeline {
    static let end = "infinity"

    let members: AuditedMembers
    /// What figures take of a roadmap; nothing of an action.
    private let counted: [Int]
    /// The places of the members that are said together.
    private let tied: Set<Int>
    /// What has been said since the thing was created: of which day, and of which members.
    private var statements: [(day: String, places: Set<Int>)] = []
    /// In order of date.
    private(set) var open: [FoldedPeriod] = []
    private(set) var closed: [FoldedPeriod] = []

    private init(_ members: AuditedMembers, tied: Set<String>, counting names: [String] = []) {
        self.members = members
        counted = names.map(members.place)
        self.tied = Set(tied.map(members.place))
    }

    static func ofRoadmap() -> Timeline {
        Timeline(.roadmap, tied: Roadmap.tied, counting: ["state", "last_year", "submitted_on"])
    }

    static func ofAction() -> Timeline { Timeline(.action, tied: Action.tied) }

    /// What it is today; nil where it is not.
    var today: FoldedPeriod? { open.last { $0.validTo == Self.end } }

    /// What was known of the days since one, before a change that takes effect on it.
    func since(_ day: String) -> [FoldedPeriod] { open.filter { $0.validTo > day } }

    /// Until when a change that is about to be applied holds, by the place of each member: the next day of which something else has
    /// been said.
    func until(_ change: StoredChange) -> [Int: String] {
        guard change.kind == "updated", !change.isForGood else { return [:] }
        var until: [Int: String] = [:]
        for place in change.after.indices where change.after[place] != .nothing {
            until[place] = statements.filter { $0.day > change.effectiveOn && $0.places.contains(place) }.map(\.day).min()
        }
        return until
    }

    mutating func apply(_ change: StoredChange, joinsCohort: Bool) {
        let until = until(change)
        note(change)
        replace(from: change.effectiveOn, at: change.recordedAt) { timeline, past in
            guard change.kind == "updated" else { return .gone }
            let said = change.after.enumerated().map { place, told in
                until[place].map { $0 <= past.validFrom } ?? false ? Told.nothing : told
            }
            let isTold =
                change.isForGood || past.validTo == Self.end || said.contains { $0 != .nothing }
                || (joinsCohort && !past.inCohort)
            return isTold ? .told(timeline.updated(past, saying: said, by: change, joinsCohort: joinsCohort)) : .kept
        }
        guard change.kind == "created" else { return }
        open.append(
            FoldedPeriod(
                validFrom: change.effectiveOn, validTo: Self.end, knownFrom: change.recordedAt,
                values: members.created(by: change.after), version: change.version, createdAt: change.recordedAt,
                updatedAt: change.recordedAt, inCohort: joinsCohort, countedAt: counted.isEmpty ? "" : change.recordedAt))
    }

    /// What is said of a thing that is deleted is over. A change that speaks of one of the tied members speaks of all.
    private mutating func note(_ change: StoredChange) {
        if change.kind != "updated" { statements = [] }
        var places = Set(change.after.indices.filter { change.after[$0] != .nothing })
        if !places.isDisjoint(with: tied) { places.formUnion(tied) }
        if change.kind == "updated" { statements.append((change.effectiveOn, places)) }
    }

    /// The validation of its roadmap takes an action into the cohort, without a change of its own.
    mutating func joinCohort(by validation: StoredChange) {
        replace(from: validation.effectiveOn, at: validation.recordedAt) { _, past in
            if past.inCohort, !validation.isForGood { return .kept }
            var next = past
            next.inCohort = true
            return .told(next)
        }
    }

    /// A validation that is taken back takes it out, on the days on which it no longer holds.
    mutating func leaveCohort(by correction: StoredChange, until day: String) {
        replace(from: correction.effectiveOn, to: day, at: correction.recordedAt) { _, past in
            guard past.inCohort else { return .kept }
            var next = past
            next.inCohort = false
            return .told(next)
        }
    }

    private func updated(_ past: FoldedPeriod, saying said: [Told], by change: StoredChange, joinsCohort: Bool) -> FoldedPeriod {
        var next = past
        next.values = past.values.changed(by: said)
        next.version = change.version
        next.updatedAt = change.recordedAt
        next.inCohort = past.inCohort || joinsCohort
        if counted.contains(where: { past.values[$0] != next.values[$0] }) { next.countedAt = change.recordedAt }
        return next
    }

    /// What becomes of a period.
    private enum Outcome {
        case kept, gone
        case told(FoldedPeriod)
    }

    /// What was believed of the days from one on, until another, is closed and told anew, as far as a change speaks of it.
    private mutating func replace(
        from day: String, to last: String = Timeline.end, at instant: String, _ next: (Timeline, FoldedPeriod) -> Outcome
    ) {
        var told: [FoldedPeriod] = []
        for period in open {
            guard period.validTo > day, period.validFrom < last else {
                told.append(period)
                continue
            }
            let outcome = next(self, period)
            if case .kept = outcome {
                told.append(period)
                continue
            }
            var past = period
            past.knownTo = instant
            closed.append(past)
            if period.validFrom < day {
                var kept = period
                kept.validTo = day
                kept.knownFrom = instant
                told.append(kept)
            }
            guard case .told(var state) = outcome else { continue }
            state.validFrom = max(period.validFrom, day)
            state.validTo = min(period.validTo, last)
            state.knownFrom = instant
            told.append(state)
            guard period.validTo > last else { continue }
            var rest = period
            rest.validFrom = last
            rest.knownFrom = instant
            told.append(rest)
        }
        open = told
    }
}
