/// The counts of a set of actions that every figure is made of. Tallies of disjoint sets add up.
package struct Tally: Hashable, Sendable {
    package var aFaire = 0
    package var enCours = 0
    package var realisees = 0
    package var abandonnees = 0
    package var keyActions = 0
    /// Open actions whose due date has passed.
    package var late = 0
    package var confidential = 0
    /// Actions whose reached level is at least their target level.
    package var targetReached = 0
    /// Actions that have reached the level `realisation`, whatever their target.
    package var realisationReached = 0
    package var withoutReachedLevel = 0
    /// Actions present when their roadmap was first validated, and those of them that are `realisee`.
    package var cohort = 0
    package var cohortRealisees = 0

    package init() {}

    /// Every action has exactly one status, so the total is their sum by construction.
    package var actions: Int { ActionStatus.allCases.reduce(0) { $0 + self[$1] } }
    package var active: Int { actions - abandonnees }

    package subscript(_ status: ActionStatus) -> Int {
        get {
            switch status {
            case .aFaire: aFaire
            case .enCours: enCours
            case .realisee: realisees
            case .abandonnee: abandonnees
            }
        }
        set {
            switch status {
            case .aFaire: aFaire = newValue
            case .enCours: enCours = newValue
            case .realisee: realisees = newValue
            case .abandonnee: abandonnees = newValue
            }
        }
    }

    package mutating func count(_ action: Action, inCohort: Bool, on day: CivilDate) {
        self[action.status] += 1
        if action.keyAction { keyActions += 1 }
        if action.isLate(on: day) { late += 1 }
        if action.confidential { confidential += 1 }
        if let reached = action.reachedLevel {
            if reached >= action.targetLevel { targetReached += 1 }
            if reached == .realisation { realisationReached += 1 }
        } else {
            withoutReachedLevel += 1
        }
        if inCohort {
            cohort += 1
            if action.status == .realisee { cohortRealisees += 1 }
        }
    }

    package static func + (left: Tally, right: Tally) -> Tally {
        var sum = left
        for status in ActionStatus.allCases { sum[status] += right[status] }
        sum.keyActions += right.keyActions
        sum.late += right.late
        sum.confidential += right.confidential
        sum.targetReached += right.targetReached
        sum.realisationReached += right.realisationReached
        sum.withoutReachedLevel += right.withoutReachedLevel
        sum.cohort += right.cohort
        sum.cohortRealisees += right.cohortRealisees
        return sum
    }

    package static func += (left: inout Tally, right: Tally) { left = left + right }
}

/// The same actions counted along each dimension of the figures.
package struct Tallies: Sendable, Equatable {
    package var byMinistry: [MinistryCode: Tally] = [:]
    package var byTheme: [Theme: Tally] = [:]
    package var byTargetLevel: [EngagementLevel: Tally] = [:]
    package var byReachedLevel: [EngagementLevel?: Tally] = [:]
    package var byKeyAction: [Bool: Tally] = [:]

    package init() {}

    package var total: Tally { byMinistry.values.reduce(Tally(), +) }

    package mutating func count(_ action: Action, of ministry: MinistryCode, inCohort: Bool, on day: CivilDate) {
        byMinistry[ministry, default: Tally()].count(action, inCohort: inCohort, on: day)
        byTheme[action.theme, default: Tally()].count(action, inCohort: inCohort, on: day)
        byTargetLevel[action.targetLevel, default: Tally()].count(action, inCohort: inCohort, on: day)
        byReachedLevel[action.reachedLevel, default: Tally()].count(action, inCohort: inCohort, on: day)
        byKeyAction[action.keyAction, default: Tally()].count(action, inCohort: inCohort, on: day)
    }
}
