import ActionPlans
import Postgres

/// Of the entries `f` of the feed. `keep_feed` in the schema has noted beside each what it is to those who see all of its ministry
/// (`inside`) and to others (`outside`), by the same rule, of the state before the change and after it.
extension Visibility {
    /// What an entry is to the caller; null for nothing.
    static func ofFeed(to actor: Actor) -> SQL {
        switch actor.reach {
        case .all: "f.inside"
        case .only(let own) where !own.isEmpty: "case when \(isOne(of: own, "f.ministry")) then f.inside else f.outside end"
        case .only: "f.outside"
        }
    }

    /// The members of an entry that are not told to the caller, as a list of texts.
    static func untoldOfFeed(to actor: Actor) -> SQL {
        if actor.seesAll { return "'{}'::text[]" }
        let isTold: SQL = "f.resource <> \(Resource.recommendation.literal)"
        return
            "case when \(either(isTold, isOf: "f.ministry", to: actor)) then '{}' else \(RecommendationRecord.insideMembers)::text[] end"
    }

    /// The past of what has gone out of sight since is not told either, but for its end.
    static func ofFeedContent(to actor: Actor) -> SQL {
        let isEnded: SQL = """
            exists (
                select from feed_entries later
                where later.resource = f.resource and later.ministry = f.ministry and later.first_year is not distinct from f.first_year
                    and later.code is not distinct from f.code and later.id > f.id and later.outside in ('withdrawn', 'deleted'))
            """
        return either("f.outside in ('withdrawn', 'deleted') or not \(isEnded)", isOf: "f.ministry", to: actor)
    }
}
