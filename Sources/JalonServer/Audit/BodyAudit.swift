import ActionPlans
import Postgres

/// Compares ministries and censuses with their changes: the tables of today, the names they were known by, and the feed.
/// There are few of them: all are read at once.
struct BodyAudit {
    private let resource: String
    private let members: AuditedMembers
    private let thing: (String) -> AuditDifference.Thing
    private(set) var histories: [String: BodyHistory] = [:]

    /// - Parameter year: only its census, and no ministry.
    static func compare(_ session: borrowing Session, year: Int?, _ findings: inout Findings) throws {
        var censuses = BodyAudit(resource: "census", members: .census) { .census(Int($0) ?? 0) }
        let chosen: SQL = "ministry = '' and (\(year)::int is null or first_year = \(year)::int)"
        try censuses.fold(session, "first_year", chosen, &findings)
        try censuses.compareToday(
            session, "select p.year, \(todays(.census)) from censuses p where \(year)::int is null or p.year = \(year)::int",
            &findings)
        guard year == nil else { return }
        var ministries = BodyAudit(resource: "ministry", members: .ministry) { .ministry($0) }
        try ministries.fold(session, "ministry", "first_year is null", &findings)
        try ministries.compareToday(session, "select p.code, \(todays(.ministry)) from ministries p", &findings)
        try ministries.compareNames(session, &findings)
    }

    private init(resource: String, members: AuditedMembers, thing: @escaping (String) -> AuditDifference.Thing) {
        self.resource = resource
        self.members = members
        self.thing = thing
    }

    private static func todays(_ members: AuditedMembers) -> SQL {
        "p.version, rfc3339(p.created_at), rfc3339(p.updated_at), \(members.selected)"
    }

    /// Reads the feed, which tells how what was there from the installation began, then the changes.
    private mutating func fold(
        _ session: borrowing Session, _ key: SQL, _ chosen: SQL, _ findings: inout Findings
    ) throws {
        let stored = try session.query(
            """
            select \(key)::text, \(FeedRow.columns(members)) from feed_entries e
            where resource = \(resource) and \(chosen) order by position, id
            """
        ) { row in (key: try row.next(String.self), entry: try FeedRow(&row, members)) }
        for (key, entry) in stored where entry.isOrigin && histories[key] == nil {
            histories[key] = BodyHistory(thing(key), resource, members, from: entry)
        }
        let origins = histories
        try session.stream(
            """
            select \(key)::text, \(StoredChange.columns(members)) from changes c
            where resource = \(resource) and \(chosen) order by id
            """
        ) { row in
            let key: String = try row.next()
            var history = histories.removeValue(forKey: key) ?? BodyHistory(thing(key), resource, members, from: nil)
            history.add(try StoredChange(&row, members), &findings)
            histories[key] = history
        }
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
        for history in gone.values {
            let missing = Disagreement(measure: "row", stored: nil, recounted: String(history.version))
            findings.note(missing, .today, history.thing, day: today, knownFrom: history.updatedAt)
        }
    }
}
