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
    /// What is in it besides the members that there are.
    let strange: String?
}

/// A state from one day to another, believed from one instant to another (the last of both excluded).
struct Period {
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
    /// In order of date.
    private(set) var open: [Period] = []
    private(set) var closed: [Period] = []

    init(_ members: AuditedMembers, counting names: [String] = []) {
        self.members = members
        counted = names.map(members.place)
    }

    static func ofRoadmap() -> Timeline { Timeline(.roadmap, counting: ["state", "last_year", "submitted_on"]) }

    /// What it is today; nil where it is not.
    var today: Period? { open.last { $0.validTo == Self.end } }

    /// What was known of the days since one, before a change that takes effect on it.
    func since(_ day: String) -> [Period] { open.filter { $0.validTo > day } }

    mutating func apply(_ change: StoredChange, joinsCohort: Bool) {
        replace(from: change.effectiveOn, at: change.recordedAt) { timeline, past in
            guard change.kind == "updated" else { return nil }
            return timeline.updated(past, by: change, joinsCohort: joinsCohort)
        }
        guard change.kind == "created" else { return }
        open.append(
            Period(
                validFrom: change.effectiveOn, validTo: Self.end, knownFrom: change.recordedAt,
                values: members.created(by: change.after), version: change.version, createdAt: change.recordedAt,
                updatedAt: change.recordedAt, inCohort: joinsCohort, countedAt: counted.isEmpty ? "" : change.recordedAt))
    }

    /// The validation of its roadmap takes an action into the cohort, without a change of its own.
    mutating func joinCohort(from day: String, at instant: String) {
        replace(from: day, at: instant) { _, past in
            var next = past
            next.inCohort = true
            return next
        }
    }

    private func updated(_ past: Period, by change: StoredChange, joinsCohort: Bool) -> Period {
        var next = past
        next.values = past.values.changed(by: change.after)
        next.version = change.version
        next.updatedAt = change.recordedAt
        next.inCohort = past.inCohort || joinsCohort
        if counted.contains(where: { past.values[$0] != next.values[$0] }) { next.countedAt = change.recordedAt }
        return next
    }

    /// What was believed of the days from one on is closed and told anew.
    private mutating func replace(from day: String, at instant: String, _ next: (Timeline, Period) -> Period?) {
        var told: [Period] = []
        for period in open {
            guard period.validTo > day else {
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
            guard var state = next(self, period) else { continue }
            state.validFrom = max(period.validFrom, day)
            state.knownFrom = instant
            told.append(state)
        }
        open = told
    }
}
