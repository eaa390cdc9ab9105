import ActionPlans
import Postgres

/// An action as it was on both sides of a comparison.
struct ComparedAction: Sendable {
    /// What it was on one side; nil where it was not there.
    struct Side: Sendable {
        let counts: Bool
        let title: String
        let theme: Theme
        let targetLevel: EngagementLevel
        let reachedLevel: EngagementLevel?
        let status: ActionStatus
        let keyAction: Bool
        let roadmapState: RoadmapState

        init?(_ row: inout Row) throws {
            let counts: Bool = try row.next()
            let title: String? = try row.next()
            let theme: Theme? = try row.next()
            let targetLevel: EngagementLevel? = try row.next()
            let reachedLevel: EngagementLevel? = try row.next()
            let status: ActionStatus? = try row.next()
            let keyAction: Bool? = try row.next()
            let roadmapState: RoadmapState? = try row.next()
            guard let title, let theme, let targetLevel, let status, let keyAction, let roadmapState else { return nil }
            self.counts = counts
            self.title = title
            self.theme = theme
            self.targetLevel = targetLevel
            self.reachedLevel = reachedLevel
            self.status = status
            self.keyAction = keyAction
            self.roadmapState = roadmapState
        }

        func write(to writer: inout JSONWriter) {
            writer.member("counts", counts)
            writer.member("theme", theme.code)
            writer.member("target_level", targetLevel.code)
            writer.member("reached_level", reachedLevel?.code)
            writer.member("status", status.code)
            writer.member("key_action", keyAction)
            writer.member("roadmap_state", roadmapState.code)
        }
    }

    let id: ActionID
    let cause: MoveCause
    let from: Side?
    let to: Side?

    /// - Returns: nil for a row without an action.
    init?(_ row: inout Row) throws {
        let ministry: MinistryCode? = try row.next()
        let year: Int? = try row.next()
        let code: ActionCode? = try row.next()
        let cause: MoveCause? = try row.next()
        guard let ministry, let year, let roadmap = RoadmapID(ministry: ministry, firstYear: year), let code, let cause
        else { return nil }
        id = ActionID(roadmap: roadmap, code: code)
        self.cause = cause
        from = try Side(&row)
        to = try Side(&row)
    }

    func write(to list: inout JSONWriter, in comparison: FigureComparison) {
        list.object { writer in
            writer.member("id", id.description)
            writer.member("roadmap", id.roadmap.description)
            writer.member("ministry", id.roadmap.ministry.text)
            writer.member("title", (to ?? from)?.title)
            writer.member("cause", cause.code)
            for (name, side) in [("from", from), ("to", to)] {
                if let side { writer.member(name, object: side.write) } else { writer.member(name, nil as String?) }
            }
            writer.member("links") { links in
                for (name, side, scope) in [("from", from, comparison.from), ("to", to, comparison.to)] {
                    let query = PercentEncoding.query(scope.reading.parameters)
                    links.member(name, side.map { _ in "/v1/actions/\(id)?\(query)" })
                }
                links.member("history", "/v1/actions/\(id)/history")
            }
        }
    }
}
