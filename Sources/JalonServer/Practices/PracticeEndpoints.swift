import ActionPlans
import Postgres

/// `/v1/practices`
enum PracticeEndpoints {
    private struct Practice: Sendable {
        let id: String
        let version: String
        let rank: Int
        let guideTheme: String
        let guideThemeTitle: String
        let title: String
        let priority: String
        let difficulty: String
        let pilots: [String]
    }

    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        let themes = parameters.values(
            "guide_theme", { ("a"..."i").contains($0) && $0.utf8.count == 1 ? $0 : nil }
        ) { .notOneOf($0, ["a", "b", "c", "d", "e", "f", "g", "h", "i"]) }
        let priorities = parameters.codes("priority", of: PracticePriority.self)
        let difficulties = parameters.codes("difficulty", of: PracticeDifficulty.self)
        let words = parameters.words("q")
        let paging = try parameters.paging(cursorOf: 1, for: call)
        try parameters.finish()
        let after = try paging.position { Int($0[0]) } ?? 0
        var conditions: [SQL] = ["true"]
        if let themes { conditions.append("guide_theme = any(\(themes)::text[])") }
        if let priorities { conditions.append("priority = any(\(priorities.map(\.code))::text[])") }
        if let difficulties { conditions.append("difficulty = any(\(difficulties.map(\.code))::text[])") }
        for word in words ?? [] {
            conditions.append("searchable(id || ' ' || title) like '%' || like_literal(searchable(\(word))) || '%'")
        }
        let condition = SQL.joined(conditions, separator: " and ")
        let page = try await call.server.database.read { session in
            Page(
                try session.query(
                    """
                    select id, version, rank, guide_theme, guide_theme_title, title, priority, difficulty, pilots
                    from practices where \(condition) and rank > \(after)
                    order by rank limit \(paging.limit + 1)
                    """
                ) { row in
                    Practice(
                        id: try row.next(), version: try row.next(), rank: try row.next(), guideTheme: try row.next(),
                        guideThemeTitle: try row.next(), title: try row.next(), priority: try row.next(),
                        difficulty: try row.next(), pilots: try row.next())
                },
                paging: paging,
                total: paging.wantsTotal
                    ? try session.one("select count(*) from practices where \(condition)") { row in try row.next(Int.self) }
                    : nil,
                position: { [String($0.rank)] })
        }
        return call.answer(page, paging) { list, practice in
            list.object { object in
                object.member("id", practice.id)
                object.member("version", practice.version)
                object.member("guide_theme") { theme in
                    theme.member("code", practice.guideTheme)
                    theme.member("title", practice.guideThemeTitle)
                }
                object.member("title", practice.title)
                object.member("priority", practice.priority)
                object.member("difficulty", practice.difficulty)
                object.member("pilots", practice.pilots)
            }
        }
    }
}
