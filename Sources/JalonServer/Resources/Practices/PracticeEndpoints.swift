import ActionPlans
import Documents
import Postgres

/// `/v1/practices`
enum PracticeEndpoints {
    private static let guideThemes = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]

    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        var filter = PracticeQueries.Filter()
        filter.themes = parameters.values("guide_theme", { guideThemes.contains($0) ? $0 : nil }) {
            .notOneOf($0, guideThemes)
        }
        filter.priorities = parameters.codes("priority")
        filter.difficulties = parameters.codes("difficulty")
        filter.words = parameters.words("q")
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        let after = try paging.position { Int($0[0]) } ?? 0
        let page = try await call.server.database.read { [filter] session in
            Page(
                try PracticeQueries.list(session, filter, after: after, limit: paging.limit), paging: paging,
                total: paging.wantsTotal ? try PracticeQueries.count(session, filter) : nil,
                position: { [String($0.rank)] })
        }
        return call.answer(page, paging) { $1.write(to: &$0) }
    }
}
