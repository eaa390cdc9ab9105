/// A plan that takes effect on an earlier day tells actions that were done only later. Until then they were to be done: no day
/// counts as done what was not yet.

extension Action {
    /// The action as it was on a day before its completion; nil where it was done by that day, or is not done.
    func before(completionOn day: CivilDate) -> Action? {
        guard status == .realisee, let completedOn, completedOn > day else { return nil }
        var action = self
        action.status = .aFaire
        action.statusReason = nil
        action.completedOn = nil
        return action
    }
}

extension PlanDifference.Entry {
    /// The day on which a new action was done, where that is later than the day from which the plan holds.
    package var laterCompletion: CivilDate? { beginning == nil ? nil : after.completedOn }

    /// What history first tells of it.
    package var first: (action: Action, fields: [MemberChange]) {
        beginning.map { ($0, $0.changes(from: nil)) } ?? (after, fields)
    }

    /// What history tells next, from ``laterCompletion`` on.
    package var completion: [MemberChange] { beginning.map { after.changes(from: $0) } ?? [] }
}

extension ActionPatch {
    /// What is left of it, over a stored action: that it was completed on a day after that of the plan is no news where it was
    /// completed on that very day. So a plan kept in a file with its date can be applied again.
    func withoutKnownCompletion(of stored: Action, in context: ChangeContext) -> ActionPatch {
        guard stored.before(completionOn: context.effectiveOn) != nil, completedOn == .value(stored.completedOn ?? context.today),
            status == .absent || status == .value(.realisee),
            statusReason.resolved(over: stored.statusReason) == stored.statusReason
        else { return self }
        var patch = self
        patch.status = .absent
        patch.statusReason = .absent
        patch.completedOn = .absent
        return patch
    }
}
