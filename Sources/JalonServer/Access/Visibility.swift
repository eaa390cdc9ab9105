import ActionPlans
import Postgres

/// What a caller may see, of everything that is read: the one home of the rule. Drafts and confidential actions are for their own
/// ministry and for the coordination; what depends on it (counts, histories, the feed, comparisons) follows from it here, in this
/// file and in those beside it that are named after what they are about.
///
/// A condition is of the tables that its comment names. No statement on what may be hidden goes without one.
enum Visibility {
    /// What all may see, or what is of a ministry of which the caller sees everything.
    static func either(_ isPublic: SQL, isOf ministry: SQL, to actor: Actor?) -> SQL {
        switch actor?.reach {
        case .all: "true"
        case .only(let own) where !own.isEmpty: "(\(isPublic) or \(isOne(of: own, ministry)))"
        case .only, nil: "(\(isPublic))"
        }
    }

    static func isOne(of ministries: Set<MinistryCode>, _ column: SQL) -> SQL {
        "\(column) = any(\(ministries.map(\.text).sorted())::text[])"
    }

    static func isVisible(_ roadmap: Roadmap, to actor: Actor) -> Bool {
        !roadmap.isDraft || actor.seesAll(of: roadmap.id.ministry)
    }

    /// What of a visible plan is visible.
    static func visible(_ actions: [ActionRecord], of ministry: MinistryCode, to actor: Actor) -> [ActionRecord] {
        actor.seesAll(of: ministry) ? actions : actions.filter { !$0.action.confidential }
    }

    /// Whether drafts may be counted: only for those who may see all of them.
    /// - Parameter ministries: nil for every ministry.
    static func mayCountDrafts(of ministries: [MinistryCode]?, _ actor: Actor) -> Bool {
        actor.seesAll || ministries?.allSatisfy(actor.seesAll(of:)) == true
    }

    /// Who it was is for those who see all of the ministry; for what belongs to none, who see all.
    static func seesAuthors(of ministry: MinistryCode?, _ actor: Actor?) -> Bool {
        guard let actor else { return false }
        return ministry.map(actor.seesAll(of:)) ?? actor.seesAll
    }

    /// Whether all changes of a thing are told to the caller.
    static func seesAllChanges(of id: ResourceID, _ actor: Actor) -> Bool {
        if case .recommendation = id { return actor.seesAll }
        return seesAuthors(of: id.ministry, actor)
    }

    /// The recommendations `rec`, as ``RecommendationQueries/table(in:)`` tells them: drafts are for the coordinators; of the others, who
    /// sees the plan sees those about it and its themes, and who sees an action those about it. What was known of them while that was
    /// hidden stays so.
    static func ofRecommendations(to actor: Actor, in reading: Reading = .now) -> SQL {
        if actor.seesAll { return "true" }
        let isShown: SQL =
            reading.isNow
            ? "true"
            : "rec.known_to > coalesce(hidden_until(rec.ministry, rec.first_year, rec.action), '-infinity')"
        let isPublic: SQL = """
            case when rec.action is null then exists (
                select from roadmaps plan
                where plan.ministry = rec.ministry and plan.first_year = rec.first_year and plan.state <> 'brouillon')
            else \(isPublicNow("rec", code: "rec.action")) end and \(isShown)
            """
        return "rec.sent_on is not null and \(either(isPublic, isOf: "rec.ministry", to: actor))"
    }

    /// The measures `m`: drafts and what was sent back are for their own ministry and for the coordination.
    static func ofMeasures(to actor: Actor) -> SQL { either("measure_in_sight(m.state)", isOf: "m.ministry", to: actor) }

    /// The same rule, of a measure that was read for everybody.
    static func isVisible(_ state: MeasureState, of ministry: MinistryCode, to actor: Actor?) -> Bool {
        state.isInSight || actor?.seesAll(of: ministry) == true
    }

    /// Whether what may be seen of actions depends on their roadmaps.
    static func asksRoadmaps(of actor: Actor) -> Bool { !actor.seesAll }

    /// The actions `a` and, where it ``asksRoadmaps(of:)``, their roadmaps `r`.
    static func ofActions(to actor: Actor, in reading: Reading = .now) -> SQL {
        either("r.state <> 'brouillon' and not a.confidential\(actionNow(reading))", isOf: "a.ministry", to: actor)
    }

    /// The impacts `i`: as their actions are now, and of what was known of them what was known since these were last hidden.
    static func ofImpacts(to actor: Actor, in reading: Reading = .now) -> SQL {
        let isShown: SQL =
            reading.isNow
            ? "true"
            : "i.known_to > coalesce(hidden_until(i.ministry, i.first_year, i.action), '-infinity')"
        return either("\(isPublicNow("i", code: "i.action")) and \(isShown)", isOf: "i.ministry", to: actor)
    }

    /// The actions `a` with their roadmaps `r` that public figures may name: those that whoever may read at all sees, today too.
    static func mayBeNamed(in reading: Reading) -> SQL {
        "(r.state <> 'brouillon' and not a.confidential\(actionNow(reading)))"
    }

    /// The roadmaps `r`.
    static func ofRoadmaps(to actor: Actor, in reading: Reading = .now) -> SQL {
        either("r.state <> 'brouillon'\(roadmapNow(reading))", isOf: "r.ministry", to: actor)
    }

    /// Of the roadmaps `r` that callers without a token may ask to have counted too.
    static func ofCountedRoadmaps(to actor: Actor?) -> SQL {
        either("r.state <> 'brouillon'", isOf: "r.ministry", to: actor)
    }

    /// The revisions `v`: what waits is for its ministry and for the coordination, and so is how it came about.
    static func ofRevisions(to actor: Actor) -> SQL { either("false", isOf: "v.ministry", to: actor) }

    /// Whether somebody is told that the plan of a ministry is being revised.
    static func seesRevisions(of ministry: MinistryCode, _ actor: Actor) -> Bool { actor.seesAll(of: ministry) }

    /// The actions compared as `c`, with what they were on both sides: what hides one on either side hides it altogether.
    static func ofCompared(to actor: Actor) -> SQL {
        let isPublic: SQL = """
            not coalesce(c.from_confidential, false) and not coalesce(c.to_confidential, false) and \(isPublicNow("c"))
                and (c.from_known_to is null
                    or action_period_shown(c.ministry, c.first_year, c.code, c.from_valid_from, c.from_known_to))
                and (c.to_known_to is null
                    or action_period_shown(c.ministry, c.first_year, c.code, c.to_valid_from, c.to_known_to))
            """
        return either(isPublic, isOf: "c.ministry", to: actor)
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

    /// - Parameter code: the column of the action's code; `code` of the table where there is none.
    private static func isPublicNow(_ action: SQL, code: SQL? = nil) -> SQL {
        """
        exists (
            select from actions present
            join roadmaps plan on plan.ministry = present.ministry and plan.first_year = present.first_year
            where present.ministry = \(action).ministry and present.first_year = \(action).first_year
                and present.code = \(code ?? "\(action).code") and plan.state <> 'brouillon' and not present.confidential)
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
}
