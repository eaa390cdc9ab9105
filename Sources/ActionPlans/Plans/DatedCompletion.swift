/// A plan that takes effect on an earlier day tells actions that were done only later. Until then they were not done: no day counts as
/// done what was not yet. Such a line is two statements, of the day of the plan and of the day of completion.

extension PlanDifference.Entry {
    package struct TwoSteps: Sendable {
        /// What history tells of the day of the plan.
        package let first: (action: Action, fields: [MemberChange])
        /// The day of completion, and what history tells of it.
        package let completedOn: CivilDate
        package let completion: [MemberChange]
    }

    /// What history tells of the day of the plan.
    package var first: (action: Action, fields: [MemberChange]) { inTwoSteps?.first ?? (after, fields) }

    /// - Returns: nil where the line has no code.
    init?(
        creating code: ActionCode?, by patch: ActionPatch, in context: ChangeContext, _ catalogue: PracticeCatalogue
    ) throws(Refusal) {
        let after = try Action.creating(patch, in: context, catalogue: catalogue)
        guard let code else { return nil }
        self.init(code: code, change: .created, before: nil, after: after, fields: after.changes(from: nil))
        completionIsFilledIn = Self.isFilledIn(patch, fields)
        guard let first = after.before(completionOn: context.effectiveOn), let day = after.completedOn else { return }
        inTwoSteps = TwoSteps(
            first: (first, first.changes(from: nil)), completedOn: day, completion: after.changes(from: first))
    }

    /// - Parameters:
    ///   - known: what was known of the day of the plan; nil where that is today.
    ///   - completed: what was known of the day on which the patch says that the action was completed, where that is later.
    init(
        updating code: ActionCode, _ before: Action, by patch: ActionPatch, on known: KnownDay<Action>?,
        _ completed: Dated<KnownDay<Action>>?, in context: ChangeContext, _ catalogue: PracticeCatalogue
    ) throws(Refusal) {
        guard let completed, let completion = patch.completion(on: completed) else {
            let (after, fields) = try before.applying(patch, on: known, in: context, catalogue: catalogue)
            self.init(
                code: code, change: fields.isEmpty ? .unchanged : .updated, before: before, after: after, fields: fields)
            completionIsFilledIn = Self.isFilledIn(patch, fields)
            return
        }
        let first = try before.applying(patch.withoutCompletion, on: known, in: context, catalogue: catalogue)
        let day = try ChangeContext(effectiveOn: completed.since, reason: context.reason, today: context.today)
        let last = try first.action.applying(completion, on: completed.state, in: day, catalogue: catalogue)
        let fields = first.changes + last.changes
        self.init(
            code: code, change: fields.isEmpty ? .unchanged : .updated, before: before, after: last.action, fields: fields)
        if last.changes.isEmpty { return }
        inTwoSteps = TwoSteps(
            first: (first.action, first.changes), completedOn: completed.since, completion: last.changes)
    }

    private static func isFilledIn(_ patch: ActionPatch, _ fields: [MemberChange]) -> Bool {
        patch.completedOn == .absent && fields.contains { $0.member == "completed_on" }
    }
}

extension Action {
    /// The action as it was on a day before its completion; nil where it was done by that day, or is not done.
    fileprivate func before(completionOn day: CivilDate) -> Action? {
        guard status == .realisee, let completedOn, completedOn > day else { return nil }
        var action = self
        action.status = .aFaire
        action.statusReason = nil
        action.completedOn = nil
        return action
    }
}

extension ActionPatch {
    /// What it says of the day of completion; nil where it does not say that the action was done on that day.
    fileprivate func completion(on day: Dated<KnownDay<Action>>) -> ActionPatch? {
        let isDone = status == .value(.realisee) || (status == .absent && day.state.state.status == .realisee)
        guard isDone, completedOn == .value(day.since) else { return nil }
        var patch = ActionPatch()
        patch.status = .value(.realisee)
        patch.completedOn = completedOn
        patch.statusReason = statusReason
        return patch
    }

    fileprivate var withoutCompletion: ActionPatch {
        var patch = self
        patch.status = .absent
        patch.statusReason = .absent
        patch.completedOn = .absent
        return patch
    }
}
