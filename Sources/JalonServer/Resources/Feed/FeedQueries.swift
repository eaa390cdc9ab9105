import ActionPlans
import Documents
import Postgres

/// Which changes a reader wants.
struct FeedFilter: Sendable {
    private static let names = Resource.allCases.map(\.rawValue)

    let ministries: [MinistryCode]?
    let resources: [String]?

    init(_ parameters: inout ParameterReader) {
        ministries = parameters.ministries()
        resources = parameters.values("resource", { Self.names.contains($0) ? $0 : nil }) { .notOneOf($0, Self.names) }
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
    let entries: [FeedEntry]
    let hasMore: Bool
    /// The last entry that was in its place, the reader's or not: with nothing found, nothing is to be found before it.
    let head: FeedPosition
}

enum FeedQueries {
    /// - Throws: ``ProblemKind/invalidCursor`` when what was told up to the start is not here, ``ProblemKind/invalidParameter`` for a
    ///   ministry that nobody knows.
    static func page(
        _ session: borrowing Session, _ filter: FeedFilter, from start: FeedStart, limit: Int, visibleTo actor: Actor
    ) throws -> FeedPage {
        guard try isHere(session, start) else { throw Problem.feedBeganAnew() }
        try MinistryQueries.checkKnown(session, filter.ministries)
        let kind = Visibility.ofFeed(to: actor)
        let found = try session.query(
            """
            select \(FeedEntry.columns(for: actor))
            from feed_entries f
            cross join lateral (select \(kind) as kind) k
            left join changes c on c.ministry = f.ministry and c.id = f.change
            where \(start.position.isBefore) and \(FeedPosition.isSettled) and \(filter.condition) and \(kind) is not null
                and \(Visibility.ofFeedContent(to: actor))
            order by f.position, f.id limit \(limit + 1)
            """, FeedEntry.init)
        return FeedPage(entries: Array(found.prefix(limit)), hasMore: found.count > limit, head: try head(session))
    }

    private static func isHere(_ session: borrowing Session, _ start: FeedStart) throws -> Bool {
        let isEpoch: SQL
        switch start {
        case .beginning: return true
        case .behind: isEpoch = "true"
        case .former(_, let epoch): isEpoch = "feed_epoch() = \(epoch)"
        }
        return try session.one("select exists (select from feed_entries f where \(start.position.isHere)) and \(isEpoch)") {
            row in
            try row.next(Bool.self)
        }
    }

    static func head(_ session: borrowing Session) throws -> FeedPosition {
        try session.first(
            """
            select \(FeedPosition.columns) from feed_entries f
            where \(FeedPosition.isSettled) order by f.position desc, f.id desc limit 1
            """, FeedPosition.init) ?? .beginning
    }
}
