import ActionPlans
import Postgres

/// Of the changes `c` of any resource, as its ``Resource/audience`` says.
extension Visibility {
    /// Those who see all of a ministry see all its changes. Others see those of what they can see today, from the moment they
    /// could: what went before the last deletion, the last draft or the last time it was confidential stays hidden.
    static func ofChanges(to actor: Actor) -> SQL {
        ofChanges(to: actor) { resource in
            switch resource.audience {
            case .all: "true"
            case .ofRoadmap: "\(isSinceHidden(action: "null")) and \(isRoadmapVisible(to: actor))"
            case .ofAction:
                "\(isSinceHidden(action: "c.code")) and \(isRoadmapVisible(to: actor)) and \(isActionVisible(to: actor))"
            }
        }
    }

    /// Those that may be counted, though not all of them may be shown. What was recorded in a draft is not even counted for those
    /// who may not know of the draft. The changes by which a roadmap becomes a draft, or no longer is one, are not of the draft:
    /// figures show them to all.
    static func ofCountedChanges(to actor: Actor) -> SQL {
        ofChanges(to: actor) { resource in
            switch resource.audience {
            case .all: "true"
            case .ofRoadmap, .ofAction:
                """
                exists (
                    select from roadmap_periods today
                    where today.ministry = c.ministry and today.first_year = c.first_year and today.valid_to = 'infinity'
                        and today.known_from <= c.recorded_at and today.known_to >= c.recorded_at
                        and today.state <> 'brouillon')
                """
            }
        }
    }

    /// A late entry tells what held on its day: nothing to tell those who may not know what was recorded of that day.
    static func hidesOrigin(from actor: Actor) -> SQL {
        let isHidden = Resource.each("c.resource") { resource in
            switch resource.audience {
            case .all: "false"
            case .ofRoadmap: "coalesce(c.effective_on < paris_date(hidden_until(c.ministry, c.first_year, null)), false)"
            case .ofAction: "coalesce(c.effective_on < paris_date(hidden_until(c.ministry, c.first_year, c.code)), false)"
            }
        }
        return "not \(either("not \(isHidden)", isOf: "c.ministry", to: actor))"
    }

    private static func ofChanges(to actor: Actor, _ isPublic: (Resource) -> SQL) -> SQL {
        if actor.seesAll { return "true" }
        return either(Resource.each("c.resource", isPublic), isOf: "c.ministry", to: actor)
    }

    private static func isSinceHidden(action code: SQL) -> SQL {
        "c.recorded_at > coalesce(hidden_until(c.ministry, c.first_year, \(code)), '-infinity')"
    }

    private static func isRoadmapVisible(to actor: Actor) -> SQL {
        """
        exists (
            select from roadmaps r
            where r.ministry = c.ministry and r.first_year = c.first_year and \(ofRoadmaps(to: actor)))
        """
    }

    private static func isActionVisible(to actor: Actor) -> SQL {
        """
        exists (
            select from actions a join roadmaps r on r.ministry = a.ministry and r.first_year = a.first_year
            where a.ministry = c.ministry and a.first_year = c.first_year and a.code = c.code
                and \(ofActions(to: actor)))
        """
    }
}
