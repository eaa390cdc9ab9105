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
    /// What is left of it, over a stored action: that it was completed on a day after that of the plan is no news where it is known
    /// to have been completed on that very day. So a plan kept in a file with its date can be applied again.
    /// - Parameter completed: the action as it was on the day on which it was completed, as the patch says.
    func withoutKnownCompletion(of completed: Action?, in context: ChangeContext) -> ActionPatch {
        guard let completed, completed.before(completionOn: context.effectiveOn) != nil,
            completedOn == .value(completed.completedOn ?? context.today),
            status == .absent || status == .value(.realisee),
            statusReason.resolved(over: completed.statusReason) == completed.statusReason
        else { return self }
        var patch = self
        patch.status = .absent
        patch.statusReason = .absent
        patch.completedOn = .absent
        return patch
    }
}
