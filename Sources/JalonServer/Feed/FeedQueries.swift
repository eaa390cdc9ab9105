import ActionPlans
import Postgres

/// Which changes a reader wants.
struct FeedFilter: Sendable {
    static let resources = ["roadmap", "action", "ministry", "census"]

    let ministries: [MinistryCode]?
    let resources: [String]?

    init(_ parameters: inout ParameterReader) {
        ministries = parameters.ministries()
        resources = parameters.values("resource", { Self.resources.contains($0) ? $0 : nil }) { .notOneOf($0, Self.resources) }
    }

    var condition: SQL {
        var parts: [SQL] = ["true"]
        if let ministries { parts.append("f.ministry = any(\(ministries.map(\.text))::text[])") }
        if let resources { parts.append("f.resource = any(\(resources)::text[])") }
        return .joined(parts, separator: " and ")
    }
}

/// What a reader finds after a position.
struct FeedPage: Sendable {
    let epoch: String
    let entries: [FeedEntry]
    let hasMore: Bool
    /// The last entry that was in its place, the reader's or not: with nothing found, nothing is to be found before it.
    let head: FeedPosition
}

enum FeedQueries {
    /// - Throws: ``ProblemKind/invalidCursor`` when positions no longer mean what they did.
    static func page(
        _ session: borrowing Session, _ filter: FeedFilter, after position: FeedPosition, epoch: String?, limit: Int,
        visibleTo actor: Actor
    ) throws -> FeedPage {
        let now = try session.one("select feed_epoch()") { row in try row.next(String.self) }
        guard epoch == nil || epoch == now else { throw Problem.feedBeganAnew() }
        let kind = Visibility.ofFeed(to: actor)
        let found = try session.query(
            """
            select \(FeedEntry.columns)
            from feed_entries f
            cross join lateral (select \(kind) as kind) k
            left join changes c on c.ministry = f.ministry and c.id = f.change
            where \(position.isBefore) and \(filter.condition) and \(kind) is not null
                and \(Visibility.ofFeedContent(to: actor))
            order by f.position, f.id limit \(limit + 1)
            """, FeedEntry.init)
        return FeedPage(
            epoch: now, entries: Array(found.prefix(limit)), hasMore: found.count > limit, head: try head(session))
    }

    static func head(_ session: borrowing Session) throws -> FeedPosition {
        try session.first(
            """
            select f.position::text, f.id from feed_entries f
            where f.position < pg_snapshot_xmin(pg_current_snapshot()) order by f.position desc, f.id desc limit 1
            """
        ) { row in
            let transaction = try row.next(String.self)
            return FeedPosition(transaction: UInt64(transaction) ?? 0, entry: try row.next())
        } ?? .beginning
    }
}
