import ActionPlans
import Postgres

/// Writes what a document does to the actions of a plan: a number of statements that does not grow with the actions.
struct PlanStorage: Sendable {
    let id: RoadmapID
    let difference: PlanDifference

    /// - Returns: what history keeps of the actions.
    func storeActions(_ session: borrowing Session, in writing: Writing) throws -> [NewChange] {
        let created = difference.entries(.created)
        let updated = difference.entries(.updated).filter { !$0.first.fields.isEmpty }
        let newVersions = try ActionQueries.insert(
            session, created.map { ($0.code, $0.first.action) }, into: id, inCohort: difference.validates, at: writing.instant)
        let nextVersions = try ActionQueries.update(
            session, updated.map { ($0.code, $0.first.action) }, of: id, at: writing.instant)
        return (created + updated).map { entry in
            NewChange(
                entry.change == .created ? .created : .updated, .action(ActionID(roadmap: id, code: entry.code)),
                version: newVersions[entry.code.text] ?? nextVersions[entry.code.text] ?? 1, entry.first.fields)
        }
    }

    /// Actions that were done after the day from which the plan holds: each is done from its own day on, which is recorded a moment
    /// later, for a day of completion at a time.
    func complete(_ session: borrowing Session, in writing: Writing) throws {
        var days: [CivilDate: [PlanDifference.Entry]] = [:]
        for entry in difference.entries(.created) + difference.entries(.updated) {
            if let steps = entry.inTwoSteps { days[steps.completedOn, default: []].append(entry) }
        }
        for (day, entries) in days.sorted(by: { $0.key < $1.key }) {
            let later = try writing.later(session, from: day)
            let versions = try ActionQueries.update(
                session, entries.map { ($0.code, $0.after) }, of: id, at: later.instant)
            try RoadmapQueries.touchPlan(session, id, changes: entries.count, addedActions: 0)
            let changes = entries.map { entry in
                NewChange(
                    .updated, .action(ActionID(roadmap: id, code: entry.code)), version: versions[entry.code.text] ?? 1,
                    entry.inTwoSteps?.completion ?? [])
            }
            try later.record(session, changes)
        }
    }
}
