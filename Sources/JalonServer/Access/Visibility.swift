import ActionPlans
import Postgres

/// What a caller may see, as conditions on the tables `actions` as `a` and `roadmaps` as `r`. The one home of the rule:
/// drafts and confidential actions are for their own ministry and for the coordinators.
enum Visibility {
    static func ofActions(to actor: Actor, in reading: Reading = .now) -> SQL {
        switch actor.role {
        case .coordinator: "true"
        case .referent:
            "((r.state <> 'brouillon' and not a.confidential\(actionNow(reading))) or a.ministry = any(\(own(actor))::text[]))"
        case .reader, .admin: "(r.state <> 'brouillon' and not a.confidential\(actionNow(reading)))"
        }
    }

    /// Of actions compared as `c`, with what they were on both sides: what hides one on either side hides it altogether.
    static func ofCompared(to actor: Actor) -> SQL {
        let isPublic: SQL = """
            (not coalesce(c.from_confidential, false) and not coalesce(c.to_confidential, false) and \(isPublicNow("c"))
                and (c.from_known_to is null
                    or action_period_shown(c.ministry, c.first_year, c.code, c.from_valid_from, c.from_known_to))
                and (c.to_known_to is null
                    or action_period_shown(c.ministry, c.first_year, c.code, c.to_valid_from, c.to_known_to)))
            """
        return switch actor.role {
        case .coordinator: "true"
        case .referent: "(\(isPublic) or c.ministry = any(\(own(actor))::text[]))"
        case .reader, .admin: isPublic
        }
    }

    /// Of the roadmaps `r` that callers without a token may ask to have counted too.
    static func ofCountedRoadmaps(to actor: Actor?) -> SQL {
        guard let actor else { return "r.state <> 'brouillon'" }
        return switch actor.role {
        case .coordinator: "true"
        case .referent: "(r.state <> 'brouillon' or r.ministry = any(\(own(actor))::text[]))"
        case .reader, .admin: "r.state <> 'brouillon'"
        }
    }

    static func ofRoadmaps(to actor: Actor, in reading: Reading = .now) -> SQL {
        switch actor.role {
        case .coordinator: "true"
        case .referent: "((r.state <> 'brouillon'\(roadmapNow(reading))) or r.ministry = any(\(own(actor))::text[]))"
        case .reader, .admin: "(r.state <> 'brouillon'\(roadmapNow(reading)))"
        }
    }

    /// The past of what may not be seen now may not be seen either, even of days on which it could, nor what was recorded
    /// while it was hidden, whatever day it is about: as in its history.
    private static func actionNow(_ reading: Reading) -> SQL {
        if reading.isNow { return "" }
        return """
             and \(isPublicNow("a"))
                and action_period_shown(a.ministry, a.first_year, a.code, a.valid_from, a.known_to)
            """
    }

    private static func isPublicNow(_ action: SQL) -> SQL {
        """
        exists (
            select from actions present
            join roadmaps plan on plan.ministry = present.ministry and plan.first_year = present.first_year
            where present.ministry = \(action).ministry and present.first_year = \(action).first_year
                and present.code = \(action).code and plan.state <> 'brouillon' and not present.confidential)
        """
    }

    private static func roadmapNow(_ reading: Reading) -> SQL {
        if reading.isNow { return "" }
        return """
             and exists (
                select from roadmaps present
                where present.ministry = r.ministry and present.first_year = r.first_year and present.state <> 'brouillon')
                and roadmap_period_shown(r.ministry, r.first_year, r.valid_from, r.known_to)
            """
    }

    /// What an entry of the feed `f` is to the caller; null for nothing. `keep_feed` in the schema tells the same rule of the
    /// state before each change and after it.
    static func ofFeed(to actor: Actor) -> SQL {
        switch actor.role {
        case .coordinator: "f.inside"
        case .referent: "case when f.ministry = any(\(own(actor))::text[]) then f.inside else f.outside end"
        case .reader, .admin: "f.outside"
        }
    }

    /// The past of what has gone out of sight since is not told either, but for its end.
    static func ofFeedContent(to actor: Actor) -> SQL {
        let isEnded: SQL = """
            exists (
                select from feed_entries later
                where later.ministry = f.ministry and later.first_year is not distinct from f.first_year
                    and later.code is not distinct from f.code and later.id > f.id and later.outside in ('withdrawn', 'deleted'))
            """
        switch actor.role {
        case .coordinator: return "true"
        case .referent:
            return "(f.ministry = any(\(own(actor))::text[]) or f.outside in ('withdrawn', 'deleted') or not \(isEnded))"
        case .reader, .admin: return "(f.outside in ('withdrawn', 'deleted') or not \(isEnded))"
        }
    }

    private static func own(_ actor: Actor) -> [String] {
        actor.ministries.map(\.text).sorted()
    }
}
