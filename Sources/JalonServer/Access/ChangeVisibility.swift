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
            case .ofRoadmap: "\(isSinceHidden(action: "null")) and \(isRoadmapVisible(to: actor)) and \(isOfShownDays(resource))"
            case .ofAction:
                """
                \(isSinceHidden(action: "c.code")) and \(isRoadmapVisible(to: actor)) and \(isActionVisible(to: actor))
                    and \(isOfShownDays(resource))
                """
            case .ofMeasure:
                """
                c.recorded_at > coalesce(measure_hidden_until(c.ministry, c.first_year, c.code), '-infinity') and \(isMeasureVisible)
                """
            case .ofPartOfAction: "\(isSinceHidden(action: "split_part(c.code, '/', 1)")) and \(isImpactVisible(to: actor))"
            case .ofRecommendation: isRecommendationVisible(to: actor)
            case .ofMinistry: "false"
            }
        }
    }

    /// Of a change that they see, others are told the members that hold today, or on a day that they may ask for.
    static func tellsMember(_ member: SQL, to actor: Actor) -> SQL {
        let isTold = Resource.each("c.resource") { resource in
            "c.until ->> \(member) is null or \(isShown(resource, before: "(c.until ->> \(member))::date"))"
        }
        return "\(either(isTold, isOf: "c.ministry", to: actor)) and \(tellsOfRecommendation(member, to: actor))"
    }

    /// Of the change by which a recommendation was sent, what it had been before is the coordinators' draft.
    private static func tellsOfRecommendation(_ member: SQL, to actor: Actor) -> SQL {
        if actor.seesAll { return "true" }
        let isOfSending: SQL = "coalesce(c.before ->> 'state' = 'brouillon', false) and \(member) not in ('state', 'sent_on')"
        let isInside: SQL = "\(member) = any(\(RecommendationRecord.insideMembers)::text[])"
        return """
            (c.resource <> \(Resource.recommendation.literal) or not (\(isOfSending))
                and \(either("not \(isInside)", isOf: "c.ministry", to: actor)))
            """
    }

    /// A late entry may hold only on days that others may not ask for: it is not told to them either.
    private static func isOfShownDays(_ resource: Resource) -> SQL {
        """
        (c.until is null or exists (select from jsonb_object_keys(c.after) said (member) where c.until ->> said.member is null)
            or \(isShown(resource, before: "(select max(day)::date from jsonb_each_text(c.until) said (member, day))")))
        """
    }

    /// Whether there is a day from that of the change to another (the last excluded) on which others may see the thing.
    private static func isShown(_ resource: Resource, before end: SQL) -> SQL {
        switch resource.audience {
        case .all, .ofMeasure, .ofPartOfAction, .ofRecommendation: "true"
        case .ofMinistry: "false"
        case .ofRoadmap:
            """
            exists (
                select from roadmap_periods r
                where r.ministry = c.ministry and r.first_year = c.first_year and r.known_to = 'infinity'
                    and r.valid_from < \(end) and r.valid_to > c.effective_on and r.state <> 'brouillon'
                    and roadmap_period_shown(r.ministry, r.first_year, r.valid_from, r.known_to))
            """
        case .ofAction:
            """
            exists (
                select from action_periods a
                join roadmap_periods r on r.ministry = a.ministry and r.first_year = a.first_year and r.known_to = 'infinity'
                    and r.valid_from < least(a.valid_to, \(end)) and r.valid_to > greatest(a.valid_from, c.effective_on)
                where a.ministry = c.ministry and a.first_year = c.first_year and a.code = c.code and a.known_to = 'infinity'
                    and a.valid_from < \(end) and a.valid_to > c.effective_on and not a.confidential and r.state <> 'brouillon'
                    and action_period_shown(a.ministry, a.first_year, a.code, a.valid_from, a.known_to))
            """
        }
    }

    /// Those that may be counted, though not all of them may be shown. What was recorded in a draft is not even counted for those
    /// who may not know of the draft. The changes by which a roadmap becomes a draft, or no longer is one, are not of the draft:
    /// figures show them to all.
    static func ofCountedChanges(to actor: Actor) -> SQL {
        ofChanges(to: actor) { resource in
            switch resource.audience {
            case .all, .ofMeasure: "true"
            case .ofRecommendation: isRecommendationVisible(to: actor)
            case .ofMinistry: "false"
            case .ofRoadmap, .ofAction, .ofPartOfAction:
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
            case .all, .ofMeasure, .ofPartOfAction, .ofRecommendation, .ofMinistry: "false"
            case .ofRoadmap: "coalesce(c.effective_on < paris_date(hidden_until(c.ministry, c.first_year, null)), false)"
            case .ofAction: "coalesce(c.effective_on < paris_date(hidden_until(c.ministry, c.first_year, c.code)), false)"
            }
        }
        return "not \(either("not \(isHidden)", isOf: "c.ministry", to: actor))"
    }

    private static func ofChanges(to actor: Actor, _ isPublic: (Resource) -> SQL) -> SQL {
        if actor.seesAll { return "true" }
        return "\(either(Resource.each("c.resource", isPublic), isOf: "c.ministry", to: actor)) and \(isOfNoDraft)"
    }

    /// The drafts of recommendations, and their changes, are for those alone who see all of every ministry.
    private static let isOfNoDraft: SQL = """
        case when c.resource = \(Resource.recommendation.literal) then exists (
            select from recommendations sent
            where sent.ministry = c.ministry and sent.first_year = c.first_year and sent.number = substr(c.code, 2)::smallint
                and sent.sent_on is not null and sent.known_from <= c.recorded_at) else true end
        """

    private static func isRecommendationVisible(to actor: Actor) -> SQL {
        """
        exists (
            select from recommendations rec
            where rec.ministry = c.ministry and rec.first_year = c.first_year and rec.number = substr(c.code, 2)::smallint
                and rec.known_to = 'infinity' and \(ofRecommendations(to: actor))
                and c.recorded_at > coalesce(hidden_until(c.ministry, c.first_year, rec.action), '-infinity'))
        """
    }

    private static func isSinceHidden(action code: SQL) -> SQL {
        "c.recorded_at > coalesce(hidden_until(c.ministry, c.first_year, \(code)), '-infinity')"
    }

    /// For those who do not see all of the ministry.
    private static let isMeasureVisible: SQL = """
        exists (
            select from measures m
            where m.ministry = c.ministry and m.indicator = split_part(c.code, '/', 1) and m.period = split_part(c.code, '/', 2)
                and m.known_to = 'infinity' and measure_in_sight(m.state))
        """

    private static func isImpactVisible(to actor: Actor) -> SQL {
        """
        exists (
            select from impacts i
            where i.ministry = c.ministry and i.first_year = c.first_year and i.action = split_part(c.code, '/', 1)
                and i.number = split_part(c.code, '/', 2)::smallint and i.known_to = 'infinity' and \(ofImpacts(to: actor)))
        """
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
