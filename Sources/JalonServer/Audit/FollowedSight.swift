import Postgres

/// When an action or a plan came into sight of all and left it, for what is in sight as that is. The entries of the feed tell it: those
/// of the action or the plan are compared with its changes by ``RoadmapAudit``.
struct FollowedSight {
    struct Move {
        let change: Int
        let recordedAt: String
        let isInto: Bool
    }

    private var moves: ArraySlice<Move> = []
    private(set) var isOpen = false

    init() {}

    private init(_ moves: [Move]) {
        self.moves = moves[...]
    }

    /// - Parameter limit: an instant, as text; nil for the end of time.
    /// - Returns: the next move, which is then done.
    mutating func next(before limit: String? = nil, orAt isWithin: Bool = false) -> Move? {
        guard let move = moves.first, limit.map({ move.recordedAt < $0 || isWithin && move.recordedAt == $0 }) ?? true else {
            return nil
        }
        moves = moves.dropFirst()
        isOpen = move.isInto
        return move
    }

    /// Of all actions that have something of their own, by their id as text.
    /// - Parameter chosen: of the entries `e`.
    static func read(_ session: borrowing Session, where chosen: SQL) throws -> [String: FollowedSight] {
        var moves: [String: [Move]] = [:]
        try session.stream(
            """
            with own as materialized (
                select distinct c.ministry, c.first_year, split_part(c.code, '/', 1) as action from changes c
                where c.resource = \(Resource.impact.literal)
            )
            select concat_ws('-', e.ministry, e.first_year, e.code), e.change, rfc3339(e.recorded_at), e.outside in ('created', 'revealed')
            from feed_entries e
            where e.resource = \(Resource.action.literal) and e.outside in ('created', 'revealed', 'withdrawn', 'deleted')
                and e.change is not null and \(chosen)
                and exists (select from own o where o.ministry = e.ministry and o.first_year = e.first_year and o.action = e.code)
            order by e.change
            """
        ) { row in
            let action: String = try row.next()
            moves[action, default: []].append(
                Move(change: try row.next(), recordedAt: try row.next(), isInto: try row.next()))
        }
        return moves.mapValues { FollowedSight($0) }
    }

    /// Of all recommendations, by their id as text: each follows what it was last said to be about.
    /// - Parameter chosen: of the entries `e`.
    static func ofRecommendations(_ session: borrowing Session, where chosen: SQL) throws -> [String: FollowedSight] {
        var moves: [String: [Move]] = [:]
        try session.stream(
            """
            with told as materialized (
                select distinct on (c.ministry, c.first_year, c.code) c.ministry as body, c.first_year as year, c.code as number,
                    case when c.after ->> 'subject' ~ '^[A-Z0-9]' then c.after ->> 'subject' end as action
                from changes c
                where c.resource = \(Resource.recommendation.literal) and c.after ? 'subject'
                order by c.ministry, c.first_year, c.code, c.id desc
            )
            select concat_ws('-', body, year, number), e.change, rfc3339(e.recorded_at), e.outside in ('created', 'revealed')
            from told
            join feed_entries e on e.ministry = body and e.first_year = year and e.code is not distinct from action
                and e.resource = case when action is null then \(Resource.roadmap.literal) else \(Resource.action.literal) end
            where e.outside in ('created', 'revealed', 'withdrawn', 'deleted') and e.change is not null and \(chosen)
            order by e.change
            """
        ) { row in
            let id: String = try row.next()
            moves[id, default: []].append(Move(change: try row.next(), recordedAt: try row.next(), isInto: try row.next()))
        }
        return moves.mapValues { FollowedSight($0) }
    }
}
