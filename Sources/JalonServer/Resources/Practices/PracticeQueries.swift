import ActionPlans
import Postgres

/// A good practice of the guide.
struct Practice: Sendable {
    let id: String
    let version: String
    let rank: Int
    let guideTheme: String
    let guideThemeTitle: String
    let title: String
    let priority: String
    let difficulty: String
    let pilots: [String]

    init(_ row: inout Row) throws {
        id = try row.next()
        version = try row.next()
        rank = try row.next()
        guideTheme = try row.next()
        guideThemeTitle = try row.next()
        title = try row.next()
        priority = try row.next()
        difficulty = try row.next()
        pilots = try row.next()
    }

    func write(to writer: inout JSONWriter) {
        writer.object { practice in
            practice.member("id", id)
            practice.member("version", version)
            practice.member("guide_theme") { theme in
                theme.member("code", guideTheme)
                theme.member("title", guideThemeTitle)
            }
            practice.member("title", title)
            practice.member("priority", priority)
            practice.member("difficulty", difficulty)
            practice.member("pilots", pilots)
        }
    }
}

enum PracticeQueries {
    struct Filter: Sendable {
        var themes: [String]?
        var priorities: [PracticePriority]?
        var difficulties: [PracticeDifficulty]?
        var words: [String]?

        var condition: SQL {
            var parts: [SQL] = ["true"]
            if let themes { parts.append(.isOne("guide_theme", of: themes)) }
            if let priorities { parts.append(.isOne("priority", of: priorities.map(\.code))) }
            if let difficulties { parts.append(.isOne("difficulty", of: difficulties.map(\.code))) }
            for word in words ?? [] {
                parts.append("searchable(id || ' ' || title) like '%' || like_literal(searchable(\(word))) || '%'")
            }
            return .joined(parts, separator: " and ")
        }
    }

    /// In the guide's natural order, after a rank.
    static func list(_ session: borrowing Session, _ filter: Filter, after rank: Int, limit: Int) throws -> [Practice] {
        try session.query(
            """
            select id, version, rank, guide_theme, guide_theme_title, title, priority, difficulty, pilots
            from practices where \(filter.condition) and rank > \(rank)
            order by rank limit \(limit + 1)
            """, Practice.init)
    }

    static func count(_ session: borrowing Session, _ filter: Filter) throws -> Int {
        try session.one("select count(*) from practices where \(filter.condition)") { row in try row.next() }
    }
}
