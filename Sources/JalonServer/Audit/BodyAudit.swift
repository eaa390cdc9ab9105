import ActionPlans
import Postgres

/// Compares what is of no plan (ministries, censuses) with its changes: the tables of today, the names they were known by, and the
/// feed. There are few of these things: all of one resource are read at once.
struct BodyAudit {
    private let resource: Resource
    private let table: AuditedTable
    private(set) var histories: [String: BodyHistory] = [:]

    /// - Parameter year: only what is of this year.
    /// - Returns: how many numbers of indicators were recounted.
    static func compare(_ session: borrowing Session, year: Int?, _ findings: inout Findings) throws -> Int {
        var numbers = 0
        for resource in Resource.allCases {
            guard case .alone(let table) = resource.auditing, year == nil || table.year != nil else { continue }
            var audit = BodyAudit(resource: resource, table: table)
            func isOfYear(_ column: SQL?) -> SQL {
                column.map { "(\(year)::int is null or \($0) = \(year)::int)" } ?? "true"
            }
            try audit.fold(session, isOfYear(table.year.map { _ in "first_year" }), &findings)
            try audit.compareToday(
                session,
                "select \(table.id), \(todays(table.members)) from \(table.name) p where \(table.isOfToday) and \(isOfYear(table.year))",
                &findings)
            if table.keepsPast {
                var states = ExpectedStates(audit.histories.values, table.members)
                try states.take(session, table, where: isOfYear(table.year), &findings)
            }
            if resource == .ministry { try audit.compareNames(session, &findings) }
            if resource == .measure {
                numbers += try IndicatorRecount(audit.histories).compare(session, year: year, &findings)
            }
        }
        return numbers
    }

    private init(resource: Resource, table: AuditedTable) {
        self.resource = resource
        self.table = table
    }

    private var members: AuditedMembers { table.members }

    private func thing(_ id: String) -> AuditDifference.Thing { .body(id) }

    private static func todays(_ members: AuditedMembers) -> SQL {
        "p.version, rfc3339(p.created_at), rfc3339(p.updated_at), \(members.selected)"
    }

    /// Reads the feed, which tells how what was there from the installation began, then the changes.
    private mutating func fold(_ session: borrowing Session, _ chosen: SQL, _ findings: inout Findings) throws {
        let key: SQL = "concat_ws('-', nullif(ministry, ''), first_year, code)"
        let stored = try session.query(
            """
            select \(key), \(FeedRow.columns(members)) from feed_entries e
            where resource = \(resource.literal) and \(chosen) order by position, id
            """
        ) { row in (key: try row.next(String.self), entry: try FeedRow(&row, members)) }
        for (key, entry) in stored where entry.isOrigin && histories[key] == nil {
            histories[key] = BodyHistory(thing(key), resource, table, from: entry)
        }
        let origins = histories
        let sights =
            switch resource.audience {
            case .ofPartOfAction: try FollowedSight.read(session, where: chosen)
            case .ofRecommendation: try FollowedSight.ofRecommendations(session, where: chosen)
            case .all, .ofRoadmap, .ofAction, .ofMeasure, .ofMinistry: [String: FollowedSight]()
            }
        try session.stream(
            """
            select \(key), code, \(StoredChange.columns(members)) from changes c
            where resource = \(resource.literal) and \(chosen) order by id
            """
        ) { row in
            let key: String = try row.next()
            let code: String? = try row.next()
            var history =
                histories.removeValue(forKey: key)
                ?? BodyHistory(
                    thing(key), resource, table, from: nil,
                    following: key.split(separator: "/").first.flatMap { sights[String($0)] } ?? FollowedSight())
            history.add(try StoredChange(&row, members), code, &findings)
            histories[key] = history
        }
        for key in histories.keys { histories[key]?.finish() }
        var feed = ExpectedFeed(members.names)
        for history in histories.values {
            for entry in history.entries { feed.expect(entry) }
        }
        var begun: Set<String> = []
        for (key, entry) in stored where !entry.isOrigin || origins[key] == nil || !begun.insert(key).inserted {
            feed.take(entry, thing(key), &findings)
        }
        let things = Dictionary(
            histories.values.flatMap { history in history.entries.map { ($0.change ?? 0, history.thing) } }
        ) { first, _ in first }
        feed.finish({ things[$0.change ?? 0] ?? thing("") }, &findings)
    }

    private func compareToday(_ session: borrowing Session, _ select: SQL, _ findings: inout Findings) throws {
        let today = try session.one("select paris_today()") { row in try row.next(String.self) }
        var gone = histories
        try session.stream(select) { row in
            let key: String = try row.next()
            let history = gone.removeValue(forKey: key)
            let stored = [try row.next(String.self), try row.next(String.self), try row.next(String.self)]
            let values = try members.names.map { _ in try row.next(String?.self) }
            guard let history, let known = history.values else {
                let extra = Disagreement(measure: "row", stored: stored[0], recounted: nil)
                return findings.note(extra, .today, thing(key), day: today, knownFrom: nil)
            }
            if history.isLost { return }
            let told = [String(history.version), history.createdAt, history.updatedAt] + known
            for (name, (one, other)) in zip(["version", "created_at", "updated_at"] + members.names, zip(stored + values, told))
            where one != other {
                findings.note(
                    Disagreement(measure: name, stored: one, recounted: other), .today, thing(key), day: today,
                    knownFrom: history.updatedAt)
            }
        }
        // What was deleted is rightly gone.
        for history in gone.values where history.values != nil {
            let missing = Disagreement(measure: "row", stored: nil, recounted: String(history.version))
            findings.note(missing, .today, history.thing, day: today, knownFrom: history.updatedAt)
        }
    }
}
